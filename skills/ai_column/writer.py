"""The writer thread of a run: answers that are in the journal go into the table, in batches."""

import logging
import queue
from dataclasses import dataclass, field
from typing import TypeAlias

from memory.errors import LeaseLost, MemoryFailure
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.flow import Flow
from skills.ai_column.look import Look
from skills.ai_column.stop import Stop, StopReason
from tools.errors import ToolError

log = logging.getLogger(__name__)
_POLL_S = 0.1

# From the journal to the writer; None: nothing comes after it.
Shelf: TypeAlias = "queue.SimpleQueue[list[Ready] | None]"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Runs until nothing more comes; then everything that may be written is written."""

    batch_rows: int
    batches: Batches
    flow: Flow
    shelf: Shelf
    stop: Stop
    look: Look
    _ready: list[Ready] = field(default_factory=list)

    def run(self) -> None:
        try:
            while self._receive():
                self._write(everything=self.flow.only(len(self._ready)))
            self._write(everything=True)
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

    def _write(self, *, everything: bool) -> None:
        """Full batches, or all that is ready."""
        while self._ready and (everything or len(self._ready) >= self.batch_rows):
            if not (self.stop.may_write and self.look.passed):
                return
            batch = self._ready[: self.batch_rows]
            self.batches.write(batch)
            del self._ready[: self.batch_rows]
            self.flow.leave(len(batch))
