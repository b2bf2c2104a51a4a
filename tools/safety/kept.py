"""Whether a cell holds a value, the way its column keeps it: 1.5 as 1.50, true as 1, a date as a date.

Asked of our own values only (those just written, or written earlier): a cell that holds what we would write counts
as written. Stricter than the engines: text is the same text, to the byte, wherever the column does not pad it.
"""

import json
import re
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from types import NoneType

from tools.db.schema import Column
from tools.db.values import Value, canonical, to_json
from tools.sql.statement import Dialect

PADDED = re.compile(r"^(character|bpchar|char)(\(\d+\))?$", re.IGNORECASE)
SINGLE = re.compile(r"^(real|float4?)\b(?!8)", re.IGNORECASE)
VECTOR = re.compile(r"(^|\.)(half|sparse)?vec(tor)?(\(\d+\))?$", re.IGNORECASE)
EXACT = frozenset((str, int, bool, NoneType))  # equal exactly where their bytes are
SINGLE_DIGITS = 6  # what MariaDB shows of a FLOAT


def _four_bytes(number: Decimal) -> bytes:
    return struct.pack(">f", float(number))


def _as_shown(number: Decimal) -> bytes:
    return f"{number:.{SINGLE_DIGITS}g}".encode()


# Where a column of single precision gives back another number than it was given.
SINGLES = {Dialect.POSTGRES: _four_bytes, Dialect.MYSQL: _as_shown}


def same(one: Value, other: Value) -> bool:
    """Exactly the same value of the same type; NULL is the same as NULL."""
    kind = type(one)
    if kind is type(other) and kind in EXACT:
        return one == other
    return canonical(one) == canonical(other)


def same_row(one: Sequence[Value], other: Sequence[Value]) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


class Kept:
    """One column's way."""

    def __init__(self, column: Column, dialect: Dialect) -> None:
        self._is_json = column.type == ("jsonb" if dialect is Dialect.POSTGRES else "json")  # others keep the spelling
        self._is_padded = dialect is not Dialect.SQLITE and PADDED.match(column.type) is not None
        self._single = SINGLES.get(dialect) if SINGLE.match(column.type) else None
        self._is_vector = VECTOR.search(column.type) is not None

    def holds(self, now: Value, value: Value) -> bool:
        if now is None or value is None:
            return now is value
        if same(now, value) or str(now) == str(value):
            return True
        if self._is_padded and isinstance(now, str):
            return now.rstrip(" ") == str(value).rstrip(" ")
        if self._is_json and isinstance(now, str):
            return _alike(now, value, _document)
        if self._is_vector and isinstance(now, str):
            return _alike(now, value, _numbers)
        return self._as_its_kind(now, value)

    def _as_its_kind(self, now: Value, value: Value) -> bool:
        match now:
            case bool():
                return _alike(now, value, _truth)
            case int() | float() | Decimal():
                return self._same_number(now, value)
            case datetime():
                return _alike(now, value, _moment)
            case date():
                return _alike(now, value, _day)
            case time() | timedelta():
                return _alike(now, value, _hour)
            case bytes():
                return now == (_bits(value, len(now)) if isinstance(value, int) else str(value).encode())
            case str() if isinstance(value, datetime | date | time):
                return now in (value.isoformat(), value.isoformat().replace("T", " "))
            case str() if isinstance(value, dict | list | tuple):
                return _alike(now, value, _document)
        return not isinstance(now, str) and str(now).casefold() == str(value).casefold()

    def _same_number(self, now: int | float | Decimal, value: Value) -> bool:
        try:
            one, other = Decimal(str(+now)), Decimal(str(+value if isinstance(value, int | float) else value))
            if one.is_nan() or other.is_nan() or one.is_infinite() or other.is_infinite():
                return str(one) == str(other)
            if self._single is not None:
                return self._single(one) == self._single(other)
            places = one.as_tuple().exponent
            # A NUMERIC(10, 2) keeps 1.005 as 1.01: the value at the scale of the column is what it would hold.
            rounded = other.quantize(Decimal((0, (1,), int(places))), "ROUND_HALF_UP") if _rounds(now, other) else other
        except (InvalidOperation, ValueError, OverflowError):
            return False
        return one == rounded


def _rounds(now: Value, other: Decimal) -> bool:
    exponent = other.as_tuple().exponent
    return isinstance(now, Decimal) and isinstance(exponent, int) and exponent < int(now.as_tuple().exponent)


def _alike(now: Value, value: Value, read: Callable[[Value], Value]) -> bool:
    try:
        return canonical(read(now)) == canonical(read(value))
    except (ValueError, TypeError, KeyError):
        return False


def _document(value: Value) -> Value:
    """Objects with their keys in any order; 1 is 1.0, for jsonb keeps numbers as numeric."""
    text = value if isinstance(value, str) else json.dumps(to_json(value))
    return _plain(json.loads(text, parse_int=Decimal, parse_float=Decimal))


def _plain(value: Value) -> Value:
    if isinstance(value, Decimal):
        return f"number {value.normalize() + 0}"
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _numbers(value: Value) -> Value:
    found = json.loads(value) if isinstance(value, str) else value
    assert isinstance(found, list | tuple)
    return [f"{float(str(item)):.{SINGLE_DIGITS}g}" for item in found]


def _truth(value: Value) -> Value:
    return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}[str(value).lower()]


def _moment(value: Value) -> Value:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None)
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _day(value: Value) -> Value:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _hour(value: Value) -> Value:
    """MySQL's TIME is a duration."""
    hour = value if isinstance(value, time | timedelta) else time.fromisoformat(str(value))
    if isinstance(hour, timedelta) or hour.tzinfo:
        return hour
    return timedelta(hours=hour.hour, minutes=hour.minute, seconds=hour.second, microseconds=hour.microsecond)


def _bits(value: int, width: int) -> bytes:
    return value.to_bytes(max(width, (value.bit_length() + 7) // 8), "big", signed=value < 0)
