"""Whole rows of one table, read so that they can be put back byte for byte.

PostgreSQL hands over every column as text and takes it back as text, which is what its own dumps rely on:
drivers lose months of intervals, the spelling of json, infinite dates. MySQL shows a FLOAT rounded, so it is
read as DOUBLE. Rows are locked as they are read, in the order of the key, so that two of us cannot deadlock.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from tools.db.schema import Column, Table
from tools.db.values import Value
from tools.safety.statements import Row, Statements
from tools.sql.statement import Dialect

Key: TypeAlias = tuple[Value, ...]
Named: TypeAlias = dict[str, Value]

# Keys named in one query; far below every engine's limit on parameters.
KEYS_PER_QUERY = 200


class TableRows:
    """Reads and writes rows by a key. `exact`: so that they can be put back; else as queries give them."""

    def __init__(
        self,
        statements: Statements,
        table: Table,
        key: tuple[str, ...],
        *,
        columns: tuple[str, ...] | None = None,
        exact: bool = True,
    ) -> None:
        self.table = table
        self.key = key
        self.columns = columns or tuple(column.name for column in table.columns)
        self._exactly = exact
        self._known = {column.name: column for column in table.columns}
        self._statements = statements
        self._quote = statements.strategy.quote
        self.name = statements.strategy.quote_table(table.name)

    def key_of(self, row: Row) -> Key:
        return self.values_of(row, self.key)

    def values_of(self, row: Row, columns: Sequence[str]) -> Key:
        return tuple(row[self.columns.index(name)] for name in columns)

    def matching(self, prefix: str, source: str, condition: str | None) -> str:
        """The query for the rows of `source` (the table as a statement names it) under its condition."""
        # The condition may end in a comment: the bracket stands on a line of its own.
        where = f"WHERE ({condition}\n)" if condition else ""
        order = ", ".join(self._quote(name) for name in self.key)
        lock = self._statements.strategy.row_lock_suffix
        return f"{prefix}SELECT {self._selected()} FROM {source}\n{where} ORDER BY {order}{lock}"

    def everything(self, limit: int) -> tuple[Row, ...] | None:
        """Every row, the table locked against other writers; None: there are more than `limit`."""
        if self._statements.dialect is Dialect.POSTGRES:
            self._statements.write(f"LOCK TABLE {self.name} IN SHARE ROW EXCLUSIVE MODE", None)
        found = self._statements.read(self.matching("", self.name, None), None, max_rows=limit)
        return None if found.truncated else found.rows

    def by_key(self, keys: Collection[Key]) -> list[Row]:
        return self.by(self.key, keys, limit=len(keys))

    def by(self, columns: Sequence[str], values: Iterable[Key], *, limit: int) -> list[Row]:
        """Rows whose `columns` hold one of `values`, one more than `limit` at most; NULL matches nothing."""
        wanted = iter(dict.fromkeys(value for value in values if None not in value))
        found: list[Row] = []
        while len(found) <= limit and (chunk := list(islice(wanted, KEYS_PER_QUERY))):
            condition, params = self._one_of(columns, chunk)
            query = self.matching("", self.name, condition)
            found += self._statements.read_all(query, params, max_rows=limit + 1 - len(found)).rows
        return found

    def count_by(self, columns: Sequence[str], values: Iterable[Key]) -> int:
        """How many rows `by` would find, of a table without a key too."""
        wanted = iter(dict.fromkeys(value for value in values if None not in value))
        counted = 0
        while chunk := list(islice(wanted, KEYS_PER_QUERY)):
            condition, params = self._one_of(columns, chunk)
            counted += self._statements.count(f"SELECT COUNT(*) FROM {self.name} WHERE {condition}", params)
        return counted

    def insert(self, rows: Sequence[Row]) -> None:
        columns = [self._known[name] for name in self.columns if not self._known[name].generated]
        names = ", ".join(self._quote(column.name) for column in columns)
        override = " OVERRIDING SYSTEM VALUE" if any(column.identity_always for column in columns) else ""
        self._write_each(
            [_named("v", self.values_of(row, [column.name for column in columns])) for row in rows],
            lambda values: f"INSERT INTO {self.name} ({names}){override} VALUES ({', '.join(self._slots(values))})",
        )

    def update(self, rows: Sequence[Row]) -> None:
        """Give the rows with these keys these values. Every column is named: clocks and defaults stay out of it."""
        columns = [name for name in self.columns if self._is_settable(self._known[name])]

        def text(values: Named) -> str:
            slots = self._slots(values)
            assignments = ", ".join(f"{self._quote(name)} = {slot}" for name, slot in zip(columns, slots, strict=False))
            return f"UPDATE {self.name} SET {assignments} WHERE {self._is_key(slots[len(columns) :])}"

        self._write_each(
            [_named("v", self.values_of(row, columns)) | _named("k", self.key_of(row)) for row in rows], text
        )

    def delete(self, keys: Sequence[Key]) -> None:
        self._write_each(
            [_named("k", key) for key in keys],
            lambda values: f"DELETE FROM {self.name} WHERE {self._is_key(self._slots(values))}",
        )

    def _write_each(self, rows: Iterable[Named], text: Callable[[Named], str]) -> None:
        for sql, alike in groupby(rows, key=text):
            self._statements.write_many(sql, list(alike))

    def _is_settable(self, column: Column) -> bool:
        return not column.generated and not column.identity_always and column.name not in self.key

    def _is_key(self, slots: Sequence[str]) -> str:
        return " AND ".join(f"{self._quote(name)} = {slot}" for name, slot in zip(self.key, slots, strict=True))

    def _one_of(self, columns: Sequence[str], values: Sequence[Key]) -> tuple[str, Named]:
        # The OR form for several columns: MariaDB does not look up row values by their index.
        params = {f"k{i}_{j}": part for i, value in enumerate(values) for j, part in enumerate(value)}
        slots = self._slots(params)
        if len(columns) == 1:
            return f"{self._quote(columns[0])} IN ({', '.join(slots)})", params
        width = len(columns)
        alternatives = (
            " AND ".join(
                f"{self._quote(name)} = {slot}"
                for name, slot in zip(columns, slots[i * width : (i + 1) * width], strict=True)
            )
            for i in range(len(values))
        )
        return " OR ".join(f"({alternative})" for alternative in alternatives), params

    def _slots(self, values: Named) -> list[str]:
        return [self._statements.strategy.slot(name, value) for name, value in values.items()]

    def _selected(self) -> str:
        return ", ".join(self.exact(self.columns))

    def exact(self, columns: Sequence[str]) -> list[str]:
        """How these columns are selected so that nothing of their values is lost."""
        return [self._exact(self._known[name]) for name in columns]

    def _exact(self, column: Column) -> str:
        name = self._quote(column.name)
        if not self._exactly:
            return name
        if self._statements.dialect is Dialect.POSTGRES:
            return f"{name}::text"
        if self._statements.dialect is Dialect.MYSQL and column.type.lower().startswith("float"):
            return f"CAST({name} AS DOUBLE) AS {name}"
        return name


def _named(prefix: str, values: Sequence[Value]) -> Named:
    return {f"{prefix}{index}": value for index, value in enumerate(values)}
