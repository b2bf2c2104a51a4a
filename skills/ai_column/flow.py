"""What is under way between the reader and the writer of a run.

`Groups` keeps identical inputs together, so that each is asked once however many rows share it. `Flow`
bounds the rows that were read and are not done with, and with them the memory of a run; it knows up to which
key all rows are done with, where a resumed job goes on.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence

from skills.ai_column.asking import Settled
from skills.ai_column.recall import Seen
from skills.ai_column.rows import Page, SourceRow
from skills.ai_column.stop import Stop
from tools.db.values import Value

_REMEMBERED = 10_000


class Groups:
    """Rows that wait for the answer to the same input. Thread-safe."""

    def __init__(self, seen: Seen) -> None:
        self._lock = threading.Lock()
        self._seen = seen
        self._waiting: dict[str, list[SourceRow]] = {}
        # More than can ever be under way, so that an input just settled is not taken for an unknown one.
        self._settled: OrderedDict[str, Settled] = OrderedDict()

    def holds(self, row: SourceRow) -> bool:
        """Whether `join` will not have to ask, nor anyone to look further."""
        return row.input_hash in self._settled or row.input_hash in self._waiting

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
            self._seen.add(settled.input_hash)
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
        self._pages: deque[Page] = deque()  # in the order read; the first ones may be done with
        self._left: dict[int, int] = {}  # rows under way, by the id of their page
        self._passed: tuple[Value, ...] | None = None

    def has_room(self, rows: int) -> bool:
        with self._condition:
            return not self._under_way or self._under_way + rows <= self._window

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

    def begin(self, page: Page) -> None:
        """A page whose rows have entered. Pages come in key order."""
        with self._condition:
            self._pages.append(page)
            self._left[id(page)] = page.rows

    def give_back(self, rows: Sequence[SourceRow]) -> None:
        """These were not done: a resumed job must come by again."""
        with self._condition:
            self._under_way -= len(rows)
            self._condition.notify_all()

    def leave(self, rows: Iterable[SourceRow]) -> None:
        """These are done with."""
        with self._condition:
            for row in rows:
                self._under_way -= 1
                if row.page is not None and id(row.page) in self._left:
                    self._left[id(row.page)] -= 1
            while self._pages and self._left[id(self._pages[0])] <= 0:
                page = self._pages.popleft()
                del self._left[id(page)]
                self._passed = page.last
            self._condition.notify_all()

    @property
    def passed(self) -> Sequence[Value] | None:
        """The last key up to which every row of this sweep is done with."""
        with self._condition:
            return self._passed

    def wait_until_idle(self) -> bool:
        """Nothing under way; False when the run stops first."""
        with self._condition:
            self._reader_waits = True
            while self._under_way and not self._stop.is_set():
                self._condition.wait(0.2)
            self._reader_waits = False
            self._pages.clear()
            self._left.clear()
            return not self._stop.is_set()

    def only(self, rows: int) -> bool:
        """Whether these rows are all there is under way and the reader brings no more before they are done."""
        with self._condition:
            return self._reader_waits and self._under_way == rows
