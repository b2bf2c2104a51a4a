"""Approved wordings are kept by name and found again, the most used first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from fixed_clock import FixedClock

from memory.errors import UnknownRecord
from memory.prompts import Prompt, PromptLibrary, PromptSource
from memory.store import StateStore


def test_a_wording_comes_back_as_it_was_added(fixed_store: StateStore, clock: FixedClock) -> None:
    library = PromptLibrary(fixed_store)
    added = library.add("mood", "the mood, 好", '{"labels": ["glad", "sad"]}')
    assert added == Prompt(
        name="mood",
        intent="the mood, 好",
        spec_json='{"labels": ["glad", "sad"]}',
        source=PromptSource.APPROVED,
        used=0,
        created_at=clock(),
        used_at=None,
    )
    assert library.get("mood") == added
    assert library.get("Mood") is None


def test_a_name_has_the_last_wording_and_keeps_its_use(fixed_store: StateStore, clock: FixedClock) -> None:
    library = PromptLibrary(fixed_store)
    library.add("mood", "old", source=PromptSource.BUILT_IN)
    clock.advance(5)
    assert library.touch("mood").used_at == clock()
    again = library.add("mood", "new", "[1]")
    assert (again.intent, again.spec_json, again.source, again.used) == ("new", "[1]", PromptSource.APPROVED, 1)
    assert len(library.list()) == 1


def test_the_most_used_are_listed_first(store: StateStore) -> None:
    library = PromptLibrary(store)
    for name in ("a", "b", "c"):
        library.add(name, name)
    library.touch("b")
    assert [prompt.name for prompt in library.list()] == ["b", "c", "a"]
    assert [prompt.name for prompt in library.list(1)] == ["b"]


def test_what_is_not_there_cannot_be_used(store: StateStore) -> None:
    with pytest.raises(UnknownRecord, match="no prompt named mood"):
        PromptLibrary(store).touch("mood")


def test_of_many_that_add_one_name_at_once_none_fails(store: StateStore) -> None:
    library = PromptLibrary(store)
    barrier = Barrier(4)

    def add(number: int) -> str:
        barrier.wait()
        return library.add("mood", f"wording {number}").name

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(4))) == ["mood"] * 4
    assert len(library.list()) == 1
