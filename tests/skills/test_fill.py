"""Filling on each engine: what ends up in the table, in the journal, and in the report."""

import json
import threading
from decimal import Decimal

import doors
import pytest
from column_kit import Kit, expected, refuses, sentiment, task, text_of

from memory.errors import JobBusy
from memory.jobs import JobRequest, JobState
from skills.ai_column.budget import Limits
from skills.ai_column.offer import Price
from skills.ai_column.stop import StopReason
from skills.errors import ConsentExceeded
from skills.model_caller import ModelUnusable
from skills.settings import FillSettings
from tools.safety.pending import ApprovedBy


def test_every_row_is_filled_once_in_batches_of_their_own(kit: Kit) -> None:
    kit.reviews(230)
    report = kit.run(task())
    assert (report.state, report.filled, report.failed, report.pending) == (JobState.DONE, 230, 0, 0)
    assert kit.sentiments() == expected(230)
    assert len(kit.model.requests) == report.calls == 230
    batches = [row.result_rows for row in kit.door.audited() if row.event == "batch"]
    assert batches == [50, 50, 50, 50, 30]
    assert len(report.samples) == 5
    assert kit.model.closed


def test_cells_that_hold_something_keep_it(kit: Kit) -> None:
    kit.reviews(30)
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id <= 10")
    assert kit.run(task()).filled == 20
    assert kit.sentiments() == expected(30) | dict.fromkeys(range(1, 11), "mine")


def test_identical_inputs_are_asked_once(kit: Kit) -> None:
    kit.reviews(0 + 40)
    kit.door.sql("UPDATE reviews SET content = 'all the same' WHERE id > 4")
    report = kit.run(task())
    assert (report.filled, report.calls) == (40, 5)
    assert None not in kit.sentiments().values()


def test_rows_without_a_source_stay_null_and_are_not_asked_again(kit: Kit) -> None:
    kit.reviews(12)
    kit.door.sql("UPDATE reviews SET content = NULL WHERE id <= 3")
    kit.door.sql("UPDATE reviews SET content = '  ' WHERE id = 4")
    plan = kit.plan(task())
    assert (plan.pending, plan.empty) == (8, 4)
    report = kit.run(task())
    assert (report.state, report.filled, report.pending) == (JobState.DONE, 8, 0)
    assert [key for key, value in kit.sentiments().items() if value is None] == [1, 2, 3, 4]
    assert kit.plan(task()).pending == 0


def test_a_row_that_the_model_never_answers_is_quarantined_alone(kit: Kit) -> None:
    kit.reviews(60)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(7) else sentiment(row)
    report = kit.run(task())
    assert (report.state, report.exit_code) == (JobState.PARTIAL, 4)
    assert (report.filled, report.failed) == (59, 1)
    assert [failure.as_json() for failure in report.failures] == [{"key": 7, "reason": "the model refused"}]
    assert kit.sentiments() == expected(60) | {7: None}
    assert kit.model.asked.count({"content": text_of(7)}) == 2


def test_a_quarantined_row_is_not_asked_again_by_the_same_command(kit: Kit) -> None:
    kit.reviews(10)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(7) else sentiment(row)
    first = kit.run(task())
    calls = len(kit.model.requests)
    kit.insert(11, 5)
    second = kit.run(task())
    assert second.job_id == first.job_id
    assert (second.state, second.filled, second.failed) == (JobState.PARTIAL, 14, 1)
    assert len(kit.model.requests) == calls + 5


def test_an_answer_outside_the_contract_is_asked_again_with_the_reason(kit: Kit) -> None:
    kit.reviews(5)
    answers = iter(["so-so", "NEGATIVE"])
    kit.model.judge = lambda row: next(answers) if row["content"] == text_of(2) else sentiment(row)
    assert kit.run(task()).state is JobState.DONE
    assert kit.sentiments() == expected(5) | {2: "negative"}
    assert any("'so-so' is not one of the labels" in request.user for request in kit.model.requests)


def test_a_value_that_the_database_refuses_fails_alone(kit: Kit) -> None:
    kit.reviews(30, column="sentiment VARCHAR(20) CHECK (sentiment <> 'forbidden')")
    kit.model.judge = lambda row: "forbidden" if row["content"] == text_of(9) else sentiment(row)
    report = kit.run(task(spec={"labels": ()}))
    assert (report.filled, report.failed) == (29, 1)
    assert kit.sentiments() == expected(30) | {9: None}


def test_a_cell_that_a_person_fills_meanwhile_keeps_their_value(kit: Kit) -> None:
    kit.reviews(30)

    def edit(number: int) -> None:
        if number == 1:
            kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id = 30")

    kit.model.on_call = edit
    report = kit.run(task())
    assert (report.state, report.filled, report.failed) == (JobState.DONE, 29, 0)
    assert kit.sentiments() == expected(30) | {30: "mine"}


