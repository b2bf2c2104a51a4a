"""One configured database and its connections.

Read-only and writing connections never mix: each kind has its own small pool, and a connection is reset to a
fresh session before it is lent again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, Pool, PoolProxiedConnection, QueuePool

from tools.db.alarm import Alarm
from tools.db.connection import Connection
from tools.db.dialect import Session, Strategy
from tools.db.limits import SessionLimits
from tools.db.mysql import introspection as mysql
from tools.db.mysql.strategy import MysqlStrategy
from tools.db.postgresql import introspection as postgresql
from tools.db.postgresql.strategy import PostgresStrategy
from tools.db.results import Rows
from tools.db.schema import Schema
from tools.db.sqlite import introspection as sqlite
from tools.db.sqlite.strategy import SqliteStrategy
from tools.db.url import DatabaseUrl
from tools.errors import Unreachable
from tools.sql.statement import Dialect

__all__ = ["Connection", "Database", "Rows"]

POOL_SIZE = 2  # kept open
POOL_OVERFLOW = 14  # opened when needed, closed after
POOL_WAIT_S = 10

STRATEGIES: dict[Dialect, Callable[[], Strategy]] = {
    Dialect.SQLITE: SqliteStrategy,
    Dialect.POSTGRES: PostgresStrategy,
    Dialect.MYSQL: MysqlStrategy,
}


@dataclass(frozen=True)
class Introspection:
    """How an engine describes itself."""

    read: Callable[[Connection, datetime], Schema]
    change_mark: Callable[[Connection], str]


INTROSPECTIONS = {
    Dialect.SQLITE: Introspection(sqlite.read_schema, sqlite.change_mark),
    Dialect.POSTGRES: Introspection(postgresql.read_schema, postgresql.change_mark),
    Dialect.MYSQL: Introspection(mysql.read_schema, mysql.change_mark),
}


class Database:
    """Opens nothing until `connect`."""

    def __init__(self, target: DatabaseUrl, limits: SessionLimits) -> None:
        self.target = target
        self.limits = limits
        self.strategy = STRATEGIES[target.dialect]()
        self._pools: dict[bool, Pool] = {}
        self._lock = threading.Lock()
        self._alarm = Alarm()

    @property
    def dialect(self) -> Dialect:
        return self.target.dialect

    def connect(self, *, readonly: bool) -> Connection:
        """A connection of our own until it is closed. `readonly`: the engine itself refuses to write on it."""
        pool = self._pool(readonly)
        for _ in range(POOL_SIZE + 1):  # pooled ones may have died with a restarted server
            lease, session = self._lease(pool)
            if session.fresh or session.usable():
                session.fresh = False
                return Connection(session, self.strategy, self.target, self._alarm, partial(self._give_back, lease))
            lease.invalidate()
        raise Unreachable(f"cannot keep a connection to {self.target.display}", hint="check that the server runs")

    def server_version(self) -> str:
        with self.connect(readonly=True) as connection:
            return str(connection.read(self.strategy.version_query, max_rows=1).rows[0][0])

    def read_schema(self, at: datetime) -> Schema:
        """The structure as it is now; `SchemaCache` is what others should ask."""
        with self.connect(readonly=True) as connection:
            return INTROSPECTIONS[self.dialect].read(connection, at)

    def change_mark(self) -> str:
        with self.connect(readonly=True) as connection:
            return INTROSPECTIONS[self.dialect].change_mark(connection)

    def close(self) -> None:
        """Close what is idle. Connections still lent are closed when they are given back."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.dispose()

    def _pool(self, readonly: bool) -> Pool:
        with self._lock:
            if readonly not in self._pools:
                # The pool holds Sessions: of a driver's connection it would only need `close`, which they have.
                open_session = cast("Callable[[], DBAPIConnection]", lambda: self._open(readonly))
                self._pools[readonly] = (
                    QueuePool(
                        open_session, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, timeout=POOL_WAIT_S,
                        reset_on_return=None, use_lifo=True,
                    )
                    if self.strategy.pooled
                    else NullPool(open_session, reset_on_return=None)
                )  # fmt: skip
            return self._pools[readonly]

    def _open(self, readonly: bool) -> Session:
        session = self.strategy.open(self.target, self.limits, readonly=readonly)
        try:
            session.setup()
        except BaseException:
            session.close()
            raise
        return session

    def _lease(self, pool: Pool) -> tuple[PoolProxiedConnection, Session]:
        try:
            lease = pool.connect()
        except PoolTimeout:
            raise Unreachable(
                f"all {POOL_SIZE + POOL_OVERFLOW} connections to {self.target.display} are in use",
                hint="wait for running statements to end",
            ) from None
        except self.strategy.errors as error:
            raise self.strategy.translate(error, self.target) from None
        session = lease.driver_connection
        assert isinstance(session, Session)
        return lease, session

    def _give_back(self, lease: PoolProxiedConnection, good: bool) -> None:
        session = lease.driver_connection
        assert isinstance(session, Session)
        if good:
            try:
                session.reset()
            except self.strategy.errors:
                good = False
        if good:
            lease.close()
        else:
            lease.invalidate()
