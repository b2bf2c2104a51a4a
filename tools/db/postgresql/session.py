"""One PostgreSQL connection.

Every statement goes through the extended protocol, where a second command in the same text is an error. A
read-only session has `default_transaction_read_only`, and each read runs inside `BEGIN READ ONLY` whose snapshot
is taken before the text runs, so that nothing in the text can make it writable; the ROLLBACK after it takes back
any setting the text changed.
"""

import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql as compose
from psycopg.generators import execute
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult

from tools.db.dialect import Params, RowStream, Session
from tools.db.limits import SessionLimits
from tools.db.values import Value

log = logging.getLogger(__name__)

CANCEL_TIMEOUT_S = 5
READ_SAVEPOINT = "columnist_read"
Raw = psycopg.Connection[tuple[Value, ...]]


class PostgresStream(RowStream):
    """`scope` is what surrounds the read: nothing, a transaction of its own, or a savepoint in the open one."""

    def __init__(
        self, session: "PostgresSession", sql: str, params: Params, *, scope: str | None, at_once: int
    ) -> None:
        self._session = session
        self._scope = scope
        self._cursor = session.raw.cursor()
        if scope:
            self._enter(scope)
        # Chunks are twice as fast to read, but fifty rows of 100 MB would be 5 GB at once.
        self._rows = self._cursor.stream(sql.encode(), params, size=at_once)
        self._finished = False
        try:
            self._first = next(self._rows, None)
            self.columns = self._names(sql, params)
        except BaseException:
            self._finished = True
            self._leave()
            raise

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        if self._first is None:
            self._finished = True
            return
        yield self._first
        yield from self._rows
        self._finished = True

    def stop(self) -> None:
        self._rows.close()  # type: ignore[attr-defined]  # a generator: closing it cancels on the server
        self._cursor.close()
        self._leave()

    def _names(self, sql: str, params: Params) -> tuple[str, ...]:
        if self._cursor.description is not None:
            return tuple(column.name for column in self._cursor.description)
        # Without a row the driver keeps no description: let the server describe the text, without running it.
        text = psycopg.ClientCursor(self._session.raw).mogrify(sql.encode(), params) if params is not None else sql
        described = self._session.described(text.encode())
        return tuple((described.fname(index) or b"").decode() for index in range(described.nfields))

    def _enter(self, scope: str) -> None:
        try:
            self._session.command(scope)
        except psycopg.Error:
            # Cancelled between BEGIN and the snapshot: what follows must not find an aborted transaction.
            if scope.startswith("BEGIN") and not self._session.raw.closed:
                self._session.rollback()
            raise

    def _leave(self) -> None:
        if self._scope is None or self._session.raw.closed:
            return
        if self._scope.startswith("BEGIN"):
            self._session.rollback()
        elif self._session.in_transaction():
            # A cancelled read has aborted the transaction up to here; one that ended well has nothing to undo.
            if not self._finished or self._session.failed():
                self._session.command(f"ROLLBACK TO SAVEPOINT {READ_SAVEPOINT}")
            self._session.command(f"RELEASE SAVEPOINT {READ_SAVEPOINT}")


