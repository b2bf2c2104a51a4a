"""How answers lie in the table: statements written by hand, since a run keeps a million of them.

A row is found by its job and `row_key`, an input by its origin, generation and `input_key`, which leads to a few
candidates at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from memory.columns import original_text, stored_text
from memory.jobs.origins import Origin
from memory.jobs.statements import Row, add_rows, run
from memory.jobs.values import Answer, AnswerStatus
from memory.short_keys import input_key, microseconds, moment

# The columns of a new record and what they are on PostgreSQL.
_COLUMNS = {
    "job": "int8",
    "row_key": "bytea",
    "key_json": "text",
    "origin": "int8",
    "generation": "int4",
    "input_key": "int4",
    "input_hash": "bytea",
    "answer_json": "text",
    "previous_json": "text",
    "prompt_tokens": "int8",
    "completion_tokens": "int8",
    "status": "text",
    "reused": "bool",
    "reason": "text",
    "pack": "text",
    "answered_at": "int8",
}
_NAMES = ", ".join(_COLUMNS)
_ARRAYS = ", ".join(f"?::{kind}[]" for kind in _COLUMNS.values())
_REPLACED = ", ".join(f"{name} = EXCLUDED.{name}" for name in ("id", *_COLUMNS))

# New records, one array per column: a statement per row takes PostgreSQL several times as long.
_INSERT_ARRAYS = f"INSERT INTO job_answers ({_NAMES}) SELECT * FROM unnest({_ARRAYS})"
# In the place of an old record the new one gets a new number too: the highest number of a row is its newest.
_REPLACE_ARRAYS = f"{_INSERT_ARRAYS} ON CONFLICT (job, row_key) DO UPDATE SET {_REPLACED}"
_INSERT = f"INSERT INTO job_answers ({_NAMES}) VALUES"
_REPLACE = f"REPLACE INTO job_answers ({_NAMES}) VALUES"

# What `answer_of` reads, in its order.
ANSWER = (
    "a.id, a.key_json, a.input_hash, a.answer_json, o.model, o.prompt_version, a.prompt_tokens, a.completion_tokens,"
    " a.status, a.reused, a.reason, a.pack, a.previous_json, a.answered_at"
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where new records lie among those of their origin."""

    origin: int
    generation: int


Places: TypeAlias = Mapping[Origin, Place]


def insert(connection: sa.Connection, rows: list[Row], *, replace: bool) -> None:
    """Add records, in the place of those that their rows have, or (not `replace`) where there are none."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        text = _REPLACE_ARRAYS if replace else _INSERT_ARRAYS
        run(connection, text, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        add_rows(connection, _REPLACE if replace else _INSERT, rows)


def records(job: int, answers: Mapping[bytes, Answer], places: Places, now: datetime) -> list[Row]:
    """The answers by their row keys, as `insert` takes them."""
    answered_at = microseconds(now)
    rows: list[Row] = []
    for key, answer in answers.items():
        input_hash = bytes.fromhex(answer.input_hash)
        place = places[answer.prompt_version, answer.model]
        rows.append(
            (
                job,
                key,
                stored_text(answer.key_json),
                place.origin,
                place.generation,
                input_key(input_hash),
                input_hash,
                stored_text(answer.answer_json),
                stored_text(answer.previous_json),
                answer.prompt_tokens,
                answer.completion_tokens,
                answer.status.value,
                answer.reused,
                stored_text(answer.reason),
                answer.pack,
                answered_at,
            )
        )
    return rows


def answer_of(row: Sequence[Any]) -> Answer:
    """The answer that `ANSWER` has read."""
    return Answer(
        key_json=_text(row[1]),
        input_hash=bytes(row[2]).hex(),
        answer_json=original_text(row[3]),
        model=row[4],
        prompt_version=row[5],
        prompt_tokens=row[6],
        completion_tokens=row[7],
        status=AnswerStatus(row[8]),
        reused=bool(row[9]),
        reason=original_text(row[10]),
        pack=row[11],
        previous_json=original_text(row[12]),
        answered_at=moment(row[13]),
    )


def _text(stored: str) -> str:
    return original_text(stored) or ""
