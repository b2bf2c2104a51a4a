"""A source row as the engine carries it: its key, what the model sees of it, and how both are remembered."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tools.db.values import Value, decode_row, encode_row, to_json

_quoted = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True)
class Page:
    """Where a row was read: the reading may go on behind `last` once all rows up to there are done with."""

    last: tuple[Value, ...]  # the last key of the page
    rows: int


class SourceRow(NamedTuple):
    """One row to fill. `source` is exactly what was read; `text` is what the model is shown of it."""

    key: tuple[Value, ...]
    source: tuple[Value, ...]
    text: str
    input_hash: str  # of `text`: equal texts are one question
    present: tuple[Value, ...]  # what stands in the target cells
    key_json: str
    empty: bool  # nothing to judge: every source value is NULL or a blank text
    page: Page | None = None


class RowReader:
    """Makes source rows of what a page holds: key, source columns and, if they were selected, target cells."""

    def __init__(
        self, key: Sequence[str], source: Sequence[str], targets: Sequence[str], max_source_chars: int
    ) -> None:
        self.key_parts = len(key)
        self._present_at = len(key) + len(source)
        self._names = [f"{_quoted(name)}: " for name in source]
        self._nothing = (None,) * len(targets)
        self._max_chars = max_source_chars

    def row(self, values: Sequence[Value], page: Page | None = None) -> SourceRow:
        key = tuple(values[: self.key_parts])
        source = tuple(values[self.key_parts : self._present_at])
        text = self._text(source)
        only = source[0] if len(source) == 1 else None
        empty = not only.strip() if type(only) is str else _is_empty(source)
        present = tuple(values[self._present_at :]) or self._nothing
        return SourceRow(key, source, text, input_hash(text), present, key_json(key), empty, page)

    def _text(self, source: Sequence[Value]) -> str:
        """One row as the model sees it: a JSON object on one line, long texts cut."""
        most = self._max_chars
        if len(source) == 1 and type(value := source[0]) is str:
            return f"{{{self._names[0]}{_quoted(value[:most])}}}"
        parts = [
            name + (_quoted(value[:most]) if type(value) is str else _shown(value, most))
            for name, value in zip(self._names, source, strict=True)
        ]
        return "{" + ", ".join(parts) + "}"


def _is_empty(source: Sequence[Value]) -> bool:
    return not any(value is not None and not (isinstance(value, str) and not value.strip()) for value in source)


def _shown(value: Value, most: int) -> str:
    shown = to_json(value)
    return json.dumps(shown[:most] if isinstance(shown, str) else shown, ensure_ascii=False)


def input_hash(text: str) -> str:
    """Equal texts are one question. 128 bits of SHA-256: no two of a table's texts will ever share it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def key_json(key: Sequence[Value]) -> str:
    """Lossless and the same for the same key."""
    if len(key) == 1:
        part = key[0]
        if type(part) is int:
            return f"[{part}]"
    return json.dumps(encode_row(key), ensure_ascii=True)


def key_of(text: str) -> tuple[Value, ...]:
    return decode_row(json.loads(text))
