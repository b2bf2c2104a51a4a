"""The concurrent model calls of a run: one event loop in its own thread, from the preview to the last row.

Questions come in from the reader thread; packs are made of them here, so that rows that must be asked again
can share a call. Every question that went in comes out of `outbox`, settled or dropped.
"""

import asyncio
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from skills.ai_column.asking import Ask, Asker, Question
from skills.ai_column.budget import BudgetReached
from skills.ai_column.outbox import Answered, Dropped, Outbox
from skills.ai_column.stop import Stop, StopReason
from skills.model_caller import CallNotSent, ModelUnusable

T = TypeVar("T")
log = logging.getLogger(__name__)
_MOMENT_S = 0.05


class ModelLoop:
    """An event loop in a thread. A second loop would lose the connections of the first, and what they bought."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._guard = threading.RLock()
        self._ended = False
        self._thread = threading.Thread(target=self._loop.run_forever, name="model calls", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Run to the end and wait for it, from another thread."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def start(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Run it without waiting for it; from any thread, a signal handler too. Nothing after `close`."""
        with self._guard:
            if not self._ended:
                asyncio.run_coroutine_threadsafe(work(), self._loop)

    def soon(self, work: Callable[[], None]) -> None:
        """Call it on the loop, from any thread."""
        with self._guard:
            if not self._ended:
                self._loop.call_soon_threadsafe(work)

    def close(self) -> None:
        with self._guard:
            self._ended = True
        self.run(_rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _rest() -> None:
    """Whatever was started comes to its end."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


class Callers:
    """Up to `most` calls at once of up to `rows_per_call` rows each.

    `put`, `flush`, `unblock` and `finish` from one thread, `stop_now` from any; all else happens on the loop.
    """

    def __init__(
        self, loop: ModelLoop, asker: Asker, *, most: int, rows_per_call: int, outbox: Outbox, stop: Stop
    ) -> None:
        self._loop = loop
        self._asker = asker
        self._most = most
        self._rows = rows_per_call
        self._outbox = outbox
        self._stop = stop
        self._fresh: deque[Ask] = deque()
        self._flushed = False  # what is in `_fresh` need not fill a pack
        self._stuck = False  # nor when no call is under way: the reader waits for room
        self._together: defaultdict[object, deque[Ask]] = defaultdict(deque)  # by pool
        self._alone: deque[list[Ask]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()

    def put(self, questions: Sequence[Question]) -> None:
        if questions:
            self._loop.soon(lambda: self._take(questions))

    def flush(self) -> None:
        """Nothing more comes for now: what does not fill a pack is asked too."""
        self._loop.soon(self._flush)

    def unblock(self) -> None:
        """The reader waits for room: rows must not wait for company when no call will ever make some."""
        self._loop.soon(self._unblock)

    def finish(self) -> None:
        """No more questions come; returns when all that went in have come out."""
        self._loop.run(self._finish())

    def stop_now(self) -> None:
        """Do not wait for calls in flight: their answers are given up."""
        self._loop.run(self._cancel())

    def _take(self, questions: Sequence[Question]) -> None:
        self._flushed = self._stuck = False
        self._fresh.extend(self._asker.new(question) for question in questions)
        self._pump()

    def _flush(self) -> None:
        self._flushed = True
        self._pump()

    def _unblock(self) -> None:
        self._stuck = True
        self._pump()

    async def _finish(self) -> None:
        self._flush()
        while self._tasks or self._waiting():
            self._idle.clear()
            await self._idle.wait()

    async def _cancel(self) -> None:
        # First those that were not sent: so they are not taken for calls whose answers are given up.
        await self._asker.stop_sending()
        await asyncio.sleep(_MOMENT_S)
        for task in self._tasks:
            task.cancel()

    def _pump(self) -> None:
        """Start what can be started; after a stop everything that waits is dropped."""
        if self._stop.is_set():
            self._drop_all()
        while len(self._tasks) < self._most and (asks := self._next()):
            task = asyncio.get_running_loop().create_task(self._call(asks))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        if not self._tasks and not self._waiting():
            self._idle.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._pump()

    def _waiting(self) -> bool:
        return bool(self._alone or self._fresh or any(self._together.values()))

    def _next(self) -> list[Ask]:
        """The rows of the next call. Rows to be asked again wait for company while other calls are under way."""
        if self._alone:
            return self._alone.popleft()
        for pool in self._together.values():
            if len(pool) >= self._rows:
                return self._first(pool)
        if len(self._fresh) >= self._rows or (self._fresh and self._flushed):
            return self._first(self._fresh)
        if not self._tasks:
            if self._fresh and self._stuck:
                return self._first(self._fresh)
            return next((self._first(pool) for pool in self._together.values() if pool), [])
        return []

    def _first(self, asks: deque[Ask]) -> list[Ask]:
        return [asks.popleft() for _ in range(min(self._rows, len(asks)))]

    async def _call(self, asks: list[Ask]) -> None:
        try:
            outcome = await self._asker.ask(asks)
        except CallNotSent:
            self._drop(asks)  # they are asked by whoever goes on
        except asyncio.CancelledError:
            self._stop.set(StopReason.INTERRUPTED)
            self._drop(asks)
        except BudgetReached as reached:
            self._stop.set(StopReason.CONSENT if reached.consent else StopReason.BUDGET, str(reached))
            self._drop(asks)
        except ModelUnusable as unusable:
            self._stop.set(StopReason.FAILED, str(unusable))
            self._drop(asks)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("a model call failed in an unexpected way")
            self._stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")
            self._drop(asks)
        else:
            if outcome.settled:
                self._outbox.put(Answered(settled=outcome.settled))
            self._alone.extend(outcome.alone)
            for ask in outcome.together:
                self._together[ask.pool].append(ask)

    def _drop_all(self) -> None:
        for asks in (*self._alone, self._fresh, *self._together.values()):
            self._drop(asks)
            asks.clear()
        self._alone.clear()

    def _drop(self, asks: Sequence[Ask]) -> None:
        if asks:
            self._outbox.put(Dropped(questions=tuple(ask.question for ask in asks)))
