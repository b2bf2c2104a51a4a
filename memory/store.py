"""The state store: what outlives a process, in SQLite by default or on a shared PostgreSQL or MySQL/MariaDB.

What `atomic` has committed is on the disk. Whatever keeps the store from being opened, read or written leaves as
StateUnavailable, with one sentence and a way out. Two processes may open, read and write one store at once: they
wait for each other. The SQLite file and its folder are for their owner only, since they hold rows and questions.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from memory import schema
from memory.errors import StateUnavailable
from memory.failures import unavailable
from memory.state_url import StateUrl, parse_state_url

Clock = Callable[[], datetime]

# How long one process waits for another's write before it gives up; writes here take milliseconds.
_LOCK_WAIT_S: Final = 30
_CONNECT_TIMEOUT_S: Final = 10
# The execution option by which a connection knows how SQLite's transaction begins.
_BEGIN: Final = "columnist_begin"

# SQLite keeps up to 16 MB of pages per connection (the last places that a job wrote to), and copies the log into the
# file every 32 MB: a page that was changed often is copied once.
_SETUP = {
    "sqlite": f"PRAGMA busy_timeout = {_LOCK_WAIT_S * 1000}; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;"
    " PRAGMA wal_autocheckpoint = 8000",
    "postgresql": f"SET lock_timeout = '{_LOCK_WAIT_S}s'",
    "mysql": f"SET SESSION sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = {_LOCK_WAIT_S}",
}
_CONNECT_ARGS: dict[str, dict[str, str | int | None]] = {
    # Without an encoding asked for, a database in SQL_ASCII answers in bytes, before it can be refused. A prepared
    # statement keeps the plan it got when its table was empty: that one reads the whole table for every batch.
    "postgresql": {"connect_timeout": _CONNECT_TIMEOUT_S, "client_encoding": "utf8", "prepare_threshold": None},
    "mysql": {"connect_timeout": _CONNECT_TIMEOUT_S},
    "mariadb": {"connect_timeout": _CONNECT_TIMEOUT_S},
}
_CLOCKS = {"postgresql": "SELECT clock_timestamp()", "mysql": "SELECT UTC_TIMESTAMP(6)"}


class StateStore:
    """An open store. Safe to share between threads; `close` it at the end."""

    def __init__(self, engine: sa.Engine, address: StateUrl, clock: Clock | None) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._address = address
        self._clock = clock
        self.path: Path | None = address.path
        # One file has one writer at a time: threads of ours wait in line, where SQLite would have them poll.
        self._turn = threading.Lock() if address.path is not None else nullcontext()

    @classmethod
    def open(cls, url: str | None = None, *, clock: Clock | None = None) -> "StateStore":
        """Open the store, creating it at the first time. `clock` replaces the store's own (the server's)."""
        address = parse_state_url(url)
        if address.path is not None:
            _create_file(address.path, address)
        with _usable(address):
            store = cls(_engine(address), address, clock)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    @property
    def display(self) -> str:
        """Where the store is, without credentials."""
        return self._address.display

    @contextmanager
    def atomic(self) -> Iterator[sa.Connection]:
        """A write transaction: all of it is kept when the block ends, nothing of it after an exception."""
        with self._answered(), self._turn, self._writing.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A look at what is committed. On a server, each statement sees the state of its own moment."""
        with self._answered(), self._engine.begin() as connection:
            yield connection

    def now(self, connection: sa.Connection | None = None) -> datetime:
        """The store's clock: every process that shares the store sees the same one."""
        if self._clock is not None:
            return self._clock()
        query = _CLOCKS.get(_family(self._engine))
        if query is None:
            return datetime.now(UTC)
        if connection is None:
            with self.read() as connection:
                return self.now(connection)
        told: datetime = connection.exec_driver_sql(query).scalar_one()
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)

    def prove_writable(self) -> None:
        """Write a page, in which nothing changes; raises StateUnavailable where a full disk lets only readers in."""
        with self.atomic() as connection:
            schema.write_version(connection)

    def close(self) -> None:
        self._engine.dispose()

    def _prepare(self) -> None:
        with _usable(self._address), self._answered(), self._engine.connect():
            pass  # the first connection: here the driver meets the options of the address
        if self.path is not None:
            with self._answered():
                _use_wal(self._engine)
        with self.read() as connection:
            if schema.is_current(connection):
                return
        with self.atomic() as connection:
            schema.bring_up_to_date(connection)

    @contextmanager
    def _answered(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.IntegrityError:
            raise  # a duplicate is the caller's to answer
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise unavailable(error, self._address) from error


@contextmanager
def _usable(address: StateUrl) -> Iterator[None]:
    """Options that a driver does not understand leave it as errors of every kind."""
    try:
        yield
    except (TypeError, ValueError, OSError) as error:
        raise StateUnavailable(
            f"The address of the state store {address.display} cannot be used: {error}.",
            hint="correct its options after the question mark",
        ) from error


def _family(engine: sa.Engine) -> str:
    return "mysql" if engine.dialect.name == "mariadb" else engine.dialect.name


def _engine(address: StateUrl) -> sa.Engine:
    if address.path is not None:
        # isolation_level None: the driver opens no transaction by itself, `_begin` does.
        engine = sa.create_engine(
            address.url,
            connect_args={"isolation_level": None, "timeout": _LOCK_WAIT_S, "check_same_thread": False},
            hide_parameters=True,
        )
        sa.event.listen(engine, "begin", _begin)
    else:
        engine = sa.create_engine(
            address.url,
            connect_args=_CONNECT_ARGS[address.url.get_backend_name()],
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            hide_parameters=True,
        )
    statements = _SETUP[_family(engine)].split("; ")

    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    sa.event.listen(engine, "connect", set_up)
    return engine


def _begin(connection: sa.Connection) -> None:
    # IMMEDIATE takes the write lock at once and waits for it; a transaction that began by reading could not wait.
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)


def _create_file(path: Path, address: StateUrl) -> None:
    """The folder and the file with the owner's rights only; SQLite gives its side files the rights of the file."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # O_EXCL: opening and closing an existing file would drop the locks of another connection in this process.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        exists = isinstance(error, FileExistsError)
        if exists and path.is_file():
            return
        fact = "is not a file" if exists and path.exists() else f"cannot be created: {error.strerror}"
        raise StateUnavailable(
            f"The state store {address.display} {fact}.",
            hint="make the folder writable for you, or name another place with COLUMNIST_STATE_URL",
        ) from error


def _use_wal(engine: sa.Engine) -> None:
    """Switch the file to a write-ahead log; it stays so. The switch does not wait for other openers by itself."""
    give_up = time.monotonic() + _LOCK_WAIT_S
    while True:
        with engine.connect().execution_options(**{_BEGIN: None}) as connection:
            try:
                if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except sa.exc.OperationalError as error:
                busy = getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
                if not busy or time.monotonic() > give_up:
                    raise
        time.sleep(0.01)
