"""A job while it runs and after it: its pace, why it is slow, its report, and the end of its consent."""

import threading
from decimal import Decimal

import pytest
from column_kit import Kit, refuses, sentiment, task, text_of

from memory.jobs import JobRequest, JobState
from skills.ai_column.budget import BudgetReached, Limits, Meter
from skills.ai_column.model_side import ModelSide
from skills.ai_column.offer import Price
from skills.ai_column.record import JobRecord, progress_of
from skills.ai_column.services import ModelChoice
from skills.ai_column.slowness import Slowness
from skills.ai_column.stop import Stop
from skills.ai_column.tally import Tally
from skills.errors import ConsentExceeded
from skills.model_caller import Pressure, PressureKind
from tools.safety.pending import ApprovedBy

LONG_S = 30


@pytest.mark.parametrize("wish", [JobRequest.SLOWER, JobRequest.FASTER])
def test_a_wish_for_another_pace_reaches_the_model_once(sqlite_kit: Kit, wish: JobRequest) -> None:
    sqlite_kit.reviews(40)
    jobs, heard = sqlite_kit.jobs, []

    def on_call(number: int) -> None:
        if number == 20:
            (job,) = jobs.list(1)
            assert jobs.request(job.id, wish)
            heard.append(sqlite_kit.model.paces.get(timeout=LONG_S))

    sqlite_kit.model.on_call = on_call
    assert sqlite_kit.run(task()).filled == 40
    assert heard == [wish.value]
    assert sqlite_kit.model.paces.empty()


def test_the_worker_says_why_it_is_slow_while_it_runs(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(40)
    said, published = [], threading.Event()

    def on_pressure() -> Pressure:
        # The second look comes after the words of the first were published.
        if said:
            said.append(sqlite_kit.jobs.list(1)[0])
            published.set()
        said.append(None)
        return Pressure(kind=PressureKind.RATE, text="429s: 12.0 requests/s accepted")

    def on_call(number: int) -> None:
        if number == 20:
            assert published.wait(LONG_S)

    sqlite_kit.model.on_pressure, sqlite_kit.model.on_call = on_pressure, on_call
    shown = set()
    sqlite_kit.run(task(), on_progress=lambda standing: shown.add(standing.status))
    job = next(one for one in said if one is not None)
    assert job.status_text == "429s: 12.0 requests/s accepted"
    standing = progress_of(job, job.updated_at)
    assert standing is not None
    assert (standing.pending, standing.status) == (40, job.status_text)
    assert job.status_text in shown
    assert sqlite_kit.jobs.list(1)[0].status_text is None


def slowness(kit: Kit, tally: Tally, meter: Meter) -> Slowness:
    return Slowness(gate=kit.door.gate, model=ModelSide(kit.services(), ModelChoice.FAST, meter, Stop()), tally=tally)


def test_batches_that_waited_for_locks_are_a_reason_once(kit: Kit) -> None:
    tally, now = Tally(), [0.0]
    reasons = slowness(kit, tally, Meter(Limits()))
    reasons.clock = lambda: now[0]
    assert reasons.words() == ""
    tally.add(lock_waits=2)
    now[0] = 10.0
    assert reasons.words() == "batches waited for other people's locks 2 times"
    now[0] = 20.0
    assert reasons.words() == ""


def test_a_budget_that_is_nearly_used_or_reserved_is_a_reason(sqlite_kit: Kit) -> None:
    meter = Meter(Limits(max_tokens=1000))
    reasons = slowness(sqlite_kit, Tally(), meter)
    meter.reserve(800)
    assert reasons.words() == ""
    with pytest.raises(BudgetReached):
        meter.reserve(800)
    assert "the cap of 1000 tokens would be passed" in reasons.words()
    meter.charge(800, prompt_tokens=900, completion_tokens=50)
    assert reasons.words() == "the budget is nearly used: 950 of 1,000 tokens"


def test_a_finished_job_keeps_its_report(kit: Kit) -> None:
    kit.price = Price(prompt=Decimal(1), completion=Decimal(2))
    kit.reviews(30)
    kit.model.judge = lambda row: refuses() if row["content"] == text_of(4) else sentiment(row)
    report = kit.run(task())
    job = kit.jobs.list(1)[0]
    record = JobRecord.of(job)
    kept = record.report
    assert kept is not None
    assert (kept.state, kept.exit_code, kept.reason, kept.pending) == (JobState.PARTIAL, 4, None, 0)
    assert kept.seconds == pytest.approx(report.seconds, abs=0.001)
    assert kept.samples == tuple(shown.as_json() for shown in report.samples)
    assert len(kept.samples) == kit.settings.sample_rows
    assert record.priced
    assert job.counts.usage.cost == report.cost > 0
    (reason,) = kit.jobs.summary(job.id).reasons
    assert (reason.rows, "refused" in reason.text) == (1, True)


def test_the_time_of_a_job_is_that_of_all_its_runs(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(30)
    first = sqlite_kit.run(task(), limits=Limits(max_calls=10))
    assert first.state is JobState.BUDGET
    second = sqlite_kit.run(task())
    kept = JobRecord.of(sqlite_kit.jobs.list(1)[0]).report
    assert kept is not None
    assert kept.seconds == pytest.approx(first.seconds + second.seconds, abs=0.002)


def test_a_job_at_the_end_of_its_yes_says_how_to_go_on_and_does_not_resume_without_a_new_one(kit: Kit) -> None:
    kit.reviews(20)
    with kit.fill() as fill:
        plan = fill.plan(task())
        kit.insert(21, 20)
        fill.begin(plan)
        report = fill.run(plan, fill.approve(plan, ApprovedBy.PERSON), lambda _: None)
    assert report.state is JobState.PAUSED
    assert "ask for the same fill again" in report.message
    job = kit.jobs.get(report.job_id or "")
    assert job.error == report.message
    # What is left would fit into the rows of the old yes; it was still the end of it.
    kit.door.sql("UPDATE reviews SET sentiment = 'x' WHERE id > 25")
    with kit.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan, job)
        with pytest.raises(ConsentExceeded) as caught:
            fill.go_on(plan, job)
        assert "the same fill again" in str(caught.value.hint)
        fill.approve(plan, ApprovedBy.PERSON)
    with kit.fill() as fill:
        plan, job = fill.plan(task()), kit.jobs.get(job.id)
        fill.begin(plan, job)
        assert fill.run(plan, fill.go_on(plan, job), lambda _: None).state is JobState.DONE
