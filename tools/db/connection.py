"""One leased connection: read, write, transactions, cancel.

Promises: a statement never outlives its time limit or a `cancel()`; results are streamed and capped; driver
errors leave as `tools.errors` without their cause, which could quote a password. After every error the server is
asked whether an open transaction still lives; if not, everything but `rollback()` and `begin()` raises
TransactionLost, so that nothing runs outside it by accident.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypeVar

from tools.db.alarm import Alarm, Ringing
from tools.db.dialect import Params, Session, Strategy
from tools.db.results import MAX_RESULT_BYTES, Collector, Rows
from tools.db.url import DatabaseUrl
from tools.db.values import Value
from tools.errors import Cancelled, CommitUnknown, DatabaseError, StatementTimeout, TransactionLost, Unreachable

T = TypeVar("T")
ENDED = "The statement ended the transaction by itself (as DDL does on MySQL); what ran in it may have been kept."
GRACE_S = 0.25  # the server's own time limit goes first; ours is the second belt
SEVER_AFTER_S = 5.0  # a server that ignores a cancel for this long is cut off


class Stop(Enum):
    CANCEL = "cancel"  # someone called cancel()
    TIMEOUT = "timeout"  # our own timer fired


@dataclass(eq=False)
class Running:
    """The statement that is running now, and who has stopped it."""

    timeout_s: float
    started: float
    stop: Stop | None = None
    over: bool = False  # its answer is here: whoever keeps saying stop must not keep us from the lock


class Connection:
    """Leased by `Database.connect`; a context manager. One thread at a time, except `cancel()`."""

    def __init__(
        self, session: Session, strategy: Strategy, target: DatabaseUrl, alarm: Alarm, release: Callable[[bool], None]
    ) -> None:
        self._session = session
        self._strategy = strategy
        self._target = target
        self._alarm = alarm
        self._release = release
        # Held while a cancel is delivered, so that it can never hit the next statement.
        self._lock = threading.Lock()
        self._running: Running | None = None
        self._began = False
        self._lost = False
        self._usable = True
        self._closed = False

    @property
    def readonly(self) -> bool:
        return self._session.readonly

    @property
    def strategy(self) -> Strategy:
        return self._strategy

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(
        self,
        sql: str,
        params: Params = None,
        *,
        max_rows: int,
        timeout_s: float | None = None,
        max_value_chars: int | None = None,
        max_bytes: int = MAX_RESULT_BYTES,
        at_once: int = 1,
    ) -> Rows:
        """The first `max_rows` rows of a statement that reads; then it is stopped on the server.

        Values are whole unless `max_value_chars` is given (for showing, not for writing back): longer text and bytes
        are cut then, `Rows.clipped` counts them. The result ends, as truncated, at `max_bytes` too, which `at_once`
        rows may pass together (more is faster). It stands in a savepoint where stopping it would harm a transaction:
        a truncated `... RETURNING` is taken back.
        """

        def collect() -> Rows:
            stream = self._session.stream(sql, params, at_once=at_once)
            collector = Collector(stream.columns, max_rows, max_bytes, max_value_chars)
            try:
                for row in stream:
                    if not collector.add(row):
                        break
            finally:
                stream.stop()
            return collector.rows()

        return self._run(collect, timeout_s)

    def fetch(self, sql: str, params: Params = None, *, timeout_s: float | None = None) -> Sequence[tuple[Value, ...]]:
        """Every row at once, of a read whose size is known; it stands in the transaction as a write does."""
        return self._run(lambda: self._session.fetch(sql, params), timeout_s)

    def write(self, sql: str, params: Params = None, *, timeout_s: float | None = None) -> int:
        """Run one statement; the number of rows it matched (0 where the engine does not count, as for DDL)."""
        return self._run(lambda: self._session.execute(sql, params), timeout_s)

    def write_many(
        self, sql: str, rows: Sequence[Mapping[str, Value] | Sequence[Value]], *, timeout_s: float | None = None
    ) -> int:
        """One statement once per row; the sum of the rows matched. Atomic only inside a transaction."""
        return self._run(lambda: self._session.execute_many(sql, rows), timeout_s) if rows else 0

    def begin(self) -> None:
        """Start a transaction. On a read-only connection it is a read-only one."""
        if self._began and not self._lost:
            raise DatabaseError("a transaction is already open on this connection")
        self._lost = self._began = False
        self._run(self._session.begin, None)
        self._began = True

    def commit(self) -> None:
        """Keep the changes. TransactionLost: nothing was kept; CommitUnknown: the connection died meanwhile."""
        if not self._began:
            raise DatabaseError("there is no open transaction")
        self._require_transaction()
        if self._session.failed():
            self.rollback()
            raise TransactionLost("An earlier error had already ended the transaction; nothing of it was kept.")
        try:
            self._run(self._session.commit, None, ends=True)
        except (Unreachable, Cancelled, StatementTimeout) as error:
            if self._lost:
                raise CommitUnknown(f"{CommitUnknown.__doc__} ({error.message})") from None
            raise
        self._began = False

    def rollback(self) -> None:
        """Drop the changes, if a transaction is open or was lost. Never fails because the connection is gone."""
        began, self._began, self._lost = self._began and not self._lost, False, False
        if began and self._usable:
            try:
                self._run(self._session.rollback, None, ends=True)
            except DatabaseError:
                # The server drops the transaction with the connection, which is not used again.
                self._usable = False

    def savepoint(self, name: str) -> None:
        self._command(f"SAVEPOINT {self._strategy.quote(name)}")

    def rollback_to(self, name: str) -> None:
        self._command(f"ROLLBACK TO SAVEPOINT {self._strategy.quote(name)}")

    def release(self, name: str) -> None:
        self._command(f"RELEASE SAVEPOINT {self._strategy.quote(name)}")

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All or nothing."""
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def transaction_alive(self) -> bool:
        """Asks the server. False: nothing of the transaction is left (or there is none)."""
        return self._began and not self._lost and self._look_after_transaction()

    def cancel(self) -> None:
        """Stop the running statement on the server, from any thread. Without a running one it does nothing."""
        self._stop(Stop.CANCEL)

    def close(self) -> None:
        """Give the connection back. An open transaction is rolled back."""
        if self._closed:
            return
        self.rollback()
        self._closed = True
        self._release(self._usable)

    def _command(self, sql: str) -> None:
        self._require_transaction()
        self._run(lambda: self._session.command(sql), None)

    def _require_transaction(self) -> None:
        """Out of its transaction, an engine takes SAVEPOINT and COMMIT without a word."""
        if not self._began or self._lost:
            raise TransactionLost
        if not self._look_after_transaction():
            self._usable = self._session.usable()
            raise CommitUnknown(ENDED) if self._usable else TransactionLost

    def _look_after_transaction(self) -> bool:
        try:
            alive = self._session.in_transaction()
        except self._strategy.errors:
            alive = False
        self._lost = not alive
        return alive

    def _run(self, work: Callable[[], T], timeout_s: float | None, *, ends: bool = False) -> T:
        self._check()
        running = Running(timeout_s or self._session.limits.query_timeout_s, time.monotonic())
        with self._lock:
            self._running = running
        ringing = self._alarm.set(running.timeout_s + GRACE_S, partial(self._stop, Stop.TIMEOUT, running))
        try:
            self._session.start(running.timeout_s)
            done = work()
        except self._strategy.errors as error:
            self._finish(ringing)
            raise self._explained(error, running) from None
        except KeyboardInterrupt:
            self._stop(Stop.CANCEL)
            self._finish(ringing)
            # The driver was interrupted in the middle of an answer: what comes next on the line is unknown.
            self._usable, self._lost = False, self._began
            raise Cancelled from None
        finally:
            self._finish(ringing)
            if running.stop and self._usable:
                self._settle()
        if self._began and not ends and not self._session.transaction_open():
            self._lost = True
            raise CommitUnknown(ENDED)
        return done

    def _check(self) -> None:
        if self._closed:
            raise DatabaseError("this connection was given back")
        if self._lost:
            raise TransactionLost
        if not self._usable:
            raise Unreachable(f"the connection to {self._target.display} was lost", hint="try again")

    def _stop(self, reason: Stop, only: Running | None = None) -> None:
        with self._lock:
            running = self._running
            if running is None or running.over or only not in (None, running):
                return
            running.stop = running.stop or reason
            try:
                self._session.cancel()
            except self._strategy.errors:
                self._session.sever()
            else:
                last = threading.Timer(SEVER_AFTER_S, self._sever, (running,))
                last.daemon = True
                last.start()

    def _sever(self, running: Running) -> None:
        with self._lock:
            if self._running is running:
                self._session.sever()

    def _finish(self, ringing: Ringing) -> None:
        ringing.off()
        if self._running is not None:
            self._running.over = True
        with self._lock:
            self._running = None

    def _settle(self) -> None:
        """After a stop or an error: is the connection still good, and is the transaction still there?"""
        self._usable = self._session.usable()
        if self._began:
            self._lost = not (self._usable and self._look_after_transaction())

    def _explained(self, error: Exception, running: Running) -> DatabaseError:
        explained = self._strategy.translate(error, self._target)
        self._settle()
        if isinstance(explained, StatementTimeout):
            explained = self._timed_out(running)
        elif isinstance(explained, Cancelled | Unreachable) and running.stop:
            explained = Cancelled() if running.stop is Stop.CANCEL else self._timed_out(running)
        elif isinstance(explained, Cancelled) and time.monotonic() - running.started >= running.timeout_s:
            explained = self._timed_out(running)
        if isinstance(explained, TransactionLost) and not self._lost:
            return DatabaseError(explained.message, hint=explained.hint)
        return explained

    def _timed_out(self, running: Running) -> StatementTimeout:
        return StatementTimeout(
            f"The statement ran longer than {running.timeout_s:g} s and was cancelled on the server.",
            hint="narrow it, or raise safety.query_timeout_seconds",
        )
