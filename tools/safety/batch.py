"""The values of a backfill, and one batch of it inside its transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TypeAlias

from pydantic import TypeAdapter

from tools.db.schema import Schema, Table
from tools.db.values import Value, canonical, canonical_row
from tools.errors import Refused
from tools.safety.effect import key_digest
from tools.safety.rows import Key, TableRows
from tools.safety.statements import Row, Statements

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
    only_null: bool = True  # a target that holds something is never overwritten

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
        if set(self.target_columns) & set(self.match):
            raise Refused("the columns that identify a row cannot be filled")


@dataclass(frozen=True, kw_only=True)
class CellWrite:
    """New values for one row, and what the row has to hold for them to be written."""

    key: Key
    source: tuple[Value, ...]  # as sent to the model
    expected: tuple[Value, ...]  # the old values of the target columns
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class BatchOutcome:
    """Keys, by what became of them."""

    written: tuple[Key, ...] = ()
    already: tuple[Key, ...] = ()  # hold the new values already
    source_changed: tuple[Key, ...] = ()  # the model saw another row
    target_changed: tuple[Key, ...] = ()  # someone else has filled or changed it
    gone: tuple[Key, ...] = ()
    duration_ms: float = 0.0


@dataclass
class Sorted:
    """A batch as its rows stand now."""

    update: list[Row] = field(default_factory=list)
    insert: list[Row] = field(default_factory=list)
    written: list[Key] = field(default_factory=list)
    already: list[Key] = field(default_factory=list)
    source_changed: list[Key] = field(default_factory=list)
    target_changed: list[Key] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)

    def outcome(self) -> BatchOutcome:
        return BatchOutcome(
            written=tuple(self.written),
            already=tuple(self.already),
            source_changed=tuple(self.source_changed),
            target_changed=tuple(self.target_changed),
            gone=tuple(self.gone),
        )


class Batch:
    """Reads the rows again, sorts them and writes what may be written."""

    def __init__(self, statements: Statements, schema: Schema, template: BackfillTemplate) -> None:
        self._template = template
        joined = tuple(source for _, source in template.join)
        source, target = schema.table(template.source_table), schema.table(template.target_table)
        if source is None or target is None:
            raise Refused("a table of this job is gone")
        self._joined = joined or template.key
        self._source = TableRows(
            statements, source, template.key, exact=False,
            columns=tuple(dict.fromkeys((*template.key, *template.source_columns, *joined))),
        )  # fmt: skip
        self._target = TableRows(
            statements, target, template.match, exact=False, columns=(*template.match, *template.target_columns)
        )

    def write(self, writes: Sequence[CellWrite]) -> BatchOutcome:
        sources = {key_digest(self._source.key_of(row)): row for row in self._source.by_key([w.key for w in writes])}
        matches = {self._source.values_of(row, self._joined) for row in sources.values()}
        targets = {key_digest(self._target.key_of(row)): row for row in self._target.by_key(matches)}
        batch = Sorted()
        for write in writes:
            self._sort(write, sources.get(key_digest(write.key)), targets, batch)
        self._target.update(batch.update)
        self._target.insert(batch.insert)
        return batch.outcome()

    def _sort(self, write: CellWrite, source: Row | None, targets: dict[bytes, Row], batch: Sorted) -> None:
        match = self._source.values_of(source, self._joined) if source else ()
        if source is None or None in match:
            batch.gone.append(write.key)
            return
        present = targets.get(key_digest(match))
        held = present[len(match) :] if present else (None,) * len(write.values)
        if present and all(_holds(now, value) for now, value in zip(held, write.values, strict=True)):
            batch.already.append(write.key)
        elif canonical_row(self._source.values_of(source, self._template.source_columns)) != canonical_row(
            write.source
        ):
            batch.source_changed.append(write.key)
        elif canonical_row(held) != canonical_row(write.expected) or (self._template.only_null and any(_filled(held))):
            batch.target_changed.append(write.key)
        else:
            row = (*match, *write.values)
            (batch.update if present else batch.insert).append(row)
            batch.written.append(write.key)
            targets[key_digest(match)] = row


def _filled(row: Sequence[Value]) -> list[bool]:
    return [value is not None for value in row]


def _holds(now: Value, value: Value) -> bool:
    """Whether the cell holds the value, the way its column keeps it: 1.5 as 1.50, true as 1, a date as text."""
    if now is None or value is None:
        return now is value
    if isinstance(now, int | float | Decimal) and isinstance(value, int | float | Decimal):
        return Decimal(str(+now)) == Decimal(str(+value))
    return canonical(now) == canonical(value) or str(now) == str(value)


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
