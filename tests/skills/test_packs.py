"""Packs of rows: how many calls a run makes, and what becomes of rows that come back wrong."""

import re
from decimal import Decimal
from typing import Any

import pytest
from column_kit import Kit, expected, refuses, sentiment, task, text_of

from memory.jobs import JobState
from skills.ai_column.budget import Limits
from skills.ai_column.offer import Price
from skills.settings import FillSettings


@pytest.fixture
def packed(sqlite_kit: Kit) -> Kit:
    sqlite_kit.settings = FillSettings()
    return sqlite_kit


def test_short_rows_share_calls_and_the_plan_says_how_many(packed: Kit) -> None:
    packed.reviews(1000)
    plan = packed.plan(task())
    report = packed.run(task())
    assert (report.filled, report.calls) == (1000, plan.calls)
    assert (plan.rows_per_call, plan.calls) == (25, 1 + 40)
    assert packed.sentiments() == expected(1000)


def test_equal_rows_are_asked_once_however_far_apart_they_are(packed: Kit) -> None:
    packed.reviews(1000)
    packed.door.sql("UPDATE reviews SET content = 'review ' || (id % 100) || ' is good'")
    report = packed.run(task())
    assert (report.filled, report.calls, len(packed.model.asked)) == (1000, 1 + 4, 100)


def test_one_poisonous_row_costs_few_calls_and_no_other_row(packed: Kit) -> None:
    packed.reviews(200)
    packed.model.judge = lambda row: refuses() if row["content"] == text_of(77) else sentiment(row)
    report = packed.run(task())
    assert (report.state, report.filled, report.failed) == (JobState.PARTIAL, 199, 1)
    assert [(failure.key, failure.reason) for failure in report.failures] == [((77,), "the model refused")]
    assert report.calls <= 9 + 2 * 5 + 2
    assert packed.sentiments() == {key: value for key, value in expected(200).items() if key != 77} | {77: None}


def test_rows_that_came_back_wrong_share_a_call_when_they_are_asked_again(packed: Kit) -> None:
    packed.reviews(500)
    wrong = {text_of(number) for number in range(10, 500, 25)}

    def once_wrong(row: dict[str, Any]) -> object:
        if row["content"] in wrong:
            wrong.discard(row["content"])
            return "no label of ours"
        return sentiment(row)

    packed.model.judge = once_wrong
    clean = packed.plan(task()).calls
    report = packed.run(task())
    assert (report.state, report.filled, report.failed) == (JobState.DONE, 500, 0)
    assert report.calls <= clean + 3
    assert packed.sentiments() == expected(500)
    assert sum(len(re.findall("not one of the labels", request.user)) for request in packed.model.requests) == 20


def test_the_static_part_is_byte_identical_over_all_calls(packed: Kit) -> None:
    packed.reviews(100)
    packed.run(task())
    assert len({(request.system, str(request.json_schema)) for request in packed.model.requests}) == 1
    assert len(packed.model.requests) == 5


def test_a_run_does_not_go_far_beyond_the_calls_that_were_approved(packed: Kit) -> None:
    packed.settings = FillSettings(rows_per_call=1)
    packed.reviews(60)
    answers = {"left": 12}

    def mostly_wrong(row: dict[str, Any]) -> object:
        answers["left"] -= 1
        return sentiment(row) if answers["left"] >= 0 else "no label of ours"

    packed.model.judge = mostly_wrong
    report = packed.run(task())
    assert (report.state, report.exit_code) == (JobState.PAUSED, 4)
    assert "approved" in report.message
    assert report.calls == 66 + 50  # a tenth more than planned, and the allowance for repairs


def test_a_look_measures_what_the_plan_only_expected(packed: Kit) -> None:
    packed.price = Price(prompt=Decimal(1), completion=Decimal(2))
    packed.reviews(100)
    with packed.fill() as fill:
        plan = fill.plan(task())
        fill.begin(plan)
        looked = fill.preview(plan).plan
    assert looked.measured is not None
    assert looked.completion_tokens == round(100 * 2 / 5)  # the scripted model: two tokens for five rows
    again = packed.plan(task())
    assert (again.completion_tokens, again.measured) == (looked.completion_tokens, looked.measured)
    assert again.as_json()["tokens"]["completion_is_estimate"] is False  # type: ignore[index]


def test_a_cap_on_tokens_counts_packs(packed: Kit) -> None:
    packed.reviews(300)
    report = packed.run(task(), limits=Limits(max_calls=3))
    assert (report.state, report.calls, report.exit_code) == (JobState.BUDGET, 3, 6)
    assert packed.run(task()).filled == 300
