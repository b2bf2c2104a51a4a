"""Results leave as files, whole or not at all."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agent.interfaces.failures import UsageProblem
from agent.interfaces.repl.export import export
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

OUTCOME = Outcome(
    kind=Kind.SELECT,
    sql="SELECT 1",
    columns=("id", "名称", "price", "day", "blob"),
    rows=((1, 'a,"b"\n|c', Decimal("1.10"), date(2026, 1, 2), b"\x00\xff"), (2, None, None, None, None)),
    row_count=2,
)


def test_csv_quotes_what_needs_it(tmp_path: Path) -> None:
    assert export(OUTCOME, tmp_path / "out.csv") == 2
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["id", "名称", "price", "day", "blob"],
        ["1", 'a,"b"\n|c', "1.10", "2026-01-02", "00ff"],
        ["2", "", "", "", ""],
    ]


def test_json_keeps_null_and_exact_decimals(tmp_path: Path) -> None:
    export(OUTCOME, tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert rows[0] == {"id": 1, "名称": 'a,"b"\n|c', "price": "1.10", "day": "2026-01-02", "blob": "00ff"}
    assert rows[1]["名称"] is None


def test_markdown_keeps_one_row_on_one_line(tmp_path: Path) -> None:
    export(OUTCOME, tmp_path / "out.md")
    lines = (tmp_path / "out.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert lines[2] == '| 1 | a,"b"↵\\|c | 1.10 | 2026-01-02 | 00ff |'


@pytest.mark.parametrize("name", ["out.xlsx", "out"])
def test_an_unknown_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem, match=r"\.csv, \.json or \.md"):
        export(OUTCOME, tmp_path / name)


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(UsageProblem, match="exists"):
        export(OUTCOME, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot be written"):
        export(OUTCOME, tmp_path / "no" / "out.csv")
