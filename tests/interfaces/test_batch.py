"""`columnist -p`: answers on stdout, news on stderr, no prompt, the right exit code. The demo's rules answer here."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from launch import environment, run


def stock(home: Path) -> int:
    with closing(sqlite3.connect(home / "data" / "columnist" / "demo.db")) as connection:
        value = connection.execute("SELECT stock FROM products WHERE id = 7").fetchone()[0]
        assert isinstance(value, int)
        return value


def test_the_answer_is_on_stdout_and_the_news_on_stderr(tmp_path: Path) -> None:
    done = run("demo", "-p", "How many orders are there?", env=environment(tmp_path))
    assert done.returncode == 0
    assert "2000" in done.stdout.replace(",", "")
    assert "query_execute" in done.stderr
    assert "query_execute" not in done.stdout
    assert "offline rules, not a language model" in done.stderr


def test_json_is_one_object_on_the_last_line(tmp_path: Path) -> None:
    done = run("demo", "-p", "How many orders are there?", "--output-format", "json", env=environment(tmp_path))
    assert done.returncode == 0
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["ending"] == "answered"
    assert answer["result"]["rows"] == [[2000]]
    assert "not a language model" in answer["model"]
    assert answer["exit_code"] == 0


def test_stream_json_is_one_event_on_each_line(tmp_path: Path) -> None:
    done = run("demo", "-p", "How many orders are there?", "--output-format", "stream-json", env=environment(tmp_path))
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds[-1] == "result"
    assert {"tool_started", "tool_finished", "text", "ended"} <= set(kinds)


@pytest.mark.parametrize("output", ["text", "json", "stream-json"])
def test_an_unanswered_approval_is_refused_with_3_and_changes_nothing(output: str, tmp_path: Path) -> None:
    run("demo", "-p", "SELECT 1", env=environment(tmp_path))
    before = stock(tmp_path)
    question = "Set the stock of product 7 to 999"
    done = run("demo", "-p", question, "--output-format", output, env=environment(tmp_path))
    assert done.returncode == 3
    assert stock(tmp_path) == before


def test_yes_answers_what_policy_would_ask(tmp_path: Path) -> None:
    done = run("demo", "-p", "Set the stock of product 7 to 999", "--yes", env=environment(tmp_path))
    assert done.returncode == 0, done.stderr
    assert stock(tmp_path) == 999


def test_yes_never_passes_its_most_rows(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("safety:\n  yes_max_rows: 10\n")
    flags = ("--yes", "--config", str(config))
    done = run("demo", "-p", "UPDATE products SET stock = 999 WHERE id < 100", *flags, env=environment(tmp_path))
    assert done.returncode == 3
    assert stock(tmp_path) != 999


def test_sql_goes_to_the_same_door(tmp_path: Path) -> None:
    done = run("demo", "-p", "SELECT count(*) AS n FROM orders", env=environment(tmp_path))
    assert done.returncode == 0
    assert "2000" in done.stdout
    refused = run("demo", "-p", "DROP TABLE orders", env=environment(tmp_path))
    assert refused.returncode == 3


def test_piped_input_is_read_and_a_command_is_refused(tmp_path: Path) -> None:
    done = run("demo", "-p", "How many orders are there?", env=environment(tmp_path), stdin="")
    assert done.returncode == 0
    assert run("demo", "-p", "/clear", env=environment(tmp_path)).returncode == 2


def test_an_error_is_the_last_line_of_json_too(tmp_path: Path) -> None:
    done = run("-p", "how many?", str(tmp_path / "none.db"), "--output-format", "json", env=environment(tmp_path))
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["type"] == "error"
    assert answer["exit_code"] == done.returncode != 0
