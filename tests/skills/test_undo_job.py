"""A run taken back: the old values to the byte, what people changed since left alone, a kill half-way survived."""

import doors
import pytest
from column_kit import Kit, expected, refuses, sentiment, task, text_of

from memory.jobs import AnswerStatus, JobState
from skills.ai_column.refresh import Refresh
from skills.ai_column.stop import StopReason
from skills.ai_column.undo_plan import UndoPlan
from skills.ai_column.undoing import JobUndo, Undone
from skills.errors import TaskRefused
from tools.safety.pending import ApprovedBy


def undo_plan(kit: Kit, job_id: str) -> UndoPlan:
    return undo_of(kit).plan(kit.jobs.get(job_id))


def undo_of(kit: Kit) -> JobUndo:
    return JobUndo(kit.door.gate, kit.jobs, kit.door.caller, lease_s=30)


def undo(kit: Kit, job_id: str | None) -> Undone:
    assert job_id is not None
    return undo_of(kit).run(undo_plan(kit, job_id), ApprovedBy.YES_FLAG, lambda _: None)


def test_every_row_that_the_job_wrote_is_null_again_and_no_other(kit: Kit) -> None:
    kit.reviews(120)
    kit.door.sql("UPDATE reviews SET sentiment = 'by hand' WHERE id = 5")
    report = kit.run(task())
    assert undo_plan(kit, str(report.job_id)).rows == 119
    undone = undo(kit, report.job_id)
    assert (undone.state, undone.rows, undone.changed, undone.exit_code) == (JobState.DONE, 119, 0, 0)
    assert kit.sentiments() == dict.fromkeys(range(1, 121)) | {5: "by hand"}
    job = kit.jobs.get(str(report.job_id))
    assert (job.state, job.counts.filled) == (JobState.CANCELLED, 0)
    assert kit.jobs.summary(job.id).rows[AnswerStatus.UNDONE] == 119
    approvals = [row for row in kit.door.audited() if row.event == "approval"]
    assert len(approvals) == 2  # the fill's and the undo's


def test_the_undo_of_a_refresh_puts_the_first_answers_back(kit: Kit) -> None:
    kit.reviews(30)
    kit.run(task())
    kit.model.judge = lambda row: "negative"
    report = kit.run(task(), refresh=Refresh.ALL)
    assert undo(kit, report.job_id).rows == 30
    assert kit.sentiments() == expected(30)


def test_a_cell_that_someone_changed_since_is_left_alone_and_reported(kit: Kit) -> None:
    kit.reviews(20)
    report = kit.run(task())
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id IN (2, 3)")
    kit.door.sql("DELETE FROM reviews WHERE id = 4")
    plan = undo_plan(kit, str(report.job_id))
    assert (plan.rows, plan.changed) == (17, 2)
    assert "2 rows were changed by someone since" in " ".join(plan.notes)
    undone = undo(kit, report.job_id)
    assert (undone.state, undone.rows, undone.changed, undone.gone) == (JobState.PARTIAL, 17, 2, 1)
    assert undone.exit_code == 4
    assert [conflict.key for conflict in undone.conflicts] == [(2,), (3,)]
    left = {key: None for key in range(1, 21) if key != 4}
    assert kit.sentiments() == left | {2: "mine", 3: "mine"}


def test_old_values_come_back_to_the_byte(kit: Kit) -> None:
    old = "Ünïcode  with trailing blanks  \n'quoted' \\ 情绪"
    doors.create(kit.door, "CREATE TABLE reviews (id INTEGER PRIMARY KEY, content VARCHAR(200), sentiment VARCHAR(99))")
    kit.door.sql("INSERT INTO reviews (id, content) VALUES (1, 'good'), (2, 'good too')")
    answers = {"good": old, "good too": "x"}
    words = task(spec={"labels": ()})
    kit.model.judge = lambda row: answers[str(row["content"])]
    kit.run(words)
    before = kit.sentiments()
    kit.model.judge = lambda row: "new"
    report = kit.run(words, refresh=Refresh.ALL)
    assert set(kit.sentiments().values()) == {"new"}
    undo(kit, report.job_id)
    assert kit.sentiments() == before
    assert str(before[1]).startswith("Ünïcode  with trailing blanks")


