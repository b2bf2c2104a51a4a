"""The pending rows as a plan sees them: how many, how many different ones, and what some of them look like."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from skills.ai_column.choose import PreviewChoice
from skills.ai_column.paging import Paging, key_params
from skills.ai_column.rows import Page, RowReader, SourceRow
from skills.ai_column.target import Target
from tools.db.values import Value
from tools.safety.caller import Caller
from tools.safety.gate import Gate

SCAN_ROWS = 100_000  # as many are all read; of more, a sample
PAGE_ROWS = 1_000
_SAMPLE = 1_000  # distinct texts that are weighed
_PLACES = 8  # of a large table, where rows are read
_ROWS_A_PLACE = 750
Select: TypeAlias = Callable[[Sequence[SourceRow]], Sequence[SourceRow]]  # some rows of a page
_NOISE = 1.05  # a sample may show a little less variety than there is


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Counts are exact or, for a large table, extrapolated: then `distinct` is the upper end."""

    pending: int  # rows that need an answer
    empty: int
    row_cap: int
    distinct: int
    distinct_low: int
    exact: bool
    sample: tuple[str, ...]  # texts of distinct inputs, chosen at random
    choice: PreviewChoice


class Scanner:
    """Reads pending rows without changing anything."""

    def __init__(
        self,
        gate: Gate,
        caller: Caller,
        target: Target,
        paging: Paging,
        reader: RowReader,
        select: Select | None = None,
    ) -> None:
        self._gate = gate
        self._caller = caller
        self._target = target
        self._paging = paging
        self._reader = reader
        self._select = select  # of every row; None: the paging reads none but those that are pending

    def scan(self) -> Scan:
        if self._select is not None:
            return self._selected(self._select)
        if self._count(self._paging.count_beyond(SCAN_ROWS)) <= SCAN_ROWS:
            seen = _Seen()
            for page in read_pages(self._gate, self._caller, self._paging, self._reader):
                seen.add(page)
            return seen.scan(seen.rows)
        total = self._count(self._paging.count())
        return self._sampled().scan(total)

    def _selected(self, select: Select) -> Scan:
        """However large the table: only the journals tell which of its rows are meant."""
        seen = _Seen()
        for page in read_pages(self._gate, self._caller, self._paging, self._reader):
            seen.add(select(page))
        return seen.scan(seen.rows)

    def _sampled(self) -> "_Seen":
        seen = _Seen()
        for start in self._starts():
            pages = read_pages(self._gate, self._caller, self._paging, self._reader, after=start, rows=_ROWS_A_PLACE)
            seen.add(next(pages, ()))
        return seen

    def _starts(self) -> Sequence[Sequence[Value] | None]:
        """Places spread over the table, where its key tells how; else only its beginning."""
        if len(self._target.key) > 1:
            return (None,)
        with self._gate.prepare_read(self._paging.ends(), self._caller) as ends:
            low, high = ends.fetch(None, max_rows=1).rows[0]
        if not (isinstance(low, int) and isinstance(high, int)):
            return (None,)
        step = max(1, (high - low) // _PLACES)
        return [None, *((low + place * step,) for place in range(1, _PLACES))]

    def _count(self, sql: str) -> int:
        with self._gate.prepare_read(sql, self._caller) as counted:
            return int(str(counted.fetch(None, max_rows=1).rows[0][0]))


class _Seen:
    """What the rows read so far have shown."""

    def __init__(self) -> None:
        self.rows = self._empty = self._distinct = 0
        self.choice = PreviewChoice()
        self._times: dict[str, int] = {}
        self._sample: list[str] = []
        # A fixed seed: the same table gives the same plan.
        self._random = random.Random(0)  # noqa: S311

    def add(self, rows: Sequence[SourceRow]) -> None:
        self.rows += len(rows)
        for row in rows:
            if row.empty:
                self._empty += 1
                continue
            self.choice.see(row)
            times = self._times.get(row.input_hash, 0)
            self._times[row.input_hash] = times + 1
            if not times:
                self._distinct += 1
                self._keep(row.text)

    def _keep(self, text: str) -> None:
        if len(self._sample) < _SAMPLE:
            self._sample.append(text)
        elif (place := int(self._random.random() * self._distinct)) < _SAMPLE:
            self._sample[place] = text

    def scan(self, total: int) -> Scan:
        exact = total == self.rows
        factor = total / self.rows if self.rows else 1.0
        empty = round(self._empty * factor)
        pending = total - empty
        # The share of different rows only falls as more are read, so the sample's share bounds it from above.
        high = self._distinct if exact else min(pending, math.ceil(self._distinct * factor * _NOISE))
        return Scan(
            pending=pending,
            empty=empty,
            row_cap=pending if exact else total,
            distinct=high,
            distinct_low=high if exact else min(high, self._least()),
            exact=exact,
            sample=tuple(self._sample),
            choice=self.choice,
        )

    def _least(self) -> int:
        """A lower bound of how many different inputs there are (Chao 1984, from those seen once and twice)."""
        once = sum(1 for times in self._times.values() if times == 1)
        twice = sum(1 for times in self._times.values() if times == 2)
        return self._distinct + once * (once - 1) // (2 * (twice + 1))


def read_pages(
    gate: Gate,
    caller: Caller,
    paging: Paging,
    reader: RowReader,
    *,
    after: Sequence[Value] | None = None,
    rows: int = PAGE_ROWS,
) -> Iterator[Sequence[SourceRow]]:
    """The rows in key order, behind a key; each page is read whole and its transaction closed before it is given."""
    with (
        gate.prepare_read(paging.page(rows, first=True), caller) as first,
        gate.prepare_read(paging.page(rows, first=False), caller) as later,
    ):
        begun = first.fetch(None, max_rows=rows) if after is None else later.fetch(key_params(after), max_rows=rows)
        while found := begun.rows:
            last = found[-1][: reader.key_parts]
            page = Page(last, len(found))
            yield [reader.row(values, page) for values in found]
            if len(found) < rows and not begun.truncated:
                return
            begun = later.fetch(key_params(last), max_rows=rows)
