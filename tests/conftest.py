"""Real databases for tests: `sqlite_url`, `postgres_url`, `mysql_url` are fresh and empty, `any_url` is each in turn.

Servers start when the first test asks for one. An engine that cannot be had skips its tests with one loud line
at the end, and fails them when CI=true.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import servers
from openai_wire import openai_server  # noqa: F401  a fixture for every test
from server_programs import ProgramsMissing
from servers import Server

MISSING = pytest.StashKey[dict[str, str]]()

# The same examples on every run, so that a change is at fault when a run fails; `make soak` looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.register_profile("new", derandomize=False)
hypothesis.settings.load_profile(os.environ.get("COLUMNIST_TEST_EXAMPLES", "same"))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = {}
    config.pluginmanager.register(Gather(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of `pytest -n` hands what it missed to the one that prints the summary."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["missing"] = session.config.stash[MISSING]


class Gather:
    """The other end of that, registered only where tests are spread over processes."""

    def __init__(self, config: pytest.Config) -> None:
        self._missing = config.stash[MISSING]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._missing.update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for engine, reason in config.stash[MISSING].items():
        terminalreporter.write_line(f"NOT TESTED ON {engine.upper()}: {reason}", red=True, bold=True)


def _server(engine: str, config: pytest.Config) -> Server:
    missing = config.stash[MISSING]
    try:
        if engine not in missing:
            return servers.obtain(engine)
    except (ProgramsMissing, servers.ServerDied) as unavailable:
        missing[engine] = str(unavailable)
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"no {engine} server: {missing[engine]}")
    pytest.skip(f"no {engine} server: {missing[engine]}")


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    server = _server("postgres", pytestconfig)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mariadb_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    server = _server("mariadb", pytestconfig)
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "test.db"
    path.touch()  # an empty file is an empty database; a missing one is an error for us
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def mysql_url(mariadb_server: Server) -> Iterator[str]:
    url = mariadb_server.create_database()
    yield url
    mariadb_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def any_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    """A state store on SQLite that does not exist yet."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def any_state_url(request: pytest.FixtureRequest) -> str:
    """A state store on each engine in turn, empty."""
    return str(request.getfixturevalue("state_url" if request.param == "sqlite" else f"{request.param}_url"))
