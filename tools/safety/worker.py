"""Statements run on a worker thread, behind a handle that stops them on the server.

The calling thread only waits, so Ctrl-C reaches it at once: the statement under way is cancelled on the
server and `Cancelled` is raised. Work that was already committing finishes and its result is returned:
what happened is never reported as cancelled.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from typing import Protocol, TypeVar

from tools.errors import Cancelled
from tools.safety.cancel import CancelToken

T = TypeVar("T")

# A cancel that arrives just before its statement reaches the server is lost there, so it is said again.
REPEAT_CANCEL_S = 0.2
THREADS = 64


class Stoppable(Protocol):
    def cancel(self) -> None: ...


class Running:
    """The work under way, as those see it who may want to stop it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statement: Stoppable | None = None
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._statement is not None:
                self._statement.cancel()

    @contextmanager
    def statement(self, connection: Stoppable) -> Iterator[None]:
        """A statement that may be stopped. Commits and rollbacks stand outside of it."""
        with self._lock:
            if self._cancelled:
                raise Cancelled
            self._statement = connection
        try:
            yield
        finally:
            with self._lock:
                self._statement = None


class Worker:
    """Runs work on its own threads and hands back what it returned or raised."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="statement")

    def run(self, work: Callable[[Running], T], token: CancelToken | None = None) -> T:
        running, future = Running(), Future[T]()
        with token.bind(running.cancel) if token else nullcontext():
            self._await(lambda: self._threads.submit(_perform, work, running, future), future, running)
        return future.result()

    def close(self) -> None:
        self._threads.shutdown()

    @staticmethod
    def _await(submit: Callable[[], object], future: Future[T], running: Running) -> None:
        """Ctrl-C may strike at any line, in `submit` too, and twice: what has not begun by then never begins."""
        submitted = interrupted = False
        while True:
            try:
                if interrupted:
                    running.cancel()
                    if future.cancel():
                        raise Cancelled
                if not submitted:
                    submitted = True
                    submit()
                while not wait([future], timeout=REPEAT_CANCEL_S).done:
                    if running.cancelled:
                        running.cancel()
                return
            except KeyboardInterrupt:
                interrupted = True


def _perform(work: Callable[[Running], T], running: Running, future: Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work(running))
    except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to the caller, who raises it
        future.set_exception(error)
