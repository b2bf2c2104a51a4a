"""Rings when a statement has run too long: one thread for all connections of a database, however many statements.

A thread per statement would cost more than most statements do.
"""

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count


class Ringing:
    """One alarm that has been set; `off` before its time and it never rings."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring: Callable[[], None] | None = ring

    def off(self) -> None:
        self.ring = None


class Alarm:
    """Its thread starts with the first alarm that is set, and ends when none is left for a while."""

    IDLE_S = 5.0

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Ringing]] = []
        self._order = count()
        self._thread: threading.Thread | None = None
        self._next = float("inf")  # when the thread looks again

    def set(self, after_s: float, ring: Callable[[], None]) -> Ringing:
        ringing, at = Ringing(ring), time.monotonic() + after_s
        with self._changed:
            while self._waiting and self._waiting[0][2].ring is None:
                heapq.heappop(self._waiting)
            heapq.heappush(self._waiting, (at, next(self._order), ringing))
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="statement-alarm", daemon=True)
                self._thread.start()
            elif at < self._next:
                self._changed.notify()
        return ringing

    def _watch(self) -> None:
        while (due := self._due()) is not None:
            for ringing in due:
                ring = ringing.ring
                if ring is not None:
                    # On a thread of its own: one server that does not answer a cancel must not delay the others.
                    threading.Thread(target=ring, name="statement-stop", daemon=True).start()

    def _due(self) -> list[Ringing] | None:
        """Waits for the next ones; None: there has been nothing to wait for."""
        with self._changed:
            while self._waiting and (self._waiting[0][0] <= time.monotonic() or self._waiting[0][2].ring is None):
                _, _, ringing = heapq.heappop(self._waiting)
                if ringing.ring is not None:
                    return [ringing]
            wait_s = self._waiting[0][0] - time.monotonic() if self._waiting else self.IDLE_S
            self._next = time.monotonic() + wait_s
            self._changed.wait(max(0.0, wait_s))
            self._next = float("inf")
            if not self._waiting:
                self._thread = None
                return None
            return []
