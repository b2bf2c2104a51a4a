"""The one door to the user's database.

`review` looks and answers; `run` looks again and executes what needs no yes; `prepare` measures what does, and
`execute` runs it under an approval, once, if it still does what was approved. Nothing else holds a connection,
so a rule written here holds for chat, batch, HTTP and the backfill alike. What cannot be audited does not run.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import assert_never

from memory.approvals import ApprovalStore
from memory.audit import AuditEvent, AuditLog, AuditStatus
from memory.undo_log import UndoLog
from tools.db.database import Database
from tools.db.explain import Plan, explain
from tools.db.schema import Schema, SchemaCache
from tools.db.values import Value
from tools.errors import Refused, about_step
from tools.safety.approval import Approvals
from tools.safety.backfill import Backfill, Backfilling
from tools.safety.batch import BackfillTemplate
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.door import CHANGES, Door
from tools.safety.ending import Ending
from tools.safety.executing import Approved
from tools.safety.pending import Approval, ApprovedBy, Outcome, Pending, PendingKind, Verdict, Write
from tools.safety.pressure import Pressure, pressure
from tools.safety.reading import PreparedRead, Reading
from tools.safety.record import Recorder, Subject
from tools.safety.review import Review
from tools.safety.reviewed import Reviewed
from tools.safety.transactions import OpenTransaction, Transactions
from tools.safety.undo import Undo
from tools.safety.undoing import Undoing
from tools.safety.unfinished import unfinished
from tools.safety.worker import Running, Worker
from tools.safety.writing import Writing
from tools.settings import SafetySettings
from tools.sql.statement import Dialect, Kind


class Gate:
    """The door of one database. Safe to share between threads; `close` it at the end."""

    def __init__(
        self,
        database: Database,
        schema: SchemaCache,
        settings: SafetySettings,
        audit: AuditLog,
        approvals: ApprovalStore,
        undo_log: UndoLog,
        clock: Callable[[], datetime],
    ) -> None:
        self.schema = schema
        identity = database.target.identity
        recorder = Recorder(audit, identity)
        self._store = approvals
        self._door = Door(
            database=database,
            schema=schema,
            settings=settings,
            recorder=recorder,
            approvals=Approvals(approvals, settings, clock),
            undo=Undo(undo_log, identity),
            transactions=Transactions(database, settings, recorder, clock),
            clock=clock,
        )
        self._worker = Worker()
        self._reading = Reading(self._door)
        self._writing = Writing(self._door)
        self._ending = Ending(self._door)
        self._undoing = Undoing(self._door)
        self._backfilling = Backfilling(self._door, self._worker)

    @property
    def database(self) -> str:
        """Dialect, host, port and name, or the real path; no credentials."""
        return self._door.identity

    @property
    def dialect(self) -> Dialect:
        return self._door.database.dialect

    @cached_property
    def server(self) -> str:
        """The engine and its version, as it says itself; asked once. Raises DatabaseError."""
        return " ".join(self._door.database.server_version().split()[:2])

    def visible_schema(self) -> Schema:
        """The structure without what is blocked: what is shown to people and models."""
        return self._door.visible_schema()

    def review(self, sql: str, caller: Caller) -> Review:
        """What would be said of it. Nothing runs and nothing is recorded."""
        return self._door.review(sql, caller)

    def run(
        self,
        sql: str,
        caller: Caller,
        *,
        params: Mapping[str, Value] | None = None,
        expect: frozenset[Kind] | None = None,
        max_rows: int | None = None,
        cancel: CancelToken | None = None,
    ) -> Outcome:
        """Run what needs no yes. Raises Refused, or ApprovalRequired with the measured Pending."""
        judged = self._judge(sql, params, caller, expect)
        kind = judged.statement.kind
        if kind is Kind.TRANSACTION:
            return self._worker.run(lambda _: self._ending.run(judged, caller), cancel)
        if kind in CHANGES:
            return self._worker.run(lambda running: self._writing.run(judged, caller, running), cancel)
        if judged.review.verdict is not Verdict.ALLOW:
            raise Refused(reasons=judged.review.reasons)
        return self._worker.run(lambda running: self._reading.run(judged, caller, max_rows, running), cancel)

    def prepare(self, writes: Sequence[Write], caller: Caller, *, cancel: CancelToken | None = None) -> Pending:
        """Rehearse the writes in order in one transaction and roll it back: what they would do together.

        An error about one of them carries its place in `step`.
        """
        if not writes:
            raise Refused("there is nothing to prepare")
        judged: list[Reviewed] = []
        for at, write in enumerate(writes):
            with about_step(at):
                judged.append(self._door.judge_write(write.sql, write.params, caller))
        return self._worker.run(lambda running: self._writing.prepare(judged, caller, running), cancel)

    def approve(self, pending: Pending, caller: Caller, by: ApprovedBy) -> Approval:
        """Record a person's yes. Only surfaces that a person speaks through call this, never a model's tool."""
        try:
            if by is not ApprovedBy.PERSON and self._door.transactions.is_lost(caller.session_id):
                raise Refused(
                    "this session's transaction was lost, so no standing yes covers its writes", hint="ROLLBACK first"
                )
            approval = self._door.approvals.approve(pending, caller, by)
        except Refused as error:
            self._door.refused(caller, _subject(pending), error)
            raise
        self._record_approval(pending, approval, caller)
        return approval

    def standing(self, pending: Pending, caller: Caller) -> Approval | None:
        """A yes given by an earlier "always" of this session, if it covers this; None: ask."""
        if self._door.transactions.is_lost(caller.session_id):
            return None
        approval = self._door.approvals.standing(pending, caller)
        if approval:
            self._record_approval(pending, approval, caller)
        return approval

    def decline(self, pending: Pending, caller: Caller) -> None:
        """Record a person's no. An open transaction stays open."""
        self._door.recorder.note(AuditEvent.APPROVAL, caller, _subject(pending), status=AuditStatus.REJECTED)

    def execute(
        self, pending: Pending, approval: Approval, caller: Caller, *, cancel: CancelToken | None = None
    ) -> tuple[Outcome, ...]:
        """Run what was approved, once. Raises ApprovalInvalid if it would do anything else now."""
        if pending.database != self._door.identity:
            raise Refused("this was prepared for another database")
        approved = Approved(pending=pending, approval=approval, caller=caller)
        try:
            return self._worker.run(lambda running: self._execute(approved, running), cancel)
        except Refused as error:
            self._door.refused(caller, _subject(pending, approval), error)
            raise

    def prepare_undo(self, caller: Caller, undo_id: str | None = None, *, cancel: CancelToken | None = None) -> Pending:
        """What would be put back; None: the session's last write that can be undone. Conflicts are in the notes."""
        return self._worker.run(lambda running: self._undoing.prepare(caller, undo_id, running), cancel)

    def explain(self, sql: str, caller: Caller, *, cancel: CancelToken | None = None) -> Plan:
        """The database's plan for a statement that would be allowed or asked about. Never runs it."""
        statement = self._door.judge(sql, caller).statement
        # MariaDB and SQLite explain a write only where it could run.
        readonly = statement is None or statement.kind not in CHANGES

        def plan(running: Running) -> Plan:
            with self._door.database.connect(readonly=readonly) as connection, running.statement(connection):
                return explain(connection, sql)

        return self._worker.run(plan, cancel)

    def transaction(self, session_id: str) -> OpenTransaction | None:
        return self._door.transactions.find(session_id)

    def rollback(self, caller: Caller) -> None:
        """Roll the session's transaction back; says nothing if there is none."""
        if self._door.transactions.find(caller.session_id) or self._door.transactions.is_lost(caller.session_id):
            self._worker.run(lambda _: self._ending.rollback(caller))

    def unfinished(self, caller: Caller) -> tuple[str, ...]:
        """The caller's approvals that were claimed and never closed: they may have been committed. A sentence each."""
        return self._worker.run(lambda running: unfinished(self._door, self._store, caller, running))

    def prepare_read(self, sql: str, caller: Caller) -> PreparedRead:
        """A reviewed read to be fetched page by page; close it to record its outcome."""
        judged = self._judge(sql, {}, caller, frozenset({Kind.SELECT}))
        return PreparedRead(self._door, self._worker, judged, caller)

    def prepare_backfill(self, template: BackfillTemplate, caller: Caller) -> Pending:
        return self._backfilling.prepare(template, caller)

    def open_backfill(self, pending: Pending, approval: Approval, caller: Caller, *, written: int = 0) -> Backfill:
        """Begin an approved backfill, or go on with it; `written`: rows that it has written before."""
        try:
            return self._backfilling.open(pending, approval, caller, written)
        except Refused as error:
            self._door.refused(caller, _subject(pending, approval), error)
            raise

    def pressure(self) -> Pressure:
        """How much the database is waiting right now; cheap enough to ask between batches."""
        return self._worker.run(lambda _: pressure(self._door.database))

    def close(self) -> None:
        """Roll back every open transaction and let the worker threads end."""
        self._door.transactions.close()
        self._backfilling.close()
        self._worker.close()

    def _judge(
        self, sql: str, params: Mapping[str, Value] | None, caller: Caller, expect: frozenset[Kind] | None
    ) -> Reviewed:
        review = self._door.judge(sql, caller)
        if review.statement is None:
            raise Refused(reasons=review.reasons)
        if expect is not None and review.statement.kind not in expect:
            raise Refused(f"this takes {' or '.join(sorted(expect))}, not {review.statement.kind}")
        return Reviewed(statement=review.statement, review=review, params=params)

    def _execute(self, approved: Approved, running: Running) -> tuple[Outcome, ...]:
        match approved.pending.kind:
            case PendingKind.WRITE:
                return self._writing.execute(approved, running)
            case PendingKind.COMMIT:
                return self._ending.execute(approved)
            case PendingKind.UNDO:
                return self._undoing.execute(approved, running)
            case PendingKind.BACKFILL:
                raise Refused("a backfill is opened, not executed")
            case _ as unknown:
                assert_never(unknown)

    def _record_approval(self, pending: Pending, approval: Approval, caller: Caller) -> None:
        subject = _subject(pending, approval)
        self._door.recorder.note(AuditEvent.APPROVAL, caller, subject, message=f"approved by {approval.approved_by}")


def _subject(pending: Pending, approval: Approval | None = None) -> Subject:
    return Subject(
        statement="COMMIT" if pending.kind is PendingKind.COMMIT else ";\n".join(step.sql for step in pending.steps),
        fingerprint=pending.steps[0].fingerprint if len(pending.steps) == 1 else "",
        verdict=Verdict.CONFIRM,
        red=pending.red,
        approval_id=approval.id if approval else None,
    )
