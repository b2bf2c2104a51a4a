"""SQLite: the file must exist, its journal mode stays, BEGIN and COMMIT are ours.

A read-only session has `query_only`, an authorizer that allows reading and nothing else (it sees through views
and common table expressions), a progress handler for time and cancel, and limits on sizes. Foreign keys are
enforced on every connection. Text that is not UTF-8 arrives as `RawText`.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from types import NoneType
from typing import cast
from uuid import UUID

from tools.db.dialect import Params, RowStream, Session
from tools.db.limits import SessionLimits
from tools.db.sqlite.authorizer import authorize_reads
from tools.db.values import RawText, Value, to_json

PROGRESS_OPERATIONS = 5_000  # virtual machine steps between two looks at the clock
VIRTUAL_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 64_000_000,  # one `replace(hex(zeroblob(...)))` outruns any progress handler
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 1_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class SqliteStream(RowStream):
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.columns = tuple(column[0] for column in cursor.description or ())

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self._cursor)

    def stop(self) -> None:
        self._cursor.close()


class SqliteSession(Session):
    def __init__(self, raw: sqlite3.Connection, limits: SessionLimits, *, readonly: bool) -> None:
        super().__init__(limits, readonly=readonly)
        self._raw = raw
        self._deadline = float("inf")
        self._stopped = threading.Event()
        self._ours = False  # a command of our own is being prepared: the authorizer lets BEGIN pass

    def setup(self) -> None:
        self._raw.text_factory = _text
        self._raw.set_progress_handler(self._must_stop, PROGRESS_OPERATIONS)
        # The first real look at the file: here one that is no database, or is damaged, says so.
        self._raw.execute("PRAGMA schema_version").close()
        self._raw.execute("PRAGMA foreign_keys = ON").close()
        if self.readonly:
            for limit, value in LIMITS.items():
                self._raw.setlimit(limit, value)
            self._raw.execute("PRAGMA query_only = ON").close()
            self._wake_virtual_tables()
            self._raw.set_authorizer(authorize_reads(lambda: self._ours))

    def _wake_virtual_tables(self) -> None:
        """Some modules (rtree) compile their own writes at first use, which the authorizer would refuse."""
        for (name,) in self._raw.execute(VIRTUAL_TABLES).fetchall():
            quoted = '"' + str(name).replace('"', '""') + '"'
            try:
                self._raw.execute(f"SELECT 1 FROM {quoted} LIMIT 0").close()
            except sqlite3.Error:
                continue  # its module is missing here: whoever reads it will be told

    def reset(self) -> None:
        self.rollback()

    def start(self, timeout_s: float) -> None:
        self._stopped.clear()
        self._deadline = time.monotonic() + timeout_s

    def begin(self) -> None:
        # The write lock is taken at once: a read lock that must be upgraded later can only fail.
        self.command("BEGIN" if self.readonly else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.command("COMMIT")

    def rollback(self) -> None:
        if self._raw.in_transaction:
            self.command("ROLLBACK")

    def command(self, sql: str) -> None:
        self._ours = True
        try:
            self._raw.execute(sql).close()
        finally:
            self._ours = False

    def execute(self, sql: str, params: Params) -> int:
        before = self._raw.total_changes
        cursor = self._raw.execute(sql, _bound(params))
        try:
            for _ in cursor:  # a RETURNING clause changes rows only as they are read
                continue
            if cursor.rowcount < 0 and self._raw.total_changes != before:
                return self._last_changes()
            return max(cursor.rowcount, 0)
        finally:
            cursor.close()

    def _last_changes(self) -> int:
        """The rows of a change that begins with WITH: the driver counts them only behind INSERT, UPDATE and DELETE."""
        with closing(self._raw.execute("SELECT changes()")) as cursor:
            (rows,) = cursor.fetchone()
        return int(rows)

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, Value] | Sequence[Value]]) -> int:
        cursor = self._raw.executemany(sql, [_bound(row) for row in rows])
        try:
            return max(cursor.rowcount, 0)
        finally:
            cursor.close()

    def stream(self, sql: str, params: Params, *, at_once: int = 1) -> RowStream:  # noqa: ARG002
        return SqliteStream(self._raw.execute(sql, _bound(params)))

    def fetch(self, sql: str, params: Params) -> Sequence[tuple[Value, ...]]:
        cursor = self._raw.execute(sql, _bound(params))
        try:
            return cursor.fetchall()
        finally:
            cursor.close()

    def cancel(self) -> None:
        self._stopped.set()
        self._raw.interrupt()

    def sever(self) -> None:
        self.cancel()

    def transaction_open(self) -> bool:
        return self._raw.in_transaction

    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    def close(self) -> None:
        self._raw.close()

    def usable(self) -> bool:
        return True

    def _must_stop(self) -> bool:
        return self._stopped.is_set() or time.monotonic() > self._deadline


def _text(stored: bytes) -> str | RawText:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return RawText(stored)


AS_THEY_ARE = frozenset((bool, int, float, str, bytes, NoneType))
Stored = bool | int | float | str | bytes | None


def _bound(params: Params) -> Mapping[str, Stored] | Sequence[Stored]:
    if params is None:
        return ()
    if isinstance(params, Mapping):
        return {name: _stored(value) for name, value in params.items()}
    if AS_THEY_ARE.issuperset(map(type, params)):
        return cast("Sequence[Stored]", params)
    return [_stored(value) for value in params]


def _stored(value: Value) -> Stored:
    """SQLite keeps null, integer, real, text and blob; the column's affinity turns decimal text into a number."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case Decimal() | UUID() | timedelta():
            return str(value)
        case datetime():
            return value.isoformat(" ")
        case date() | clock_time():
            return value.isoformat()
    return json.dumps(to_json(value), ensure_ascii=False)
