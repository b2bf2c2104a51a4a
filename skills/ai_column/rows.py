"""A source row as the engine carries it: its key, what the model sees of it, and how both are remembered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from skills.ai_column.prompt import input_hash, row_text
from tools.db.values import Value, decode_row, encode_row


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One row to fill. `source` is exactly what was read; `text` is what the model is shown of it."""

    key: tuple[Value, ...]
    source: tuple[Value, ...]
    text: str
    input_hash: str  # of `text`: equal texts are one question

    @property
    def key_json(self) -> str:
        return key_json(self.key)

    @property
    def empty(self) -> bool:
        """Nothing to judge: every source value is NULL or a blank text."""
        return all(value is None or (isinstance(value, str) and not value.strip()) for value in self.source)


def source_row(
    key: Sequence[Value], source: Sequence[Value], columns: Sequence[str], max_source_chars: int
) -> SourceRow:
    text = row_text(columns, source, max_source_chars)
    return SourceRow(key=tuple(key), source=tuple(source), text=text, input_hash=input_hash(text))


def key_json(key: Sequence[Value]) -> str:
    """Lossless and the same for the same key."""
    return json.dumps(encode_row(key), ensure_ascii=True)


def key_of(text: str) -> tuple[Value, ...]:
    return decode_row(json.loads(text))
