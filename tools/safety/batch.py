"""What a backfill is given and gives back: its template, the cells to write, and what became of each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TypeAlias

from pydantic import TypeAdapter

from tools.db.schema import Schema, Table
from tools.db.values import Value
from tools.errors import Refused
from tools.safety.rows import Key

Quote: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class BackfillTemplate:
    """What the batches of one job may touch."""

    source_table: str
    key: tuple[str, ...]  # of the source table
    source_columns: tuple[str, ...]  # as the model sees them
    target_table: str
    target_columns: tuple[str, ...]
    join: tuple[tuple[str, str], ...] = ()  # (target column, source column); empty: the same table
    where: str | None = None  # which source rows
    max_rows: int  # over the whole job
    only_null: bool = True  # a cell that holds something is never overwritten, whatever was expected

    def reading(self, quote: Quote, quote_table: Quote) -> str:
        """The statement that its reading amounts to."""
        joined = (source for _, source in self.join)
        columns = ", ".join(quote(name) for name in dict.fromkeys((*self.key, *self.source_columns, *joined)))
        condition = f" WHERE ({self.where}\n)" if self.where else ""
        return f"SELECT {columns} FROM {quote_table(self.source_table)}{condition}"

    def writing(self, quote: Quote, quote_table: Quote) -> str:
        """The statement that each of its writes amounts to."""
        assigned = ", ".join(f"{quote(name)} = :new_value" for name in self.target_columns)
        condition = " AND ".join(f"{quote(name)} = :row_key" for name in self.match)
        return f"UPDATE {quote_table(self.target_table)} SET {assigned} WHERE {condition}"

    @property
    def match(self) -> tuple[str, ...]:
        """The columns by which a target row is found."""
        return tuple(target for target, _ in self.join) or self.key

    def as_json(self) -> str:
        return _templates().dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "BackfillTemplate":
        return _templates().validate_json(text)

    def check(self, schema: Schema) -> None:
        """Raises Refused unless both tables are there, each row can be found again and no column is missing."""
        joined = tuple(source for _, source in self.join)
        source = _table(schema, self.source_table, (*self.key, *self.source_columns, *joined))
        target = _table(schema, self.target_table, (*self.match, *self.target_columns))
        _require_unique(source, self.key)
        _require_unique(target, self.match)
        if not self.join and source.name != target.name:
            raise Refused("another table needs a join: which of its columns equals which of the source")
        if any(column.generated for name in self.target_columns if (column := target.column(name))):
            raise Refused("a generated column cannot be filled")
        if set(self.target_columns) & set(self.match):
            raise Refused("the columns that identify a row cannot be filled")


class Keep(Enum):
    KEEP = "keep"  # this cell is neither written nor looked at


KEEP = Keep.KEEP
Cell: TypeAlias = "Value | Keep"


@dataclass(frozen=True, kw_only=True)
class CellWrite:
    """New values for one row, and what the row has to hold for them to be written."""

    key: Key
    source: tuple[Value, ...]  # as sent to the model
    expected: tuple[Value, ...]  # one per target column: what it has to hold to be written
    values: tuple[Cell, ...]  # one per target column


@dataclass(frozen=True, kw_only=True)
class BatchOutcome:
    """Keys, by what became of their rows; every row is in exactly one of the first five."""

    written: tuple[Key, ...] = ()  # at least one cell of it
    already: tuple[Key, ...] = ()  # hold the new values already
    source_changed: tuple[Key, ...] = ()  # the model saw another row
    target_changed: tuple[Key, ...] = ()  # someone else has filled or changed every cell that was to be written
    gone: tuple[Key, ...] = ()
    kept: tuple[tuple[Key, tuple[int, ...]], ...] = ()  # of written rows: the cells that someone else has changed
    duration_ms: float = 0.0  # from BEGIN to COMMIT
    waited_ms: float = 0.0  # before that: attempts lost to locks and deadlocks, and the pauses after them


def _table(schema: Schema, name: str, columns: Sequence[str]) -> Table:
    table = schema.table(name)
    if table is None:
        raise Refused(f"there is no table {name}", hint=f"did you mean {', '.join(schema.nearest(name))}?")
    for column in columns:
        if table.column(column) is None:
            near = ", ".join(schema.column_nearest(column, name))
            raise Refused(f"{name} has no column {column}", hint=f"did you mean {near}?" if near else None)
    return table


def _require_unique(table: Table, columns: tuple[str, ...]) -> None:
    optional = {column.name for column in table.columns if column.nullable}
    known = () if table.inherited else (table.primary_key, *table.unique_keys)
    keys = [key for key in known if key and not optional & set(key)]
    if not any(set(key) <= set(columns) for key in keys):
        raise Refused(
            f"{', '.join(columns) or 'nothing'} does not identify a row of {table.name}",
            hint="a primary key, or a unique key without NULLs, is needed",
        )


@cache
def _templates() -> TypeAdapter[BackfillTemplate]:
    return TypeAdapter(BackfillTemplate)
