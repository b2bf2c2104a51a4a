"""Wordings by name: those that ship, those that a person approved, and what a task makes of `@name`."""

import pytest
from column_kit import Kit, task
from fixed_clock import FixedClock

from memory.jobs import JobState
from memory.prompts import PromptLibrary
from memory.store import StateStore
from skills.ai_column.library import Library
from skills.ai_column.task import build_spec
from skills.errors import TaskInvalid
from tools.safety.pending import ApprovedBy


@pytest.fixture
def library(state_url: str) -> Library:
    return Library(PromptLibrary(StateStore.open(state_url, clock=FixedClock())))


def test_a_name_stands_for_its_words_and_its_contract(library: Library) -> None:
    spec = library.resolved(task(spec={"as": "@sentiment", "labels": ()})).columns["sentiment"]
    assert spec.labels == ("positive", "neutral", "negative")
    assert "{labels}" not in spec.intent
    assert spec.type == "VARCHAR(32)"
    chinese = library.resolved(task(spec={"as": "@sentiment.zh", "labels": ()})).columns["sentiment"]
    assert chinese.labels == spec.labels
    assert "情感" in chinese.intent


def test_what_the_column_says_comes_before_what_the_wording_says(library: Library) -> None:
    spec = library.resolved(task(spec={"as": "@sentiment", "labels": ("good", "bad"), "nullable": True}))
    column = spec.columns["sentiment"]
    assert (column.labels, column.nullable) == (("good", "bad"), True)
    assert "good, bad" in column.intent


@pytest.mark.parametrize(
    ("said", "words", "hint"),
    [
        ("@sentimnt", "no wording @sentimnt", "@sentiment"),
        ("@zzzz", "no wording @zzzz", "summary"),
        ("@classify", "needs labels", "--labels"),
        ("@sentiment.fr", "not worded in fr", "en, zh"),
    ],
)
def test_a_name_that_cannot_be_used_says_what_can(library: Library, said: str, words: str, hint: str) -> None:
    with pytest.raises(TaskInvalid, match=words) as caught:
        library.resolved(task(spec={"as": said, "labels": ()}))
    assert hint in str(caught.value.hint)


def test_words_that_only_begin_with_the_sign_are_words(library: Library) -> None:
    plain = task(spec={"as": "@mentions of the text", "labels": ()})
    assert library.resolved(plain) is plain


def test_keeping_never_overwrites_another_wording(library: Library) -> None:
    first, second = task(column="mood"), task(column="mood", spec={"as": "another mood"})
    third = task(column="mood", spec={"as": "a third mood"})
    assert [library.keep(one) for one in (first, second, third)] == [("mood",), ("reviews_mood",), ("mood_2",)]
    assert library.keep(task()) == ()  # the same words for another column are the same wording
    assert library.entry("mood").spec == first.columns["mood"]
    assert library.entry("@mood").used == 2


def test_a_column_named_like_a_wording_that_ships_gets_another_name(library: Library) -> None:
    assert library.keep(task(spec={"as": "my own words"})) == ("reviews_sentiment",)
    assert library.keep(library.resolved(task(spec={"as": "@sentiment", "labels": ()}))) == ()
    assert [(entry.name, entry.used) for entry in library.list()[:2]] == [("reviews_sentiment", 1), ("sentiment", 1)]
    assert library.entry("sentiment").ships


def test_a_wording_can_be_added_under_a_free_name_and_removed(library: Library) -> None:
    mood = build_spec({"as": "the mood", "labels": "glad,sad"})
    assert library.add("@Mood", mood) == "mood"
    assert library.add("mood", mood) == "mood"
    assert library.resolved(task(spec={"as": "@mood", "labels": ()})).columns["sentiment"] == mood
    for name, spec in (("mood", build_spec({"as": "other"})), ("sentiment", mood), ("a b", mood)):
        with pytest.raises(TaskInvalid):
            library.add(name, spec)
    assert library.remove("mood") == "mood"
    for name in ("mood", "sentiment"):
        with pytest.raises(TaskInvalid):
            library.remove(name)


def test_only_what_a_person_approved_and_what_worked_is_kept(kit: Kit) -> None:
    kit.reviews(4)
    kit.run(task())
    assert [entry for entry in kit.library.list() if not entry.ships] == []
    kit.insert(5, 4)
    with kit.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan)
        report = fill.run(plan, fill.approve(plan, ApprovedBy.PERSON), lambda _: None)
    assert (report.state, report.kept) == (JobState.DONE, ("reviews_sentiment",))
    assert kit.library.entry("reviews_sentiment").spec == task().columns["sentiment"]


def test_a_named_wording_fills_like_its_words(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(6)
    report = sqlite_kit.run(task(spec={"as": "@sentiment", "labels": ()}))
    assert report.filled == 6
    assert all("Classify the sentiment" in request.system for request in sqlite_kit.model.requests)
