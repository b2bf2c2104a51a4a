"""Embedding columns: vectors in the form of the column, through the same packs, journal and batches as answers."""

import json
import struct
from decimal import Decimal
from typing import Any

import doors
import pytest
from column_kit import Kit, task, text_of

from memory.jobs import JobState
from skills.ai_column.budget import Limits
from skills.ai_column.offer import Price
from skills.ai_column.task import ColumnTask
from skills.errors import TaskInvalid
from skills.model_caller import AnswerUnusable
from tools.db.values import Value

BLOBS = {"sqlite": "BLOB", "mysql": "MEDIUMBLOB", "postgres": "BYTEA"}


def embedding(**spec: Any) -> ColumnTask:
    return task(column="meaning", spec={"as": "embedding", "labels": (), **spec})


def numbers(stored: Value) -> list[float]:
    if isinstance(stored, bytes):
        return list(struct.unpack(f"<{len(stored) // 4}f", stored))
    return json.loads(stored) if isinstance(stored, str) else [float(str(number)) for number in stored]  # type: ignore[union-attr]


def vectors(kit: Kit) -> dict[int, list[float] | None]:
    rows = kit.door.rows("SELECT id, meaning FROM reviews ORDER BY id")
    return {int(str(key)): None if value is None else numbers(value) for key, value in rows}


def expected(count: int) -> dict[int, list[float]]:
    return {number: [float(len(text_of(number))), 0.5, -1.0] for number in range(1, count + 1)}


@pytest.mark.parametrize("form", ["blob", "json", "text"])
def test_a_column_is_filled_with_vectors_in_its_own_form(kit: Kit, form: str) -> None:
    types = {"blob": BLOBS[kit.door.database.dialect.value], "json": "JSON", "text": "VARCHAR(100)"}
    kit.reviews(25, column=f"meaning {types[form]}")
    report = kit.run(embedding())
    assert (report.state, report.filled, report.calls) == (JobState.DONE, 25, len(kit.embedder.requests))
    assert vectors(kit) == expected(25)
    assert not kit.model.requests


def test_plain_texts_are_sent_in_packs_and_each_once(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(30, column="meaning BLOB")
    kit.door.sql("UPDATE reviews SET content = 'the same' WHERE id > 20")
    report = kit.run(embedding())
    sent = [text for request in kit.embedder.requests for text in request]
    assert sorted(sent) == sorted([*(text_of(number) for number in range(1, 21)), "the same"])
    assert [len(request) for request in kit.embedder.requests].count(10) == 1  # 5 of the look, 10, 6
    assert report.filled == 30
    assert (report.prompt_tokens, report.completion_tokens) == (21, 0)


def test_several_columns_are_one_text(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(1, column="meaning BLOB, stars INTEGER")
    kit.door.sql("UPDATE reviews SET stars = 4")
    kit.run(task(column="meaning", spec={"as": "embedding", "labels": ()}, **{"from": ["content", "stars"]}))
    assert kit.embedder.requests == [["content: review 1 is good\nstars: 4"]]


def test_a_missing_column_is_created_for_vectors(kit: Kit) -> None:
    kit.reviews(3)
    plan = kit.plan(embedding(type="vector(3)") if kit.door.database.dialect.value != "postgres" else embedding())
    wanted = {"sqlite": "BLOB", "mysql": "MEDIUMBLOB", "postgres": "JSONB"}
    assert plan.target.missing[0].create_type == wanted[kit.door.database.dialect.value]
    assert kit.run(plan.task).filled == 3
    assert vectors(kit) == expected(3)


def test_a_plan_counts_prompts_only_and_is_free(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.price = Price(prompt=Decimal(2), completion=Decimal(1000))
    kit.reviews(30, column="meaning BLOB")
    plan = kit.plan(embedding())
    assert (plan.model, plan.rows_per_call, plan.calls, plan.completion_tokens) == ("embedder", 10, 4, 0)
    assert plan.prompt_tokens == pytest.approx(30 * (len(text_of(10)) // 4 + 1), rel=0.2)
    assert plan.cost == Decimal(2) * plan.prompt_tokens / 1_000_000
    assert not kit.embedder.requests


def test_a_preview_shows_the_length_and_the_first_numbers(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.embedder.vector = lambda text: [0.25, -1.0, 0.5, 3.0, 7.0]
    kit.reviews(8, column="meaning BLOB")
    with kit.fill() as fill:
        plan = fill.plan(embedding())
        fill.begin(plan)
        look = fill.preview(plan)
    assert {one.values for one in look.shown} == {("5 numbers: 0.25, -1, 0.5, 3, ...",)}
    assert look.plan.measured is not None
    assert set(vectors(kit).values()) == {None}


def test_a_text_that_is_refused_fails_alone(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    poison = text_of(17)
    kit.embedder.vector = lambda text: AnswerUnusable("too long") if text == poison else [float(len(text)), 0.5, -1.0]
    kit.reviews(30, column="meaning BLOB")
    report = kit.run(embedding())
    assert (report.state, report.filled) == (JobState.PARTIAL, 29)
    assert [(failure.key, failure.reason) for failure in report.failures] == [((17,), "too long")]
    assert vectors(kit) == {**expected(30), 17: None}


def test_a_vector_of_another_length_is_not_written(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(3)
    report = kit.run(embedding(type="vector(4)"))
    assert report.state is JobState.FAILED
    assert "vectors of 4 numbers, and the model gives 3" in report.message
    assert "meaning" not in [column.name for column in kit.door.gate.schema.get().tables["reviews"].columns]


def test_a_resumed_fill_buys_no_vector_twice(kit: Kit) -> None:
    backend = kit.door.database.dialect.value
    kit.reviews(40, column=f"meaning {BLOBS[backend]}")
    assert kit.run(embedding(), limits=Limits(max_calls=2)).state is JobState.BUDGET
    assert kit.run(embedding()).state is JobState.DONE
    sent = [text for request in kit.embedder.requests for text in request]
    assert sorted(sent) == sorted(text_of(number) for number in range(1, 41))
    assert vectors(kit) == expected(40)


def test_an_embedding_is_filled_alone(sqlite_kit: Kit) -> None:
    kit = sqlite_kit
    kit.reviews(1, column="meaning BLOB, sentiment VARCHAR(20)")
    both = embedding().model_copy(update={"columns": {**embedding().columns, **task().columns}})
    with pytest.raises(TaskInvalid, match="alone"):
        kit.plan(both)


def test_a_vector_of_pgvector_is_written_as_its_text(kit: Kit) -> None:
    if kit.door.database.dialect.value != "postgres":
        pytest.skip("pgvector is an extension of PostgreSQL")
    # The extension is not on every machine: a type of its name that takes the same text stands for it.
    doors.create(kit.door, "CREATE DOMAIN vector AS TEXT")
    kit.reviews(3, column="meaning vector")
    assert kit.run(task(column="meaning", spec={"as": "what it is about", "labels": ()})).filled == 3
    assert vectors(kit) == expected(3)
