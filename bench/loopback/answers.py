"""What the loopback model says: a value for every property of the request's schema, computed from the row's text.

Nothing depends on order, time or chance, so every cell of a filled table can be checked: `value_of(row, name,
schema)` is what the server answered for that row and column. Tokens are counted by a public rule, see `TokenRule`.
"""

import hashlib
import math
import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from loopback.knobs import TokenRule

Generate = Callable[[bytes], Any]  # the row as canonical JSON -> a value
_PIECES = re.compile(r" ?[A-Za-z]{1,6}|[0-9]{1,3}|[^\sA-Za-z0-9]|\s+")


class BadSchema(Exception):
    """The schema is not one that structured outputs take; says why."""


def canonical(row: object) -> bytes:
    """A row as the bytes that its answers are computed from."""
    return orjson.dumps(row)


def digest_of(row: object) -> str:
    """Names a row's text in the log."""
    return hashlib.blake2b(canonical(row), digest_size=8).hexdigest()


def value_of(row: object, name: str, schema: Mapping[str, Any]) -> Any:
    """What is answered for the property `name` with this schema."""
    return _generator(schema, name, strict=False)(canonical(row))


def tokens_of(text: str, rule: TokenRule = TokenRule.QUARTER) -> int:
    """The counting rule of this server."""
    if rule is TokenRule.PIECES:
        return len(_PIECES.findall(text))
    if text.isascii():
        return -(-len(text) // 4)
    plain = len(text.encode("ascii", "ignore"))
    return math.ceil(plain / 4) + len(text) - plain


@lru_cache(maxsize=256)
def properties_generator(properties_json: bytes, strict: bool) -> Generate:
    """For the `properties` of an object, as JSON text. Raises BadSchema."""
    parts = {name: _generator(schema, name, strict=strict) for name, schema in orjson.loads(properties_json).items()}
    return lambda row: {name: part(row) for name, part in parts.items()}


def check_object(schema: Mapping[str, Any], path: str) -> None:
    """What `strict` demands of every object."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        raise BadSchema(f"{path}: object without properties")
    if schema.get("additionalProperties") is not False:
        raise BadSchema(f"{path}: additionalProperties must be false")
    if set(schema.get("required", ())) != set(properties):
        raise BadSchema(f"{path}: required must name every property")


def _mixed(row: bytes, start: int) -> int:
    """A number of 25 bits. The product breaks the CRC's linearity, which would tie one column's values to another's."""
    return (zlib.crc32(row, start) * 2_654_435_761 & 0xFFFFFFFF) >> 7


def _generator(schema: Mapping[str, Any], path: str, *, strict: bool) -> Generate:
    start = zlib.crc32(path.encode())
    if "const" in schema:
        return lambda _: schema["const"]
    if "enum" in schema:
        choices = [one for one in schema["enum"] if one is not None] or [None]
        return lambda row: choices[_mixed(row, start) % len(choices)]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            first = next(part for part in schema[union] if part.get("type") != "null")
            return _generator(first, path, strict=strict)
    kind = _type_of(schema, path)
    if kind == "object":
        return _object(schema, path, strict=strict)
    if kind == "array":
        return _array(schema, path, strict=strict)
    return _SCALARS[kind](schema, start)


def _type_of(schema: Mapping[str, Any], path: str) -> str:
    kind = schema.get("type")
    kinds = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
    if not kinds or kinds[0] not in ("object", "array", *_SCALARS):
        raise BadSchema(f"{path}: unknown type {kind!r}")
    return str(kinds[0])


def _object(schema: Mapping[str, Any], path: str, *, strict: bool) -> Generate:
    if strict:
        check_object(schema, path)
    properties = schema.get("properties") or {"value": {"type": "string"}}
    # A column's value is the same alone and in a pack, where `values` stands around it.
    within = "" if path == "values" else f"{path}."
    parts = {name: _generator(part, f"{within}{name}", strict=strict) for name, part in properties.items()}
    return lambda row: {name: part(row) for name, part in parts.items()}


def _array(schema: Mapping[str, Any], path: str, *, strict: bool) -> Generate:
    items = [
        _generator(schema.get("items") or {"type": "string"}, f"{path}.{number}", strict=strict)
        for number in range(int(schema.get("minItems", 2)))
    ]
    return lambda row: [item(row) for item in items]


def _string(schema: Mapping[str, Any], start: int) -> Generate:
    told = str(schema.get("description", ""))
    if schema.get("format") == "date-time" or "THH:MM:SS" in told:
        zone = "+00:00" if "offset" in told or schema.get("format") == "date-time" else ""
        return lambda row: f"{_date(row, start)}T12:00:{_mixed(row, start) % 60:02}{zone}"
    if schema.get("format") == "date" or "YYYY-MM-DD" in told:
        return lambda row: _date(row, start)
    most = int(schema.get("maxLength") or _number_in(told, r"at most (\d+) characters") or 40)
    return lambda row: f"said {_mixed(row, start):08x}"[-most:]


def _date(row: bytes, start: int) -> str:
    number = _mixed(row, start)
    return f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}"


def _integer(schema: Mapping[str, Any], start: int) -> Generate:
    low, high = _bounds(schema)
    least, count = math.ceil(low), math.floor(high) - math.ceil(low) + 1
    return lambda row: least + _mixed(row, start) % count


def _number(schema: Mapping[str, Any], start: int) -> Generate:
    low, high = _bounds(schema)
    return lambda row: round(low + (high - low) * (_mixed(row, start) % 101) / 100, 2)


def _boolean(_: Mapping[str, Any], start: int) -> Generate:
    return lambda row: bool(_mixed(row, start) & 1)


def _bounds(schema: Mapping[str, Any]) -> list[float]:
    """From the schema's keywords, else from its words, else 1 to 100 (numbers that ask for confidence: 0 to 1)."""
    told = str(schema.get("description", ""))
    low = schema.get("minimum", _number_in(told, r"at least (-?[\d.]+)"))
    high = schema.get("maximum", _number_in(told, r"at most (-?[\d.]+)(?! (?:characters|decimal))"))
    if low is None and high is None:
        return [0.0, 1.0] if "confiden" in told else [1.0, 100.0]
    least = float(low) if low is not None else float(high or 0) - 100
    return [least, float(high) if high is not None else least + 100]


def _number_in(text: str, pattern: str) -> float | None:
    found = re.search(pattern, text)
    return float(found.group(1).rstrip(".")) if found else None


_SCALARS: dict[str, Callable[[Mapping[str, Any], int], Generate]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
