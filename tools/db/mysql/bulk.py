"""Bulk reads and updates on MySQL and MariaDB: lists of keys, and `CASE key WHEN ... THEN ...` for the new values.

A CASE has one type for all its values, so only values of one kind share a statement: 1 beside 1.5 or 'a' would be
changed before the column sees it. The index is named, because a statement that scans the table locks all of it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar
from uuid import UUID

from tools.db.bulk import Bulk, BulkTable, Command
from tools.db.dialect import Strategy
from tools.db.schema import Column
from tools.db.values import Value

T = TypeVar("T")
KEYS_PER_READ = 1_000
ROWS_PER_UPDATE = 500  # the branches of a CASE are tried one after the other
PAIRS_PER_STATEMENT = 200  # of composite keys: above it the range optimizer gives up parts of the key
MAX_STATEMENT_CHARS = 1_000_000  # far below the smallest max_allowed_packet in use, whatever the characters take
DECIMAL_DIGITS, DECIMAL_SCALE = 65, 38


class MysqlBulk(Bulk):
    def __init__(self, strategy: Strategy) -> None:
        self._quote = strategy.quote
        self._quote_table = strategy.quote_table
        self._escape = strategy.escape

    def locked(self, of: BulkTable, columns: Sequence[Column], keys: Sequence[Sequence[Value]]) -> Iterator[Command]:
        selected = ", ".join(self._quote(column.name) for column in columns)
        head = self._escape(f"SELECT {selected} FROM {self._table(of)} WHERE ")
        order = ", ".join(self._quote(column.name) for column in of.key)
        tail = self._escape(f" ORDER BY {order} FOR UPDATE")
        for some in _in_parts(keys, KEYS_PER_READ if len(of.key) == 1 else PAIRS_PER_STATEMENT):
            yield Command(f"{head}{self._found(of, len(some))}{tail}", [part for key in some for part in key])

    def updates(
        self, of: BulkTable, columns: Sequence[Column], rows: Sequence[Sequence[Value]]
    ) -> Sequence[Command] | None:
        width = len(of.key)
        if not all(_alike([row[place] for row in rows], key=place < width) for place in range(width + len(columns))):
            return None
        most = ROWS_PER_UPDATE if width == 1 else PAIRS_PER_STATEMENT
        return [self._update(of, columns, some) for some in _in_parts(rows, most)]

    def _update(self, of: BulkTable, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> Command:
        names = [self._escape(self._quote(column.name)) for column in of.key]
        width = len(names)
        if width == 1:
            opening, branch = f"CASE {names[0]}", " WHEN %s THEN %s"
        else:
            opening, branch = "CASE", f" WHEN {' AND '.join(f'{name} = %s' for name in names)} THEN %s"
        cases = branch * len(rows)
        assigned = ", ".join(f"{self._escape(self._quote(column.name))} = {opening}{cases} END" for column in columns)
        params = [part for place in range(len(columns)) for row in rows for part in (*row[:width], row[width + place])]
        params += [part for row in rows for part in row[:width]]
        text = f"UPDATE {self._escape(self._table(of))} SET {assigned} WHERE {self._found(of, len(rows))}"
        return Command(text, params)

    def _table(self, of: BulkTable) -> str:
        name = self._quote_table(of.table.name)
        index = of.key_index
        return name if index is None else f"{name} FORCE INDEX ({self._quote(index or 'PRIMARY')})"

    def _found(self, of: BulkTable, count: int) -> str:
        names = [self._escape(self._quote(column.name)) for column in of.key]
        if len(names) == 1:
            return f"{names[0]} IN ({', '.join(['%s'] * count)})"
        # The OR form: row values are not looked up by their index.
        one = f"({' AND '.join(f'{name} = %s' for name in names)})"
        return f"({' OR '.join([one] * count)})"


def _in_parts(rows: Sequence[Sequence[Value]], most: int) -> Iterator[list[Sequence[Value]]]:
    """At most so many, and not more than a statement may carry; one row alone may be longer."""
    waiting = iter(rows)
    while taken := list(islice(waiting, most)):
        part: list[Sequence[Value]] = []
        size = 0
        for row in taken:
            length = sum(len(value) for value in row if isinstance(value, str | bytes))
            if part and size + length > MAX_STATEMENT_CHARS:
                yield part
                part, size = [], 0
            part.append(row)
            size += length
        yield part


def _alike(values: Sequence[Value], *, key: bool) -> bool:
    kinds = {_kind(value) for value in values} - {""}
    if kinds <= {"whole"} or kinds == {"text"} or kinds == {"bytes"}:
        return True
    if kinds <= {"whole", "decimal"}:
        return _fit([value for value in values if isinstance(value, int | Decimal)])
    return kinds == {"float"} and not key


def _kind(value: Value) -> str:
    match value:
        case None:
            return ""
        case int():
            return "whole"
        case float():
            return "float"
        case Decimal():
            return "decimal"
        case bytes() | bytearray() | memoryview():
            return "bytes"
        case str() | datetime() | date() | time() | timedelta() | UUID():
            return "text"
    return "text"  # lists and mappings are sent as JSON


def _fit(numbers: Sequence[int | Decimal]) -> bool:
    """Whether one DECIMAL type holds them all: else digits are cut off silently."""
    tuples = [Decimal(number).as_tuple() for number in numbers]
    if not all(isinstance(number.exponent, int) for number in tuples):
        return False
    scales = [max(0, -int(number.exponent)) for number in tuples]
    wholes = [max(0, len(number.digits) + int(number.exponent)) for number in tuples]
    return max(scales) <= DECIMAL_SCALE and max(scales) + max(wholes) <= DECIMAL_DIGITS
