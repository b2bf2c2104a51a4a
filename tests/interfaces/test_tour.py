"""The tour tells the whole story without a terminal, and can be told again."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from launch import environment, run

README = Path(__file__).resolve().parents[2] / "README.md"


def lasting(line: str) -> str:
    """A line without what differs between two runs: times, ids, and the space that pads it."""
    line = re.sub(r"[\d.,]+ (ms|s|min)\b", "TIME", re.sub(r"\b[0-9a-f]{12,32}\b", "ID", line))
    return " ".join(line.split())


def readme_session() -> list[str]:
    block = re.search(r"<!-- session: .*?```text\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.S)
    assert block is not None
    return [line for line in block.group(1).splitlines() if line.strip() not in ("", "...")]


def test_the_tour_asks_changes_undoes_and_fills_and_can_be_run_again(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("demo", "--tour", env=environment(tmp_path, COLUMNS="100"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "offline rules, not a language model" in done.stdout
        printed = {lasting(line) for line in done.stdout.splitlines()}
        assert [line for line in readme_session() if lasting(line) not in printed] == []
        with closing(sqlite3.connect(tmp_path / "data" / "columnist" / "demo.db")) as connection:
            left = "SELECT count(*) FROM reviews WHERE sentiment IS NULL"
            assert connection.execute(left).fetchone() == (0,)
            labels = connection.execute("SELECT DISTINCT sentiment FROM reviews ORDER BY 1").fetchall()
            assert labels == [("negative",), ("neutral",), ("positive",)]
            summaries = "SELECT count(summary), count(DISTINCT summary) > 500 FROM products"
            assert connection.execute(summaries).fetchone() == (1200, 1)
            assert connection.execute("SELECT stock FROM products WHERE id = 7").fetchone() != (0,)
    rows = json.loads(run("audit", "list", "--json", "--limit", "500", env=environment(tmp_path)).stdout)["rows"]
    assert {"execution", "approval", "undo", "batch"} <= {row["event"] for row in rows}
