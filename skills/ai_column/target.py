"""A ColumnTask held against the real tables: every name found, the key chosen, the contract known.

Raises TaskInvalid with the nearest names where something does not exist; nothing is read but the schema.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from skills.ai_column.checks import allowed_by_check, holds_json
from skills.ai_column.contract import Contract
from skills.ai_column.derive import default_type, derive
from skills.ai_column.joins import JoinPair, join_pairs
from skills.ai_column.keys import row_key
from skills.ai_column.task import EVERY_COLUMN, ColumnTask
from skills.errors import TaskInvalid, TaskRefused
from tools.db.schema import Column, Schema, Table, TableKind
from tools.sql.statement import Dialect


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where rows are read, where values go, and what they must be."""

    dialect: Dialect
    source: Table
    source_columns: tuple[str, ...]
    key: tuple[str, ...]
    table: Table  # that holds the target column
    column: str
    create_type: str | None  # SQL type of the column that must be created first; None: it exists
    join: tuple[JoinPair, ...]  # empty: the target is the source table
    where: str | None
    contract: Contract
    notes: tuple[str, ...]

    @property
    def same_table(self) -> bool:
        return not self.join


def resolve(task: ColumnTask, schema: Schema) -> Target:
    source = _table(schema, task.table)
    table = _table(schema, task.into) if task.into else source
    if table.kind is not TableKind.TABLE:
        raise TaskRefused(f"{table.name} is a {table.kind.value}; only a table's column can be filled")
    existing = table.column(task.column)
    key = row_key(source, task.key)
    join = join_pairs(task, source, table, key) if table.name != source.name else ()
    column = existing.name if existing else task.column
    _check_target(table, column, existing, key if not join else tuple(pair.target for pair in join))
    create_type = None if existing else task.spec.type or default_type(task.spec)
    sql_type = _stored_type(schema.dialect, table, existing) if existing else create_type or ""
    labels = _column_labels(schema.dialect, table, existing)
    return Target(
        dialect=schema.dialect,
        source=source,
        source_columns=_source_columns(task, source, column if not join else None),
        key=key,
        table=table,
        column=column,
        create_type=create_type,
        join=join,
        where=task.where,
        contract=derive(column, sql_type, task.spec, schema.dialect, labels=labels),
        notes=_notes(task, table, existing),
    )


def _table(schema: Schema, name: str) -> Table:
    table = schema.table(name)
    if table is None:
        near = schema.nearest(name)
        raise TaskInvalid(
            f"there is no table {name}",
            hint=f"did you mean {' or '.join(near)}?" if near else "see \\dt for all tables",
        )
    return table


def _source_columns(task: ColumnTask, source: Table, target: str | None) -> tuple[str, ...]:
    if EVERY_COLUMN in task.source:
        return tuple(column.name for column in source.columns if column.name != target)
    found = []
    for name in task.source:
        column = source.column(name)
        if column is None:
            raise _unknown_column(source, name)
        if column.name == target:
            raise TaskInvalid(f"column {name} cannot be filled from itself")
        found.append(column.name)
    return tuple(dict.fromkeys(found))


def _unknown_column(table: Table, name: str) -> TaskInvalid:
    near = get_close_matches(name, [column.name for column in table.columns], n=3)
    offered = near or [column.name for column in table.columns][:8]
    return TaskInvalid(f"table {table.name} has no column {name}", hint=f"did you mean {' or '.join(offered)}?")


def _check_target(table: Table, column: str, existing: Column | None, key: tuple[str, ...]) -> None:
    if column in key:
        raise TaskRefused(f"column {column} names the rows of {table.name} and cannot be filled")
    if existing is None:
        return
    if existing.generated or existing.identity:
        raise TaskRefused(f"the database computes column {table.name}.{column} itself; it cannot be filled")
    if not existing.nullable:
        raise TaskRefused(
            f"column {table.name}.{column} is NOT NULL, so no row is left to fill",
            hint="fill a column that allows NULL, and make it NOT NULL afterwards",
        )


def _stored_type(dialect: Dialect, table: Table, existing: Column) -> str:
    return "JSON" if holds_json(table, existing.name, dialect) else existing.type


def _column_labels(dialect: Dialect, table: Table, existing: Column | None) -> tuple[str, ...]:
    if existing is None:
        return ()
    return tuple(existing.enum or ()) or allowed_by_check(table, existing.name, dialect)


def _notes(task: ColumnTask, table: Table, existing: Column | None) -> tuple[str, ...]:
    notes = []
    if existing is not None and task.spec.type and task.spec.type.casefold() != existing.type.casefold():
        notes.append(f"column {existing.name} exists as {existing.type}; the type {task.spec.type} is not applied")
    if table.triggers:
        notes.append(f"triggers of {table.name} run on every write: {', '.join(table.triggers)}")
    if not table.transactional:
        notes.append(f"{table.name} has no transactions: a batch that fails half-way stays half-written")
    return tuple(notes)
