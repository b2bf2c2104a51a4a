"""Bulk reads and updates on SQLite, under the write lock that BEGIN IMMEDIATE has taken.

There is no server to save trips to: one prepared UPDATE, run once per row by the driver, is as fast as any.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from tools.db.bulk import Bulk, BulkTable, Command
from tools.db.dialect import Strategy
from tools.db.schema import Column
from tools.db.values import RawText, Value

PARAMETERS_PER_READ = 10_000  # the limit is 32,766


class SqliteBulk(Bulk):
    def __init__(self, strategy: Strategy) -> None:
        self._quote = strategy.quote
        self._quote_table = strategy.quote_table
        self._or_fail = strategy.or_fail

    def locked(self, of: BulkTable, columns: Sequence[Column], keys: Sequence[Sequence[Value]]) -> Iterator[Command]:
        selected = ", ".join(self._quote(column.name) for column in columns)
        names = [self._quote(column.name) for column in of.key]
        head = f"SELECT {selected} FROM {self._quote_table(of.table.name)} WHERE "
        step = max(1, PARAMETERS_PER_READ // len(names))
        for start in range(0, len(keys), step):
            some = keys[start : start + step]
            if len(names) == 1:
                found = f"{names[0]} IN ({', '.join(_slot(part) for key in some for part in key)})"
            else:
                pairs = ", ".join(f"({', '.join(_slot(part) for part in key)})" for key in some)
                found = f"({', '.join(names)}) IN (VALUES {pairs})"
            yield Command(head + found, [part for key in some for part in key])

    def updates(
        self, of: BulkTable, columns: Sequence[Column], rows: Sequence[Sequence[Value]]
    ) -> Sequence[Command] | None:
        width = len(of.key)
        head = f"UPDATE{self._or_fail} {self._quote_table(of.table.name)} SET "

        def slots(row: Sequence[Value]) -> tuple[bool, ...]:
            return tuple(isinstance(value, RawText) for value in row)

        raw = RawText in set(map(type, chain.from_iterable(rows)))
        commands = []
        for _, alike in groupby(rows, key=slots if raw else lambda _: ()):
            some = list(alike)
            key, values = some[0][:width], some[0][width:]
            pairs = zip(columns, values, strict=True)
            assigned = ", ".join(f"{self._quote(column.name)} = {_slot(value)}" for column, value in pairs)
            found = " AND ".join(
                f"{self._quote(column.name)} = {_slot(part)}" for column, part in zip(of.key, key, strict=True)
            )
            placed = [(*row[width:], *row[:width]) for row in some]
            commands.append(Command(f"{head}{assigned} WHERE {found}", rows=placed))
        return commands


def _slot(value: Value) -> str:
    # The driver binds bytes as a blob; the cast changes no byte of them.
    return "CAST(? AS TEXT)" if isinstance(value, RawText) else "?"
