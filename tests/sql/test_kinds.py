"""What a statement is, reads and writes, and whether its WHERE narrows: corpus/*_kinds.txt, one `kind|reads|writes|
has_where|statement` a line. The verdict in `operate` mode follows from the kind."""

from pathlib import Path

import pytest

from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import review_text
from tools.settings import Mode
from tools.sql.statement import Dialect

CORPUS = Path(__file__).parent / "corpus"
AT_ONCE = {"select", "other"}


def cases() -> list[object]:
    return [
        pytest.param(dialect, *line.split("|", 4), id=f"{dialect}: {line.split('|', 4)[4][:80]}")
        for dialect in Dialect
        for line in (CORPUS / f"{dialect}_kinds.txt").read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize(("dialect", "kind", "reads", "writes", "has_where", "sql"), cases())
def test_a_statement_is_what_it_is(
    dialect: Dialect, kind: str, reads: str, writes: str, has_where: str, sql: str
) -> None:
    answer = review_text(sql, Policy(Mode.OPERATE, dialect), None)
    found = answer.statement
    assert found is not None
    assert (found.kind, ",".join(found.reads), ",".join(found.writes), found.has_where) == (
        kind,
        ",".join(sorted(filter(None, reads.split(",")))),
        ",".join(sorted(filter(None, writes.split(",")))),
        has_where == "1",
    )
    commits = sql.split()[0] in ("COMMIT", "END")
    at_once = kind in AT_ONCE or (kind == "transaction" and not commits)
    assert answer.verdict is (Verdict.ALLOW if at_once else Verdict.CONFIRM)
