"""The published JSON schema of task.yaml, made from ColumnTask so that it says what `load_task` accepts.

docs/task.schema.json is written from it by `make docs`; editors that know it check a task file while it is typed.
"""

from collections.abc import Mapping
from typing import cast

from skills.ai_column.task import ColumnTask

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMES_IN_TEXT = frozenset({"from", "key", "labels"})  # also taken as one text with commas
_SAID = r"[^\s,]"  # something besides blanks and commas
_MEANING = {
    "table": "The table whose rows are read.",
    "from": "The columns that the model is shown, or `*` for all.",
    "where": "Only rows for which this SQL condition holds.",
    "key": "The columns that name a row; derived from the primary or a unique key if left out.",
    "into": "The table that holds the columns to fill; left out: `table`.",
    "columns": "The columns to fill, by name. Several are answered by one call.",
}


def task_schema() -> dict[str, object]:
    """A fresh copy, ready for json.dumps."""
    schema = ColumnTask.model_json_schema(by_alias=True)
    column = cast("dict[str, object]", schema.pop("$defs")["ColumnSpec"])
    properties = cast("dict[str, dict[str, object]]", schema["properties"])
    properties["columns"]["additionalProperties"] = _described(column, "One column to fill.")
    properties["columns"]["minProperties"] = 1
    for name, meaning in _MEANING.items():
        properties[name].setdefault("description", meaning)
    described = _described(schema, "A Columnist task: which rows of which table give which columns their values.")
    return {"$schema": _DIALECT, **described, "title": "Columnist task"}


def _described(schema: Mapping[str, object], description: str) -> dict[str, object]:
    """Without the titles that only repeat names."""
    properties = cast("Mapping[str, Mapping[str, object]]", schema["properties"])
    plain = {name: _property(name, entry) for name, entry in properties.items()}
    kept = {name: entry for name, entry in schema.items() if name not in ("title", "description")}
    return {**kept, "description": description, "properties": plain}


def _property(name: str, entry: Mapping[str, object]) -> dict[str, object]:
    kept = {key: value for key, value in entry.items() if key != "title"}
    if name == "as":
        return {**kept, "pattern": r"\S"}
    if name not in _NAMES_IN_TEXT:
        return kept
    listed = {key: kept.pop(key) for key in ("type", "items", "minItems") if key in kept}
    text = {"type": "string", "pattern": _SAID} if "minItems" in listed else {"type": "string"}
    return {"anyOf": [listed, text], **kept}
