"""Results fit the terminal, whatever is in them."""

from datetime import date
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from agent.interfaces.render import Grid, Layout, cell, footer, grid, outcome_view
from tools.db.values import Value
from tools.safety.pending import Outcome
from tools.sql.statement import Kind


def lines(view: RenderableType, width: int) -> list[str]:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(view)
    return captured.get().splitlines()


def shown(
    *rows: tuple[Value, ...], columns: tuple[str, ...], width: int = 80, layout: Layout = Layout.AUTO
) -> list[str]:
    return lines(grid(Grid(columns=columns, rows=rows), width=width, layout=layout), width)


def test_chinese_and_latin_rows_line_up() -> None:
    table = shown((1, "无线蓝牙耳机"), (2, "Earbuds"), columns=("id", "名称"))
    assert len({cell_len(line) for line in table}) == 1


def test_numbers_are_right_aligned_and_text_left() -> None:
    table = shown((1, "a"), (1000, "b"), columns=("n", "t"))
    assert "│    1 │ a │" in table
    assert "│ 1000 │ b │" in table


def test_null_is_told_from_the_empty_text() -> None:
    table = shown((None,), ("",), columns=("value",))
    assert sum("NULL" in line for line in table) == 1


def test_binary_is_a_hex_preview_with_its_size() -> None:
    table = shown((b"\x00\xff" * 20,), columns=("blob",), width=100)
    assert any("0x00ff00ff00ff00ff00ff00ff00ff00ff… (40 bytes)" in line for line in table)


def test_long_text_is_cut_and_says_so() -> None:
    table = shown(("x" * 500,), columns=("text",), width=80)
    assert all(cell_len(line) <= 80 for line in table)
    assert any("…" in line for line in table)


def test_wide_rows_become_a_vertical_list() -> None:
    columns = tuple(f"column_{number}" for number in range(12))
    table = shown(tuple("some words here" for _ in columns), columns=columns, width=80)
    assert table[0].startswith("─[ 1 ]")
    assert sum("some words here" in line for line in table) == 12


def test_a_person_can_ask_for_either_layout() -> None:
    assert shown((1,), columns=("n",), layout=Layout.VERTICAL)[0].startswith("─[ 1 ]")
    columns = tuple(f"column_{number}" for number in range(12))
    assert shown(tuple("words" for _ in columns), columns=columns, layout=Layout.TABLE)[0].startswith("╭")


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    row = (1, "说明" * 60, Decimal("12.50"), date(2026, 1, 2), None, b"abc", True)
    table = shown(row, columns=("id", "d", "price", "day", "nothing", "blob", "yes"), width=width)
    assert all(cell_len(line) <= width for line in table)


def test_escape_sequences_in_a_cell_or_a_column_name_are_shown_and_not_sent() -> None:
    table = shown(("\x1b[2J",), columns=("a\x1b[31m",))
    assert not any("\x1b" in line for line in table)


def test_markup_in_a_cell_stays_text() -> None:
    assert any("[bold]x[/bold]" in line for line in shown(("[bold]x[/bold]",), columns=("a",)))


def test_the_footer_says_that_more_rows_exist() -> None:
    outcome = Outcome(kind=Kind.SELECT, sql="SELECT 1", columns=("a",), rows=((1,),), row_count=1, truncated=True)
    assert "more rows exist" in footer(outcome).plain
    assert "1 row;" in footer(outcome).plain


def test_a_write_says_how_many_rows_it_changed_and_that_it_can_be_undone() -> None:
    outcome = Outcome(kind=Kind.UPDATE, sql="UPDATE t SET a = 1", row_count=12, duration_ms=5, undo_id="u1")
    text = "\n".join(lines(outcome_view(outcome, width=80), 80))
    assert "12 rows changed  5 ms" in text
    assert "/undo" in text


def test_long_binary_values_leave_room_for_the_other_columns() -> None:
    text = "\n".join(shown((1, "中x" * 5_000, bytes(100_000)), columns=("id", "t", "b"), width=100))
    assert any(line.startswith("│  1 │") for line in text.splitlines())
    assert "(100,000 bytes)" in text
    assert max(cell_len(line) for line in text.splitlines()) <= 100


def test_outside_a_chat_the_way_back_names_the_write() -> None:
    outcome = Outcome(kind=Kind.UPDATE, sql="UPDATE t SET a = 1", row_count=12, duration_ms=5, undo_id="u1")
    assert "/undo u1 in a chat" in "\n".join(lines(outcome_view(outcome, width=80, in_chat=False), 80))


def test_an_empty_result_still_shows_its_columns() -> None:
    outcome = Outcome(kind=Kind.SELECT, sql="SELECT 1", columns=("name",), rows=(), row_count=0)
    text = "\n".join(lines(outcome_view(outcome, width=80), 80))
    assert "name" in text
    assert "(0 rows)" in text


def test_a_commit_says_what_it_kept() -> None:
    commit = Outcome(kind=Kind.TRANSACTION, sql="COMMIT", row_count=2)
    assert footer(commit).plain == "committed: 2 rows changed"


def test_wide_characters_are_cut_without_a_gap() -> None:
    assert [cell("很喜欢这个限量魔方", cells=cells).plain for cells in (6, 7)] == ["很喜…", "很喜欢…"]
