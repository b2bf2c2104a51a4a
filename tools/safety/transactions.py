"""The open transaction of each session: a connection pinned to it until COMMIT, ROLLBACK, idleness or loss.

Whoever loses a transaction is told once, at the next statement, and until ROLLBACK, COMMIT or a new BEGIN says
that this was understood, no standing yes covers a write of that session: what was meant for the transaction
must not run outside of it by accident.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from memory.audit import AuditEvent, AuditStatus
from memory.errors import StateUnavailable
from tools.db.database import Database
from tools.errors import DatabaseError, Refused, ToolError, TransactionLost
from tools.safety.caller import Caller
from tools.safety.pending import Effect, Step
from tools.safety.pinned import Pinned
from tools.safety.record import Recorder, Subject
from tools.settings import SafetySettings

log = logging.getLogger(__name__)

SAVEPOINT = "columnist_statement"
ALREADY_OPEN = "a transaction is already open in this session"
LOST_HINT = "begin again"


@dataclass(frozen=True, kw_only=True)
class OpenTransaction:
    """What a person is shown of it."""

    id: str
    since: datetime
    idle_s: float
    idle_limit_s: float
    steps: tuple[Step, ...]
    tables: tuple[str, ...]  # with rows locked by it
    effect: Effect

    @property
    def statements(self) -> int:
        return len(self.steps)


@dataclass
class Lost:
    """A transaction that ended under its session."""

    why: str
    told: bool = False


class Transactions:
    """All open transactions of one database in this process."""

    def __init__(
        self, database: Database, settings: SafetySettings, recorder: Recorder, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._settings = settings
        self._recorder = recorder
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, Pinned] = {}
        self._lost: dict[str, Lost] = {}
        self._wake = threading.Condition(self._lock)
        self._watching = False
        self._closed = False

    def begin(self, caller: Caller, *, readonly: bool) -> None:
        """`readonly`: the engine itself keeps the whole transaction from writing."""
        with self.using(caller.session_id) as pinned:
            if pinned is not None:
                raise Refused(ALREADY_OPEN, hint="COMMIT or ROLLBACK first")
        connection = self._database.connect(readonly=readonly)
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        now = self._clock()
        pinned = Pinned(id=uuid4().hex, caller=caller, connection=connection, since=now, touched_at=now)
        with self._lock:
            self._lost.pop(caller.session_id, None)
            first = self._open.setdefault(caller.session_id, pinned) is pinned
            self._watch()
        if not first:
            connection.close()
            raise Refused(ALREADY_OPEN, hint="COMMIT or ROLLBACK first")

    @contextmanager
    def using(self, session_id: str) -> Iterator[Pinned | None]:
        """The session's transaction, nobody else on it meanwhile; None: it has none. Tells of a loss, once."""
        self.expire()
        with self._lock:
            pinned = self._open.get(session_id)
        if pinned is None:
            self._tell(session_id)
            yield None
            return
        with pinned.lock:
            if pinned.over:  # while we waited for its statement
                self._tell(session_id)
            try:
                yield None if pinned.over else pinned
            finally:
                pinned.touched_at = self._clock()

    @contextmanager
    def statement(self, pinned: Pinned, *, keep: bool) -> Iterator[None]:
        """One statement in a savepoint of its own. An error takes back this statement, or ends it all."""
        connection = pinned.connection
        try:
            connection.savepoint(SAVEPOINT)
            yield
            if not keep:
                connection.rollback_to(SAVEPOINT)
            connection.release(SAVEPOINT)
        except BaseException as error:
            self._after(pinned, error)
            raise

    def find(self, session_id: str) -> OpenTransaction | None:
        self.expire()
        with self._lock:
            pinned = self._open.get(session_id)
        if pinned is None:
            return None
        effect = pinned.effect(self._settings)
        return OpenTransaction(
            id=pinned.id,
            since=pinned.since,
            idle_s=(self._clock() - pinned.touched_at).total_seconds(),
            idle_limit_s=self._settings.transaction_idle_s,
            steps=tuple(pinned.steps),
            tables=tuple(table.table for table in effect.tables),
            effect=effect,
        )

    def finish(self, pinned: Pinned) -> None:
        """It was committed or rolled back."""
        pinned.over = True
        with self._lock:
            self._open.pop(pinned.caller.session_id, None)
        pinned.connection.close()

    def lose(self, pinned: Pinned, why: str) -> None:
        """It ended without its session's doing. Nothing more runs on it."""
        self.finish(pinned)
        with self._lock:
            self._lost[pinned.caller.session_id] = Lost(why)
        try:
            self._recorder.note(
                AuditEvent.TRANSACTION, pinned.caller, Subject(statement="ROLLBACK"),
                status=AuditStatus.FAILED, message=why, executed=True,
            )  # fmt: skip
        except StateUnavailable:
            log.exception("the loss of a transaction could not be recorded")

    def acknowledge(self, session_id: str) -> str | None:
        """The session knows that its transaction is gone; why it went, if it had not been told."""
        with self._lock:
            lost = self._lost.pop(session_id, None)
        return lost.why if lost and not lost.told else None

    def is_lost(self, session_id: str) -> bool:
        with self._lock:
            return session_id in self._lost

    def expire(self) -> None:
        """Roll back what has been idle for too long. What is running is not idle."""
        now = self._clock()
        with self._lock:
            idle = [pinned for pinned in self._open.values() if self._remaining_s(pinned, now) <= 0]
        for pinned in idle:
            if pinned.lock.acquire(blocking=False):
                try:
                    if not pinned.over and self._remaining_s(pinned, now) <= 0:
                        limit_s = self._settings.transaction_idle_s
                        self.lose(pinned, f"the transaction was rolled back after {limit_s:g} s idle; nothing changed")
                finally:
                    pinned.lock.release()

    def close(self) -> None:
        """Roll back everything."""
        with self._lock:
            self._closed = True
            remaining = list(self._open.values())
            self._wake.notify_all()
        for pinned in remaining:
            with pinned.lock:
                if not pinned.over:
                    self.lose(pinned, "the transaction was rolled back at the exit; nothing changed")

    def _tell(self, session_id: str) -> None:
        with self._lock:
            lost = self._lost.get(session_id)
            if lost is None or lost.told:
                return
            lost.told = True
        raise TransactionLost(lost.why, hint=LOST_HINT)

    def _after(self, pinned: Pinned, error: BaseException) -> None:
        try:
            if pinned.connection.transaction_alive():
                pinned.connection.rollback_to(SAVEPOINT)
                pinned.connection.release(SAVEPOINT)
                return
        except DatabaseError:
            log.info("the savepoint is gone", exc_info=True)
        why = error.message if isinstance(error, ToolError) else type(error).__name__
        if not isinstance(error, TransactionLost):
            why = f"{why.rstrip('.')}: the transaction is over, nothing of it was kept"
        self.lose(pinned, why)
        raise TransactionLost(why, hint=LOST_HINT) from error

    def _remaining_s(self, pinned: Pinned, now: datetime) -> float:
        return self._settings.transaction_idle_s - (now - pinned.touched_at).total_seconds()

    def _watch(self) -> None:
        """Called with the lock held."""
        self._wake.notify_all()
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._expire_in_time, name="idle-transactions", daemon=True).start()

    def _expire_in_time(self) -> None:
        while True:
            with self._wake:
                if self._closed or not self._open:
                    self._watching = False
                    return
                now = self._clock()
                wait_s = min(self._remaining_s(pinned, now) for pinned in self._open.values())
                # A statement that is running has a touch in the past: look again in a while.
                self._wake.wait(max(wait_s, 0.1))
            self.expire()
