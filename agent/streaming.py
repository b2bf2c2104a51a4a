"""Runs a turn on its own thread and hands over its events as they come.

The thread that iterates only waits, so Ctrl-C reaches it at once: the turn is told to stop, and the iteration
goes on to the turn's own end. An iteration that is dropped stops the turn too.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.events import Event
from tools.safety.cancel import CancelToken

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class _Ended:
    error: BaseException | None


def on_thread(turn: Callable[[Emit], None], cancel: CancelToken) -> Iterator[Event]:
    """Yield what `turn` emits; raise what it raises."""
    events: queue.SimpleQueue[Event | _Ended] = queue.SimpleQueue()
    thread = threading.Thread(target=_run, args=(turn, events), name="turn", daemon=True)
    thread.start()
    try:
        while not isinstance(event := _next(events, cancel), _Ended):
            yield event
        if event.error is not None:
            raise event.error
    finally:
        if thread.is_alive():
            cancel.cancel()
        thread.join()


def _run(turn: Callable[[Emit], None], events: "queue.SimpleQueue[Event | _Ended]") -> None:
    try:
        turn(events.put)
    except BaseException as error:  # noqa: BLE001 - carried to the iterating thread and raised there
        events.put(_Ended(error))
    else:
        events.put(_Ended(None))


def _next(events: "queue.SimpleQueue[Event | _Ended]", cancel: CancelToken) -> Event | _Ended:
    while True:
        try:
            return events.get()
        except KeyboardInterrupt:
            cancel.cancel()
