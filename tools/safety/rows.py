"""Whole rows of one table, read so that they can be put back byte for byte.

PostgreSQL hands over every column as text and takes it back as text, which is what its own dumps rely on:
drivers lose months of intervals, the spelling of json, infinite dates. MySQL shows a FLOAT rounded, so it is
read as DOUBLE. Rows are locked as they are read, in the order of the key, so that two of us cannot deadlock.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from tools.db.schema import Column, ForeignKey, Table
from tools.db.values import Value
from tools.safety.statements import Row, Statements
from tools.sql.statement import Dialect

Key: TypeAlias = tuple[Value, ...]
Named: TypeAlias = dict[str, Value]

# Keys named in one query; far below every engine's limit on parameters.
KEYS_PER_QUERY = 200
# Names of the two sides of a foreign key; a table may refer to itself.
PARENT, CHILD = "columnist_parent.", "columnist_child."


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
        self._escape = statements.strategy.escape
        self._or_fail = statements.strategy.or_fail
        self.name = statements.strategy.quote_table(table.name)

    def key_of(self, row: Row) -> Key:
        return self.values_of(row, self.key)

    def values_of(self, row: Row, columns: Sequence[str]) -> Key:
        return tuple(row[self.columns.index(name)] for name in columns)

    def matching(self, prefix: str, source: str, condition: str | None) -> str:
        """The query for the rows of `source` (the table as a statement names it) under its condition."""
        # The condition may end in a comment: the bracket stands on a line of its own.
        where = f"WHERE ({condition}\n)" if condition else ""
        return f"{prefix}SELECT {self._selected()} FROM {source}\n{where}{self._ordered()}"

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
        head = self._escape(f"SELECT {self._selected()} FROM {self.name} WHERE ")
        return self._found(head, self._escape(self._ordered()), columns, values, limit)

    def referring(self, parent: "TableRows", foreign_key: ForeignKey, keys: Iterable[Key], *, limit: int) -> list[Row]:
        """Rows that refer to the parent's rows with these keys, as the database itself compares them.

        Types and collations of the two sides may differ, so the values are never carried from one to the other.
        """
        head = self._escape(f"SELECT {self._selected(CHILD)} FROM {self._joined(parent, foreign_key)} WHERE ")
        return self._found(head, self._escape(self._ordered(CHILD)), parent.key, keys, limit, of=PARENT)

    def count_referring(self, parent: "TableRows", foreign_key: ForeignKey, keys: Iterable[Key]) -> int:
        """How many there are, of a table without a key too."""
        head = self._escape(f"SELECT COUNT(*) FROM {self._joined(parent, foreign_key)} WHERE ")
        counts = self._found(head, "", parent.key, keys, sys.maxsize - 1, of=PARENT)
        return sum(int(str(row[0])) for row in counts)

    def _joined(self, parent: "TableRows", foreign_key: ForeignKey) -> str:
        # The parent's column stands first: SQLite compares by the collation of the left side, as its keys do.
        pairs = zip(foreign_key.referred_columns, foreign_key.columns, strict=True)
        equal = " AND ".join(f"{PARENT}{self._quote(referred)} = {CHILD}{self._quote(own)}" for referred, own in pairs)
        return f"{parent.name} {PARENT[:-1]} JOIN {self.name} {CHILD[:-1]} ON {equal}"

    def _found(
        self, head: str, tail: str, columns: Sequence[str], values: Iterable[Key], limit: int, *, of: str = ""
    ) -> list[Row]:
        wanted = iter(dict.fromkeys(value for value in values if None not in value))
        found: list[Row] = []
        while len(found) <= limit and (chunk := list(islice(wanted, KEYS_PER_QUERY))):
            condition, params = self._one_of([of + self._quote(name) for name in columns], chunk)
            query = f"{head}({condition}){tail}"
            found += self._statements.read_all(query, params, max_rows=limit + 1 - len(found)).rows
        return found

    def insert(self, rows: Sequence[Row]) -> None:
        columns = [self._known[name] for name in self.columns if not self._known[name].generated]
        names = ", ".join(self._quote(column.name) for column in columns)
        override = " OVERRIDING SYSTEM VALUE" if any(column.identity_always for column in columns) else ""
        head = self._escape(f"INSERT{self._or_fail} INTO {self.name} ({names}){override} VALUES ")
        self._write_each(
            [_named("v", self.values_of(row, [column.name for column in columns])) for row in rows],
            lambda values: f"{head}({', '.join(self._slots(values))})",
        )

    def update(self, rows: Sequence[Row]) -> None:
        """Give the rows with these keys these values. Every column is named: clocks and defaults stay out of it."""
        columns = [name for name in self.columns if self._is_settable(self._known[name])]
        head = self._escape(f"UPDATE{self._or_fail} {self.name} SET ")
        names = [self._escape(self._quote(name)) for name in columns]

        def text(values: Named) -> str:
            slots = self._slots(values)
            assignments = ", ".join(f"{name} = {slot}" for name, slot in zip(names, slots, strict=False))
            return f"{head}{assignments} WHERE {self._is_key(slots[len(columns) :])}"

        self._write_each(
            [_named("v", self.values_of(row, columns)) | _named("k", self.key_of(row)) for row in rows], text
        )

    def delete(self, keys: Sequence[Key]) -> None:
        head = self._escape(f"DELETE FROM {self.name} WHERE ")
        self._write_each(
            [_named("k", key) for key in keys], lambda values: f"{head}{self._is_key(self._slots(values))}"
        )

    def _write_each(self, rows: Iterable[Named], text: Callable[[Named], str]) -> None:
        for sql, alike in groupby(rows, key=text):
            self._statements.write_many(sql, list(alike))

    def _is_settable(self, column: Column) -> bool:
        return not column.generated and not column.identity_always and column.name not in self.key

    def _is_key(self, slots: Sequence[str]) -> str:
        names = [self._escape(self._quote(name)) for name in self.key]
        return " AND ".join(f"{name} = {slot}" for name, slot in zip(names, slots, strict=True))

    def _one_of(self, columns: Sequence[str], values: Sequence[Key]) -> tuple[str, Named]:
        """`columns` as the text spells them."""
        # The OR form for several columns: MariaDB does not look up row values by their index.
        names = [self._escape(name) for name in columns]
        params = {f"k{i}_{j}": part for i, value in enumerate(values) for j, part in enumerate(value)}
        slots, width = self._slots(params), len(names)
        if width == 1:
            return f"{names[0]} IN ({', '.join(slots)})", params
        alternatives = (
            " AND ".join(
                f"{name} = {slot}" for name, slot in zip(names, slots[i * width : (i + 1) * width], strict=True)
            )
            for i in range(len(values))
        )
        return " OR ".join(f"({alternative})" for alternative in alternatives), params

    def _slots(self, values: Named) -> list[str]:
        return [self._statements.strategy.slot(name, value) for name, value in values.items()]

    def _selected(self, of: str = "") -> str:
        return ", ".join(self._exact(self._known[name], of) for name in self.columns)

    def _ordered(self, of: str = "") -> str:
        order = ", ".join(of + self._quote(name) for name in self.key)
        return f" ORDER BY {order}{self._statements.strategy.row_lock_suffix}"

    def exact(self, columns: Sequence[str]) -> list[str]:
        """How these columns are selected so that nothing of their values is lost."""
        return [self._exact(self._known[name]) for name in columns]

    def _exact(self, column: Column, of: str = "") -> str:
        name = self._quote(column.name)
        if not self._exactly:
            return of + name
        if self._statements.dialect is Dialect.POSTGRES:
            return f"{of}{name}::text"
        if self._statements.dialect is Dialect.MYSQL and column.type.lower().startswith("float"):
            return f"CAST({of}{name} AS DOUBLE) AS {name}"
        return of + name


def _named(prefix: str, values: Sequence[Value]) -> Named:
    return {f"{prefix}{index}": value for index, value in enumerate(values)}
