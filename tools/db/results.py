"""Rows of a result, collected under limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.db.values import Value

MAX_RESULT_BYTES = 256_000_000  # of one result held in memory, roughly
CLIP_MARK = "… [cut: {length} in all]"
VALUE_OVERHEAD = 32
SIZED = (str, bytes)


@dataclass(frozen=True)
class Rows:
    """`truncated`: more rows existed. `clipped`: how many values were cut to the length asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool = False
    clipped: int = 0


class Collector:
    """Takes rows until one limit is passed."""

    def __init__(self, columns: tuple[str, ...], max_rows: int, max_bytes: int, max_value_chars: int | None) -> None:
        self._columns = columns
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._max_value_chars = max_value_chars
        self._kept: list[tuple[Value, ...]] = []
        self._bytes = 0
        self._clipped = 0
        self._truncated = False

    def add(self, row: Sequence[Value]) -> bool:
        """False: the limit is reached, stop."""
        if len(self._kept) >= self._max_rows or (self._kept and self._bytes >= self._max_bytes):
            self._truncated = True
            return False
        kept = tuple(row) if self._max_value_chars is None else tuple(self._clip(value) for value in row)
        self._bytes += VALUE_OVERHEAD * len(kept)
        for value in kept:
            if isinstance(value, SIZED):
                self._bytes += len(value)
        self._kept.append(kept)
        return True

    def rows(self) -> Rows:
        return Rows(self._columns, tuple(self._kept), self._truncated, self._clipped)

    def _clip(self, value: Value) -> Value:
        limit = self._max_value_chars
        if limit is None or not isinstance(value, str | bytes) or len(value) <= limit:
            return value
        self._clipped += 1
        if isinstance(value, bytes):
            return value[:limit]
        return value[:limit] + CLIP_MARK.format(length=len(value))
