"""Tab completes commands, tables, columns and words of SQL, without asking the database."""

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from agent.interfaces.completion import ChatCompleter, Names

NAMES = Names(
    columns={"products": ("id", "name_cn", "price"), "orders": ("id", "total")},
    skills={"ai_column": "fill a column"},
)


def offered(line: str, *, tab: bool = True) -> list[str]:
    event = CompleteEvent(completion_requested=tab, text_inserted=not tab)
    return [each.text for each in ChatCompleter(NAMES).get_completions(Document(line, len(line)), event)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/ta", "/tables"),
        ("/ai", "/ai_column"),
        ("\\d", "\\dt"),
        ("/schema pro", "products"),
        ("/mode o", "operate"),
        ("\\x a", "auto"),
        ("/help und", "/undo"),
        ("SELECT * FROM pro", "products"),
        ("SELECT pr", "price"),
        ("SELECT products.na", "name_cn"),
        ("SELECT * FROM products p WHERE p.na", "name_cn"),
        ("SELECT * FROM orders JOIN products AS p ON p.pr", "price"),
        ("SEL", "SELECT"),
        ("sel", "select"),
        ("how many pro", "products"),
        ("/sql SELECT * FROM ord", "orders"),
    ],
)
def test_tab_offers(line: str, expected: str) -> None:
    assert expected in offered(line)


def test_columns_of_a_named_table_come_without_those_of_others() -> None:
    assert "total" not in offered("SELECT t FROM products WHERE t")
    assert "total" in offered("SELECT id FROM orders WHERE t")


def test_tables_named_behind_the_cursor_count() -> None:
    text = "SELECT o.to FROM orders o"
    event = CompleteEvent(completion_requested=True)
    assert [each.text for each in ChatCompleter(NAMES).get_completions(Document(text, 11), event)] == ["total"]


def test_no_columns_are_offered_where_a_table_belongs() -> None:
    assert offered("SELECT id FROM p") == ["products"]


def test_a_question_is_not_interrupted_by_a_menu() -> None:
    assert offered("how many pro", tab=False) == []
    assert "products" in offered("SELECT * FROM pro", tab=False)
    assert "/tables" in offered("/ta", tab=False)
