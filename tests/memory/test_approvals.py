"""An approval is used once, in time, for exactly its plan, whoever else tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from fixed_clock import FixedClock
from other_process import StartProcess

from memory.approvals import ApprovalState, ApprovalStore
from memory.errors import UnknownRecord
from memory.store import StateStore

PLAN = "p" * 64


def add(store: StateStore, approval_id: str = "a1", plan: str = PLAN, *, seconds: float = 600) -> ApprovalStore:
    approvals = ApprovalStore(store)
    now = store.now()
    approvals.add(
        approval_id,
        plan,
        database="sqlite:///shop.db",
        approved_by="person",
        principal="local",
        approved_at=now,
        expires_at=now + timedelta(seconds=seconds),
        pending_json='{"id": "x"}',
    )
    return approvals


def test_an_approval_is_claimed_once(store: StateStore) -> None:
    approvals = add(store)
    assert approvals.claim("a1", PLAN)
    assert not approvals.claim("a1", PLAN)
    row = approvals.get("a1")
    assert row is not None
    assert row.state is ApprovalState.CLAIMED
    assert row.claimed_at is not None


def test_an_approval_of_another_plan_is_not_claimed(store: StateStore) -> None:
    approvals = add(store)
    assert not approvals.claim("a1", "q" * 64)
    assert approvals.claim("a1", PLAN)


def test_an_unknown_approval_is_not_claimed(store: StateStore) -> None:
    assert not ApprovalStore(store).claim("none", PLAN)


def test_an_approval_expires_on_the_clock_of_the_store(fixed_store: StateStore, clock: FixedClock) -> None:
    approvals = add(fixed_store, seconds=600)
    clock.advance(600)
    assert not approvals.claim("a1", PLAN)
    clock.advance(-0.000001)
    assert approvals.claim("a1", PLAN)


def test_a_clock_of_the_caller_may_stand_in(fixed_store: StateStore, clock: FixedClock) -> None:
    approvals = add(fixed_store, seconds=600)
    now = clock()
    clock.advance(10_000)
    assert approvals.claim("a1", PLAN, now)


def test_of_many_threads_exactly_one_claims(store: StateStore) -> None:
    approvals = add(store)
    barrier = Barrier(8)

    def claim(_: int) -> bool:
        barrier.wait()
        return approvals.claim("a1", PLAN)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [False] * 7 + [True]


def test_of_many_processes_exactly_one_claims(store: StateStore, store_url: str, other_process: StartProcess) -> None:
    add(store)
    processes = [other_process("claim", store_url, "a1", PLAN) for _ in range(4)]
    for process in processes:
        process.tell()
    assert sorted(process.line() for process in processes) == ["False", "False", "False", "True"]


@pytest.mark.parametrize("state", [ApprovalState.DONE, ApprovalState.FAILED])
def test_of_two_yeses_to_one_plan_one_is_used_ever(store: StateStore, state: ApprovalState) -> None:
    approvals = add(store)
    add(store, "a2")
    assert approvals.claim("a1", PLAN)
    assert not approvals.claim("a2", PLAN)
    approvals.close("a1", state, "{}")
    assert not approvals.claim("a2", PLAN)


def test_of_many_processes_with_a_yes_each_exactly_one_claims(
    store: StateStore, store_url: str, other_process: StartProcess
) -> None:
    for number in range(4):
        add(store, f"a{number}")
    processes = [other_process("claim", store_url, f"a{number}", PLAN) for number in range(4)]
    for process in processes:
        process.tell()
    assert sorted(process.line() for process in processes) == ["False", "False", "False", "True"]


def test_a_closed_approval_stays_closed(store: StateStore) -> None:
    approvals = add(store)
    assert approvals.claim("a1", PLAN)
    approvals.close("a1", ApprovalState.DONE, '{"rows": 3}')
    row = approvals.get("a1")
    assert row is not None
    assert (row.state, row.outcome_json) == (ApprovalState.DONE, '{"rows": 3}')
    assert not approvals.claim("a1", PLAN)
    with pytest.raises(UnknownRecord):
        approvals.close("a1", ApprovalState.FAILED, "{}")


def test_an_approval_that_was_never_claimed_cannot_be_closed(store: StateStore) -> None:
    approvals = add(store)
    with pytest.raises(UnknownRecord):
        approvals.close("a1", ApprovalState.DONE, "{}")


def test_claimed_and_never_closed_is_unfinished(store: StateStore) -> None:
    approvals = add(store)
    add(store, "a2", "q" * 64)
    approvals.claim("a1", PLAN)
    approvals.claim("a2", "q" * 64)
    approvals.close("a2", ApprovalState.DONE, "{}")
    assert [row.id for row in approvals.unfinished("sqlite:///shop.db")] == ["a1"]
    assert approvals.unfinished("sqlite:///other.db") == []


def test_what_a_live_process_executes_is_not_unfinished_until_it_dies(
    store: StateStore, store_url: str, other_process: StartProcess
) -> None:
    approvals = add(store)
    process = other_process("claim", store_url, "a1", PLAN)
    process.tell()
    assert process.line() == "True"
    assert approvals.unfinished("sqlite:///shop.db") == []
    process.kill()
    assert [row.id for row in approvals.unfinished("sqlite:///shop.db")] == ["a1"]
    assert not approvals.claim("a1", PLAN)


def test_approvals_are_found_by_plan(store: StateStore) -> None:
    approvals = add(store)
    assert [row.id for row in approvals.find_by_plan(PLAN)] == ["a1"]
    assert approvals.find_by_plan("q" * 64) == []
    assert approvals.get("none") is None


def test_one_id_is_one_approval(store: StateStore) -> None:
    add(store)
    with pytest.raises(sa.exc.IntegrityError):
        add(store)
