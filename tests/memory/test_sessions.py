"""A conversation is found again."""

import pytest
from fixed_clock import FixedClock

from memory.errors import UnknownRecord
from memory.sessions import Sessions
from memory.store import StateStore


def test_the_latest_is_the_one_that_went_on_last(fixed_store: StateStore, clock: FixedClock) -> None:
    sessions = Sessions(fixed_store)
    assert sessions.latest() is None
    first = sessions.create("shop", "operate")
    clock.advance(1)
    second = sessions.create("shop", "ask")
    clock.advance(1)
    other = sessions.create("hr", "ask")
    clock.advance(1)
    sessions.touch(first)
    assert [row.id for row in sessions.list(9)] == [first, other, second]
    assert [row.id for row in sessions.list(1)] == [first]
    latest = sessions.latest("hr")
    assert latest is not None
    assert latest.id == other
    assert sessions.latest("nowhere") is None


def test_of_two_at_one_moment_the_later_is_the_latest(fixed_store: StateStore) -> None:
    sessions = Sessions(fixed_store)
    ids = [sessions.create("shop", "ask") for _ in range(3)]
    assert [row.id for row in sessions.list(9)] == ids[::-1]


def test_a_session_keeps_its_first_title_and_its_last_mode(store: StateStore) -> None:
    sessions = Sessions(store)
    session_id = sessions.create("shop", "operate")
    sessions.touch(session_id, title="how many orders?")
    sessions.touch(session_id, title="and now?", mode="ask")
    row = sessions.get(session_id)
    assert row is not None
    assert (row.title, row.mode, row.database) == ("how many orders?", "ask", "shop")


def test_an_unknown_session(store: StateStore) -> None:
    assert Sessions(store).get("none") is None
    with pytest.raises(UnknownRecord):
        Sessions(store).touch("none")
