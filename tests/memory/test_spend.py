"""Money and tokens add up exactly."""

from decimal import Decimal

from fixed_clock import FixedClock

from memory.spend import Spend, SpendTotal
from memory.store import StateStore


def test_nothing_spent_is_nothing_known(store: StateStore) -> None:
    nothing = SpendTotal(prompt_tokens=0, completion_tokens=0, calls=0, cost=None, unpriced_calls=0)
    assert Spend(store).total() == nothing


def test_small_amounts_add_up_without_rounding(store: StateStore) -> None:
    spend = Spend(store)
    for _ in range(10):
        spend.record("s", None, "m", 100, 10, cost=Decimal("0.000000037501"))
    assert spend.total().cost == Decimal("0.00000037501")


def test_large_amounts_keep_every_digit(store: StateStore) -> None:
    spend = Spend(store)
    spend.record("s", None, "m", 10**12, 10**12, cost=Decimal("123456.789012345678"))
    spend.record("s", None, "m", 1, 1, cost=Decimal("0.000000000001"))
    total = spend.total()
    assert total.cost == Decimal("123456.789012345679")
    assert total.prompt_tokens == 10**12 + 1


def test_totals_by_session_job_and_time(fixed_store: StateStore, clock: FixedClock) -> None:
    spend = Spend(fixed_store)
    spend.record("s1", None, "m", 1, 2, cost=Decimal(1))
    clock.advance(60)
    since = clock()
    spend.record("s1", "j1", "m", 10, 20, calls=3, cost=Decimal(2))
    spend.record("s2", "j1", "m", 100, 200, cost=Decimal(4))
    assert spend.total().prompt_tokens == 111
    assert spend.total(session_id="s1").cost == Decimal(3)
    assert spend.total(job_id="j1").calls == 4
    assert spend.total(session_id="s1", job_id="j1").completion_tokens == 20
    assert spend.total(since=since).cost == Decimal(6)
    assert spend.total(session_id="s3").calls == 0


def test_calls_without_a_price_are_counted_apart(store: StateStore) -> None:
    spend = Spend(store)
    spend.record(None, None, "m", 1, 1, calls=2)
    assert spend.total().cost is None
    spend.record(None, None, "m", 1, 1, cost=Decimal("0.5"))
    total = spend.total()
    assert (total.cost, total.calls, total.unpriced_calls) == (Decimal("0.5"), 3, 2)
