"""Rows computed again: which ones a refresh chooses, what it leaves to the people who edited them."""

import doors
import pytest
from column_kit import Kit, expected, refuses, sentiment, task, text_of

from memory.jobs import JobState
from skills.ai_column.budget import Limits
from skills.ai_column.refresh import Refresh
from skills.errors import TaskInvalid

SHOUTED = task(spec={"as": "the sentiment, in one word"})


def test_a_changed_source_makes_a_row_stale_and_only_that_one_is_asked_again(kit: Kit) -> None:
    kit.reviews(30)
    kit.run(task())
    kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id IN (3, 4)")
    asked = len(kit.model.requests)
    plan = kit.plan(task(), refresh=Refresh.STALE)
    assert (plan.pending, plan.distinct) == (2, 1)
    assert plan.as_json()["refresh"] == {
        "rows": "stale", "source_changed": 2, "reworded": 0, "failed": 0, "again": 0,
        "edited": 0, "overwrite_edits": False, "emptied": 0,
    }  # fmt: skip
    report = kit.run(task(), refresh=Refresh.STALE)
    assert (report.state, report.filled, report.pending) == (JobState.DONE, 2, 0)
    assert kit.sentiments() == expected(30) | {3: "negative", 4: "negative"}
    assert len(kit.model.requests) == asked + 1
    assert kit.plan(task(), refresh=Refresh.STALE).pending == 0


def test_another_wording_makes_every_row_stale(kit: Kit) -> None:
    kit.reviews(12)
    kit.run(task())
    kit.model.judge = lambda row: "negative"
    report = kit.run(SHOUTED, refresh=Refresh.STALE)
    assert (report.state, report.filled) == (JobState.DONE, 12)
    assert set(kit.sentiments().values()) == {"negative"}
    assert kit.plan(SHOUTED, refresh=Refresh.STALE).pending == 0
    # By the old words the new values are stale again.
    assert kit.plan(task(), refresh=Refresh.STALE).pending == 12


def test_a_cell_that_a_person_edited_survives_every_kind_of_refresh(kit: Kit) -> None:
    kit.reviews(20)
    kit.run(task())
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id <= 2")
    kit.door.sql("UPDATE reviews SET sentiment = NULL WHERE id = 3")
    kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id <= 4")
    plan = kit.plan(task(), refresh=Refresh.STALE)
    assert plan.pending == 1
    assert "3 rows were edited by a person since" in " ".join(plan.notes)
    for refresh in Refresh:
        kit.run(task(), refresh=refresh)
        edited = {1: "mine", 2: "mine", 3: None}
        assert kit.sentiments() == expected(20) | edited | {4: "negative"}


def test_edits_are_overwritten_when_that_is_what_was_asked_for(kit: Kit) -> None:
    kit.reviews(10)
    kit.run(task())
    kit.door.sql("UPDATE reviews SET sentiment = 'mine', content = 'turned bad' WHERE id = 1")
    report = kit.run(task(), refresh=Refresh.STALE, overwrite_edits=True)
    assert report.filled == 1
    assert kit.sentiments() == expected(10) | {1: "negative"}


def test_an_edit_during_the_refresh_survives(kit: Kit) -> None:
    kit.reviews(12)
    kit.run(task())

    def edit(_: int) -> None:
        kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id = 12")

    kit.model.on_call = edit
    report = kit.run(task(), refresh=Refresh.ALL)
    assert (report.state, report.filled) == (JobState.DONE, 11)
    assert kit.sentiments() == expected(12) | {12: "mine"}


def test_failed_rows_are_asked_again_in_a_job_of_their_own(kit: Kit) -> None:
    kit.reviews(15)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(7) else sentiment(row)
    first = kit.run(task())
    assert first.state is JobState.PARTIAL
    kit.model.judge = sentiment
    asked = len(kit.model.requests)
    second = kit.run(task(), refresh=Refresh.FAILED)
    assert second.job_id != first.job_id
    assert (second.state, second.filled) == (JobState.DONE, 1)
    assert kit.sentiments() == expected(15)
    assert len(kit.model.requests) == asked + 1
    assert kit.plan(task(), refresh=Refresh.FAILED).pending == 0


def test_all_rows_that_a_job_wrote_are_bought_again_and_no_other(kit: Kit) -> None:
    kit.reviews(10)
    kit.door.sql("UPDATE reviews SET sentiment = 'by hand' WHERE id = 1")
    kit.run(task())
    asked = len(kit.model.requests)
    kit.model.judge = lambda row: "negative"
    report = kit.run(task(), refresh=Refresh.ALL)
    assert (report.state, report.filled, report.reused) == (JobState.DONE, 9, 0)
    assert kit.sentiments() == dict.fromkeys(range(1, 11), "negative") | {1: "by hand"}
    assert len(kit.model.requests) == asked + 9