def test_the_same_fill_begins_a_new_job_after_an_undo(kit: Kit) -> None:
    kit.reviews(10)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(7) else sentiment(row)
    first = kit.run(task())
    undone = undo(kit, first.job_id)
    assert (undone.rows, undone.state) == (9, JobState.DONE)
    kit.model.judge = sentiment
    second = kit.run(task())
    assert second.job_id != first.job_id
    assert kit.sentiments() == expected(10)


def test_an_undo_that_was_stopped_goes_on(kit: Kit) -> None:
    kit.reviews(700)
    report = kit.run(task())
    stopped = undo_of(kit)
    plan = undo_plan(kit, str(report.job_id))
    first = stopped.run(plan, ApprovedBy.YES_FLAG, lambda _: stopped.stop(StopReason.INTERRUPTED))
    assert (first.state, first.rows, first.pending, first.exit_code) == (JobState.PAUSED, 500, 200, 130)
    second = undo(kit, report.job_id)
    assert (second.state, second.rows, second.pending) == (JobState.DONE, 200, 0)
    assert set(kit.sentiments().values()) == {None}


def test_rows_put_back_just_before_a_kill_count_as_put_back(kit: Kit) -> None:
    kit.reviews(10)
    report = kit.run(task())
    kit.door.sql("UPDATE reviews SET sentiment = NULL WHERE id <= 4")
    undone = undo(kit, report.job_id)
    assert (undone.rows, undone.changed) == (10, 0)
    assert set(kit.sentiments().values()) == {None}


def test_of_several_columns_only_what_the_job_wrote_is_put_back(kit: Kit) -> None:
    kit.reviews(6, column="sentiment VARCHAR(20), tone VARCHAR(20)")
    kit.door.sql("UPDATE reviews SET tone = 'by hand' WHERE id = 1")
    both = task(columns={"sentiment": {"as": "the sentiment"}, "tone": {"as": "the tone"}})
    report = kit.run(both)
    kit.door.sql("UPDATE reviews SET tone = 'mine' WHERE id = 2")
    undone = undo(kit, report.job_id)
    assert (undone.rows, undone.changed) == (6, 1)
    assert [conflict.reason for conflict in undone.conflicts] == ["tone: changed by someone since; left alone"]
    rows = kit.door.rows("SELECT id, sentiment, tone FROM reviews ORDER BY id")
    assert rows == [(1, None, "by hand"), (2, None, "mine"), *((key, None, None) for key in range(3, 7))]


def test_cells_of_another_table_are_emptied_and_their_rows_stay(kit: Kit) -> None:
    kit.reviews(4)
    doors.create(kit.door, "CREATE TABLE tags (review INTEGER PRIMARY KEY, tag VARCHAR(20))")
    kit.door.sql("INSERT INTO tags VALUES (1, NULL)")
    tags = task(column="tag", into="tags", join="id = review")
    report = kit.run(tags)
    assert report.filled == 4
    plan = undo_plan(kit, str(report.job_id))
    assert "rows that the job added to tags stay" in " ".join(plan.notes)
    assert undo(kit, report.job_id).rows == 4
    assert kit.door.rows("SELECT review, tag FROM tags ORDER BY review") == [(key, None) for key in range(1, 5)]


def test_the_undo_says_which_column_it_leaves_and_how_to_drop_it(kit: Kit) -> None:
    kit.reviews(4)
    report = kit.run(task(column="mood", spec={"type": "VARCHAR(20)"}))
    notes = " ".join(undo_plan(kit, str(report.job_id)).notes)
    assert "column mood, which the job added to reviews, stays" in notes
    assert "DROP COLUMN" in notes
    doors.create(kit.door, "ALTER TABLE reviews DROP COLUMN mood")
    with pytest.raises(TaskRefused, match="no column mood any more"):
        undo_plan(kit, str(report.job_id))