def test_a_row_that_changes_under_its_answer_is_asked_again(kit: Kit) -> None:
    kit.reviews(20)

    def change(number: int) -> None:
        if number == 20:
            kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id = 1")

    kit.model.on_call = change
    report = kit.run(task())
    assert (report.state, report.filled, report.failed) == (JobState.DONE, 20, 0)
    assert kit.sentiments() == expected(20) | {1: "negative"}
    assert {"content": "turned bad"} in kit.model.asked


def test_a_row_that_changes_under_every_answer_is_given_up(kit: Kit) -> None:
    kit.reviews(3)

    def change(number: int) -> None:
        kit.door.sql(f"UPDATE reviews SET content = 'version {number}' WHERE id = 1")

    kit.model.on_call = change
    report = kit.run(task())
    assert (report.state, report.filled, report.failed) == (JobState.PARTIAL, 2, 1)
    assert "changed 3 times" in report.failures[0].reason


def test_a_deleted_row_is_not_inserted_again(kit: Kit) -> None:
    kit.reviews(10)
    kit.model.on_call = lambda number: kit.door.sql("DELETE FROM reviews WHERE id = 10") if number == 1 else None
    report = kit.run(task())
    assert (report.state, report.filled) == (JobState.DONE, 9)
    assert kit.sentiments() == expected(9)


def test_more_rows_than_were_approved_end_as_paused(kit: Kit) -> None:
    kit.reviews(10)
    kit.model.on_call = lambda number: kit.insert(11, 5) if number == 1 else None
    report = kit.run(task())
    assert (report.state, report.exit_code, report.filled) == (JobState.PAUSED, 4, 10)
    assert kit.run(task()).filled == 15
    assert kit.sentiments() == expected(15)


def test_a_row_limit_is_an_end_like_any_other(kit: Kit) -> None:
    kit.reviews(30)
    report = kit.run(task(), limits=Limits(max_rows=12))
    assert (report.state, report.exit_code, report.filled, report.pending) == (JobState.DONE, 0, 12, 18)
    assert list(kit.sentiments().values()).count(None) == 18


@pytest.mark.parametrize(
    "limits",
    [Limits(max_calls=10), Limits(max_tokens=1500), Limits(max_cost=Decimal("0.002"))],
    ids=["calls", "tokens", "cost"],
)
def test_a_budget_stops_cleanly_and_the_same_command_goes_on(sqlite_kit: Kit, limits: Limits) -> None:
    kit = sqlite_kit
    kit.price = Price(prompt=Decimal(1), completion=Decimal(1))
    kit.reviews(200)
    report = kit.run(task(), limits=limits, concurrency=4)
    assert (report.state, report.exit_code) == (JobState.BUDGET, 6)
    assert report.filled == report.calls
    assert 0 < report.filled < 200
    assert report.filled + report.pending == 200
    bought = [row["content"] for row in kit.model.asked]
    final = kit.run(task())
    assert (final.job_id, final.state, final.filled, final.calls) == (report.job_id, JobState.DONE, 200, 200)
    assert not {row["content"] for row in kit.model.asked[len(bought) :]} & set(bought)


