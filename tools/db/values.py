"""The values a database gives and takes, and the three ways they leave: as JSON for people and programs, in a
lossless typed JSON for before-images, and in a canonical form for comparison.
"""

import base64
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

Value: TypeAlias = (
    "bool | int | float | Decimal | str | bytes | date | datetime | time | timedelta | UUID"
    " | Sequence[Value] | Mapping[str, Value] | None"
)
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

EXACT_INTEGER = 2**53  # beyond it, readers that keep numbers as doubles change them


def to_json(value: Value) -> Json:
    """As `sql run` prints it: what JSON cannot hold exactly becomes a string."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= EXACT_INTEGER else str(value)
        case float():
            return value if math.isfinite(value) else _not_finite(value)
        case Decimal():
            return format(value, "f")
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta() | UUID():
            return str(value)
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value]


def rows_as_json(rows: Iterable[Sequence[Value]]) -> list[list[Json]]:
    return [[to_json(value) for value in row] for row in rows]


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def canonical(value: Value) -> bytes:
    """Equal exactly when the stored values are: a type tag, then bytes. Never compare in SQL, where collations,
    padding and float display decide."""
    match value:
        case None:
            return b"0"
        case bool():
            return b"?1" if value else b"?0"
        case int():
            return b"i%d" % value
        case float():
            return b"f" + (b"nan" if math.isnan(value) else struct.pack(">d", value))
        case Decimal():
            return b"n" + str(value).encode()
        case str():
            return b"s" + value.encode("utf-8", "surrogatepass")
        case bytes() | bytearray() | memoryview():
            return b"b" + bytes(value)
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            return b"t" + moment.isoformat().encode()
        case date():
            return b"d" + value.isoformat().encode()
        case time():
            return b"c" + value.isoformat().encode()
        case timedelta():
            return b"e%d,%d,%d" % (value.days, value.seconds, value.microseconds)
        case UUID():
            return b"u" + value.bytes
        case Mapping():
            pairs = sorted((str(key), item) for key, item in value.items())
            return b"m" + canonical_row([part for pair in pairs for part in pair])
    return b"l" + canonical_row(value)


def canonical_row(row: Sequence[Value]) -> bytes:
    """Several values as one key: each with its length before it, so that no two rows look alike."""
    parts = [canonical(value) for value in row]
    return b"".join(b"%d:" % len(part) + part for part in parts)


def encode(value: Value) -> Json:
    """Lossless, as JSON: `decode(encode(v))` is the same value of the same type. Tagged values are `{"$tag": ...}`."""
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return {"$float": value.hex()}
        case Decimal():
            return {"$decimal": str(value)}
        case bytes() | bytearray() | memoryview():
            return {"$bytes": base64.b64encode(bytes(value)).decode()}
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$time": value.isoformat()}
        case timedelta():
            return {"$duration": [value.days, value.seconds, value.microseconds]}
        case UUID():
            return {"$uuid": str(value)}
        case Mapping():
            return {"$map": [[str(key), encode(item)] for key, item in value.items()]}
    return [encode(item) for item in value]


def decode(stored: Json) -> Value:
    """The value that `encode` was given."""
    if isinstance(stored, list):
        return [decode(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    ((tag, content),) = stored.items()
    match tag, content:
        case "$float", str():
            return float.fromhex(content)
        case "$decimal", str():
            return Decimal(content)
        case "$bytes", str():
            return base64.b64decode(content)
        case "$datetime", str():
            return datetime.fromisoformat(content)
        case "$date", str():
            return date.fromisoformat(content)
        case "$time", str():
            return time.fromisoformat(content)
        case "$duration", [int(days), int(seconds), int(microseconds)]:
            return timedelta(days, seconds, microseconds)
        case "$uuid", str():
            return UUID(content)
        case "$map", list():
            return {str(pair[0]): decode(pair[1]) for pair in content if isinstance(pair, list)}
    raise ValueError(f"not a stored value: {tag}")


def encode_row(row: Sequence[Value]) -> list[Json]:
    return [encode(value) for value in row]


def decode_row(stored: Sequence[Json]) -> tuple[Value, ...]:
    return tuple(decode(item) for item in stored)
