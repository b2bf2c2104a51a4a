"""Which rows to look at first: a handful that differ, so that a preview shows what can go wrong."""

import random
from collections import Counter
from collections.abc import Iterable

from skills.ai_column.rows import SourceRow

_SAMPLE = 50


class PreviewChoice:
    """Sees every row of the plan's scan once and keeps a few: longest, shortest, most frequent, odd, random."""

    def __init__(self, seed: int = 0) -> None:
        # A fixed seed: the same plan shows the same rows.
        self._random = random.Random(seed)  # noqa: S311
        self._seen = 0
        self._longest: SourceRow | None = None
        self._shortest: SourceRow | None = None
        self._odd: SourceRow | None = None
        self._sample: list[SourceRow] = []
        self._times: Counter[str] = Counter()
        self._first: dict[str, SourceRow] = {}

    def see(self, row: SourceRow) -> None:
        self._seen += 1
        if self._longest is None or len(row.text) > len(self._longest.text):
            self._longest = row
        if self._shortest is None or len(row.text) < len(self._shortest.text):
            self._shortest = row
        if self._odd is None and (not row.text.isascii() or any(value in (None, "") for value in row.source)):
            self._odd = row
        self._count(row)
        if len(self._sample) < _SAMPLE:
            self._sample.append(row)
        elif (place := self._random.randrange(self._seen)) < _SAMPLE:
            self._sample[place] = row

    def rows(self, wanted: int) -> tuple[SourceRow, ...]:
        """Up to that many rows with different texts."""
        shuffled = self._random.sample(self._sample, len(self._sample))
        return _different((self._longest, self._shortest, self._most_frequent(), self._odd, *shuffled), wanted)

    def _count(self, row: SourceRow) -> None:
        # Bounded: after many different texts only those seen before are still counted.
        if row.input_hash in self._first or len(self._first) < 10_000:
            self._times[row.input_hash] += 1
            self._first.setdefault(row.input_hash, row)

    def _most_frequent(self) -> SourceRow | None:
        often = self._times.most_common(1)
        return self._first[often[0][0]] if often and often[0][1] > 1 else None


def _different(rows: Iterable[SourceRow | None], wanted: int) -> tuple[SourceRow, ...]:
    chosen: dict[str, SourceRow] = {}
    for row in rows:
        if row is not None and len(chosen) < wanted:
            chosen.setdefault(row.input_hash, row)
    return tuple(chosen.values())
