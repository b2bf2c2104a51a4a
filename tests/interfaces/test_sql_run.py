"""`columnist sql run`: the line protocol on all three engines, as scripts rely on it."""

import json
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from launch import PROGRAM, environment, run

from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.url import parse_url
from tools.settings import SafetySettings

Line = dict[str, object]


@pytest.fixture
def shop_url(any_url: str) -> str:
    """Three items in a table of their own."""
    with (
        closing(Database(parse_url(any_url), SessionLimits.build(SafetySettings()))) as database,
        database.connect(readonly=False) as connection,
    ):
        connection.write("CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(40), price DECIMAL(10, 2))")
        connection.write("INSERT INTO items VALUES (1, 'pen', 1.50), (2, '本子', 3.25), (3, NULL, NULL)")
    return any_url


def ask(url: str, home: Path, *statements: str, flags: tuple[str, ...] = ()) -> list[Line]:
    """One process, one session: each statement's answer."""
    lines = "".join(json.dumps({"id": number, "sql": sql}) + "\n" for number, sql in enumerate(statements))
    done = run("sql", "run", url, "--jsonl", *flags, env=environment(home), stdin=lines)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.pop("id") for answer in answers] == list(range(len(statements)))
    return answers


def test_rows_come_as_arrays_with_exact_decimals(shop_url: str, tmp_path: Path) -> None:
    (answer,) = ask(shop_url, tmp_path, "SELECT id, name, price FROM items ORDER BY id")
    rows = answer["rows"]
    assert isinstance(rows, list)
    assert answer["columns"] == ["id", "name", "price"]
    assert [row[:2] for row in rows] == [[1, "pen"], [2, "本子"], [3, None]]
    assert rows[2][2] is None
    assert (answer["row_count"], answer["truncated"]) == (3, False)


def test_writes_are_denied_in_ask_mode(shop_url: str, tmp_path: Path) -> None:
    denied, unchanged = ask(shop_url, tmp_path, "DELETE FROM items WHERE id = 1", "SELECT count(*) FROM items")
    assert denied["verdict"] == "deny"
    assert denied["reasons"]
    assert "rows" not in denied
    assert unchanged["rows"] == [[3]]


def test_an_unapproved_write_answers_confirm_and_changes_nothing(shop_url: str, tmp_path: Path) -> None:
    asked, unchanged = ask(
        shop_url, tmp_path, "DELETE FROM items WHERE id = 1", "SELECT count(*) FROM items", flags=("--mode", "operate")
    )
    assert asked["verdict"] == "confirm"
    assert unchanged["rows"] == [[3]]


def test_yes_answers_what_policy_would_ask(shop_url: str, tmp_path: Path) -> None:
    changed, _ = ask(
        shop_url,
        tmp_path,
        "UPDATE items SET price = 2 WHERE id IN (1, 2)",
        "SELECT 1",
        flags=("--mode", "operate", "--yes"),
    )
    assert changed["row_count"] == 2
    (seen,) = ask(shop_url, tmp_path, "SELECT count(*) FROM items WHERE price = 2")
    assert seen["rows"] == [[2]]


def test_a_transaction_sees_its_writes_and_the_end_of_the_input_rolls_back(shop_url: str, tmp_path: Path) -> None:
    flags = ("--mode", "operate", "--yes")
    answers = ask(
        shop_url, tmp_path, "BEGIN", "DELETE FROM items WHERE id = 1", "SELECT count(*) FROM items", flags=flags
    )
    assert answers[2]["rows"] == [[2]]
    (after,) = ask(shop_url, tmp_path, "SELECT count(*) FROM items")
    assert after["rows"] == [[3]]


def test_commit_needs_yes(shop_url: str, tmp_path: Path) -> None:
    statements = ("BEGIN", "DELETE FROM items WHERE id = 1", "COMMIT")
    without = ask(shop_url, tmp_path, *statements, flags=("--mode", "operate"))
    assert without[2]["verdict"] == "confirm"
    (kept,) = ask(shop_url, tmp_path, "SELECT count(*) FROM items")
    assert kept["rows"] == [[3]]
    committed = ask(shop_url, tmp_path, *statements, flags=("--mode", "operate", "--yes"))
    assert "verdict" not in committed[2]
    (gone,) = ask(shop_url, tmp_path, "SELECT count(*) FROM items")
    assert gone["rows"] == [[2]]


def test_rollback_undoes_the_transaction_and_the_session_goes_on(shop_url: str, tmp_path: Path) -> None:
    answers = ask(
        shop_url,
        tmp_path,
        "BEGIN",
        "UPDATE items SET name = 'x' WHERE id = 1",
        "ROLLBACK",
        "SELECT name FROM items WHERE id = 1",
        flags=("--mode", "operate", "--yes"),
    )
    assert answers[3]["rows"] == [["pen"]]


