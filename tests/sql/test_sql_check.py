import io
import json
from pathlib import Path

from agent.interfaces.sql_check import check_files, check_lines
from tools.settings import Mode
from tools.sql.statement import Dialect

KEYS = {"id", "verdict", "kind", "reads", "writes", "has_where", "fingerprint", "reasons"}


class Flushed(io.StringIO):
    """Remembers what had been written at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushes: list[int] = []

    def flush(self) -> None:
        self.flushes.append(self.getvalue().count("\n"))


def test_every_line_gets_exactly_one_answer_in_order() -> None:
    requests = [
        json.dumps({"id": 1, "sql": "SELECT * FROM users WHERE id = 1"}),
        json.dumps({"id": "two", "sql": "DELETE FROM users"}),
        json.dumps({"id": 3, "sql": "SELEC 1"}),
        "not json",
        json.dumps([1, 2]),
        json.dumps({"id": 6}),
        json.dumps({"id": 7, "sql": 5}),
        "",
        json.dumps({"sql": "SELECT 1"}),
        json.dumps({"id": 10, "sql": "SELECT '\ud800'"}),
        "[" * 100_000,
        json.dumps({"id": {"a": [1]}, "sql": "SELECT 1\nFROM 表"}, ensure_ascii=False),
    ]
    stdout = Flushed()
    assert check_lines(io.StringIO("\n".join(requests) + "\n"), stdout, Dialect.POSTGRES, Mode.OPERATE) == 0
    answers = [json.loads(line) for line in stdout.getvalue().splitlines()]
    assert [answer["id"] for answer in answers] == [1, "two", 3, None, None, 6, 7, None, None, 10, None, {"a": [1]}]
    assert all(set(answer) == KEYS for answer in answers)
    assert [answer["verdict"] for answer in answers] == [
        "allow",
        "confirm",
        "deny",
        "deny",
        "deny",
        "deny",
        "deny",
        "deny",
        "allow",
        "deny",
        "deny",
        "allow",
    ]
    assert answers[0]["reads"] == ["users"]
    assert answers[0]["has_where"] is True
    assert answers[1]["writes"] == ["users"]
    assert answers[1]["kind"] == "delete"
    assert answers[2]["kind"] == "other"
    assert stdout.flushes == list(range(1, len(requests) + 1))


def test_ask_mode_denies_changes() -> None:
    stdout = io.StringIO()
    check_lines(io.StringIO('{"id": 1, "sql": "DELETE FROM users WHERE id = 1"}\n'), stdout, Dialect.MYSQL, Mode.ASK)
    assert json.loads(stdout.getvalue())["verdict"] == "deny"


def test_files_are_judged_statement_by_statement(tmp_path: Path) -> None:
    fine, bad = tmp_path / "fine.sql", tmp_path / "bad.sql"
    fine.write_text("-- a file\nSELECT 1;\n\nSELECT ';' FROM t -- x;\n;\n", encoding="utf-8")
    bad.write_text("SELECT 1;\nSELECT pg_sleep(1);\n", encoding="utf-8")
    stdout, stderr = io.StringIO(), io.StringIO()
    assert check_files([fine], stdout, stderr, Dialect.POSTGRES, Mode.ASK) == 0
    assert [line.rsplit(": ", 1)[0] for line in stdout.getvalue().splitlines()] == [f"{fine}:2", f"{fine}:4"]
    stdout = io.StringIO()
    assert check_files([fine, bad], stdout, stderr, Dialect.POSTGRES, Mode.ASK, as_json=True) == 3
    findings = json.loads(stdout.getvalue())["statements"]
    assert [(Path(f["file"]).name, f["line"], f["verdict"]) for f in findings][-1] == ("bad.sql", 2, "deny")
    assert check_files([tmp_path / "missing.sql"], stdout, stderr, Dialect.POSTGRES, Mode.ASK) == 1
    assert "missing.sql" in stderr.getvalue()
