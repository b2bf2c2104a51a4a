"""A way to say stop to a statement that runs elsewhere.

The holder of a token (a REPL's Ctrl-C, an HTTP disconnect, a pause) cancels it once; whoever runs the
statement binds what stopping means. A token cancelled before it is bound stops the work at once.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CancelToken:
    """Cancelled once, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            callbacks = tuple(self._callbacks)
        for callback in callbacks:
            callback()

    @contextmanager
    def bind(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` when the token is cancelled, at once if it already is."""
        with self._lock:
            self._callbacks.append(callback)
            cancelled = self._cancelled
        if cancelled:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)
