"""Work on the worker thread: Ctrl-C and tokens stop the statement under way, never a commit."""

import subprocess
import sys
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


CTRL_C = """
import os, signal, threading
from tools.errors import Cancelled
from tools.safety.worker import Running, Worker

class Statement:
    def __init__(self):
        self.stopped = threading.Event()
    def cancel(self):
        self.stopped.set()

def work(running):
    os.kill(os.getpid(), signal.SIGINT)
    statement = Statement()
    with running.statement(statement):
        statement.stopped.wait()
    raise Cancelled

for _ in range(100):
    worker = Worker()
    try:
        worker.run(work)
    except Cancelled:
        print("cancelled")
    worker.close()
"""


def test_ctrl_c_stops_the_statement_and_raises_cancelled() -> None:
    # In a process of its own: Ctrl-C reaches the main thread, which in a test run may belong to somebody else.
    # A fresh worker starts its thread first, so the signal finds the caller waiting or still handing over the work.
    ended = subprocess.run(
        [sys.executable, "-P", "-c", CTRL_C], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout.split() == ["cancelled"] * 100, ended.stderr


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
