"""The state store for tests, and other processes on it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from fixed_clock import FixedClock
from other_process import OtherProcess, StartProcess

from memory.store import StateStore
from memory.tables import metadata


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def server_stores() -> dict[str, str]:
    """Addresses of stores on the servers, which tests take turns on: making the tables anew takes ten times as long."""
    return {}


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def store_url(request: pytest.FixtureRequest, server_stores: dict[str, str], tmp_path: Path) -> str:
    """A store without rows on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    if request.param not in server_stores:
        server_stores[request.param] = request.getfixturevalue(f"{request.param}_server").create_database()
    url = server_stores[request.param]
    with closing(StateStore.open(url)) as opened, opened.atomic() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[StateStore]:
    """A store without rows on each engine in turn, on its own clock."""
    with closing(StateStore.open(store_url)) as opened:
        yield opened


@pytest.fixture
def fixed_store(store_url: str, clock: FixedClock) -> Iterator[StateStore]:
    """A store without rows on each engine in turn, whose clock stands still."""
    with closing(StateStore.open(store_url, clock=clock)) as opened:
        yield opened


@pytest.fixture
def other_process() -> Iterator[StartProcess]:
    with ExitStack() as ended:

        def start(*arguments: str) -> OtherProcess:
            process = OtherProcess(*arguments)
            ended.callback(process.end)
            return process

        yield start