def test_an_error_of_the_database_answers_its_line_and_the_next_one_runs(shop_url: str, tmp_path: Path) -> None:
    failed, fine = ask(shop_url, tmp_path, "SELECT nome FROM items", "SELECT 1")
    assert "error" in failed or failed["verdict"] == "deny"
    assert "name" in json.dumps(failed)
    assert fine["rows"] == [[1]]


def test_malformed_lines_get_an_answer_each(any_url: str, tmp_path: Path) -> None:
    lines = [
        "not json",
        "[]",
        '{"id": 7}',
        '{"id": 8, "sql": 5}',
        '{"id": 9, "sql": "SELECT 1"}',
        '{"id": 10, "sql": "SELEC"}',
    ]
    done = run("sql", "run", any_url, "--jsonl", env=environment(tmp_path), stdin="\n".join(lines) + "\n")
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [None, None, 7, 8, 9, 10]
    assert [answer.get("verdict") for answer in answers] == ["deny", "deny", "deny", "deny", None, "deny"]


def test_each_answer_is_flushed_before_the_next_line_is_read(any_url: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(PROGRAM), "sql", "run", any_url, "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(json.dumps({"id": number, "sql": f"SELECT {number}"}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["rows"] == [[number]]
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


def test_more_rows_than_the_cap_are_not_read(shop_url: str, tmp_path: Path) -> None:
    config = tmp_path / "small.yaml"
    config.write_text("safety:\n  max_result_rows: 2\n")
    (answer,) = ask(shop_url, tmp_path, "SELECT id FROM items ORDER BY id", flags=("--config", str(config)))
    assert answer["rows"] == [[1], [2]]
    assert answer["truncated"] is True


def test_yes_stops_at_its_most_rows(shop_url: str, tmp_path: Path) -> None:
    config = tmp_path / "small.yaml"
    config.write_text("safety:\n  yes_max_rows: 1\n")
    flags = ("--mode", "operate", "--yes", "--config", str(config))
    (answer,) = ask(shop_url, tmp_path, "UPDATE items SET price = 2 WHERE id < 3", flags=flags)
    assert answer["verdict"] == "confirm"
    (seen,) = ask(shop_url, tmp_path, "SELECT count(*) FROM items WHERE price = 2")
    assert seen["rows"] == [[0]]


def test_one_statement_prints_one_object(shop_url: str, tmp_path: Path) -> None:
    done = run("sql", "run", shop_url, "SELECT count(*) AS n FROM items", "--json", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"columns": ["n"], "rows": [[3]], "row_count": 1, "truncated": False}


def test_one_refused_statement_exits_3(shop_url: str, tmp_path: Path) -> None:
    done = run("sql", "run", shop_url, "DROP TABLE items", "--json", env=environment(tmp_path))
    assert done.returncode == 3
    assert json.loads(done.stdout)["verdict"] == "deny"
    asked = run("sql", "run", shop_url, "DROP TABLE items", "--json", "--mode", "operate", env=environment(tmp_path))
    assert asked.returncode == 3
    assert json.loads(asked.stdout)["verdict"] == "confirm"


def test_a_statement_without_json_is_a_table_for_people(shop_url: str, tmp_path: Path) -> None:
    done = run("sql", "run", shop_url, "SELECT id, name FROM items ORDER BY id", env=environment(tmp_path))
    assert done.returncode == 0
    assert "本子" in done.stdout
    assert "(3 rows)" in done.stdout


def test_the_url_may_come_from_the_environment(shop_url: str, tmp_path: Path) -> None:
    env = environment(tmp_path, DATABASE_URL=shop_url)
    done = run("sql", "run", "SELECT count(*) FROM items", "--json", env=env)
    assert json.loads(done.stdout)["rows"] == [[3]]


def test_everything_that_ran_is_in_the_audit(shop_url: str, tmp_path: Path) -> None:
    ask(shop_url, tmp_path, "SELECT 41 + 1", "DROP TABLE items")
    done = run("audit", "list", "--json", "--limit", "50", env=environment(tmp_path))
    assert done.returncode == 0
    rows = json.loads(done.stdout.splitlines()[-1])["rows"]
    assert any(row["statement"] == "SELECT 41 + 1" and row["executed"] for row in rows)
    assert any(row["statement"] == "DROP TABLE items" and row["event"] == "refusal" for row in rows)
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    again = json.loads(run("audit", "list", "--json", env=environment(tmp_path)).stdout.splitlines()[-1])["rows"]
    assert again[0]["event"] == "read_audit"
