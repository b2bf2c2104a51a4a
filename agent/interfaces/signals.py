"""Ctrl-C and SIGTERM while something long runs: it is asked to stop, and ends cleanly."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from skills.ai_column.stop import StopReason


class Stoppable(Protocol):
    """What can be stopped from a signal handler."""

    def stop(self, reason: StopReason = ...) -> None:
        """A second time: at once."""


@contextmanager
def stopped_by_signals(work: Stoppable) -> Iterator[None]:
    """Ctrl-C and SIGTERM pause the work; a second one does not wait for calls in flight."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reasons = {signal.SIGINT: StopReason.INTERRUPTED, signal.SIGTERM: StopReason.TERMINATED}

    def stop(number: int, _: FrameType | None) -> None:
        work.stop(reasons[signal.Signals(number)])

    before = {number: signal.signal(number, stop) for number in reasons}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
