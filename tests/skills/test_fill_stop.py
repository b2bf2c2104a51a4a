"""What is paid for is on the disk at once, and nothing more is paid for once a run is to stop."""

import threading
from decimal import Decimal

import pytest
from column_kit import Kit, expected, refuses, sentiment, task, text_of

from memory.jobs import JobState
from skills.ai_column.budget import BudgetReached, Limits, Meter
from skills.ai_column.offer import Price
from skills.ai_column.stop import Stop, StopReason
from skills.model_caller import AnswerUnusable, ModelUnusable
from skills.settings import FillSettings
from tools.safety.pending import ApprovedBy

SOON_S = 30.0  # only a defect waits for so long


def test_answers_reach_the_journal_while_a_batch_waits_for_a_lock(kit: Kit) -> None:
    kit.reviews(250)
    job_id = ""
    with kit.door.database.connect(readonly=False) as other, kit.fill() as fill:
        plan = fill.plan(task())
        job_id = fill.begin(plan).id
        consent = fill.approve(plan, ApprovedBy.YES_FLAG)
        other.begin()
        other.write("UPDATE reviews SET content = content WHERE id <= 250")
        journaled: list[int] = []

        def watch(_: object) -> None:
            if not journaled and len(kit.jobs.unwritten(job_id, 1000)) == 250:
                journaled.append(250)
                other.rollback()

        report = fill.run(plan, consent, watch)
    assert journaled == [250]
    assert (report.state, report.filled, len(kit.model.requests)) == (JobState.DONE, 250, 250)


def test_the_good_answers_of_a_pack_do_not_wait_for_its_repairs(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(10)
    journaled = threading.Event()
    kit.model.judge = lambda row: "so-so" if row["content"] == text_of(4) else sentiment(row)
    kit.settings = FillSettings(preview_rows=10)
    with kit.fill(rows_per_call=10) as fill:
        plan = fill.plan(task())
        job_id = fill.begin(plan).id

        def repair(number: int) -> None:
            if number > 1:
                assert journaled.wait(SOON_S)

        def watch(_: object) -> None:
            if len(kit.jobs.unwritten(job_id, 100)) == 9:
                journaled.set()

        kit.model.on_call = repair
        report = fill.run(plan, fill.approve(plan, ApprovedBy.YES_FLAG), watch)
    assert journaled.is_set()
    assert (report.filled, report.failed) == (9, 1)


@pytest.mark.parametrize("reason", [StopReason.INTERRUPTED, StopReason.PAUSED, StopReason.CANCELLED])
def test_a_stop_reaches_the_calls_that_wait_for_their_turn(sqlite_kit: Kit, reason: StopReason) -> None:
    kit = sqlite_kit
    kit.reviews(60)
    kit.model.most_sent = 20
    with kit.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan)
        kit.model.on_call = lambda number: fill.stop(reason) if number == 20 else None
        report = fill.run(plan, fill.approve(plan, ApprovedBy.YES_FLAG), lambda _: None)
    assert kit.model.stopped
    assert (report.calls, len(kit.model.requests)) == (20, 20)
    assert report.filled == (0 if reason is StopReason.CANCELLED else 20)
    assert report.pending == 60 - report.filled


def test_a_cap_that_is_reached_lets_the_calls_go_that_it_covers(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(60)
    report = kit.run(task(), limits=Limits(max_calls=25))
    assert not kit.model.stopped
    assert (report.state, report.calls, report.filled, len(kit.model.requests)) == (JobState.BUDGET, 25, 25, 25)


def test_a_further_attempt_counts_against_the_cap() -> None:
    meter = Meter(Limits(max_calls=3))
    meter.reserve(10)
    meter.reserve(10)
    meter.retry()
    with pytest.raises(BudgetReached, match="3 calls"):
        meter.retry()
    meter.charge(10, prompt_tokens=1, completion_tokens=1)
    meter.charge(10, prompt_tokens=0, completion_tokens=0, sent=False)
    assert (meter.total.calls, meter.total.retried) == (2, 1)
    meter.retry()


def test_a_call_that_was_not_sent_costs_nothing() -> None:
    meter, price = Meter(Limits(max_cost=Decimal(1))), Price(prompt=Decimal(1), completion=Decimal(1))
    meter.reserve(1_000_000, price)
    assert meter.take().calls == 0
    meter.charge(1_000_000, prompt_tokens=0, completion_tokens=0, sent=False, price=price)
    assert (meter.total.calls, meter.total.cost) == (0, Decimal(0))
    meter.reserve(1_000_000, price)


def test_noise_is_asked_more_often_than_a_refusal(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(20)
    noise = {text_of(3): 3, text_of(5): 4}  # unusable answers before a good one

    def judge(row: dict[str, object]) -> object:
        text = str(row["content"])
        if text == text_of(7):
            return refuses()
        noise[text] = noise.get(text, 0) - 1
        return AnswerUnusable("no JSON") if noise[text] >= 0 else sentiment(row)

    kit.model.judge = judge
    report = kit.run(task())
    assert kit.sentiments() == expected(20) | {5: None, 7: None}
    asked = [str(row["content"]) for row in kit.model.asked]
    assert [asked.count(text_of(number)) for number in (3, 5, 7)] == [4, 4, 2]
    assert report.failed == 2


def test_a_stop_tells_who_listens_once_even_late() -> None:
    stop, heard = Stop(), list[str]()
    stop.listen(lambda: heard.append("early"))
    stop.set(StopReason.PAUSED)
    stop.set(StopReason.FAILED)
    stop.listen(lambda: heard.append("late"))
    assert heard == ["early", "late"]
    assert stop.reason is StopReason.PAUSED


@pytest.mark.parametrize(
    ("answer", "state"),
    [(ModelUnusable("wrong key"), JobState.FAILED), ("nonsense", JobState.FAILED), ("positive", JobState.DONE)],
)
def test_a_missing_column_is_added_only_after_a_good_answer(kit: Kit, answer: object, state: JobState) -> None:
    kit.reviews(12, column="stars INTEGER")
    kit.model.judge = lambda _: answer
    report = kit.run(task())
    assert report.state is state
    kit.door.gate.schema.refresh()
    table = kit.door.gate.schema.get().table("reviews")
    assert table is not None
    assert (table.column("sentiment") is not None) == (state is JobState.DONE)
    assert report.filled == (12 if state is JobState.DONE else 0)
    kit.model.judge = sentiment
    assert kit.run(task()).filled == 12 or state is JobState.DONE


def test_a_stop_during_the_look_adds_no_column(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(12, column="stars INTEGER")
    kit.model.most_sent = 2
    with kit.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan)
        kit.model.on_call = lambda number: fill.stop() if number == 2 else None
        report = fill.run(plan, fill.approve(plan, ApprovedBy.YES_FLAG), lambda _: None)
    assert (report.state, report.exit_code, report.calls, report.pending) == (JobState.PAUSED, 130, 2, 12)
    assert kit.plan(task()).target.missing
    kit.model.most_sent = None
    assert (kit.run(task()).filled, len(kit.model.requests)) == (12, 12)


def test_rows_that_came_beyond_the_consent_are_counted_as_left(kit: Kit) -> None:
    kit.reviews(8)
    kit.model.on_call = lambda number: kit.insert(9, 5) if number == 1 else None
    report = kit.run(task())
    assert (report.state, report.exit_code) == (JobState.PAUSED, 4)
    assert (report.filled, report.pending) == (8, 5)
