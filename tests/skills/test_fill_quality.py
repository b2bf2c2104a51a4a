"""The second opinion on a fill: who gives it, what it costs, what it says, and that it can stop a run."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from column_kit import Kit, ScriptedCaller, expected, refuses, sentiment, task, text_of

from memory.jobs import JobState
from skills.ai_column.budget import Limits
from skills.ai_column.examiner import check_job
from skills.ai_column.offer import Price
from skills.ai_column.services import QualityCheck
from skills.errors import TaskInvalid
from skills.model_caller import ModelReply, ModelRequest, ModelUnusable
from skills.settings import FillSettings, QualitySettings

CHECK = QualityCheck(rows=20)


class Critic(ScriptedCaller):
    """Says yes or no to free texts."""

    async def call(self, request: ModelRequest, on_retry: Callable[[], None]) -> ModelReply:
        self.requests.append(request)
        shown = json.loads(request.user.splitlines()[-1])
        agrees = shown["value"] == "positive"
        return ModelReply(
            answer={"reason": "as read", "agrees": agrees}, prompt_tokens=7, completion_tokens=3, retries=0
        )


@pytest.fixture
def filled(sqlite_kit: Kit) -> Kit:
    sqlite_kit.settings = FillSettings(rows_per_call=10)
    sqlite_kit.reviews(60)
    return sqlite_kit


def test_labels_are_asked_of_the_judge_in_packs_and_compared(filled: Kit) -> None:
    report = filled.run(task(), check=CHECK)
    assert report.quality is not None
    result = report.quality.columns["sentiment"]
    assert (result.compared, result.agreed, result.without, result.alert) == (20, 20, 0, False)
    assert report.quality.judge == "judge"
    assert len(filled.judge.requests) == 2
    assert filled.judge.requests[0].system == filled.model.requests[0].system
    written = {text_of(number) for number in range(1, 61)}
    assert {row["content"] for row in filled.judge.asked} <= written
    said = report.as_json()["quality"]
    assert isinstance(said, dict)
    assert (said["rows"], said["alert"], said["columns"]["sentiment"]["agreement"]) == (20, False, 1.0)
    assert said["columns"]["sentiment"]["interval"] == [pytest.approx(0.8389, abs=1e-4), 1.0]


def test_a_low_agreement_is_an_alert_and_changes_no_cell(filled: Kit) -> None:
    filled.judge.judge = lambda row: "negative"
    report = filled.run(task(), check=QualityCheck(rows=60))
    assert report.quality is not None
    result = report.quality.columns["sentiment"]
    assert (result.agreed, result.compared, result.alert) == (6, 60, True)
    assert result.confusion == {("positive", "negative"): 54, ("negative", "negative"): 6}
    assert report.state is JobState.DONE
    assert filled.sentiments() == expected(60)


def test_the_calls_of_the_judge_are_counted_in_the_job_at_its_price(filled: Kit) -> None:
    filled.price = Price(prompt=Decimal(1), completion=Decimal(1))
    filled.precise_price = Price(prompt=Decimal(1000), completion=Decimal(1000))
    report = filled.run(task(), check=CHECK)
    fast, judged = len(filled.model.requests), len(filled.judge.requests)
    usage = filled.jobs.get(report.job_id or "").counts.usage
    assert (report.calls, usage.calls) == (fast + judged, fast + judged)
    assert usage.cost == report.cost == Decimal(12 * (fast + 1000 * judged)) / 1_000_000


def test_the_plan_says_what_the_check_may_take(filled: Kit) -> None:
    plan = filled.plan(task(), check=CHECK)
    assert plan.check is not None
    assert (plan.check.judge, plan.check.rows, plan.check.calls) == ("judge", 20, 2)
    assert plan.most_calls == plan.calls + 2
    assert any("20 rows are checked against judge" in note for note in plan.notes)
    assert not filled.judge.requests


def test_free_texts_are_judged_one_by_one(filled: Kit) -> None:
    filled.judge = Critic(label="judge")
    report = filled.run(task(spec={"labels": ()}), check=QualityCheck(rows=60))
    assert report.quality is not None
    result = report.quality.columns["sentiment"]
    assert (result.compared, result.agreed, result.alert) == (60, 54, False)
    assert result.disagreements[0].reason == "as read"
    assert len(filled.judge.requests) == 60


def test_gold_labels_decide_without_a_model(filled: Kit, tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("id,sentiment\n10,negative\n11,positive\n12,negative\n13,positive\n99,positive\n")
    report = filled.run(task(), check=QualityCheck(gold=gold))
    assert report.quality is not None
    result = report.quality.columns["sentiment"]
    assert (result.compared, result.agreed) == (4, 3)
    assert [one.key for one in result.disagreements] == ["[12]"]
    assert not filled.judge.requests


def test_a_gold_file_that_is_wrong_is_told_before_anything_is_paid(filled: Kit, tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("id,sentiment\n10,splendid\n")
    with pytest.raises(TaskInvalid, match=r"gold\.csv:2"):
        filled.run(task(), check=QualityCheck(gold=gold))
    assert not filled.model.requests


def test_with_the_stop_rule_a_bad_run_pauses_on_the_way(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.quality = QualitySettings(stop=True)
    kit.judge.judge = lambda row: "negative"
    kit.reviews(300)
    assert kit.run(task(), limits=Limits(max_calls=100)).state is JobState.BUDGET
    kit.model.most_sent = 200  # what comes after waits until the run is stopped
    report = kit.run(task(), check=CHECK)
    assert (report.state, report.exit_code) == (JobState.PAUSED, 4)
    assert "not good enough" in report.message
    assert 140 <= report.filled <= 200
    assert report.quality is not None
    assert report.quality.stop


def test_a_good_run_is_not_stopped(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.quality = QualitySettings(stop=True)
    kit.reviews(300)
    report = kit.run(task(), check=CHECK)
    assert (report.state, report.filled) == (JobState.DONE, 300)


def test_a_judge_that_does_not_answer_spoils_nothing(filled: Kit) -> None:
    def refusal(row: dict[str, Any]) -> object:
        return ModelUnusable("no such model") if row else refuses()

    filled.judge.judge = refusal
    report = filled.run(task(), check=CHECK)
    assert report.state is JobState.DONE
    assert report.quality is not None
    assert report.quality.problem == "no such model"
    assert filled.sentiments() == expected(60)


def test_refused_rows_are_without_an_opinion(filled: Kit) -> None:
    filled.judge.judge = lambda row: refuses() if "review 7 " in row["content"] else sentiment(row)
    report = filled.run(task(), check=QualityCheck(rows=60))
    assert report.quality is not None
    result = report.quality.columns["sentiment"]
    assert (result.compared, result.without) == (59, 1)


def test_rows_that_changed_since_are_not_drawn(filled: Kit) -> None:
    report = filled.run(task())
    filled.door.sql("UPDATE reviews SET content = 'other' WHERE id <= 50")
    job = filled.jobs.get(report.job_id or "")
    assert check_job(filled.services(), job, QualityCheck(rows=60)).rows == 10


def test_a_finished_job_is_checked_and_stays_finished(kit: Kit) -> None:
    kit.reviews(30)
    report = kit.run(task())
    before = kit.jobs.get(report.job_id or "")
    checked = check_job(kit.services(), before, QualityCheck(rows=10))
    after = kit.jobs.get(before.id)
    assert (checked.rows, checked.columns["sentiment"].agreed) == (10, 10)
    assert (after.state, after.lease_owner) == (JobState.DONE, None)
    assert after.counts.usage.calls == before.counts.usage.calls + 10
    assert kit.sentiments() == expected(30)


def test_an_embedding_has_no_second_opinion(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(3, column="meaning BLOB")
    with pytest.raises(TaskInvalid, match="embedding"):
        sqlite_kit.plan(task(column="meaning", spec={"as": "embedding", "labels": ()}), check=CHECK)
