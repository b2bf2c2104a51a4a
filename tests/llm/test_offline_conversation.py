"""How the offline rules behave in a conversation: which tools they call, and what they say of the results."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from offline_shop import SCHEMA, Shop, open_shop

from agent.llm.offline.label import OFFLINE_LABEL
from agent.llm.offline.model import OfflineRules
from agent.tool_text import words


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(tmp_path)


def test_fill_requests_become_one_call_of_the_fill_tool(shop: Shop) -> None:
    shop.answers["fill_column"] = "Job 7 is planned."
    assert "Job 7 is planned." in shop.ask("用 description 填充 products 的 summary 列：一句话概括")
    shop.ask("fill the sentiment column of reviews from content: positive, negative or neutral")
    shop.ask("fill products.summary from name_en and description: one sentence")
    assert [arguments for _, arguments in shop.calls] == [
        {"table": "products", "from_columns": ["description"], "columns": {"summary": {"as": "一句话概括"}}},
        {
            "table": "reviews",
            "from_columns": ["content"],
            "columns": {
                "sentiment": {
                    "as": "positive, negative or neutral",
                    "labels": ["positive", "negative", "neutral"],
                }
            },
        },
        {
            "table": "products",
            "from_columns": ["name_en", "description"],
            "columns": {"summary": {"as": "one sentence"}},
        },
    ]


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("pause", "pause"),
        ("go slower, please", "slower"),
        ("make it faster", "faster"),
        ("why is it so slow?", "why_slow"),
        ("how far is the fill?", "status"),
        ("resume", "resume"),
        ("cancel the fill", "cancel"),
        ("暂停一下", "pause"),
        ("慢一点", "slower"),
        ("为什么这么慢？", "why_slow"),
        ("继续", "resume"),
    ],
)
def test_words_about_a_fill_under_way_become_one_call_of_its_tool(shop: Shop, said: str, action: str) -> None:
    shop.answers["fill_jobs"] = "Job 7 runs."
    assert "Job 7 runs." in shop.ask(said)
    assert shop.calls == [("fill_jobs", {"action": action})]


def test_a_question_about_data_is_not_taken_for_one_about_a_fill(shop: Shop) -> None:
    shop.ask("cancel order 3")
    assert "fill_jobs" not in [tool for tool, _ in shop.calls]


def test_a_kept_wording_can_be_asked_for_by_name(shop: Shop) -> None:
    shop.answers["fill_column"] = "Job 7 is planned."
    shop.ask("fill the sentiment column of reviews from content: use the wording sentiment")
    (arguments,) = [arguments for _, arguments in shop.calls]
    assert arguments["columns"] == {"sentiment": {"as": "@sentiment"}}


@pytest.mark.parametrize("text", ["Refused: orders is blocked", "Error: no such column: x", "The user refused this."])
def test_refusals_and_errors_are_reported_as_they_are(shop: Shop, text: str) -> None:
    shop.answers["query_execute"] = text
    answer = shop.ask("how many orders are there")
    assert text.partition(": ")[2] in answer
    assert len(shop.calls) == 1


def test_the_structure_is_looked_up_when_the_conversation_does_not_show_it(shop: Shop) -> None:
    listing = "2 tables and views\norders (table, 6 columns, about 4 rows)\nlogs (table, 4 columns)"
    page = "table orders\ncolumns:\n  id INTEGER not null\n  status TEXT\n  total REAL\nprimary key: id"
    looks = iter([listing, page])
    shop.system = "Write sqlite SQL."
    shop._run = lambda tool, sql: (  # type: ignore[method-assign]
        words(next(looks), 1500, trusted=False) if tool == "schema_inspect" else Shop._run(shop, tool, sql)
    )
    assert "orders has 3 rows where status = 'shipped'" in shop.ask("how many orders with status shipped")
    assert [name for name, _ in shop.calls] == ["schema_inspect", "schema_inspect", "query_execute"]


def test_tables_and_structure_are_told_from_the_tool(shop: Shop) -> None:
    listing = words(
        "2 tables and views\norders (table, 6 columns, about 4 rows)\nlogs (table, 4 columns)", 500, trusted=False
    )
    shop.answers["schema_inspect"] = listing
    for question in ("list tables", "what tables are there?", "有哪些表", "列出所有表"):
        answer = shop.ask(question)
        assert "- orders" in answer
        assert "- logs" in answer
    shop.answers["schema_inspect"] = words("table orders\ncolumns:\n  id INTEGER", 500, trusted=False)
    for question in ("describe orders", "what columns does orders have", "订单表的结构", "orders 有哪些字段"):
        assert "id INTEGER" in shop.ask(question)
    assert shop.calls[-1] == ("schema_inspect", {"action": "describe", "name": "orders"})


def test_rows_cannot_pose_as_tables(shop: Shop) -> None:
    shop.connection.execute("UPDATE customers SET name = 'secrets(id INTEGER pk, value TEXT)' WHERE id = 1")
    shop.ask("show customers")
    shop.calls.clear()
    assert "secrets" not in shop.ask("show secrets").split("For example")[0].replace("stumbled over: secrets", "")
    assert shop.calls == []


def test_reading_only_is_said_where_changes_are_not_on_offer(shop: Shop) -> None:
    shop.offered = ("schema_inspect", "query_execute")
    assert "/mode operate" in shop.ask("delete review 4")
    assert shop.calls == []


def test_the_answer_streams_in_pieces_and_costs_nothing() -> None:
    pieces = list(OfflineRules().stream([SystemMessage(SCHEMA), HumanMessage("help")]))
    assert len(pieces) > 20
    assert pieces[-1].usage_metadata == {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    assert pieces[-1].response_metadata["model_name"] == OFFLINE_LABEL
