"""Cancel and time limits reach the server itself, and the connection is good afterwards."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tools.db.connection import Connection
from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.errors import Cancelled, StatementTimeout
from tools.sql.statement import Dialect

LONG = {
    Dialect.SQLITE: "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT count(*) FROM g",
    Dialect.POSTGRES: "SELECT count(*) FROM generate_series(1, 1000000000000)",
    Dialect.MYSQL: "SELECT COUNT(*) FROM seq_1_to_1000000000 a, seq_1_to_1000000000 b",
}
WHO_RUNS = {
    Dialect.POSTGRES: "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()",
    Dialect.MYSQL: "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT COUNT(*) FROM seq%'",
}


@contextmanager
def cancelled_soon(connection: Connection, after_s: float = 0.2) -> Iterator[None]:
    timer = threading.Timer(after_s, connection.cancel)
    timer.start()
    yield
    timer.join()


@pytest.mark.parametrize("readonly", [True, False])
def test_a_cancel_ends_the_statement_on_the_server_within_a_second(database: Database, readonly: bool) -> None:
    with database.connect(readonly=readonly) as connection:
        started = time.monotonic()
        with cancelled_soon(connection), pytest.raises(Cancelled):
            connection.read(LONG[database.dialect], max_rows=1)
        assert time.monotonic() - started < 1.2
        if database.dialect in WHO_RUNS:
            with database.connect(readonly=True) as observer:
                assert observer.read(WHO_RUNS[database.dialect], max_rows=1).rows == ((0,),)
        assert connection.read("SELECT 1", max_rows=1).rows == ((1,),)


def test_a_statement_over_its_time_is_ended(reader: Connection) -> None:
    started = time.monotonic()
    with pytest.raises(StatementTimeout, match="cancelled on the server"):
        reader.read(LONG[reader.strategy.dialect], max_rows=1, timeout_s=0.3)
    assert time.monotonic() - started < 1.3
    assert reader.read("SELECT 1", max_rows=1).rows == ((1,),)


def test_the_time_limit_of_one_statement_is_not_that_of_the_next(database: Database) -> None:
    slow = {
        Dialect.SQLITE: "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g LIMIT 1000000) "
        "SELECT count(*) FROM g",
        Dialect.POSTGRES: "SELECT pg_sleep(0.2)",
        Dialect.MYSQL: "SELECT SLEEP(0.2)",
    }[database.dialect]
    with database.connect(readonly=True) as connection:
        connection.begin()
        with pytest.raises(StatementTimeout):
            connection.read(LONG[database.dialect], max_rows=1, timeout_s=0.05)
        connection.rollback()
        assert connection.read(slow, max_rows=1).rows
        assert connection.read(slow, max_rows=1, timeout_s=9).rows


def test_the_configured_limit_holds_where_none_is_given(database: Database) -> None:
    strict = Database(database.target, SessionLimits(query_timeout_s=0.2))
    for readonly in (True, False):
        with strict.connect(readonly=readonly) as connection, pytest.raises(StatementTimeout):
            connection.read(LONG[database.dialect], max_rows=1)
    strict.close()


def test_a_cancel_without_a_statement_does_nothing(reader: Connection) -> None:
    reader.cancel()
    assert reader.read("SELECT 1", max_rows=1).rows == ((1,),)


def test_a_cancel_never_hits_the_next_statement(database: Database) -> None:
    """Cancels rain from another thread; a short statement ends well or as Cancelled, and stays usable."""
    with database.connect(readonly=True) as connection:
        stop = threading.Event()

        def rain() -> None:
            while not stop.is_set():
                connection.cancel()

        thread = threading.Thread(target=rain)
        thread.start()
        try:
            outcomes = [outcome_of(connection, number) for number in range(25)]
        finally:
            stop.set()
            thread.join()
        assert set(outcomes) <= {"answered", "cancelled"}
        assert connection.read("SELECT 7", max_rows=1).rows == ((7,),)


def outcome_of(connection: Connection, number: int) -> str:
    try:
        assert connection.read(f"SELECT {number}", max_rows=1).rows == ((number,),)
    except Cancelled:
        return "cancelled"
    return "answered"


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_server_that_does_not_answer_is_cut_off(request: pytest.FixtureRequest, engine: str) -> None:
    database: Database = request.getfixturevalue(f"{engine}_database")
    with database.connect(readonly=True) as connection:
        timer = threading.Timer(0.2, connection._session.sever)
        timer.start()
        started = time.monotonic()
        with pytest.raises(Exception, match=r"reach|lost|closed") as error:
            connection.read(LONG[database.dialect], max_rows=1)
        assert type(error.value).__module__ == "tools.errors"
        assert time.monotonic() - started < 2
        timer.join()
    with database.connect(readonly=True) as connection:
        assert connection.read("SELECT 1", max_rows=1).rows == ((1,),)
