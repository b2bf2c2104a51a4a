"""Why a cell holds what it holds: which job wrote it, when, in which words, at what cost, and if that still stands.

The journals are asked, over all jobs that ever filled the column. Nothing is written and no model is called.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from memory.jobs import AnswerStatus, JobStore
from skills.ai_column.history import History, Made
from skills.ai_column.paging import Paging, keys_params
from skills.ai_column.rows import RowReader, SourceRow
from skills.ai_column.services import JOB_KIND, JobSpec
from skills.ai_column.target import Target, resolve
from skills.ai_column.task import ColumnTask
from skills.errors import TaskInvalid
from tools.db.schema import Schema, Table
from tools.db.values import Value
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.kept import Kept

_MOST_JOBS = 100_000
_WHOLE = re.compile(r"int|serial", re.IGNORECASE)
_EXACT = re.compile(r"numeric|decimal", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Why:
    """What is known of one cell."""

    table: str
    column: str
    key: tuple[Value, ...]
    holds: Value  # now
    made: Made | None  # None: no job ever settled it
    stale: bool  # the source is no longer what the model saw
    changed: bool  # the cell does not hold any more what the job left there

    @property
    def wording(self) -> str:
        """What the job was asked to generate."""
        assert self.made is not None
        task = self.made.by.spec.task
        by_name = {name.casefold(): spec.intent for name, spec in task.columns.items()}
        return by_name.get(self.column.casefold(), task.intent)

    @property
    def standing(self) -> str:
        """In one line, how the cell stands."""
        if self.made is None:
            return "never filled by a job"
        if self.made.status is AnswerStatus.FAILED and not self.made.wrote:
            return f"the job found no answer: {self.made.answer.reason}"
        if self.made.status is AnswerStatus.MOOT:
            return f"the job left it alone: {self.made.answer.reason}"
        if self.made.status is AnswerStatus.UNDONE:
            return "the job wrote it, and was undone since"
        if not self.made.wrote:
            return "the job left it alone: it held something already"
        if self.changed:
            return "changed by someone since the job wrote it"
        return "holds what the job wrote" + ("; its source has changed since (stale)" if self.stale else "")


def explain_cell(
    gate: Gate, jobs: JobStore, caller: Caller, name: str, key: Sequence[str], max_source_chars: int
) -> Why:
    """`name` is TABLE.COLUMN, `key` as typed, a word per column. Raises TaskInvalid for what is not there."""
    schema = gate.visible_schema()
    table, column = _named(schema, name)
    blank: Why | None = None
    found: list[Why] = []
    for target in _targets(gate, jobs, schema, table, column):
        row = _row(gate, caller, target, key, max_source_chars)
        one = _explained(target, column, row, History(jobs, target, gate.database))
        blank = one
        if one.made is not None:
            found.append(one)
    if found:
        return max(found, key=lambda one: str(one.made and one.made.answer.answered_at))
    return blank or Why(
        table=table.name, column=column, key=tuple(key), holds=None, made=None, stale=False, changed=False
    )


def _explained(target: Target, column: str, row: SourceRow, history: History) -> Why:
    place = target.names.index(column)
    made = history.of([row.key_json]).get(row.key_json, [None] * len(target.names))[place]
    known = target.table.column(column)
    assert known is not None
    kept, now = Kept(known, target.dialect), row.present[place]
    return Why(
        table=target.table.name,
        column=column,
        key=row.key,
        holds=now,
        made=made,
        stale=made is not None and made.answer.input_hash != row.input_hash,
        changed=made is not None and not any(kept.holds(now, value) for value in made.may_hold),
    )


def _named(schema: Schema, name: str) -> tuple[Table, str]:
    written, _, column = name.rpartition(".")
    if not written:
        raise TaskInvalid(f"{name!r} is not TABLE.COLUMN", hint="for example reviews.sentiment")
    table = schema.table(written)
    if table is None:
        near = schema.nearest(written)
        raise TaskInvalid(f"there is no table {written}", hint=f"did you mean {' or '.join(near)}?" if near else None)
    known = table.column(column)
    if known is None:
        near = schema.column_nearest(column, table.name)
        raise TaskInvalid(
            f"table {table.name} has no column {column}", hint=f"did you mean {' or '.join(near)}?" if near else None
        )
    return table, known.name


def _targets(gate: Gate, jobs: JobStore, schema: Schema, table: Table, column: str) -> Iterator[Target]:
    """Each way in which jobs have filled the column: from these columns of that table, by that key."""
    seen = set()
    for job in jobs.list(_MOST_JOBS, gate.database):
        if job.kind != JOB_KIND:
            continue
        task = JobSpec.from_json(job.spec_json).task
        if schema.table(task.into or task.table) != table or column.casefold() not in map(str.casefold, task.columns):
            continue
        way = (task.table, task.source, task.key, task.into, task.join, tuple(task.columns))
        if way in seen:
            continue
        seen.add(way)
        target = _resolved(task, schema) or _resolved(_only(task, column), schema)
        if target is not None:
            yield target


def _resolved(task: ColumnTask, schema: Schema) -> Target | None:
    """None: a part of what the job worked on is no longer there."""
    try:
        target = resolve(task.model_copy(update={"where": None}), schema, filled=True)
    except TaskInvalid:
        return None
    return None if target.missing else target


def _only(task: ColumnTask, column: str) -> ColumnTask:
    """Whatever became of the other columns."""
    columns = {name: spec for name, spec in task.columns.items() if name.casefold() == column.casefold()}
    return task.model_copy(update={"columns": columns})


def _row(gate: Gate, caller: Caller, target: Target, key: Sequence[str], max_source_chars: int) -> SourceRow:
    """The row as it is now."""
    if len(key) == 1 < len(target.key):
        key = [part.strip() for part in key[0].split(",")]
    if len(key) != len(target.key):
        raise TaskInvalid(f"the key of {target.source.name} is ({', '.join(target.key)}): {len(key)} values were given")
    typed = [_typed(target.source, name, text) for name, text in zip(target.key, key, strict=True)]
    reader = RowReader(target.key, target.source_columns, target.names, max_source_chars)
    with gate.prepare_read(Paging(target, ready=True).by_keys(1), caller) as read:
        rows = read.fetch(keys_params([typed], 1), max_rows=1).rows
    if not rows:
        shown = ", ".join(f"{name} = {text}" for name, text in zip(target.key, key, strict=True))
        raise TaskInvalid(f"{target.source.name} has no row with {shown}")
    return reader.row(rows[0])


def _typed(table: Table, name: str, text: str) -> Value:
    """What was typed, as the key column has it; the engines read all other types from text."""
    column = table.column(name)
    assert column is not None
    try:
        if _WHOLE.search(column.type):
            return int(text)
        return Decimal(text) if _EXACT.search(column.type) else text
    except (ValueError, InvalidOperation):
        raise TaskInvalid(f"{text!r} cannot be a key: {table.name}.{name} is {column.type}") from None
