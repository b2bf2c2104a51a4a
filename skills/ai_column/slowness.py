"""Why a run is not faster, in one line: published with its job about once a second, when the words change.

What the database makes everyone wait for comes first, then the model's endpoint, then the budget. Where nothing
limits, it says what the model takes. A short run is over before it has said anything.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from memory.errors import LeaseLost, MemoryFailure
from memory.jobs import JobStore, Lease
from skills.ai_column.model_side import ModelSide
from skills.ai_column.tally import Tally
from skills.model_caller import PressureKind
from tools.errors import ToolError
from tools.safety.gate import Gate

_EVERY_S = 1.0
_DATABASE_EVERY_S = 3.0  # a look at the catalogue is cheap, but not free
_LAG_S = 1.0  # a replica that is further behind is worth a word
_LEAVE_S = 2.0


@dataclass(kw_only=True)
class Slowness:
    """Asked from one thread."""

    gate: Gate
    model: ModelSide
    tally: Tally
    clock: Callable[[], float] = time.monotonic
    _database: str = ""
    _looked_at: float = field(default=float("-inf"))
    _lock_waits: int = 0

    def words(self) -> str:
        """The reasons of this moment, the weightiest first."""
        pressure, budget = self.model.pressure(), self.model.meter.pressing
        reasons = [self._database_words(), budget or ""]
        if pressure is not None and (pressure.kind is not PressureKind.NONE or not any(reasons)):
            reasons.insert(1, pressure.text)
        return "; ".join(reason for reason in reasons if reason)

    def _database_words(self) -> str:
        now = self.clock()
        if now - self._looked_at >= _DATABASE_EVERY_S:
            self._looked_at = now
            self._database = self._look()
        return self._database

    def _look(self) -> str:
        waited, self._lock_waits = self.tally.lock_waits - self._lock_waits, self.tally.lock_waits
        words = [f"batches waited for other people's locks {waited} times"] if waited else []
        try:
            seen = self.gate.pressure()
        except ToolError:
            return "; ".join(words)
        if seen.lock_waits:
            many = seen.lock_waits > 1
            words.append(f"{seen.lock_waits} transaction{'s wait' if many else ' waits'} for a lock in the database")
        if seen.replica_lag_s is not None and seen.replica_lag_s >= _LAG_S:
            words.append(f"a replica is {seen.replica_lag_s:.0f} s behind")
        return "; ".join(words)


class Bulletin:
    """Publishes the words from a thread of its own, so that a slow look delays neither the run nor its lease."""

    def __init__(self, jobs: JobStore, lease: Lease, words: Callable[[], str]) -> None:
        self._jobs = jobs
        self._lease = lease
        self._words = words
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bulletin", daemon=True)
        self.latest = ""

    def __enter__(self) -> "Bulletin":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        # A look that hangs in the database must not keep the run from ending; its words come too late then.
        self._thread.join(_LEAVE_S)

    def _run(self) -> None:
        while not self._end.wait(_EVERY_S):
            words = self._words()
            if words != self.latest:
                self.latest = words
                try:
                    self._jobs.set_status(self._lease, words)
                except (LeaseLost, MemoryFailure):
                    return  # the heartbeat hears of it too, and stops the run
