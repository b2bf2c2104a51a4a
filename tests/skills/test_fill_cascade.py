"""`--model cascade`: who answers which row, what is recorded and reported, and what both models cost."""

from decimal import Decimal
from typing import Any

import column_kit
import pytest
from column_kit import Kit, Several, expected, task

from memory.jobs import JobState
from skills.ai_column.offer import Price
from skills.ai_column.services import ModelChoice
from skills.errors import TaskInvalid
from skills.settings import FillSettings

CASCADE = {"model": ModelChoice.CASCADE}


def number_of(row: dict[str, Any]) -> int:
    return int(row["content"].split()[1])


def hasty(row: dict[str, Any]) -> object:
    """Wrong and unsure of every fifth row, silent about its sureness in row 3, off the labels in row 7."""
    number = number_of(row)
    if number == 3:
        return Several(sentiment="positive")
    if number == 7:
        return Several(sentiment="splendid", confidence=1.0)
    return Several(sentiment="positive", confidence=0.2 if number % 5 == 0 else 0.9)


@pytest.fixture
def cascade(sqlite_kit: Kit) -> Kit:
    sqlite_kit.settings = FillSettings(rows_per_call=10)
    sqlite_kit.model.judge = hasty
    sqlite_kit.reviews(40)
    return sqlite_kit


def models(kit: Kit, job_id: str | None) -> dict[int, str]:
    assert job_id is not None
    answers = kit.jobs.known(job_id, [f"[{number}]" for number in range(1, 41)])
    return {int(answer.key_json.strip("[]")): answer.model for answer in answers}


def test_doubtful_rows_go_to_the_precise_model_in_packs(cascade: Kit) -> None:
    report = cascade.run(task(), **CASCADE)
    assert report.state is JobState.DONE
    assert cascade.sentiments() == expected(40)  # every tenth is bad, which only the precise model sees
    sent_on = {3, 7, *range(5, 41, 5)}
    assert sorted(number_of(row) for row in cascade.precise.asked) == sorted(sent_on)
    assert len(cascade.precise.requests) < len(sent_on)
    assert sorted(number_of(row) for row in cascade.model.asked) == list(range(1, 41))
    assert models(cascade, report.job_id) == {
        number: "precise" if number in sent_on else "scripted" for number in range(1, 41)
    }
    assert report.as_json()["cascade"] == {
        "kept": 30,
        "escalated": 10,
        "reasons": {"repaired": 1, "unsaid": 1, "unsure": 8},
    }


def test_only_the_fast_model_is_asked_how_sure_it_is(cascade: Kit) -> None:
    cascade.run(task(), **CASCADE)
    assert all('"confidence"' in str(request.json_schema).replace("'", '"') for request in cascade.model.requests)
    assert not any("confidence" in str(request.json_schema) for request in cascade.precise.requests)


def test_both_models_cost(cascade: Kit) -> None:
    cascade.price = Price(prompt=Decimal(1), completion=Decimal(1))
    cascade.precise_price = Price(prompt=Decimal(100), completion=Decimal(100))
    report = cascade.run(task(), **CASCADE)
    assert report.cost is not None
    fast, precise = len(cascade.model.requests), len(cascade.precise.requests)
    assert report.cost == Decimal(12 * (fast + 100 * precise)) / 1_000_000
    assert cascade.jobs.get(report.job_id or "").counts.usage.calls == fast + precise


def test_the_plan_says_what_the_cascade_may_cost(cascade: Kit) -> None:
    cascade.price = cascade.precise_price = Price(prompt=Decimal(1), completion=Decimal(1))
    plan = cascade.plan(task(), **CASCADE)
    assert (plan.models, plan.most_calls) == (("scripted", "precise"), 2 * plan.calls)
    assert plan.cost is not None
    assert plan.most_cost == 2 * plan.cost
    assert any("goes to precise too" in note for note in plan.notes)
    assert not cascade.model.requests
    assert not cascade.precise.requests


def test_a_row_that_the_precise_model_cannot_answer_has_failed(cascade: Kit) -> None:
    cascade.precise.judge = lambda row: column_kit.refuses() if number_of(row) == 5 else column_kit.sentiment(row)
    report = cascade.run(task(), **CASCADE)
    assert (report.state, [failure.key for failure in report.failures]) == (JobState.PARTIAL, [(5,)])
    assert cascade.sentiments() == {**expected(40), 5: None}


def test_a_refused_row_spoils_no_other_and_goes_on(cascade: Kit) -> None:
    cascade.model.judge = lambda row: column_kit.refuses() if number_of(row) == 4 else hasty(row)
    report = cascade.run(task(), **CASCADE)
    assert cascade.sentiments() == expected(40)
    assert models(cascade, report.job_id)[4] == "precise"


def test_the_model_does_not_make_another_job(cascade: Kit) -> None:
    identities = {cascade.plan(task(), model=choice).identity for choice in ModelChoice}
    assert len(identities) == 1


def test_precise_alone_answers_everything(cascade: Kit) -> None:
    report = cascade.run(task(), model=ModelChoice.PRECISE)
    assert cascade.sentiments() == expected(40)
    assert set(models(cascade, report.job_id).values()) == {"precise"}
    assert not cascade.model.requests


def test_answers_of_a_cascade_are_used_again_by_the_next(cascade: Kit) -> None:
    cascade.run(task(), **CASCADE)
    cascade.door.sql("UPDATE reviews SET sentiment = NULL")
    before = len(cascade.model.requests) + len(cascade.precise.requests)
    report = cascade.run(task(), **CASCADE, new=True)
    assert (report.filled, report.reused) == (40, 40)
    assert len(cascade.model.requests) + len(cascade.precise.requests) == before


def test_a_cascade_of_one_model_is_refused(sqlite_kit: Kit) -> None:
    sqlite_kit.precise.label = "scripted"
    sqlite_kit.reviews(3)
    with pytest.raises(TaskInvalid, match="two models"):
        sqlite_kit.plan(task(), **CASCADE)


def test_a_column_named_confidence_keeps_its_name(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(4, column="confidence VARCHAR(20)")
    kit.model.judge = lambda row: Several(confidence="positive", confidence_=0.9)
    report = kit.run(task(column="confidence"), **CASCADE)
    assert (report.filled, len(kit.precise.requests)) == (4, 0)
    assert set(kit.door.rows("SELECT confidence FROM reviews")) == {("positive",)}
