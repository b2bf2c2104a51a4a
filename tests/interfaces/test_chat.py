"""The chat as a person meets it: the real program under a pseudo-terminal, on the demo shop with the offline rules."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from launch import environment
from terminal import CTRL_C, CTRL_D, CTRL_R, TAB, Terminal

PROMPT = "demo> "


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def chat(home: Path) -> Iterator[Terminal]:
    """At the prompt, everything loaded."""
    with Terminal("demo", env=environment(home)) as terminal:
        terminal.until("not a language model")
        yield terminal


def stock(home: Path, product: int) -> int:
    with closing(sqlite3.connect(home / "data" / "columnist" / "demo.db")) as connection:
        value = connection.execute("SELECT stock FROM products WHERE id = ?", (product,)).fetchone()[0]
        assert isinstance(value, int)
        return value


def test_sql_runs_directly_and_shows_a_table(chat: Terminal) -> None:
    chat.enter("SELECT id, name_cn FROM products ORDER BY id LIMIT 2")
    shown = chat.until(r"\(2 rows\)")
    assert "日常蓝牙耳机" in shown


def test_a_question_is_answered_and_its_tool_call_is_one_folded_line(chat: Terminal) -> None:
    chat.enter("How many orders are there?")
    chat.until("▸ query_execute")
    chat.until("2,?000")
    chat.until(PROMPT)
    chat.enter("/expand")
    chat.until("(?i)select")


def test_no_changes_nothing_and_yes_does_and_undo_takes_it_back(chat: Terminal, home: Path) -> None:
    before = stock(home, 7)
    chat.enter("UPDATE products SET stock = 999 WHERE id = 7")
    chat.until("1 row updated")
    chat.until(r"\[y/N")
    chat.enter("")
    chat.until("nothing was changed")
    assert stock(home, 7) == before
    chat.enter("UPDATE products SET stock = 999 WHERE id = 7")
    chat.until(r"\[y/N")
    chat.enter("y")
    chat.until("1 row changed")
    assert stock(home, 7) == 999
    chat.enter("/undo")
    chat.until(r"Take back 1 row\? \[y/N")
    chat.enter("y")
    chat.until("1 row changed|undone|done")
    chat.until(PROMPT)
    assert stock(home, 7) == before


def test_ctrl_c_at_the_question_is_no(chat: Terminal, home: Path) -> None:
    before = stock(home, 7)
    chat.enter("UPDATE products SET stock = 999 WHERE id = 7")
    chat.until(r"\[y/N")
    chat.type(CTRL_C)
    chat.until("nothing was changed")
    chat.until(PROMPT)
    assert stock(home, 7) == before


def test_ctrl_c_clears_the_line_and_the_chat_goes_on(chat: Terminal) -> None:
    chat.type("SELECT 'never run")
    chat.type(CTRL_C)
    chat.until(PROMPT)
    chat.enter("SELECT 40 + 2 AS answer")
    chat.until("42")
    chat.until(r"\(1 row\)")


def test_ctrl_c_stops_a_running_statement_and_the_prompt_comes_back(chat: Terminal) -> None:
    chat.enter("SELECT count(*) FROM order_items a, order_items b, order_items c")
    chat.until("thinking")
    chat.type(CTRL_C)
    chat.until("stopped|cancelled")
    chat.until(PROMPT)
    chat.enter("SELECT 40 + 2 AS answer")
    chat.until("42")


def test_ctrl_d_leaves_with_0(chat: Terminal) -> None:
    chat.type(CTRL_D)
    assert chat.exit_code() == 0


def test_x_and_timing_change_how_results_look(chat: Terminal) -> None:
    chat.enter("\\x")
    chat.until("vertical")
    chat.enter("SELECT id, stock FROM products WHERE id = 1")
    chat.until(r"─\[ 1 \]")
    chat.enter("\\x auto")
    chat.until("auto")
    chat.enter("\\timing off")
    chat.until("timing is off")


def test_help_lists_the_commands_and_a_mistake_is_one_line(chat: Terminal) -> None:
    chat.enter("/help")
    chat.until("/tables")
    chat.until("/export")
    chat.type("q")  # where the screen was too small, the pager has it
    chat.enter("")
    chat.enter("/frobnicate")
    chat.until("no command or skill")


def test_tables_and_columns_complete(chat: Terminal) -> None:
    chat.until(PROMPT)
    chat.type("SELECT * FROM order_i" + TAB)
    chat.until("order_items")
    chat.type(CTRL_C)


def test_the_history_outlives_the_chat_and_can_be_searched(chat: Terminal, home: Path) -> None:
    chat.enter("SELECT 'needle' AS found")
    chat.until(r"\(1 row\)")
    chat.type(CTRL_D)
    assert chat.exit_code() == 0
    with Terminal("demo", env=environment(home)) as again:
        again.until("not a language model")
        again.type(CTRL_R + "needle")
        again.until("SELECT 'needle'")
        again.enter("")
        again.enter("")
        again.until(r"\(1 row\)")
    assert (home / "state" / "columnist" / "history").stat().st_mode & 0o077 == 0


def test_a_transaction_is_shown_and_rolled_back_at_the_end(chat: Terminal, home: Path) -> None:
    before = stock(home, 7)
    chat.enter("BEGIN")
    chat.until("transaction open")
    chat.enter("UPDATE products SET stock = 999 WHERE id = 7")
    chat.until("1 row changed")
    chat.type(CTRL_D)
    chat.until("rolled back")
    assert chat.exit_code() == 0
    assert stock(home, 7) == before


def test_the_mode_stops_writes_and_can_be_changed(chat: Terminal, home: Path) -> None:
    chat.enter("/mode ask")
    chat.until("mode: ask")
    chat.enter("UPDATE products SET stock = 999 WHERE id = 7")
    chat.until("(?i)ask mode")
    chat.enter("/mode operate")
    chat.until("mode: operate")


def test_a_result_is_exported(chat: Terminal, home: Path) -> None:
    chat.enter("SELECT id, name_cn FROM products ORDER BY id LIMIT 2")
    chat.until(r"\(2 rows\)")
    chat.enter(f"/export {home / 'out.csv'}")
    chat.until("2 rows written")
    assert (home / "out.csv").read_text(encoding="utf-8").splitlines()[0] == "id,name_cn"


def test_every_listing_command_answers(chat: Terminal) -> None:
    for command, words in [
        ("/tables", "order_items"),
        ("\\d reviews", "sentiment"),
        ("/explain SELECT * FROM orders", "(?i)scan"),
        ("/model", "offline rules"),
        ("/skills", "ai_column"),
        ("/history", "/tables"),
        ("/resume", "this one"),
        ("/audit", "review|execution|transaction"),
    ]:
        chat.until(PROMPT)
        chat.enter(command)
        chat.until(words)
        chat.type("q\x15")  # leaves the pager where there is one, else an empty line


def test_a_killed_chat_resumes_at_its_question(chat: Terminal, home: Path) -> None:
    before = stock(home, 7)
    chat.enter("Set the stock of product 7 to 999")
    chat.until(r"\[y/N")
    chat.kill()
    assert stock(home, 7) == before
    with Terminal("demo", "--resume", env=environment(home)) as again:
        again.until("1 row updated")
        again.until(r"\[y/N")
        again.enter("y")
        again.until(PROMPT)
    assert stock(home, 7) == 999


def test_a_large_fill_ends_in_a_process_of_its_own(chat: Terminal, home: Path) -> None:
    chat.enter("fill column summary of products from description: a one-sentence summary")
    chat.until(r"Fill 1,200 rows\? \[y/N")
    chat.enter("y")
    job = re.findall(r"Job (\w+) fills 1,200 rows in the background", chat.until("in the background"))[0]
    states = {""}
    while "done" not in states:
        chat.until(PROMPT)
        chat.enter("/jobs")
        states = set(re.findall(job + r" +(\w+)", chat.until(r"products\.summary +[\d,]+")))
        assert states <= {"planned", "running", "done"}
    with closing(sqlite3.connect(home / "data" / "columnist" / "demo.db")) as connection:
        assert connection.execute("SELECT count(*) FROM products WHERE summary IS NULL").fetchone() == (0,)


def test_the_end_of_a_fill_in_the_background_is_told_at_the_prompt(chat: Terminal) -> None:
    chat.enter("fill column summary of products from description: use the wording summary")
    chat.until(r"Fill 1,200 rows\? \[y/N")
    chat.enter("y")
    job = re.findall(r"Job (\w+) fills 1,200 rows in the background", chat.until("in the background"))[0]
    chat.until(job + r" \(products\.summary\): done, 1,200 rows filled, 0 failed")
    chat.enter("how far is it?")
    chat.until("done, 1,200 rows filled")
    chat.enter("slower")
    chat.until("nobody works on job " + job)
    chat.enter("/prompts")
    chat.until("@summary +1 +yes")


def test_a_wide_character_at_the_prompt_is_a_question_like_any_other(chat: Terminal) -> None:
    chat.enter("一共有多少个订单？")
    chat.until("2,?000")
