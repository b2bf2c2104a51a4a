"""An open database of each engine."""

from collections.abc import Iterator

import pytest

from tools.db.connection import Connection
from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.url import parse_url

LIMITS = SessionLimits(query_timeout_s=20, lock_timeout_ms=1000)


def opened(url: str, limits: SessionLimits = LIMITS) -> Iterator[Database]:
    database = Database(parse_url(url), limits)
    yield database
    database.close()


@pytest.fixture
def database(any_url: str) -> Iterator[Database]:
    yield from opened(any_url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    yield from opened(sqlite_url)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    yield from opened(postgres_url)


@pytest.fixture
def mysql_database(mysql_url: str) -> Iterator[Database]:
    yield from opened(mysql_url)


@pytest.fixture
def writer(database: Database) -> Iterator[Connection]:
    with database.connect(readonly=False) as connection:
        yield connection


@pytest.fixture
def reader(database: Database) -> Iterator[Connection]:
    with database.connect(readonly=True) as connection:
        yield connection