class PostgresSession(Session):
    def __init__(self, raw: Raw, limits: SessionLimits, *, readonly: bool) -> None:
        super().__init__(limits, readonly=readonly)
        self.raw = raw
        self._timeout_ms: int | None = None  # as the server has it; None: a rollback may have changed it

    def setup(self) -> None:
        self._timeout_ms = round(self.limits.query_timeout_s * 1000)
        settings = {
            "statement_timeout": str(self._timeout_ms),
            "lock_timeout": str(self.limits.lock_timeout_ms),
            "default_transaction_read_only": "on" if self.readonly else "off",
            "intervalstyle": "postgres",
            "datestyle": "ISO",
            "bytea_output": "hex",
            "standard_conforming_strings": "on",
            "extra_float_digits": "1",  # every digit of a float, whatever the database is set to
            "array_nulls": "on",
            "xmloption": "content",
        }
        pairs = [compose.SQL("SET {} = {}").format(compose.Identifier(key), value) for key, value in settings.items()]
        if self.limits.safe_search_path:
            path = compose.SQL(", ").join(compose.Identifier(name) for name in self.limits.safe_search_path)
            pairs.append(compose.SQL("SET search_path = {}").format(path))
        self.raw.execute(compose.SQL("; ").join(pairs))

    def reset(self) -> None:
        self.rollback()
        self.command("DISCARD ALL")
        self.setup()

    def start(self, timeout_s: float) -> None:
        timeout_ms = max(1, round(timeout_s * 1000))
        if timeout_ms != self._timeout_ms and not self.failed():
            self.command(f"SET statement_timeout = {timeout_ms}")
            self._timeout_ms = timeout_ms

    def begin(self) -> None:
        self.command(self._begin_text())

    def commit(self) -> None:
        self.command("COMMIT")

    def rollback(self) -> None:
        if self.raw.info.transaction_status != TransactionStatus.IDLE:
            self._timeout_ms = None
            self.command("ROLLBACK")

    def command(self, sql: str) -> None:
        if sql.startswith("ROLLBACK"):
            self._timeout_ms = None
        # The simple protocol: some of our own texts are several commands.
        self.raw.execute(sql.encode()).close()

    def execute(self, sql: str, params: Params) -> int:
        with self._only_reading(), self.raw.cursor() as cursor:
            cursor.execute(sql.encode(), params, binary=True)  # binary results: forces the extended protocol
            return max(cursor.rowcount, 0)

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, Value] | Sequence[Value]]) -> int:
        with self._only_reading(), self.raw.cursor() as cursor:
            cursor.executemany(sql.encode(), rows)
            return max(cursor.rowcount, 0)

    @contextmanager
    def _only_reading(self) -> Iterator[None]:
        """The session's default can be switched off by the text itself; a transaction under way cannot."""
        if not self.readonly or self.raw.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        self.begin()
        try:
            yield
        finally:
            if not self.raw.closed:
                self.rollback()

    def stream(self, sql: str, params: Params, *, at_once: int = 1) -> RowStream:
        scope = self._begin_text() if self.readonly else None
        if self.raw.info.transaction_status == TransactionStatus.INTRANS:
            scope = f"SAVEPOINT {READ_SAVEPOINT}"
        return PostgresStream(self, sql, params, scope=scope, at_once=at_once)

    def fetch(self, sql: str, params: Params) -> Sequence[tuple[Value, ...]]:
        with self._only_reading(), self.raw.cursor() as cursor:
            return cursor.execute(sql.encode(), params).fetchall()

    def described(self, text: bytes) -> PGresult:
        """What a text would return. The driver's one-call form would hold the whole process while the server thinks."""
        pgconn = self.raw.pgconn
        pgconn.send_prepare(b"", text)
        self.raw.wait(execute(pgconn))
        pgconn.send_describe_prepared(b"")
        results: list[PGresult] = self.raw.wait(execute(pgconn))
        return results[-1]

    def cancel(self) -> None:
        self.raw.cancel_safe(timeout=CANCEL_TIMEOUT_S)

    def sever(self) -> None:
        with socket.socket(fileno=os.dup(self.raw.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)

    def failed(self) -> bool:
        return self.raw.info.transaction_status == TransactionStatus.INERROR

    def transaction_open(self) -> bool:
        return self.raw.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def in_transaction(self) -> bool:
        return self.transaction_open() and self.usable()

    def close(self) -> None:
        self.raw.close()

    def usable(self) -> bool:
        try:
            self.raw.execute(b"SELECT 1").close()
        except psycopg.errors.InFailedSqlTransaction:
            return True
        except psycopg.Error as error:
            log.info("connection is gone", extra={"reason": type(error).__name__})
            return False
        return True

    def _begin_text(self) -> str:
        if not self.readonly:
            return "BEGIN"
        role = self.limits.readonly_role
        take_role = f"SET LOCAL ROLE {compose.Identifier(role).as_string(self.raw)}; " if role else ""
        # SELECT 1 takes the snapshot; after it the server refuses to make the transaction writable.
        return f"BEGIN READ ONLY; {take_role}SELECT 1"
