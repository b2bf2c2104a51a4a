"""Reads: on a connection that the engine itself keeps from writing, capped, audited.

Inside the session's open transaction a read runs on its connection, so that it sees the writes, in a savepoint
that is rolled back after it: whatever it did besides reading is gone.
"""

import threading
from collections.abc import Mapping, Sequence
from types import TracebackType

from memory.audit import AuditEvent
from tools.db.connection import Connection
from tools.db.results import Rows
from tools.db.schema import Schema
from tools.db.values import Value
from tools.errors import UnknownName, Unreachable
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.door import Door
from tools.safety.pending import Outcome
from tools.safety.record import Recorded, Subject
from tools.safety.review import Review
from tools.safety.reviewed import Bound, Reviewed, bound
from tools.safety.worker import Running, Worker
from tools.sql.statement import Statement

MOST_LISTED = 12  # names in a hint


# Rows of a page that may be held beside those collected: pages are long, and of a size that their reader chose.
_AT_ONCE = 100


class Reading:
    """Runs statements that the review allowed as reads."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def run(self, read: Reviewed, caller: Caller, max_rows: int | None, running: Running) -> Outcome:
        cap = min(max_rows or self._door.settings.max_result_rows, self._door.settings.max_result_rows)
        with self._door.recorder.recording(AuditEvent.EXECUTION, caller, _subject(read.review)) as recorded:
            rows = self._rows(read.statement, read.bind(), caller, cap, running)
            recorded.rows = len(rows.rows)
        return Outcome(
            kind=read.statement.kind,
            sql=read.statement.text,
            columns=rows.columns,
            rows=rows.rows,
            row_count=len(rows.rows),
            truncated=rows.truncated,
            duration_ms=recorded.duration_ms,
        )

    def _rows(self, statement: Statement, text: Bound, caller: Caller, cap: int, running: Running) -> Rows:
        transactions = self._door.transactions
        with transactions.using(caller.session_id) as pinned:
            if pinned is not None:
                with transactions.statement(pinned, keep=False):
                    return self._on(pinned.connection, statement, text, cap, running)
        with self._door.database.connect(readonly=True) as connection:
            return self._on(connection, statement, text, cap, running)

    def _on(self, connection: Connection, statement: Statement, text: Bound, cap: int, running: Running) -> Rows:
        try:
            return self._door.statements(connection, running).read(text.text, text.values, max_rows=cap)
        except UnknownName as error:
            raise with_nearest(error, statement, self._door.visible_schema()) from None


class PreparedRead:
    """One reviewed text, fetched many times with other parameters; audited when opened and when closed."""

    def __init__(self, door: Door, worker: Worker, review: Reviewed, caller: Caller) -> None:
        self._door = door
        self._worker = worker
        self._statement = review.statement
        self._recorded: Recorded = door.recorder.start(AuditEvent.EXECUTION, caller, _subject(review.review))
        self._recorded.rows = 0
        self._connection: Connection | None = None  # kept between pages; no transaction is open on it then
        self._lock = threading.Lock()
        self._placed: Bound | None = None
        self._names: frozenset[str] | None = None

    def fetch(
        self, params: Mapping[str, Value] | None = None, *, max_rows: int, cancel: CancelToken | None = None
    ) -> Rows:
        """One page; its transaction is over when it has been read. Calls from several threads wait for each other."""
        with self._lock:
            page = self._bound(params)
            rows = self._worker.run(lambda running: self._page(page, max_rows, running), cancel)
        self._recorded.rows = (self._recorded.rows or 0) + len(rows.rows)
        return rows

    def close(self) -> None:
        self._let_go()
        self._door.recorder.succeed(self._recorded)

    def _page(self, page: Bound, max_rows: int, running: Running) -> Rows:
        kept = self._connection is not None
        try:
            return self._read(page, max_rows, running)
        except Unreachable:
            self._let_go()
            if not kept:
                raise
            # The connection of the page before has died since: nothing was read on it yet.
            return self._read(page, max_rows, running)
        except BaseException:
            self._let_go()
            raise

    def _read(self, page: Bound, max_rows: int, running: Running) -> Rows:
        if self._connection is None:
            self._connection = self._door.database.connect(readonly=True)
        return self._door.statements(self._connection, running).read(
            page.text, page.values, max_rows=max_rows, at_once=_AT_ONCE
        )

    def _bound(self, params: Mapping[str, Value] | None) -> Bound:
        """The text is placed once for the same names."""
        placed, names = self._placed, frozenset(params) if params is not None else None
        if placed is None or names != self._names:
            placed, self._names = bound(self._statement.text, params, self._statement.dialect), names
            self._placed = placed
        if placed.values is None or params is None:
            return placed
        return Bound(text=placed.text, values={name: params[name] for name in placed.values})

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> "PreparedRead":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self._let_go()
            self._door.recorder.fail(self._recorded, error)


def with_nearest(error: UnknownName, statement: Statement, schema: Schema) -> UnknownName:
    """The same error, naming what may have been meant."""
    named = statement.reads + statement.writes
    near = [other for name in named if not schema.table(name) for other in schema.nearest(name)]
    if not near:
        tables = [table for name in named if (table := schema.table(name))]
        unknown = [use.column for use in statement.columns if not any(table.column(use.column) for table in tables)]
        near = [name for column in unknown for table in tables for name in schema.column_nearest(column, table.name)]
    names = ", ".join(dict.fromkeys(near))
    return UnknownName(error.message, hint=f"did you mean {names}?" if names else error.hint or _known(named, schema))


def _known(named: Sequence[str], schema: Schema) -> str | None:
    """What there is, where nothing is spelt alike."""
    tables = [table for name in named if (table := schema.table(name))]
    if len(tables) < len(named) or not tables:
        return f"the tables are {_listed(sorted(schema.tables))}" if schema.tables else None
    return "; ".join(f"{table.name} has {_listed([column.name for column in table.columns])}" for table in tables)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _subject(review: Review) -> Subject:
    statement = review.statement
    return Subject(
        statement=statement.text if statement else "",
        fingerprint=statement.fingerprint if statement else "",
        verdict=review.verdict,
        red=review.red,
    )
