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
from skills.ai_column.task import EVERY_COLUMN, ColumnSpec, ColumnTask
from skills.ai_column.vectors import VectorColumn, is_vector_type, wanted_column, wants_vector
from skills.errors import TaskInvalid, TaskRefused
from tools.db.schema import Column, Schema, Table, TableKind
from tools.db.values import Value
from tools.sql.statement import Dialect


@dataclass(frozen=True, kw_only=True)
class TargetColumn:
    """One column to fill."""

    name: str
    create_type: str | None  # SQL type of a column that must be created first; None: it exists
    contract: Contract
    vector: VectorColumn | None = None  # an embedding; None: a language model's answer


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where rows are read, where values go, and what they must be."""

    dialect: Dialect
    source: Table
    source_columns: tuple[str, ...]
    key: tuple[str, ...]
    table: Table  # that holds the target columns
    columns: tuple[TargetColumn, ...]
    join: tuple[JoinPair, ...]  # empty: the target is the source table
    where: str | None
    notes: tuple[str, ...]

    @property
    def same_table(self) -> bool:
        return not self.join

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return tuple(column.contract for column in self.columns)

    @property
    def missing(self) -> tuple[TargetColumn, ...]:
        """The columns that must be created first."""
        return tuple(column for column in self.columns if column.create_type is not None)

    @property
    def vector(self) -> VectorColumn | None:
        """The column of an embedding, which is alone in its task; None: a language model answers."""
        return self.columns[0].vector

    def shown(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """Values as a person wants to see them."""
        return values if self.vector is None else tuple(map(self.vector.shown, values))

    @property
    def nullable(self) -> bool:
        """Whether NULL can be a right answer, so that a NULL does not tell that a row is still to be filled."""
        return any(column.contract.nullable for column in self.columns)


def resolve(task: ColumnTask, schema: Schema, *, filled: bool = False) -> Target:
    """`filled`: the columns are looked at again, so they need not be able to hold NULL any more."""
    source = _table(schema, task.table)
    table = _table(schema, task.into) if task.into else source
    if table.kind is not TableKind.TABLE:
        raise TaskRefused(f"{table.name} is a {table.kind.value}; only a table's column can be filled")
    key = row_key(source, task.key)
    join = join_pairs(task, source, table, key) if table.name != source.name else ()
    match = tuple(pair.target for pair in join) or key
    for name in task.columns:
        _check_target(table, name, match, filled=filled)
    columns = tuple(_target_column(name, spec, table, schema) for name, spec in task.columns.items())
    if len(columns) > 1 and any(column.vector for column in columns):
        raise TaskInvalid("an embedding is filled alone", hint="fill the other columns by a command of their own")
    own = {column.name for column in columns} if not join else set()
    return Target(
        dialect=schema.dialect,
        source=source,
        source_columns=_source_columns(task, source, own),
        key=key,
        table=table,
        columns=columns,
        join=join,
        where=task.where,
        notes=_notes(task, table),
    )


def _target_column(name: str, spec: ColumnSpec, table: Table, schema: Schema) -> TargetColumn:
    dialect = schema.dialect
    existing = table.column(name)
    column = existing.name if existing else name
    if wants_vector(spec) or (existing is not None and is_vector_type(existing.type)):
        return _vector_column(column, spec, _stored_type(dialect, table, existing) if existing else None, schema)
    create_type = None if existing else spec.type or default_type(spec)
    sql_type = _stored_type(dialect, table, existing) if existing else create_type or ""
    labels = _column_labels(dialect, table, existing)
    contract = derive(column, sql_type, spec, dialect, labels=labels)
    return TargetColumn(name=column, create_type=create_type, contract=contract)


def _vector_column(column: str, spec: ColumnSpec, stored: str | None, schema: Schema) -> TargetColumn:
    has_pgvector = any(is_vector_type(other.type) for table in schema.tables.values() for other in table.columns)
    wanted = wanted_column(column, stored, spec, schema.dialect, has_pgvector=has_pgvector)
    contract = wanted.column.contract(schema.dialect)
    return TargetColumn(name=column, create_type=wanted.create_type, contract=contract, vector=wanted.column)


def _table(schema: Schema, name: str) -> Table:
    table = schema.table(name)
    if table is None:
        near = schema.nearest(name)
        raise TaskInvalid(
            f"there is no table {name}",
            hint=f"did you mean {' or '.join(near)}?" if near else "see \\dt for all tables",
        )
    return table


def _source_columns(task: ColumnTask, source: Table, targets: set[str]) -> tuple[str, ...]:
    if EVERY_COLUMN in task.source:
        return tuple(column.name for column in source.columns if column.name not in targets)
    found = []
    for name in task.source:
        column = source.column(name)
        if column is None:
            raise _unknown_column(source, name)
        if column.name in targets:
            raise TaskInvalid(f"column {name} cannot be filled from itself")
        found.append(column.name)
    return tuple(dict.fromkeys(found))


def _unknown_column(table: Table, name: str) -> TaskInvalid:
    near = get_close_matches(name, [column.name for column in table.columns], n=3)
    offered = near or [column.name for column in table.columns][:8]
    return TaskInvalid(f"table {table.name} has no column {name}", hint=f"did you mean {' or '.join(offered)}?")


def _check_target(table: Table, name: str, key: tuple[str, ...], *, filled: bool) -> None:
    existing = table.column(name)
    column = existing.name if existing else name
    if column in key:
        raise TaskRefused(f"column {column} names the rows of {table.name} and cannot be filled")
    if existing is None:
        return
    if existing.generated or existing.identity:
        raise TaskRefused(f"the database computes column {table.name}.{column} itself; it cannot be filled")
    if not existing.nullable and not filled:
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


def _notes(task: ColumnTask, table: Table) -> tuple[str, ...]:
    notes = []
    for name, spec in task.columns.items():
        existing = table.column(name)
        applied = existing is None or not spec.type or spec.type.casefold() == existing.type.casefold()
        if existing is not None and not applied and not wants_vector(spec):
            notes.append(f"column {existing.name} exists as {existing.type}; the type {spec.type} is not applied")
    if table.triggers:
        notes.append(f"triggers of {table.name} run on every write: {', '.join(table.triggers)}")
    if not table.transactional:
        notes.append(f"{table.name} has no transactions: a batch that fails half-way stays half-written")
    return tuple(notes)