def test_max_calls_is_never_passed(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(100)
    sqlite_kit.run(task(), limits=Limits(max_calls=17), concurrency=16)
    assert len(sqlite_kit.model.requests) == 17


def test_a_pause_from_elsewhere_is_honoured_and_resumed(kit: Kit) -> None:
    kit.reviews(400)
    reached = threading.Event()

    def ask_for_a_pause(number: int) -> None:
        if number == 100:
            (job,) = kit.jobs.list(10)
            kit.jobs.request(job.id, JobRequest.PAUSE)
            reached.set()
        if number > 100:
            paused.wait(0.02)

    paused = threading.Event()
    kit.model.on_call = ask_for_a_pause
    report = kit.run(task(), concurrency=2)
    assert reached.is_set()
    assert (report.state, report.exit_code, report.message) == (JobState.PAUSED, 4, "paused on request")
    assert 100 <= report.filled < 400
    assert report.filled == report.calls
    paused.set()
    assert kit.run(task()).filled == len(kit.model.requests) == 400


def test_a_cancelled_job_writes_no_more_and_is_not_resumed(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(60)
    with kit.fill() as fill:
        plan = fill.plan(task())
        job = fill.begin(plan)
        consent = fill.approve(plan, ApprovedBy.PERSON)
        kit.model.on_call = lambda number: fill.stop(StopReason.CANCELLED) if number == 5 else None
        report = fill.run(plan, consent, lambda _: None)
    assert (report.state, report.exit_code) == (JobState.CANCELLED, 3)
    assert report.filled == 0
    assert kit.run(task()).job_id != job.id


def test_two_workers_cannot_have_one_job(kit: Kit) -> None:
    kit.reviews(5)
    with kit.fill() as first:
        plan = first.plan(task())
        first.begin(plan)
        with kit.fill() as second, pytest.raises(JobBusy, match="being worked on by process"):
            second.begin(plan)


def test_an_unusable_model_fails_the_run_and_the_same_command_goes_on(kit: Kit) -> None:
    kit.reviews(20)
    kit.model.judge = lambda row: ModelUnusable("wrong key")  # type: ignore[return-value]
    report = kit.run(task())
    assert (report.state, report.exit_code, report.message) == (JobState.FAILED, 1, "wrong key")
    kit.model.judge = sentiment
    second = kit.run(task())
    assert (second.job_id, second.state, second.filled) == (report.job_id, JobState.DONE, 20)


def test_when_all_preview_rows_fail_nothing_is_written(kit: Kit) -> None:
    kit.reviews(40)
    looked_at = {row.text for row in kit.plan(task()).preview_rows}
    assert len(looked_at) == 5
    kit.model.judge = lambda row: "nonsense" if _text(row) in looked_at else sentiment(row)
    report = kit.run(task())
    assert (report.state, report.exit_code) == (JobState.FAILED, 1)
    assert "all 5 preview rows failed" in report.message
    assert set(kit.sentiments().values()) == {None}


def test_approved_preview_answers_are_kept(kit: Kit) -> None:
    kit.reviews(12)
    with kit.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan)
        look = fill.preview(plan)
        assert len(look.shown) == len(kit.model.requests) == 5
        assert set(kit.sentiments().values()) == {None}
        report = fill.run(plan, fill.approve(plan, ApprovedBy.PERSON), lambda _: None)
    assert (report.filled, report.calls, len(kit.model.requests)) == (12, 12, 12)
    assert kit.sentiments() == expected(12)


def test_a_preview_that_was_left_is_used_by_the_next_run(kit: Kit) -> None:
    kit.reviews(12)
    with kit.fill() as fill:
        plan = fill.plan(task())
        job = fill.begin(plan)
        fill.preview(plan)
    assert kit.jobs.get(job.id).state is JobState.PLANNED
    report = kit.run(task())
    assert (report.job_id, report.filled, len(kit.model.requests)) == (job.id, 12, 12)
    assert report.reused == 0


def test_answers_of_an_earlier_job_are_used_again_unless_told_not_to(kit: Kit) -> None:
    kit.reviews(10)
    kit.run(task())
    kit.door.sql("UPDATE reviews SET sentiment = NULL")
    again = kit.run(task())
    assert (again.filled, again.reused, again.calls) == (10, 10, 0)
    kit.door.sql("UPDATE reviews SET sentiment = NULL")
    fresh = kit.run(task(), reuse=False)
    assert (fresh.filled, fresh.reused, fresh.calls) == (10, 0, 10)


def test_other_words_are_another_job_and_reuse_nothing(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(4)
    first = sqlite_kit.run(task())
    sqlite_kit.door.sql("UPDATE reviews SET sentiment = NULL")
    second = sqlite_kit.run(task(spec={"as": "how angry is the review"}))
    assert second.job_id != first.job_id
    assert second.calls == 4


def test_several_rows_of_one_call_are_told_apart(kit: Kit) -> None:
    kit.reviews(95)
    report = kit.run(task(), rows_per_call=10)
    assert (report.filled, report.calls) == (95, 10)
    assert kit.sentiments() == expected(95)


def test_a_poisonous_row_spoils_no_other_of_its_pack(kit: Kit) -> None:
    kit.reviews(40)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(13) else sentiment(row)
    report = kit.run(task(), rows_per_call=20)
    assert (report.filled, report.failed) == (39, 1)
    assert report.calls <= 2 + 2 * 6
    assert kit.sentiments() == expected(40) | {13: None}


def test_null_can_be_a_right_answer(kit: Kit) -> None:
    kit.reviews(6)
    kit.model.judge = lambda row: None if row["content"] == text_of(2) else sentiment(row)
    report = kit.run(task(spec={"nullable": True}))
    assert (report.state, report.filled, report.failed, report.calls) == (JobState.DONE, 6, 0, 6)
    assert kit.sentiments() == expected(6) | {2: None}


def test_a_background_run_stays_within_the_rows_that_were_approved(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(10)
    with kit.fill() as fill:
        plan = fill.plan(task())
        job = fill.begin(plan)
        fill.approve(plan, ApprovedBy.PERSON)
    kit.insert(11, 1)
    with kit.fill() as fill:
        plan = fill.plan(task())
        job = fill.begin(plan)
        with pytest.raises(ConsentExceeded, match="11 rows are pending now, 10 were approved"):
            fill.go_on(plan, job)
    kit.door.sql("DELETE FROM reviews WHERE id = 11")
    with kit.fill() as fill:
        plan = fill.plan(task())
        job = fill.begin(plan)
        assert fill.run(plan, fill.go_on(plan, job), lambda _: None).filled == 10


def test_long_sources_are_cut_for_the_model_only(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.settings = FillSettings(max_source_chars=100)
    doors.create(kit.door, "CREATE TABLE reviews (id INTEGER PRIMARY KEY, content TEXT, sentiment TEXT)")
    kit.door.sql("INSERT INTO reviews (id, content) VALUES (1, :text)", {"text": "x" * 5000})
    assert kit.run(task()).filled == 1
    assert kit.model.asked == [{"content": "x" * 100}]


def _text(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False)
