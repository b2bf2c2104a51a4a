"""The published schema of a task file says what the loader accepts."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from skills.ai_column.task import build_task
from skills.ai_column.task_schema import task_schema
from skills.errors import TaskInvalid

ROOT = Path(__file__).resolve().parents[2]
WHOLE: dict[str, Any] = {
    "table": "reviews",
    "from": ["title", "body"],
    "where": "stars < 3",
    "key": "id",
    "into": "verdicts",
    "join": "reviews.id = verdicts.review_id",
    "columns": {
        "mood": {
            "as": "Mood",
            "type": "VARCHAR(20)",
            "labels": ["good", "bad"],
            "max_length": 20,
            "minimum": 1,
            "maximum": 2.5,
            "pattern": "g.*|b.*",
            "language": "English",
            "nullable": True,
        }
    },
}
SMALL: dict[str, Any] = {"table": "t", "from": "a", "columns": {"c": {"as": "x"}}}


def valid(schema: Mapping[str, Any], value: object) -> bool:
    """The keywords that the schema uses; an unknown one is an error, so that none is overlooked."""
    known = {"type", "properties", "required", "additionalProperties", "minProperties", "items", "minItems"}
    known |= {"minLength", "minimum", "pattern", "anyOf", "default", "description", "title", "$schema"}
    assert set(schema) <= known, set(schema) - known
    types: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    types |= {"number": (int, float), "null": type(None)}
    if "anyOf" in schema and not any(valid(part, value) for part in schema["anyOf"]):
        return False
    if "type" in schema and (
        not isinstance(value, types[schema["type"]])
        or (isinstance(value, bool) and schema["type"] in ("integer", "number"))
    ):
        return False
    if isinstance(value, dict):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        return (
            all(name in value for name in schema.get("required", ()))
            and len(value) >= schema.get("minProperties", 0)
            and all(
                valid(properties[name], entry) if name in properties else rest is True or (rest and valid(rest, entry))
                for name, entry in value.items()
            )
        )
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(valid(schema.get("items", {}), one) for one in value)
    if isinstance(value, str):
        return len(value) >= schema.get("minLength", 0) and re.search(schema.get("pattern", ""), value) is not None
    return not isinstance(value, int | float) or value >= schema.get("minimum", value)


def accepted(values: dict[str, Any]) -> bool:
    try:
        build_task(values)
    except TaskInvalid:
        return False
    return True


def changed(**changes: Any) -> dict[str, Any]:
    return {**SMALL, **changes}


def column(**changes: Any) -> dict[str, Any]:
    return changed(columns={"c": {"as": "x", **changes}})


@pytest.mark.parametrize(
    "task",
    [
        WHOLE,
        SMALL,
        changed(key=["a", "b"]),
        changed(where=None),
        column(labels="a,b"),
        column(type=None),
        {"from": "a", "columns": {"c": {"as": "x"}}},
        {"table": "t", "columns": {"c": {"as": "x"}}},
        {"table": "t", "from": "a"},
        changed(table=""),
        changed(columns={}),
        changed(columns={"c": {}}),
        changed(columns=["c"]),
        changed(**{"from": []}),
        changed(**{"from": " , "}),
        changed(rows_per_call=5),
        changed(table=7),
        column(**{"as": "  "}),
        column(max_length=0),
        column(max_length="many"),
        column(minimum="low"),
        column(nullable="perhaps"),
        column(lables=["a"]),
        column(labels=[["a"]]),
    ],
    ids=lambda task: json.dumps(task)[:80],
)
def test_the_schema_and_the_loader_accept_the_same_tasks(task: dict[str, Any]) -> None:
    assert valid(task_schema(), task) is accepted(task)


def test_every_key_says_what_it_is_for() -> None:
    schema = task_schema()
    properties: Any = schema["properties"]
    assert set(properties) == set(WHOLE)
    columns = properties["columns"]["additionalProperties"]["properties"]
    assert set(columns) == set(WHOLE["columns"]["mood"])
    assert [name for name, entry in {**properties, **columns}.items() if not entry.get("description")] == []


def test_the_published_schema_is_this_one() -> None:
    assert json.loads((ROOT / "docs" / "task.schema.json").read_text()) == task_schema()