def test_an_interrupted_refresh_goes_on_where_it_stopped(kit: Kit) -> None:
    kit.reviews(40)
    kit.run(task())
    kit.model.judge = lambda row: "negative"
    first = kit.run(task(), refresh=Refresh.ALL, limits=Limits(max_calls=15))
    assert first.state is JobState.BUDGET
    assert 0 < first.filled < 40
    asked = len(kit.model.requests)
    assert kit.plan(task(), refresh=Refresh.ALL).pending == 40 - first.filled
    second = kit.run(task(), refresh=Refresh.ALL)
    assert (second.job_id, second.state, second.filled) == (first.job_id, JobState.DONE, 40)
    assert set(kit.sentiments().values()) == {"negative"}
    assert len(kit.model.requests) == asked + 40 - first.calls


def test_a_fill_does_not_go_on_with_an_unfinished_refresh(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(20)
    kit.run(task())
    first = kit.run(task(), refresh=Refresh.ALL, limits=Limits(max_calls=6))
    kit.insert(21, 3)
    fill = kit.run(task())
    assert fill.job_id != first.job_id
    assert (fill.state, fill.filled) == (JobState.DONE, 3)


def test_a_refresh_of_a_column_that_is_not_there_says_so(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(3)
    with pytest.raises(TaskInvalid, match="no column mood to refresh"):
        sqlite_kit.plan(task(column="mood"), refresh=Refresh.STALE)


def test_of_several_columns_the_edited_one_keeps_what_the_person_wrote(kit: Kit) -> None:
    kit.reviews(4, column="sentiment VARCHAR(20), tone VARCHAR(20)")
    both = task(columns={"sentiment": {"as": "the sentiment"}, "tone": {"as": "the tone"}})
    kit.run(both)
    kit.door.sql("UPDATE reviews SET tone = 'mine' WHERE id = 1")
    kit.door.sql("UPDATE reviews SET tone = 'mine', sentiment = 'mine' WHERE id = 2")
    kit.model.judge = lambda row: "new"
    report = kit.run(both, refresh=Refresh.ALL)
    assert (report.state, report.filled) == (JobState.DONE, 3)
    rows = kit.door.rows("SELECT id, sentiment, tone FROM reviews ORDER BY id")
    assert rows == [(1, "new", "mine"), (2, "mine", "mine"), (3, "new", "new"), (4, "new", "new")]


def test_null_takes_the_place_of_a_value_where_it_is_the_answer(kit: Kit) -> None:
    kit.reviews(4)
    words = task(spec={"nullable": True})
    kit.run(words)
    kit.model.judge = lambda row: None if row["content"] == text_of(2) else sentiment(row)
    assert kit.run(words, refresh=Refresh.ALL).filled == 4
    assert kit.sentiments() == expected(4) | {2: None}


def test_a_refresh_that_gets_no_answer_leaves_the_old_value(kit: Kit) -> None:
    kit.reviews(6)
    kit.run(task())
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(2) else "negative"
    report = kit.run(task(), refresh=Refresh.ALL)
    assert (report.state, report.filled, report.failed) == (JobState.PARTIAL, 5, 1)
    assert kit.sentiments() == dict.fromkeys(range(1, 7), "negative") | {2: "positive"}
    kit.model.judge = lambda row: "negative"
    assert kit.run(task(), refresh=Refresh.FAILED).filled == 1
    assert kit.sentiments()[2] == "negative"


def test_a_source_that_was_emptied_leaves_the_value_and_the_plan_says_so(kit: Kit) -> None:
    kit.reviews(4)
    kit.run(task())
    kit.door.sql("UPDATE reviews SET content = NULL WHERE id = 1")
    plan = kit.plan(task(), refresh=Refresh.STALE)
    assert plan.pending == 0
    assert "1 rows have an empty source now" in " ".join(plan.notes)


def test_cells_of_another_table_are_refreshed(kit: Kit) -> None:
    kit.reviews(4)
    doors.create(kit.door, "CREATE TABLE tags (review INTEGER PRIMARY KEY, tag VARCHAR(20))")
    tags = task(column="tag", into="tags", join="id = review")
    kit.run(tags)
    kit.door.sql("UPDATE tags SET tag = 'mine' WHERE review = 1")
    kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id <= 2")
    assert kit.run(tags, refresh=Refresh.STALE).filled == 1
    assert kit.door.rows("SELECT review, tag FROM tags ORDER BY review") == [
        (1, "mine"), (2, "negative"), (3, "positive"), (4, "positive"),
    ]  # fmt: skip


def test_a_column_that_was_made_not_null_afterwards_can_be_refreshed(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(3)
    kit.run(task())
    doors.create(
        kit.door,
        "CREATE TABLE strict (id INTEGER PRIMARY KEY, content VARCHAR(200), sentiment VARCHAR(20) NOT NULL)",
        "INSERT INTO strict SELECT * FROM reviews",
        "DROP TABLE reviews",
        "ALTER TABLE strict RENAME TO reviews",
    )
    kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id = 1")
    assert kit.run(task(), refresh=Refresh.STALE).filled == 1
    assert kit.sentiments() == expected(3) | {1: "negative"}
