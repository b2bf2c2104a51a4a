"""Why a run stops before its end. The first reason wins and everyone in the run sees it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from memory.errors import LeaseLost, MemoryFailure
from tools.errors import Refused, ToolError


class StopReason(StrEnum):
    INTERRUPTED = "interrupted"  # Ctrl-C
    TERMINATED = "terminated"  # SIGTERM
    PAUSED = "paused"  # asked for, from another process or from the chat
    CANCELLED = "cancelled"  # a person gave the job up
    QUALITY = "quality"  # a second opinion says that the answers are not good enough
    BUDGET = "budget"  # a cap on calls, tokens or money
    CONSENT = "consent"  # more rows than were approved
    ROW_LIMIT = "row limit"  # --max-rows was reached
    FAILED = "failed"  # the model, the database or the state store is unusable
    REFUSED = "refused"  # the door said no
    LEASE_LOST = "lease lost"  # another process has taken the job over


# After any other, answers that are paid for are still written.
_ENDS_WRITING = (StopReason.CANCELLED, StopReason.LEASE_LOST)
_GRACE_S = 10.0  # for calls in flight


class Stop:
    """Set once, from any thread."""

    def __init__(self) -> None:
        # Signal handlers set it too, in the middle of whatever the main thread does.
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._event = threading.Event()
        self.reason: StopReason | None = None
        self.message = ""
        self._hurried = False  # asked twice: calls in flight are not waited for
        self._set_at = 0.0

    def set(self, reason: StopReason, message: str = "") -> None:
        with self._lock:
            if self.reason is None:
                self.reason, self.message = reason, message
                self._set_at = time.monotonic()
            listeners = () if self._event.is_set() else tuple(self._listeners)
            self._event.set()
        for listener in listeners:
            listener()

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """What the door, the database or the store raises is why the run stops, not an error of its caller."""
        try:
            yield
        except Refused as refused:
            self.set(StopReason.REFUSED, refused.message)
        except LeaseLost as lost:
            self.set(StopReason.LEASE_LOST, lost.message)
        except (ToolError, MemoryFailure) as error:
            self.set(StopReason.FAILED, error.message)

    def listen(self, listener: Callable[[], None]) -> None:
        """Called once, at the stop, from whatever thread; at once if that was before."""
        with self._lock:
            self._listeners.append(listener)
            late = self._event.is_set()
        if late:
            listener()

    def interrupt(self, reason: StopReason) -> None:
        """A person's Ctrl-C or a signal; the second one is in a hurry."""
        if self.is_set():
            self._hurried = True
        self.set(reason)

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        return self._event.wait(timeout_s)

    @property
    def impatient(self) -> bool:
        """Whether calls in flight are not to be waited for any longer."""
        return self._hurried or (self.is_set() and time.monotonic() - self._set_at > _GRACE_S)

    @property
    def may_write(self) -> bool:
        return self.reason not in _ENDS_WRITING
