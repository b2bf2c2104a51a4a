"""Work on the worker thread: Ctrl-C and tokens stop the statement under way, never a commit."""

import signal
import threading

import pytest

from tools.errors import Cancelled
from tools.safety.cancel import CancelToken
from tools.safety.worker import Running, Worker


class Statement:
    """Runs until it is cancelled."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def cancel(self) -> None:
        self.stopped.set()

    def run(self, running: Running) -> None:
        with running.statement(self):
            self.stopped.wait()
        raise Cancelled


def test_a_token_stops_the_statement() -> None:
    worker, token = Worker(), CancelToken()
    started = threading.Event()
    statement = Statement()

    def work(running: Running) -> None:
        started.set()
        statement.run(running)

    canceller = threading.Thread(target=lambda: (started.wait(), token.cancel()))
    canceller.start()
    with pytest.raises(Cancelled):
        worker.run(work, token)
    canceller.join()
    worker.close()


def test_a_token_cancelled_before_stops_the_first_statement() -> None:
    worker, token = Worker(), CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        worker.run(Statement().run, token)
    worker.close()


def test_ctrl_c_stops_the_statement_and_raises_cancelled() -> None:
    worker = Worker()

    def work(running: Running) -> None:
        signal.raise_signal(signal.SIGINT)  # reaches the main thread, which waits
        Statement().run(running)

    with pytest.raises(Cancelled):
        worker.run(work)
    worker.close()


def test_what_was_committed_is_returned_although_it_was_cancelled() -> None:
    worker, token = Worker(), CancelToken()

    def work(running: Running) -> str:
        token.cancel()
        return "committed"

    assert worker.run(work, token) == "committed"
    worker.close()


def test_the_next_statement_of_cancelled_work_does_not_start() -> None:
    worker, token = Worker(), CancelToken()

    def work(running: Running) -> None:
        token.cancel()
        with running.statement(Statement()):
            raise AssertionError("started")

    with pytest.raises(Cancelled):
        worker.run(work, token)
    worker.close()
