"""What stands beside a cascade and an embedding as beside any other fill: refresh, undo, pace, reasons, the report."""

import json
from decimal import Decimal
from typing import Any

import pytest
from column_kit import Kit, Several, expected, task, text_of

from memory.jobs import JobRequest, JobState
from skills.ai_column.budget import Limits, Meter
from skills.ai_column.model_side import ModelSide
from skills.ai_column.offer import Price
from skills.ai_column.record import JobRecord
from skills.ai_column.refresh import Refresh
from skills.ai_column.services import ModelChoice
from skills.ai_column.stop import Stop
from skills.ai_column.task import ColumnTask
from skills.ai_column.undoing import JobUndo
from skills.model_caller import Pressure, PressureKind
from tools.safety.pending import ApprovedBy

CASCADE = {"model": ModelChoice.CASCADE}
LONG_S = 30


def sure(kit: Kit) -> None:
    """The fast model is sure of every row."""
    kit.model.judge = lambda row: Several(sentiment="negative" if "bad" in row["content"] else "positive", confidence=1)


def embedding() -> ColumnTask:
    return task(column="meaning", spec={"as": "embedding", "labels": ()})


def vectors(kit: Kit) -> dict[int, list[float]]:
    rows: Any = kit.door.rows("SELECT id, meaning FROM reviews ORDER BY id")
    return {key: json.loads(stored) if isinstance(stored, str) else [float(x) for x in stored] for key, stored in rows}


def lengths(count: int) -> dict[int, list[float]]:
    return {number: [float(len(text_of(number))), 0.5, -1.0] for number in range(1, count + 1)}


def undone(kit: Kit, job_id: str | None) -> int:
    assert job_id is not None
    undo = JobUndo(kit.door.gate, kit.jobs, kit.door.caller, lease_s=30)
    return undo.run(undo.plan(kit.jobs.get(job_id)), ApprovedBy.YES_FLAG, lambda _: None).rows


def test_an_answer_of_a_cascade_is_not_stale_without_it_nor_the_other_way_round(sqlite_kit: Kit) -> None:
    sure(sqlite_kit)
    sqlite_kit.reviews(12)
    sqlite_kit.run(task(), **CASCADE)
    assert sqlite_kit.plan(task(), refresh=Refresh.STALE).pending == 0
    assert sqlite_kit.plan(task(), refresh=Refresh.STALE, **CASCADE).pending == 0
    sqlite_kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id = 3")
    assert sqlite_kit.run(task(), refresh=Refresh.STALE, **CASCADE).filled == 1
    assert sqlite_kit.sentiments() == expected(12) | {3: "negative"}


def test_rows_can_be_asked_again_of_the_precise_model_and_put_back(kit: Kit) -> None:
    kit.reviews(12)
    kit.run(task())
    kit.precise.judge = lambda row: "negative"
    report = kit.run(task(), refresh=Refresh.ALL, model=ModelChoice.PRECISE)
    assert (report.state, report.filled) == (JobState.DONE, 12)
    assert set(kit.sentiments().values()) == {"negative"}
    assert undone(kit, report.job_id) == 12
    assert kit.sentiments() == expected(12)


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_vector_is_stale_when_its_text_has_changed_and_is_put_back(kit: Kit, form: str) -> None:
    kit.reviews(12, column=f"meaning {'JSON' if form == 'json' else 'VARCHAR(100)'}")
    kit.run(embedding())
    kit.door.sql("UPDATE reviews SET content = 'short' WHERE id = 3")
    report = kit.run(embedding(), refresh=Refresh.STALE)
    assert (report.state, report.filled) == (JobState.DONE, 1)
    assert vectors(kit) == lengths(12) | {3: [5.0, 0.5, -1.0]}
    assert undone(kit, report.job_id) == 1
    assert vectors(kit) == lengths(12)


def test_both_models_of_a_cascade_hear_of_a_wish_for_another_pace(sqlite_kit: Kit) -> None:
    sure(sqlite_kit)
    sqlite_kit.reviews(40)
    heard = []

    def on_call(number: int) -> None:
        if number == 20:
            assert sqlite_kit.jobs.request(sqlite_kit.jobs.list(1)[0].id, JobRequest.SLOWER)
            heard.extend(caller.paces.get(timeout=LONG_S) for caller in (sqlite_kit.model, sqlite_kit.precise))

    sqlite_kit.model.on_call = on_call
    assert sqlite_kit.run(task(), **CASCADE).filled == 40
    assert heard == ["slower", "slower"]


def test_what_limits_one_model_of_a_cascade_is_the_reason(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(3)
    limited = Pressure(kind=PressureKind.RATE, text="429s: 12.0 requests/s accepted")
    sqlite_kit.precise.on_pressure = lambda: limited
    plan = sqlite_kit.plan(task(), **CASCADE)
    side = ModelSide(sqlite_kit.services(), ModelChoice.CASCADE, Meter(Limits()), Stop())
    assert side.pressure() is None
    assert not side.paced(faster=True)
    side.asker(plan, "job")
    assert side.pressure() == limited
    sqlite_kit.model.on_pressure = lambda: limited
    told = side.pressure()
    assert told is not None
    assert told.text == f"scripted: {limited.text}; precise: {limited.text}"
    side.close()


def test_an_embedding_model_hears_of_a_wish_too(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(3, column="meaning BLOB")
    side = ModelSide(sqlite_kit.services(), ModelChoice.FAST, Meter(Limits()), Stop())
    side.asker(sqlite_kit.plan(embedding()), "job")
    assert side.paced(faster=True)
    assert sqlite_kit.embedder.paces.get(timeout=LONG_S) == "faster"
    side.close()


def test_a_cost_is_told_only_where_every_price_is_known(sqlite_kit: Kit) -> None:
    sure(sqlite_kit)
    sqlite_kit.reviews(5)
    sqlite_kit.price = Price(prompt=Decimal(1), completion=Decimal(1))
    report = sqlite_kit.run(task(), **CASCADE)
    assert report.cost is None
    assert not JobRecord.of(sqlite_kit.jobs.get(str(report.job_id))).priced
    sqlite_kit.precise_price = sqlite_kit.price
    report = sqlite_kit.run(task(), refresh=Refresh.ALL, **CASCADE)
    assert report.cost is not None
    assert JobRecord.of(sqlite_kit.jobs.get(str(report.job_id))).priced


def test_a_wish_for_vectors_is_no_wording_to_keep(sqlite_kit: Kit) -> None:
    sqlite_kit.reviews(3, column="meaning BLOB, sentiment VARCHAR(20)")
    kept = []
    for asked in (embedding(), task()):
        with sqlite_kit.fill() as fill:
            plan = fill.plan(asked)
            fill.begin(plan)
            kept.append(fill.run(plan, fill.approve(plan, ApprovedBy.PERSON), lambda _: None).kept)
    assert kept[0] == ()
    assert len(kept[1]) == 1
