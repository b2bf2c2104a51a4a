"""BEGIN, COMMIT, ROLLBACK and savepoints of a session. Only COMMIT asks, once, for all of it."""

from contextlib import AbstractContextManager

from memory.audit import AuditEvent
from tools.errors import DatabaseError, Refused, TransactionLost
from tools.safety.caller import Caller
from tools.safety.door import Door
from tools.safety.executing import Approved, Execution
from tools.safety.pending import ApprovalRequired, Outcome, Pending, PendingKind
from tools.safety.pinned import Pinned
from tools.safety.record import Recorded, Subject
from tools.safety.reviewed import Reviewed
from tools.safety.transactions import LOST_HINT
from tools.settings import Mode
from tools.sql.names import fold
from tools.sql.statement import Dialect, Kind, Statement

NONE_OPEN = "no transaction is open in this session"
# IMMEDIATE is what we do on SQLite anyway; EXCLUSIVE keeps readers out too, isolation levels are the server's.
BEGIN_WORDS = frozenset(
    {"BEGIN", "START", "TRANSACTION", "WORK", "TRAN", "READ", "WRITE", "ONLY", "DEFERRED", "IMMEDIATE"}
)


class Ending:
    """Begins and ends the transactions of sessions."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def run(self, command: Reviewed, caller: Caller) -> Outcome:
        statement = command.statement
        match statement.action:
            case "begin":
                readonly = _reads_only(statement) or self._door.policy(caller).mode is Mode.ASK
                with self._recording("BEGIN", caller):
                    self._door.transactions.begin(caller, readonly=readonly)
            case "commit":
                return self._commit_or_ask(caller)
            case "rollback":
                return self.rollback(caller)
            case _:
                self._savepoint(statement, caller)
        return Outcome(kind=Kind.TRANSACTION, sql=statement.text)

    def rollback(self, caller: Caller) -> Outcome:
        """Also says that the session knows of a transaction that was lost."""
        try:
            with self._door.transactions.using(caller.session_id) as pinned:
                if pinned is not None:
                    with self._recording("ROLLBACK", caller):
                        pinned.connection.rollback()
                        self._door.transactions.finish(pinned)
                    return _done("ROLLBACK")
        except TransactionLost as lost:
            self._door.transactions.acknowledge(caller.session_id)
            return _done("ROLLBACK", lost.message)
        if self._door.transactions.is_lost(caller.session_id):
            self._door.transactions.acknowledge(caller.session_id)
            return _done("ROLLBACK", "the transaction was over already; nothing changed")
        raise Refused(NONE_OPEN)

    def prepare(self, pinned: Pinned, caller: Caller) -> Pending:
        return self._door.pending(
            PendingKind.COMMIT,
            caller,
            steps=pinned.steps,
            effect=pinned.effect(self._door.settings),
            schema=self._door.schema.get(),
            subject=pinned.id,
        )

    def execute(self, approved: Approved) -> tuple[Outcome, ...]:
        """Commit what was shown; more or less than that asks again, and the transaction stays open."""
        try:
            return self._commit(approved)
        except TransactionLost:
            # A COMMIT ends its transaction for the session, lost or not.
            self._door.transactions.acknowledge(approved.caller.session_id)
            raise

    def _commit(self, approved: Approved) -> tuple[Outcome, ...]:
        pending, caller = approved.pending, approved.caller
        with self._door.transactions.using(caller.session_id) as pinned:
            if pinned is None or pinned.id != pending.subject:
                raise TransactionLost("the transaction was lost; nothing changed", hint=LOST_HINT)
            execution = Execution(approved, self._door.approvals, self._door.recorder, self._door.undo)
            try:
                with execution.claimed(AuditEvent.TRANSACTION):
                    execution.check(pinned.results)
                    execution.keep(pinned.results)
                    pinned.connection.commit()
            except DatabaseError as error:
                if not pinned.connection.transaction_alive():
                    self._door.transactions.lose(pinned, f"the transaction is over: {error.message}")
                raise
            self._door.transactions.finish(pinned)
        if any(step.kind is Kind.DDL for step in pending.steps):
            self._door.schema.invalidate()
        return (
            Outcome(
                kind=Kind.TRANSACTION,
                sql="COMMIT",
                row_count=pending.effect.rows,
                undo_id=execution.undo_id,
                notices=pending.effect.notes,
            ),
        )

    def _commit_or_ask(self, caller: Caller) -> Outcome:
        try:
            with self._door.transactions.using(caller.session_id) as pinned:
                if pinned is not None:
                    return self._commit_nothing(pinned, caller)
        except TransactionLost:
            self._door.transactions.acknowledge(caller.session_id)
            raise
        if self._door.transactions.is_lost(caller.session_id):
            self._door.transactions.acknowledge(caller.session_id)
            raise TransactionLost("the transaction was lost; nothing of it was kept", hint=LOST_HINT)
        raise Refused(NONE_OPEN)

    def _commit_nothing(self, pinned: Pinned, caller: Caller) -> Outcome:
        """A transaction that wrote nothing needs no yes."""
        if pinned.steps:
            raise ApprovalRequired(self.prepare(pinned, caller))
        with self._recording("COMMIT", caller):
            pinned.connection.rollback()
            self._door.transactions.finish(pinned)
        return _done("COMMIT")

    def _savepoint(self, statement: Statement, caller: Caller) -> None:
        with self._door.transactions.using(caller.session_id) as pinned:
            if pinned is None:
                raise Refused(NONE_OPEN)
            with self._recording(statement.text, caller):
                self._move(pinned, statement)

    def _move(self, pinned: Pinned, statement: Statement) -> None:
        name = _savepoint_name(statement)
        try:
            if statement.action == "savepoint":
                pinned.mark(name)
            elif statement.action == "release":
                pinned.release(name)
            else:
                pinned.back_to(name)
        except DatabaseError as error:
            if not pinned.connection.transaction_alive():
                self._door.transactions.lose(pinned, f"the transaction is over: {error.message}")
            raise

    def _recording(self, text: str, caller: Caller) -> AbstractContextManager[Recorded]:
        return self._door.recorder.recording(AuditEvent.TRANSACTION, caller, Subject(statement=text, verdict="allow"))


def _savepoint_name(statement: Statement) -> str:
    """As the engine compares it."""
    token = statement.tokens[-1]
    exact = statement.dialect is Dialect.POSTGRES and token.text.startswith('"')
    return token.name if exact else fold(token.name)


def _reads_only(statement: Statement) -> bool:
    """What BEGIN asks for beside a transaction is done or refused, never ignored."""
    words = [token.word for token in statement.tokens if token.word]
    if unknown := next((word for word in words if word not in BEGIN_WORDS), None):
        raise Refused(
            f"{unknown} cannot be chosen for a transaction here", hint="BEGIN and START TRANSACTION READ ONLY are"
        )
    return "ONLY" in words


def _done(text: str, *notices: str) -> Outcome:
    return Outcome(kind=Kind.TRANSACTION, sql=text, notices=notices)
