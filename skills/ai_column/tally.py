"""How far a run is, as its threads count it; the durable counts are the journal's."""

import threading
import time
from dataclasses import dataclass
from decimal import Decimal

from memory.jobs import Usage
from skills.ai_column.stop import StopReason


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One look at a run."""

    pending: int  # rows of the plan
    filled: int
    failed: int
    reused: int
    batches: int  # transactions committed
    batches_planned: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    elapsed_s: float
    cost: Decimal | None = None  # None: nobody knows the price
    status: str = ""  # why it is not faster

    @property
    def done(self) -> int:
        return self.filled + self.failed

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        """None: nothing is done yet, so nothing is known."""
        return max(0, self.pending - self.done) / self.rate if self.done else None


class Tally:
    """Counts of this run. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.admitted = 0  # rows taken on, to be filled or to fail
        self.filled = 0
        self.failed = 0
        self.passed = 0  # pending rows that the journal has settled already
        self.reused = 0
        self.batches = 0
        self.asked = 0  # distinct inputs
        self.lock_waits = 0  # batches that had to wait for other people's locks
        self.ended: StopReason | None = None  # why the reader reads no further; what it took on is finished

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started

    def progress(self, *, pending: int, batch_rows: int, used: Usage, priced: bool, status: str) -> Progress:
        """A look at this run, beside what its plan and its model's side know."""
        return Progress(
            pending=pending,
            filled=self.filled,
            failed=self.failed,
            reused=self.reused,
            batches=self.batches,
            batches_planned=-(-pending // batch_rows),
            calls=used.calls,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            elapsed_s=self.elapsed_s,
            cost=used.cost if priced else None,
            status=status,
        )

    def admit(self, rows: int, *limits: tuple[int | None, StopReason]) -> int:
        """Take rows on, as many as fit under every limit; then remember which one kept the others out."""
        with self._lock:
            for limit, reason in limits:
                if limit is not None and self.admitted + rows > limit:
                    rows = max(0, limit - self.admitted)
                    self.ended = self.ended or reason
            self.admitted += rows
            return rows

    def give_back(self, rows: int) -> None:
        """Rows that were taken on and were not done: they may be taken on again."""
        with self._lock:
            self.admitted -= rows

    def add(
        self,
        *,
        filled: int = 0,
        failed: int = 0,
        passed: int = 0,
        reused: int = 0,
        batches: int = 0,
        asked: int = 0,
        lock_waits: int = 0,
    ) -> None:
        with self._lock:
            self.filled += filled
            self.failed += failed
            self.passed += passed
            self.reused += reused
            self.batches += batches
            self.asked += asked
            self.lock_waits += lock_waits
