"""`--snapshot`: the old values in a table of their own, before the first write, made once."""

from column_kit import Kit, expected, task

from memory.jobs import JobState
from skills.ai_column.budget import Limits
from skills.ai_column.refresh import Refresh
from skills.ai_column.snapshot import snapshot_name


def test_a_snapshot_holds_the_old_values(kit: Kit) -> None:
    kit.reviews(30)
    kit.run(task())
    plan = kit.plan(task(), refresh=Refresh.ALL, snapshot=True)
    assert "the old values will be kept in table reviews_sentiment_before_JOB" in plan.notes
    kit.model.judge = lambda row: "negative"
    report = kit.run(task(), refresh=Refresh.ALL, snapshot=True)
    assert report.state is JobState.DONE
    kept = kit.door.rows(f"SELECT id, sentiment FROM reviews_sentiment_before_{report.job_id} ORDER BY id")
    assert dict(kept) == expected(30)
    assert set(kit.sentiments().values()) == {"negative"}


def test_a_resumed_job_does_not_make_it_again(kit: Kit) -> None:
    kit.reviews(30)
    first = kit.run(task(), snapshot=True, limits=Limits(max_calls=12))
    assert 0 < first.filled < 30
    second = kit.run(task(), snapshot=True)
    assert (second.job_id, second.state) == (first.job_id, JobState.DONE)
    kept = kit.door.rows(f"SELECT id, sentiment FROM reviews_sentiment_before_{first.job_id} ORDER BY id")
    assert dict(kept) == dict.fromkeys(range(1, 31))


def test_a_job_that_has_written_already_makes_none(kit: Kit) -> None:
    kit.reviews(30)
    first = kit.run(task(), limits=Limits(max_calls=12))
    second = kit.run(task(), snapshot=True)
    assert (second.job_id, second.state, second.exit_code) == (first.job_id, JobState.REFUSED, 3)
    assert "cannot be kept any more" in second.message
    assert kit.run(task()).state is JobState.DONE
    assert kit.sentiments() == expected(30)


def test_a_column_that_the_job_adds_is_in_it_as_it_was(kit: Kit) -> None:
    kit.reviews(5)
    report = kit.run(task(column="mood", spec={"type": "VARCHAR(20)"}), snapshot=True)
    assert report.state is JobState.DONE
    assert kit.door.rows(f"SELECT COUNT(*), COUNT(mood) FROM reviews_mood_before_{report.job_id}") == [(5, 0)]


def test_long_names_are_cut_to_what_every_engine_takes(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(1)
    target = sqlite_kit.plan(task(column="überaus_" * 7)).target
    name = snapshot_name(target, "0123456789ab")
    assert len(name.encode()) <= 63
    assert name.endswith("_before_0123456789ab")
