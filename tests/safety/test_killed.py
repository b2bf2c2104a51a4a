"""A process killed with -9 at the door: nothing half done, nothing done twice, and the audit tells."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from doors import door, seed

from memory.approvals import ApprovalStore
from tools.errors import ApprovalInvalid
from tools.safety import plan
from tools.safety.pending import Approval, ApprovedBy

TESTS = Path(__file__).parents[1]
# The packages first: folders of tests bear the same names.
PROGRAM = (
    "import sys, memory, tools; sys.path.append(sys.argv.pop(1)); import door_process; door_process.main(*sys.argv[1:])"
)


@contextmanager
def killed(where: str, url: str, state_url: str) -> Iterator[None]:
    """The block runs after a process was killed standing there."""
    command = [sys.executable, "-P", "-c", PROGRAM, str(TESTS), where, url, state_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == where
        process.kill()
        process.wait()
    yield


@pytest.fixture
def url(any_url: str, tmp_path: Path) -> str:
    with door(any_url, f"sqlite:///{tmp_path}/other.db") as shop:
        seed(shop)
    return any_url


def test_killed_inside_a_transaction_changes_nothing_and_the_audit_shows_it(url: str, state_url: str) -> None:
    with killed("inside", url, state_url), door(url, state_url) as shop:
        shop.confirm("UPDATE t SET name = 'free again' WHERE id = 1")
        assert shop.one("SELECT SUM(amount) FROM t") == 780
        told = [(row.event, row.statement, row.status) for row in shop.audited()]
        assert ("transaction", "BEGIN", "success") in told
        assert ("execution", "UPDATE t SET amount = 0 WHERE id <= 3", "success") in told
        assert not any(statement == "COMMIT" for _, statement, _ in told)


@pytest.mark.parametrize(
    ("where", "amount", "verdict"), [("before", 780, "not committed"), ("after", 720, "was committed")]
)
def test_killed_around_the_commit_is_reported_and_never_run_again(
    where: str, amount: int, verdict: str, url: str, state_url: str
) -> None:
    with killed(where, url, state_url), door(url, state_url) as shop:
        assert shop.one("SELECT SUM(amount) FROM t") == amount
        (sentence,) = shop.gate.unfinished(shop.caller)
        assert "may have been committed" in sentence
        assert verdict in sentence
        execution = next(row for row in shop.audited() if row.event == "execution")
        assert execution.status == "started"
        row = ApprovalStore(shop.store).get(str(execution.approval_id))
        assert row is not None
        again = Approval(
            id=row.id, plan_hash=row.plan_hash, approved_by=ApprovedBy.PERSON, principal=row.principal,
            approved_at=row.approved_at, expires_at=row.expires_at,
        )  # fmt: skip
        with pytest.raises(ApprovalInvalid, match="may have been committed"):
            shop.gate.execute(plan.load(row.pending_json), again, shop.caller)
        assert shop.one("SELECT SUM(amount) FROM t") == amount
