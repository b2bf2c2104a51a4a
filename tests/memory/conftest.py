"""The state store for tests, and other processes on it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from fixed_clock import FixedClock
from other_process import OtherProcess, StartProcess

from memory.store import StateStore


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(any_state_url: str) -> Iterator[StateStore]:
    """A store on each engine in turn, on its own clock."""
    opened = StateStore.open(any_state_url)
    yield opened
    opened.close()


@pytest.fixture
def fixed_store(any_state_url: str, clock: FixedClock) -> Iterator[StateStore]:
    """A store on each engine in turn, whose clock stands still."""
    opened = StateStore.open(any_state_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def other_process() -> Iterator[StartProcess]:
    with ExitStack() as ended:

        def start(*arguments: str) -> OtherProcess:
            process = OtherProcess(*arguments)
            ended.callback(process.end)
            return process

        yield start
