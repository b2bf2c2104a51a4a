"""Several columns of one table in one task: one question for all of them, each with its own contract and repair."""

from typing import Any

import doors
import pytest
from column_kit import Kit, Several, text_of

from memory.jobs import JobState
from skills.ai_column.task import ColumnTask, build_task
from skills.errors import TaskInvalid
from skills.settings import FillSettings

COLUMNS = {
    "sentiment": {"as": "the sentiment", "labels": ["positive", "negative"]},
    "stars": {"as": "how many stars", "type": "INTEGER", "minimum": 1, "maximum": 5},
    "summary": {"as": "a summary", "type": "VARCHAR(12)"},
}


def several(**columns: dict[str, Any]) -> ColumnTask:
    return build_task({"table": "reviews", "from": "content", "columns": columns or COLUMNS})


def judge(row: dict[str, Any]) -> object:
    bad = "bad" in str(row["content"])
    return Several(sentiment="negative" if bad else "positive", stars=1 if bad else 5, summary="short")


@pytest.fixture
def shop(kit: Kit) -> Kit:
    kit.settings = FillSettings(rows_per_call=10)
    kit.model.judge = judge
    kit.reviews(40)
    doors.create(kit.door, "ALTER TABLE reviews ADD COLUMN stars INTEGER")
    doors.create(kit.door, "ALTER TABLE reviews ADD COLUMN summary VARCHAR(12)")
    return kit


def cells(kit: Kit) -> dict[object, tuple[object, ...]]:
    rows = kit.door.rows("SELECT id, sentiment, stars, summary FROM reviews")
    return {row[0]: tuple(row[1:]) for row in rows}


def test_every_column_is_filled_by_the_calls_of_one(shop: Kit) -> None:
    report = shop.run(several())
    assert (report.state, report.filled, report.failed) == (JobState.DONE, 40, 0)
    assert report.calls == 5  # 5 rows of the look, then 35 in packs of ten
    assert set(cells(shop).values()) == {("positive", 5, "short"), ("negative", 1, "short")}


def test_a_cell_that_holds_something_is_left_alone_and_the_others_of_its_row_are_filled(shop: Kit) -> None:
    shop.door.sql("UPDATE reviews SET stars = 3 WHERE id = 7")
    assert shop.run(several()).filled == 40
    assert cells(shop)[7] == ("positive", 3, "short")


def test_only_the_column_that_broke_its_contract_is_asked_again(shop: Kit) -> None:
    spoilt = {"left": True}

    def once_too_long(row: dict[str, Any]) -> object:
        values = judge(row)
        assert isinstance(values, Several)
        if row["content"] == text_of(13) and spoilt.pop("left", False):
            values["summary"] = "far longer than twelve characters"
        return values

    shop.model.judge = once_too_long
    report = shop.run(several())
    assert (report.state, report.filled, report.calls) == (JobState.DONE, 40, 6)
    asked_again = [request for request in shop.model.requests if "last answer" in request.user]
    assert [list(request.json_schema["properties"]) for request in asked_again] == [["summary"]]  # type: ignore[call-overload]
    assert "33 characters" in asked_again[0].user


def test_the_good_values_of_a_row_are_written_though_another_has_failed(shop: Kit) -> None:
    def never_short(row: dict[str, Any]) -> object:
        values = judge(row)
        assert isinstance(values, Several)
        return (
            Several({**values, "summary": "far longer than twelve characters"})
            if row["content"] == text_of(9)
            else values
        )

    shop.model.judge = never_short
    report = shop.run(several())
    assert (report.state, report.filled, report.failed) == (JobState.PARTIAL, 39, 1)
    assert cells(shop)[9] == ("positive", 5, None)
    assert [failure.key for failure in report.failures] == [(9,)]
    assert "33 characters" in report.failures[0].reason


def test_missing_columns_are_created_under_the_same_yes(kit: Kit) -> None:
    kit.settings = FillSettings(rows_per_call=10)
    kit.model.judge = judge
    kit.reviews(12, column="other INTEGER")
    plan = kit.plan(several())
    assert [column.name for column in plan.target.missing] == ["sentiment", "stars", "summary"]
    assert kit.run(several()).filled == 12
    assert None not in [value for row in cells(kit).values() for value in row]


def test_a_column_cannot_be_the_source_of_another_in_the_same_task(shop: Kit) -> None:
    with pytest.raises(TaskInvalid, match="from itself"):
        shop.plan(build_task({"table": "reviews", "from": "content, stars", "columns": COLUMNS}))


def test_a_run_that_was_killed_before_the_write_is_finished_without_asking(shop: Kit) -> None:
    with shop.fill() as fill:
        plan = fill.plan(several())
        fill.begin(plan)
        fill.preview(plan, 5)  # answers are in the journal, nothing is written
    asked = len(shop.model.requests)
    shop.door.sql("UPDATE reviews SET stars = 2 WHERE id = 1")
    report = shop.run(several())
    assert (report.state, report.filled) == (JobState.DONE, 40)
    assert len(shop.model.requests) == asked + 4
    assert cells(shop)[1] == ("positive", 2, "short")
