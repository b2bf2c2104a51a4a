"""Batches of values into the table: one transaction each, compare-and-set, and what became of every row.

A row that the database refuses is found by halving its batch, and fails alone. Waiting for locks and
lost transactions are tried again a few times.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from memory.jobs import AnswerStatus, JobStore, Lease
from skills.ai_column.rows import SourceRow, key_json
from skills.ai_column.stop import Stop
from skills.ai_column.tally import Tally
from tools.db.values import Value
from tools.errors import ConstraintViolated, DatabaseError, LockTimeout, TransactionLost
from tools.safety.backfill import Backfill
from tools.safety.batch import KEEP, BatchOutcome, Cell, CellWrite

_ATTEMPTS = 4  # of the door's own, which tries a few times too
_FIRST_PAUSE_S = 0.5
_MOST_CONFLICTS = 3
_MARKED_TOGETHER = 2_000  # rows
_MARK_EVERY_S = 0.3


class Ready(NamedTuple):
    """A row and the values that are to stand in it; they are in the journal."""

    row: SourceRow
    values: tuple[Value, ...]
    reused: bool
    problem: str | None = None  # why some of the values are missing

    def write(self, *, overwrite: bool) -> CellWrite:
        """`overwrite`: cells that hold what was read are written too, not only those that are NULL."""
        row = self.row
        if len(row.present) == 1 and row.present[0] is None and self.values[0] is not None:
            cells: tuple[Cell, ...] = self.values  # by far the most rows
        else:
            # NULL is written over a value only where it is the answer, not where there is none.
            overwrite_by_null = overwrite and self.problem is None
            cells = tuple(
                value if overwrite_by_null or (value is not None and (overwrite or now is None)) else KEEP
                for value, now in zip(self.values, row.present, strict=True)
            )
        return CellWrite(key=row.key, source=row.source, expected=row.present, values=cells)


@dataclass(kw_only=True)
class Batches:
    """Writes for one job. Used by one thread at a time."""

    backfill: Backfill
    jobs: JobStore
    lease: Lease
    tally: Tally
    stop: Stop
    overwrite: bool
    sample_rows: int
    samples: list[Ready] = field(default_factory=list)
    _seen: int = 0
    _conflicts: Counter[str] = field(default_factory=Counter)
    _random: random.Random = field(default_factory=random.Random)
    _unmarked: list[str] = field(default_factory=list)  # written rows that the journal has not heard of yet
    _marked_at: float = field(default_factory=time.monotonic)

    def write(self, batch: Sequence[Ready]) -> float:
        """How long the transaction was open, in ms. Raises what stops the run; all else is recorded row by row."""
        try:
            outcome = self._patiently(batch)
        except (ConstraintViolated, DatabaseError) as error:
            if not _about_the_rows(error):
                raise
            self._halve(batch, error)
            return 0.0
        self._record(batch, outcome)
        self.tally.add(batches=1)
        return outcome.duration_ms

    def _patiently(self, batch: Sequence[Ready]) -> BatchOutcome:
        cells = [one.write(overwrite=self.overwrite) for one in batch]
        for attempt in range(_ATTEMPTS - 1):
            try:
                return self.backfill.write(cells)
            except (LockTimeout, TransactionLost):
                self.tally.add(lock_waits=1)
                # The run may be asked to stop meanwhile; the answers are journaled and can wait for a resume.
                if self.stop.wait(_FIRST_PAUSE_S * 2**attempt):
                    break
        return self.backfill.write(cells)

    def _halve(self, batch: Sequence[Ready], error: DatabaseError) -> None:
        if len(batch) == 1:
            self._fail(batch[0], error.message)
            return
        half = len(batch) // 2
        self.write(batch[:half])
        self.write(batch[half:])

    def _fail(self, one: Ready, reason: str) -> None:
        self._mark([one.row.key_json], AnswerStatus.FAILED, reason)
        self.tally.add(failed=1)

    def _record(self, batch: Sequence[Ready], outcome: BatchOutcome) -> None:
        if len(outcome.written) == len(batch) and not any(one.problem for one in batch):
            self._filled(batch)  # by far the most batches
            return
        by_key = {one.row.key_json: one for one in batch}
        done = [by_key[key_json(key)] for key in (*outcome.written, *outcome.already)]
        self._filled([one for one in done if one.problem is None])
        for one in done:
            if one.problem is not None:
                self._fail(one, one.problem)
        edited = [key_json(key) for key in outcome.target_changed]
        self._mark(edited, AnswerStatus.MOOT, "the cell was filled by someone else meanwhile")
        gone = [key_json(key) for key in outcome.gone]
        self._mark(gone, AnswerStatus.MOOT, "the row is gone")
        self.tally.give_back(len(edited) + len(gone))
        for changed in outcome.source_changed:
            self._conflict(by_key[key_json(changed)])

    def flush(self) -> None:
        """Tell the journal of what was written. After a kill it finds out by itself: the cells hold its answers."""
        keys, self._unmarked = self._unmarked, []
        self._marked_at = time.monotonic()
        self._mark(keys, AnswerStatus.WRITTEN, None)

    def _filled(self, done: Sequence[Ready]) -> None:
        # Seldom: each commit keeps the answers waiting that are on their way into the journal.
        self._unmarked += [one.row.key_json for one in done]
        if len(self._unmarked) >= _MARKED_TOGETHER or time.monotonic() - self._marked_at > _MARK_EVERY_S:
            self.flush()
        self.tally.add(filled=len(done), reused=sum(one.reused for one in done))
        for one in done:
            self._sample(one)

    def _conflict(self, one: Ready) -> None:
        """The row changed under its answer: back to the queue, but not forever."""
        key = one.row.key_json
        self._conflicts[key] += 1
        if self._conflicts[key] >= _MOST_CONFLICTS:
            self._fail(one, f"the row changed {_MOST_CONFLICTS} times while it was being answered")
            return
        self._mark([key], AnswerStatus.CONFLICT, "the row changed while it was being answered")
        self.tally.give_back(1)

    def _mark(self, keys: Sequence[str], status: AnswerStatus, reason: str | None) -> None:
        if keys:
            self.jobs.mark(self.lease, keys, status, reason=reason)

    def _sample(self, one: Ready) -> None:
        """Each written row is as likely as any other to be among the samples."""
        self._seen += 1
        if len(self.samples) < self.sample_rows:
            self.samples.append(one)
        elif self.sample_rows and (place := int(self._random.random() * self._seen)) < self.sample_rows:
            self.samples[place] = one


def _about_the_rows(error: DatabaseError) -> bool:
    """Whether another row could pass. A lost server or a missing privilege would stop them all."""
    return type(error) in (DatabaseError, ConstraintViolated)
