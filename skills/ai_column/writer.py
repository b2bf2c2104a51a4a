"""The writer thread of a run: answers that are in the journal go into the table, in batches.

A batch begins at the size of seed 003's table and is then sized by time: as many rows as a short transaction takes.
"""

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from memory.errors import LeaseLost, MemoryFailure
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.flow import Flow
from skills.ai_column.look import Look
from skills.ai_column.stop import Stop, StopReason
from tools.errors import ToolError

log = logging.getLogger(__name__)
_POLL_S = 0.05
_AIM_MS = 70.0  # a transaction; no other client should wait for longer than that is noticed
_MOST_ROWS = 5_000
_GROWTH = 2.0
_LINGER_S = 0.5  # rows that fill no batch do not wait longer than this
_CURSOR_S = 1.0

# From the journal to the writer; None: nothing comes after it.
Shelf: TypeAlias = "queue.SimpleQueue[list[Ready] | None]"


class BatchSize:
    """Rows of the next transaction: the first size until transactions have shown how long they take."""

    def __init__(self, rows: int, *, may_grow: bool) -> None:
        self.rows = rows
        self._most = _MOST_ROWS if may_grow else rows

    def took(self, rows: int, ms: float) -> None:
        """A transaction of `rows` was open for `ms`. A small one tells little."""
        if ms <= 0 or rows < self.rows // 2:
            return
        fits = self.rows * _AIM_MS / ms
        self.rows = max(1, min(self._most, int(min(fits, _GROWTH * self.rows))))


@dataclass(kw_only=True)
class Writer:
    """Runs until nothing more comes; then everything that may be written is written."""

    size: BatchSize
    batches: Batches
    flow: Flow
    shelf: Shelf
    stop: Stop
    look: Look
    save_cursor: Callable[[], None]
    _ready: list[Ready] = field(default_factory=list)
    _written_at: float = field(default_factory=time.monotonic)
    _saved_at: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        try:
            while self._receive():
                self._write(everything=self._is_due())
            self._write(everything=True)
            self.batches.flush()
            self.save_cursor()
        except LeaseLost as lost:
            self.stop.set(StopReason.LEASE_LOST, lost.message)
        except (ToolError, MemoryFailure) as error:
            self.stop.set(StopReason.FAILED, error.message)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("the writer failed in an unexpected way")
            self.stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")

    def _receive(self) -> bool:
        """Take what has come; False at the end. Looks up now and then: the last rows under way fill no batch."""
        try:
            ready = self.shelf.get(timeout=_POLL_S)
            while ready is not None:
                self._ready.extend(ready)
                ready = self.shelf.get_nowait()
        except queue.Empty:
            return True
        return False

    def _is_due(self) -> bool:
        return self.flow.only(len(self._ready)) or time.monotonic() - self._written_at > _LINGER_S

    def _write(self, *, everything: bool) -> None:
        """Full batches, or all that is ready."""
        while self._ready and (everything or len(self._ready) >= self.size.rows):
            if not (self.stop.may_write and self.look.passed):
                return
            batch = self._ready[: self.size.rows]
            self.size.took(len(batch), self.batches.write(batch))
            del self._ready[: len(batch)]
            if not self._ready and self.shelf.empty():
                # Perhaps all that is under way: whoever looks at the journal next must find it there.
                self.batches.flush()
            self.flow.leave(one.row for one in batch)
            self._written_at = time.monotonic()
            if self._written_at - self._saved_at > _CURSOR_S:
                self.batches.flush()
                self.save_cursor()
                self._saved_at = self._written_at
