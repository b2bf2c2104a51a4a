"""The values a database gives and takes, and the three ways they leave: as JSON for people and programs, in a
lossless typed JSON for before-images, and in a canonical form for comparison.
"""

import base64
import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, TypeAlias
from uuid import UUID

Value: TypeAlias = (
    "bool | int | float | Decimal | str | bytes | date | datetime | time | timedelta | UUID"
    " | Sequence[Value] | Mapping[str, Value] | None"
)
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class RawText(bytes):
    """A text of SQLite that is not UTF-8: its bytes, and that it is no blob, which it never equals."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RawText) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash((RawText, bytes(self)))


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
    for atom in ATOMS:
        if isinstance(value, atom.kind):
            return atom.tag + atom.as_bytes(value)
    if isinstance(value, Mapping):
        pairs = sorted((str(key), item) for key, item in value.items())
        return b"m" + canonical_row([part for pair in pairs for part in pair])
    assert isinstance(value, Sequence)
    return b"l" + canonical_row(value)


def canonical_row(row: Sequence[Value]) -> bytes:
    """Several values as one key: each with its length before it, so that no two rows look alike."""
    parts = [canonical(value) for value in row]
    return b"".join(b"%d:" % len(part) + part for part in parts)


def encode(value: Value) -> Json:
    """Lossless, as JSON: `decode(encode(v))` is the same value of the same type. Tagged values are `{"$tag": ...}`."""
    if value is None or isinstance(value, bool | str | int):
        return value
    for codec in CODECS:
        if isinstance(value, codec.kind):
            return {codec.tag: codec.dump(value)}
    if isinstance(value, Mapping):
        return {"$map": [[str(key), encode(item)] for key, item in value.items()]}
    assert isinstance(value, Sequence)
    return [encode(item) for item in value]


def decode(stored: Json) -> Value:
    """The value that `encode` was given."""
    if isinstance(stored, list):
        return [decode(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    ((tag, content),) = stored.items()
    if tag == "$map" and isinstance(content, list):
        return {str(pair[0]): decode(pair[1]) for pair in content if isinstance(pair, list)}
    codec = next((codec for codec in CODECS if codec.tag == tag), None)
    if codec is None or not isinstance(content, str):
        raise ValueError(f"not a stored value: {tag}")
    return codec.load(content)


def encode_row(row: Sequence[Value]) -> list[Json]:
    return [encode(value) for value in row]


def decode_row(stored: Sequence[Json]) -> tuple[Value, ...]:
    return tuple(decode(item) for item in stored)


@dataclass(frozen=True)
class Atom:
    """How one kind of value looks in canonical form."""

    kind: type | UnionType
    tag: bytes
    as_bytes: Callable[[Any], bytes]


@dataclass(frozen=True)
class Codec:
    """How one kind of value is stored as text and read back."""

    kind: type | UnionType
    tag: str
    dump: Callable[[Any], str]
    load: Callable[[str], Value]


def _utc(moment: datetime) -> bytes:
    return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat().encode()


def _duration(value: timedelta) -> str:
    return f"{value.days},{value.seconds},{value.microseconds}"


# The first that fits counts: a bool is an int and a datetime is a date.
ATOMS = (
    Atom(NoneType, b"0", lambda _: b""),
    Atom(bool, b"?", lambda value: b"1" if value else b"0"),
    Atom(int, b"i", lambda value: b"%d" % value),
    Atom(float, b"f", lambda value: b"nan" if math.isnan(value) else struct.pack(">d", value)),
    Atom(Decimal, b"n", lambda value: str(value).encode()),
    Atom(str, b"s", lambda value: value.encode("utf-8", "surrogatepass")),
    Atom(RawText, b"r", bytes),
    Atom(bytes | bytearray | memoryview, b"b", bytes),
    Atom(datetime, b"t", _utc),
    Atom(date, b"d", lambda value: value.isoformat().encode()),
    Atom(time, b"c", lambda value: value.isoformat().encode()),
    Atom(timedelta, b"e", lambda value: _duration(value).encode()),
    Atom(UUID, b"u", lambda value: value.bytes),
)
CODECS = (
    Codec(float, "$float", float.hex, float.fromhex),
    Codec(Decimal, "$decimal", str, Decimal),
    Codec(
        RawText, "$text", lambda value: base64.b64encode(value).decode(), lambda text: RawText(base64.b64decode(text))
    ),
    Codec(bytes | bytearray | memoryview, "$bytes", lambda value: base64.b64encode(value).decode(), base64.b64decode),
    Codec(datetime, "$datetime", datetime.isoformat, datetime.fromisoformat),
    Codec(date, "$date", date.isoformat, date.fromisoformat),
    Codec(time, "$time", time.isoformat, time.fromisoformat),
    Codec(timedelta, "$duration", _duration, lambda text: timedelta(*map(int, text.split(",")))),
    Codec(UUID, "$uuid", str, UUID),
)
