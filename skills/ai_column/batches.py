"""Batches of values into the table: one transaction each, compare-and-set, and what became of every row.

A row that the database refuses is found by halving its batch, and fails alone. Waiting for locks and
lost transactions are tried again a few times.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from memory.jobs import AnswerStatus, JobStore, Lease
from skills.ai_column.rows import SourceRow, key_json
from skills.ai_column.stop import Stop
from skills.ai_column.tally import Tally
from tools.db.values import Value
from tools.errors import ConstraintViolated, DatabaseError, LockTimeout, TransactionLost
from tools.safety.backfill import Backfill
from tools.safety.batch import BatchOutcome, CellWrite

_ATTEMPTS = 4  # of the door's own, which tries a few times too
_FIRST_PAUSE_S = 0.5
_MOST_CONFLICTS = 3


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A row and the value that is to stand in it; the value is in the journal."""

    row: SourceRow
    value: Value
    reused: bool


@dataclass(kw_only=True)
class Batches:
    """Writes for one job. Used by one thread at a time."""

    backfill: Backfill
    jobs: JobStore
    lease: Lease
    column: str
    tally: Tally
    stop: Stop
    sample_rows: int
    samples: list[Ready] = field(default_factory=list)
    _seen: int = 0
    _conflicts: Counter[str] = field(default_factory=Counter)
    _random: random.Random = field(default_factory=random.Random)

    def write(self, batch: Sequence[Ready]) -> None:
        """Raises what stops the run; everything else is recorded row by row."""
        try:
            outcome = self._patiently(batch)
        except (ConstraintViolated, DatabaseError) as error:
            if not _about_the_rows(error):
                raise
            self._halve(batch, error)
            return
        self._record(batch, outcome)
        self.tally.add(batches=1)

    def _patiently(self, batch: Sequence[Ready]) -> BatchOutcome:
        cells = [
            CellWrite(key=one.row.key, source=one.row.source, expected=(None,), values=(one.value,)) for one in batch
        ]
        for attempt in range(_ATTEMPTS - 1):
            try:
                return self.backfill.write(cells)
            except (LockTimeout, TransactionLost):
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
        by_key = {one.row.key_json: one for one in batch}
        done = [key_json(key) for key in (*outcome.written, *outcome.already)]
        self._mark(done, AnswerStatus.WRITTEN, None)
        self.tally.add(filled=len(done), reused=sum(by_key[key].reused for key in done))
        for key in done:
            self._sample(by_key[key])
        edited = [key_json(key) for key in outcome.target_changed]
        self._mark(edited, AnswerStatus.MOOT, "the cell was filled by someone else meanwhile")
        gone = [key_json(key) for key in outcome.gone]
        self._mark(gone, AnswerStatus.MOOT, "the row is gone")
        self.tally.give_back(len(edited) + len(gone))
        for changed in outcome.source_changed:
            self._conflict(by_key[key_json(changed)])

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
            self.jobs.mark(self.lease, keys, status, reason=reason, target=self.column)

    def _sample(self, one: Ready) -> None:
        """Each written row is as likely as any other to be among the samples."""
        self._seen += 1
        if len(self.samples) < self.sample_rows:
            self.samples.append(one)
        elif self.sample_rows and (place := self._random.randrange(self._seen)) < self.sample_rows:
            self.samples[place] = one


def _about_the_rows(error: DatabaseError) -> bool:
    """Whether another row could pass. A lost server or a missing privilege would stop them all."""
    return type(error) in (DatabaseError, ConstraintViolated)
