"""What is under way between the reader and the writer of a run.

`Groups` keeps identical inputs together, so that each is asked once however many rows share it. `Flow`
bounds the rows that were read and are not done with, and with them the memory of a run.
"""

import threading
from collections import OrderedDict

from skills.ai_column.asking import Settled
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop

_REMEMBERED = 10_000


class Groups:
    """Rows that wait for the answer to the same input. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[SourceRow]] = {}
        # More than can ever be under way, so that an input just settled is not taken for an unknown one.
        self._settled: OrderedDict[str, Settled] = OrderedDict()

    def join(self, row: SourceRow) -> Settled | bool:
        """The answer if there is one; True if the row waits with others; False if its input must be asked."""
        with self._lock:
            known = self._settled.get(row.input_hash)
            if known is not None:
                return known
            waiting = row.input_hash in self._waiting
            self._waiting.setdefault(row.input_hash, []).append(row)
            return waiting

    def settle(self, settled: Settled) -> list[SourceRow]:
        """The rows that waited for this answer."""
        with self._lock:
            self._settled[settled.input_hash] = settled
            if len(self._settled) > _REMEMBERED:
                self._settled.popitem(last=False)
            return self._waiting.pop(settled.input_hash, [])

    def drop(self, input_hash: str) -> list[SourceRow]:
        """The rows whose question was not asked after all."""
        with self._lock:
            return self._waiting.pop(input_hash, [])


class Flow:
    """Counts the rows under way and lets the reader wait: for room, and for all of them to be done with."""

    def __init__(self, window: int, stop: Stop) -> None:
        self._window = window
        self._stop = stop
        self._condition = threading.Condition()
        self._under_way = 0
        self._reader_waits = False

    def enter(self, rows: int) -> bool:
        """Wait for room; False when the run stops instead. A page larger than the window goes alone."""
        with self._condition:
            self._reader_waits = True
            while self._under_way and self._under_way + rows > self._window and not self._stop.is_set():
                self._condition.wait(0.2)
            self._reader_waits = False
            if self._stop.is_set():
                return False
            self._under_way += rows
            return True

    def leave(self, rows: int) -> None:
        with self._condition:
            self._under_way -= rows
            self._condition.notify_all()

    def wait_until_idle(self) -> bool:
        """Nothing under way; False when the run stops first."""
        with self._condition:
            self._reader_waits = True
            while self._under_way and not self._stop.is_set():
                self._condition.wait(0.2)
            self._reader_waits = False
            return not self._stop.is_set()

    def only(self, rows: int) -> bool:
        """Whether these rows are all there is under way and the reader brings no more before they are done."""
        with self._condition:
            return self._reader_waits and self._under_way == rows
