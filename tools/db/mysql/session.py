"""One MySQL or MariaDB connection.

sql_mode is pinned to strict tables, errors for division by zero and no engine substitution; ANSI quotes and
backslash rules stay MySQL's own. A read-only session is `SET SESSION TRANSACTION READ ONLY`, asserted again
before every statement (a per-transaction one falls off after an implicit commit), and takes only texts that
are plainly reads (`read_text`). Rows are counted as matched,
not as changed. A statement is stopped with KILL QUERY from a second connection.
"""

import json
import logging
import math
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import pymysql
from pymysql.constants import ER, SERVER_STATUS
from pymysql.cursors import SSCursor

from tools.db.dialect import Params, RowStream, Session
from tools.db.limits import SessionLimits
from tools.db.mysql.read_text import require_read
from tools.db.values import Value, to_json

log = logging.getLogger(__name__)

SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
COM_RESET_CONNECTION = 0x1F
INTERRUPTED = (ER.QUERY_INTERRUPTED, ER.QUERY_TIMEOUT, ER.STATEMENT_TIMEOUT)
Raw: TypeAlias = "pymysql.Connection[Any]"  # generic for the type checker only


class MysqlStream(RowStream):
    def __init__(self, session: "MysqlSession", sql: str, params: Params) -> None:
        self._session = session
        self._exhausted = False
        self._cursor = SSCursor(session.raw)
        self._cursor.execute(sql, bound(params))
        self.columns = tuple(column[0] for column in self._cursor.description or ())
        if not self.columns:
            self._exhausted = True

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        while not self._exhausted:
            row = self._cursor.fetchone()
            if row is None:
                self._exhausted = True
                return
            yield row

    def stop(self) -> None:
        # Closing an unfinished cursor reads all that is left: the server must stop sending first.
        if not self._exhausted and self._session.raw.open:
            self._session.cancel()
        try:
            self._cursor.close()
        except pymysql.err.MySQLError as error:
            if error.args[0] not in INTERRUPTED:
                raise
        if not self._exhausted:
            self._session.usable()


class MysqlSession(Session):
    def __init__(
        self, raw: Raw, limits: SessionLimits, *, readonly: bool, line: socket.socket, second: Callable[[], Raw]
    ) -> None:
        super().__init__(limits, readonly=readonly)
        self.raw = raw
        self._line = line  # a duplicate of the driver's socket, to cut it from another thread
        self._second = second
        version = raw.get_server_info()  # type: ignore[no-untyped-call]
        self._mariadb = "mariadb" in version.lower()
        old = self._mariadb or version.startswith(("5.5", "5.6"))
        self._read_only_variable = "tx_read_only" if old else "transaction_read_only"
        self._timeout_s: float | None = None

    def setup(self) -> None:
        lock_s = max(1, math.ceil(self.limits.lock_timeout_ms / 1000))
        self._timeout_s = None
        self.raw.set_character_set("utf8mb4")
        self.command(
            f"SET SESSION sql_mode = '{SQL_MODE}', innodb_lock_wait_timeout = {lock_s}, lock_wait_timeout = {lock_s}, "
            f"autocommit = 1, sql_auto_is_null = 0, sql_safe_updates = 0, {self._read_only_setting()}"
        )

    def reset(self) -> None:
        # Transaction, temporary tables, user variables and named locks all go. The driver has no public call
        # for it; a test holds these two names.
        self.raw._execute_command(COM_RESET_CONNECTION, b"")  # type: ignore[attr-defined]
        self.raw._read_ok_packet()  # type: ignore[attr-defined]
        self.setup()

    def start(self, timeout_s: float) -> None:
        settings = [self._read_only_setting()] if self.readonly else []
        if timeout_s != self._timeout_s:
            settings.append(
                f"max_statement_time = {timeout_s:.3f}" if self._mariadb
                else f"max_execution_time = {max(1, round(timeout_s * 1000))}"
            )  # fmt: skip
        if settings:
            self.command(f"SET SESSION {', '.join(settings)}")
        self._timeout_s = timeout_s

    def begin(self) -> None:
        self.command("START TRANSACTION READ ONLY" if self.readonly else "START TRANSACTION READ WRITE")

    def commit(self) -> None:
        self.command("COMMIT")

    def rollback(self) -> None:
        self.command("ROLLBACK")

    def command(self, sql: str) -> None:
        with self.raw.cursor() as cursor:
            cursor.execute(sql)

    def execute(self, sql: str, params: Params) -> int:
        if self.readonly:
            require_read(sql)
        with self.raw.cursor(SSCursor) as cursor:
            return max(cursor.execute(sql, bound(params)), 0) if not cursor.description else 0

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, Value] | Sequence[Value]]) -> int:
        if self.readonly:
            require_read(sql)
        with self.raw.cursor() as cursor:
            return int(cursor.executemany(sql, [bound(row) for row in rows]) or 0)

    def stream(self, sql: str, params: Params, *, at_once: int = 1) -> RowStream:  # noqa: ARG002
        if self.readonly:
            require_read(sql)
        return MysqlStream(self, sql, params)

    def fetch(self, sql: str, params: Params) -> Sequence[tuple[Value, ...]]:
        if self.readonly:
            require_read(sql)
        with self.raw.cursor() as cursor:
            cursor.execute(sql, bound(params))
            return list(cursor.fetchall())

    def cancel(self) -> None:
        second = self._second()
        try:
            with second.cursor() as cursor:
                cursor.execute(f"KILL QUERY {self.raw.thread_id()}")  # type: ignore[no-untyped-call]
        finally:
            second.close()

    def sever(self) -> None:
        self._line.shutdown(socket.SHUT_RDWR)

    def transaction_open(self) -> bool:
        status: int = self.raw.server_status  # type: ignore[attr-defined]
        return bool(status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)

    def in_transaction(self) -> bool:
        return self.usable() and self.transaction_open()

    def close(self) -> None:
        if self.raw.open:
            self.raw.close()
        self._line.close()

    def usable(self) -> bool:
        for _ in range(2):  # a KILL QUERY that came too late hits the first one
            try:
                self.command("DO 0")
            except pymysql.err.MySQLError as error:
                if error.args[0] in INTERRUPTED:
                    continue
                log.info("connection is gone", extra={"reason": type(error).__name__})
                return False
            return True
        return False

    def _read_only_setting(self) -> str:
        return f"{self._read_only_variable} = {int(self.readonly)}"


def bound(params: Params) -> Mapping[str, object] | Sequence[object] | None:
    if params is None:
        return None
    if isinstance(params, Mapping):
        return {name: _stored(value) for name, value in params.items()}
    return [_stored(value) for value in params]


def _stored(value: Value) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(to_json(value), ensure_ascii=False)
    return value
