"""Bulk reads and updates on PostgreSQL: the rows travel as one JSON parameter, which the server spreads.

`json_to_recordset` gives every value to the input function of its column's own type, length included, as a plain
parameter is: a text that is too long is an error, where a cast would cut it. JSON columns travel as text, or a
string would arrive as a JSON string.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from types import NoneType
from uuid import UUID

from tools.db.bulk import Bulk, BulkTable, Command
from tools.db.dialect import Strategy
from tools.db.schema import Column
from tools.db.values import Json, Value, to_json

# Types whose input functions are known to take JSON's scalars. A domain may hide json, which would be quoted twice.
KNOWN = frozenset(
    {
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "text", "character varying",
        "character", '"char"', "name", "date", "time without time zone", "time with time zone", "interval", "uuid",
        "timestamp without time zone", "timestamp with time zone", "bytea", "json", "jsonb", "money", "xml", "citext",
        "inet", "cidr", "macaddr", "macaddr8", "bit", "bit varying", "tsvector", "hstore", "vector", "halfvec",
        "sparsevec", "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
    }
)  # fmt: skip
LENGTH = re.compile(r"\([^)]*\)")
WHOLE = frozenset({"smallint", "integer", "bigint"})
TEXTS = frozenset({str, NoneType})
SCALARS = TEXTS | {int, bool}  # JSON spells them as the input functions do


class PostgresBulk(Bulk):
    def __init__(self, strategy: Strategy) -> None:
        self._quote = strategy.quote
        self._quote_table = strategy.quote_table
        self._escape = strategy.escape

    def locked(self, of: BulkTable, columns: Sequence[Column], keys: Sequence[Sequence[Value]]) -> Iterator[Command]:
        selected = ", ".join(f"here.{self._quote(column.name)}" for column in columns)
        order = ", ".join(f"here.{self._quote(column.name)}" for column in of.key)
        head = self._escape(f"SELECT {selected} FROM {self._quote_table(of.table.name)} AS here")
        sent, found = self._sent(of.key), self._found(of.key)
        tail = self._escape(f" ORDER BY {order} FOR UPDATE OF here")
        yield Command(f"{head} JOIN {sent} ON {found}{tail}", [_spread(of.key, keys)])

    def updates(
        self, of: BulkTable, columns: Sequence[Column], rows: Sequence[Sequence[Value]]
    ) -> Sequence[Command] | None:
        if not all(_is_known(column) for column in columns):
            return None
        every = (*of.key, *columns)
        assigned = ", ".join(
            f"{self._escape(self._quote(column.name))} = {_taken(column, place)}"
            for place, column in enumerate(columns, len(of.key))
        )
        name = self._escape(self._quote_table(of.table.name))
        text = f"UPDATE {name} AS here SET {assigned} FROM {self._sent(every)} WHERE {self._found(of.key)}"
        return [Command(text, [_spread(every, rows)])]

    def _sent(self, columns: Sequence[Column]) -> str:
        types = ("text" if _is_json(column) else column.type for column in columns)
        named = ", ".join(f"c{place} {self._escape(type_name)}" for place, type_name in enumerate(types))
        return f"json_to_recordset(%s::json) AS sent({named})"

    def _found(self, key: Sequence[Column]) -> str:
        return " AND ".join(
            f"here.{self._escape(self._quote(column.name))} = {_taken(column, place)}"
            for place, column in enumerate(key)
        )


def _taken(column: Column, place: int) -> str:
    return f"sent.c{place}::{column.type}" if _is_json(column) else f"sent.c{place}"


def _spread(columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> str:
    names = [f"c{place}" for place in range(len(columns))]
    as_they_are = TEXTS if any(_is_json(column) for column in columns) else SCALARS
    if not as_they_are.issuperset(map(type, chain.from_iterable(rows))):
        rows = [[_sendable(value, column) for column, value in zip(columns, row, strict=True)] for row in rows]
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, allow_nan=False)


def _sendable(value: Value, column: Column) -> Json:
    """In the spelling that the type's input function reads."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes) and column.type.endswith("[]"):
        return [_spelled(item, whole=False) for item in value]
    if _is_json(column):
        return str(value) if isinstance(value, Decimal) else json.dumps(to_json(value), ensure_ascii=False)
    return _spelled(value, whole=column.type in WHOLE)


def _spelled(value: Value, *, whole: bool) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal() if whole and math.isfinite(value) and value == int(value):
            return int(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case bytes() | bytearray() | memoryview():
            return f"\\x{bytes(value).hex()}"
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
        case Decimal() | UUID():
            return str(value)
    return json.dumps(to_json(value), ensure_ascii=False)


def _is_json(column: Column) -> bool:
    return column.type in ("json", "jsonb")


def _is_known(column: Column) -> bool:
    bare = LENGTH.sub("", column.type).removesuffix("[]").strip()
    return column.enum is not None or bare in KNOWN or bare.rpartition(".")[2] in KNOWN
