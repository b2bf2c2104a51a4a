"""The concurrent model calls of a run: one event loop in its own thread, from the preview to the last row.

Packs go in from the reader thread and wait there when the callers are busy; settled answers come out of
`outbox` for the writer thread. Every pack that went in comes out, settled or dropped.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from skills.ai_column.asking import Asker, Question, Settled
from skills.ai_column.budget import BudgetReached
from skills.ai_column.outbox import Dropped, Outbox
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
    """`workers` calls at once. `put` from one thread; `stop_now` from any."""

    def __init__(self, loop: ModelLoop, asker: Asker, workers: int, outbox: Outbox, stop: Stop) -> None:
        self._loop = loop
        self._asker = asker
        self._workers = workers
        self._outbox = outbox
        self._stop = stop
        self._tasks: list[asyncio.Task[None]] = []
        self._inbox: asyncio.Queue[Sequence[Question] | None] = asyncio.Queue(maxsize=2 * workers)
        loop.run(self._start())

    def put(self, questions: Sequence[Question]) -> None:
        self._loop.run(self._inbox.put(questions))

    def finish(self) -> None:
        """No more packs come; returns when all that went in have come out."""
        self._loop.run(self._finish())

    def stop_now(self) -> None:
        """Do not wait for calls in flight: their answers are given up."""
        self._loop.run(self._cancel())

    async def _start(self) -> None:
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    async def _finish(self) -> None:
        for _ in self._tasks:
            await self._inbox.put(None)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _cancel(self) -> None:
        # First those that were not sent: so they are not taken for calls whose answers are given up.
        await self._asker.caller.stop_sending()
        await asyncio.sleep(_MOMENT_S)
        for task in self._tasks:
            task.cancel()

    async def _work(self) -> None:
        while (questions := await self._next()) is not None:
            pack = _Pack(questions, self._outbox)
            try:
                if not self._stop.is_set():
                    await self._asker.ask(questions, pack.settle)
            except CallNotSent:
                pass  # what is dropped below is asked by whoever goes on
            except asyncio.CancelledError:
                # Not raised again: this caller goes on to drop what is left, so that every pack comes out.
                self._stop.set(StopReason.INTERRUPTED)
            except BudgetReached as reached:
                self._stop.set(StopReason.BUDGET, str(reached))
            except ModelUnusable as unusable:
                self._stop.set(StopReason.FAILED, str(unusable))
            except Exception as error:  # the job worker's edge: the run ends as failed and says why
                log.exception("a model call failed in an unexpected way")
                self._stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")
            finally:
                pack.drop_the_rest()

    async def _next(self) -> Sequence[Question] | None:
        while True:
            try:
                return await self._inbox.get()
            except asyncio.CancelledError:
                continue  # stopped while idle: what still comes in is dropped, not lost


class _Pack:
    """The questions of one call on their way out: each settled as soon as it is, or dropped."""

    def __init__(self, questions: Sequence[Question], outbox: Outbox) -> None:
        self._open = {question.input_hash: question for question in questions}
        self._outbox = outbox

    def settle(self, settled: Settled) -> None:
        del self._open[settled.input_hash]
        self._outbox.put(settled)

    def drop_the_rest(self) -> None:
        if self._open:
            self._outbox.put(Dropped(questions=tuple(self._open.values())))
