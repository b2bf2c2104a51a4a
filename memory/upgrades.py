"""What changed in the tables since version 1, in order. A new store needs none of it: it is made as they stand.

A step must do no harm when it is repeated: MySQL commits every DDL statement by itself, so there a crash leaves a
step half done and the next process begins it again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from memory.columns import ExactText, UtcTime
from memory.short_keys import GENERATION_ROWS, input_key, microseconds, row_key
from memory.tables import answer_origins, approvals, job_answers, jobs, prompts

Upgrade = Callable[[sa.Connection], None]

_PAGE = 1000

# The answers as they were kept until version 2: one record per cell.
_cells = sa.table(
    "job_answer_cells",
    sa.column("id", sa.BigInteger),
    sa.column("job_id", sa.String),
    sa.column("key_json", ExactText),
    sa.column("input_hash", sa.String),
    sa.column("answer_json", ExactText),
    sa.column("model", sa.String),
    sa.column("prompt_version", sa.String),
    sa.column("prompt_tokens", sa.BigInteger),
    sa.column("completion_tokens", sa.BigInteger),
    sa.column("status", sa.String),
    sa.column("reused", sa.Boolean),
    sa.column("reason", ExactText),
    sa.column("created_at", UtcTime),
)


def _claim_a_plan_once(connection: sa.Connection) -> None:
    if "claimed_plan" not in _columns(connection, approvals.name):
        connection.exec_driver_sql("ALTER TABLE approvals ADD COLUMN claimed_plan VARCHAR(64)")
    for index in approvals.indexes:
        index.create(connection, checkfirst=True)


def _one_answer_per_row(connection: sa.Connection) -> None:
    if "status_text" not in _columns(connection, jobs.name):
        connection.exec_driver_sql("ALTER TABLE jobs ADD COLUMN status_text VARCHAR(255)")
    if "target" in _columns(connection, job_answers.name):
        connection.exec_driver_sql(f"ALTER TABLE {job_answers.name} RENAME TO {_cells.name}")
    for table in (answer_origins, job_answers, prompts):
        table.create(connection, checkfirst=True)
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    if sa.inspect(connection).has_table(_cells.name):
        _copy_cells(connection)
        connection.exec_driver_sql(f"DROP TABLE {_cells.name}")


UPGRADES: Sequence[Upgrade] = (_claim_a_plan_once, _one_answer_per_row)


def _columns(connection: sa.Connection, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(connection).get_columns(table)}


def _copy_cells(connection: sa.Connection) -> None:
    """Jobs had one column each, so a cell is a row: its value becomes a list of one."""
    connection.execute(job_answers.delete())  # what an upgrade copied that was interrupted
    origins = _copy_origins(connection)
    numbers = {job_id: seq for seq, job_id in connection.execute(sa.select(jobs.c.seq, jobs.c.id))}
    page = sa.select(_cells).order_by(_cells.c.id).limit(_PAGE)
    written: Counter[int] = Counter()
    after = -1
    while cells := connection.execute(page.where(_cells.c.id > after)).all():
        connection.execute(job_answers.insert(), [_row(cell, numbers, origins, written) for cell in cells])
        after = cells[-1].id


def _copy_origins(connection: sa.Connection) -> dict[tuple[str, str], int]:
    cells = (_cells.c.prompt_version, _cells.c.model)
    there = (answer_origins.c.prompt_version, answer_origins.c.model)
    missing = sa.select(*cells).except_(sa.select(*there))
    connection.execute(answer_origins.insert().from_select(["prompt_version", "model"], missing))
    found = connection.execute(sa.select(*there, answer_origins.c.id))
    return {(prompt_version, model): number for prompt_version, model, number in found}


def _row(
    cell: sa.Row[*tuple[Any, ...]],
    numbers: dict[str, int],
    origins: dict[tuple[str, str], int],
    written: Counter[int],
) -> dict[str, object]:
    origin = origins[cell.prompt_version, cell.model]
    written[origin] += 1
    input_hash = bytes.fromhex(cell.input_hash)
    return {
        "job": numbers[cell.job_id],
        "row_key": row_key(cell.key_json),
        "key_json": cell.key_json,
        "origin": origin,
        "generation": written[origin] // GENERATION_ROWS,
        "input_key": input_key(input_hash),
        "input_hash": input_hash,
        "answer_json": None if cell.answer_json is None else f"[{cell.answer_json}]",
        "prompt_tokens": cell.prompt_tokens,
        "completion_tokens": cell.completion_tokens,
        "status": cell.status,
        "reused": cell.reused,
        "reason": cell.reason,
        "answered_at": microseconds(cell.created_at),
    }
