"""Writes: rehearsed for the question, executed after the yes, or run at once inside the session's transaction."""

from collections.abc import Sequence
from dataclasses import replace

from memory.audit import AuditEvent
from tools.db.connection import Connection
from tools.db.schema import Schema
from tools.errors import ApprovalInvalid, CommitUnknown, Refused, TransactionLost, UnknownName, Unreachable, about_step
from tools.safety.caller import Caller
from tools.safety.door import Door
from tools.safety.executing import Approved, Execution
from tools.safety.measure import Measured
from tools.safety.pending import ApprovalRequired, Outcome, Pending, PendingKind
from tools.safety.perform import Performer, commits_by_itself
from tools.safety.pinned import Pinned
from tools.safety.reading import with_nearest
from tools.safety.record import Subject
from tools.safety.rehearsal import Rehearsed, rehearse, rolled_back
from tools.safety.reviewed import Reviewed
from tools.safety.temporary import refuse_temporary
from tools.safety.worker import Running
from tools.sql.statement import Kind


class TooManyRows(Exception):
    """A write inside a transaction turned out to be above `rehearse_max_rows`."""


class Writing:
    """Prepares and executes INSERT, UPDATE, DELETE and DDL."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def prepare(self, writes: Sequence[Reviewed], caller: Caller, running: Running) -> Pending:
        """Rehearse all in order, in the session's transaction if it has one, and leave nothing of it."""
        schema = self._door.schema.get()
        with self._door.transactions.using(caller.session_id) as pinned:
            if pinned is not None:
                return self._prepare_inside(pinned, writes, caller, schema, running)
        refuse_temporary(writes, schema, inside=False)
        with self._door.database.connect(readonly=False) as connection, rolled_back(connection):
            rehearsed = self._rehearse(connection, writes, schema, running)
        return self._pending(rehearsed, caller, schema)

    def run(self, write: Reviewed, caller: Caller, running: Running) -> Outcome:
        """Inside the session's transaction: at once. Outside of one: raises ApprovalRequired."""
        with self._door.transactions.using(caller.session_id) as pinned:
            if pinned is not None:
                return self._run_inside(pinned, write, caller, running)
        raise ApprovalRequired(self.prepare([write], caller, running))

    def execute(self, approved: Approved, running: Running) -> tuple[Outcome, ...]:
        pending, caller = approved.pending, approved.caller
        schema = self._door.schema.check()
        if schema.version != pending.schema_version:
            raise ApprovalInvalid("the structure of the database has changed since: ask again")
        writes = [self._door.judge_write(step.sql, step.params, caller) for step in pending.steps]
        execution = Execution(approved, self._door.approvals, self._door.recorder, self._door.undo)
        with self._door.transactions.using(caller.session_id) as pinned:
            if pending.subject is not None:
                return self._execute_inside(_same(pinned, pending), execution, writes, schema, running)
            if pinned is not None:
                raise ApprovalInvalid("a transaction was opened since: ask again")
        results = self._execute(execution, writes, schema, running)
        return self._outcomes(writes, results, execution.undo_id)

    def _rehearse(
        self, connection: Connection, writes: Sequence[Reviewed], schema: Schema, running: Running
    ) -> Rehearsed:
        performer = self._performer(connection, schema, running)
        try:
            return rehearse(performer, writes, self._door.settings)
        except UnknownName as error:
            at = error.step or 0
            with about_step(at):
                raise with_nearest(error, writes[at].statement, self._door.visible_schema()) from None

    def _prepare_inside(
        self, pinned: Pinned, writes: Sequence[Reviewed], caller: Caller, schema: Schema, running: Running
    ) -> Pending:
        _refuse_implicit_commit(writes)
        refuse_temporary(writes, schema, inside=True)
        with self._door.transactions.statement(pinned, keep=False):
            rehearsed = self._rehearse(pinned.connection, writes, schema, running)
        return self._pending(rehearsed, caller, schema, transaction=pinned.id)

    def _pending(
        self, rehearsed: Rehearsed, caller: Caller, schema: Schema, *, transaction: str | None = None
    ) -> Pending:
        return self._door.pending(
            PendingKind.WRITE,
            caller,
            steps=rehearsed.steps,
            effect=rehearsed.effect,
            schema=schema,
            subject=transaction,
        )

    def _run_inside(self, pinned: Pinned, write: Reviewed, caller: Caller, running: Running) -> Outcome:
        _refuse_implicit_commit([write])
        if pinned.connection.readonly:
            raise Refused("this transaction only reads", hint="ROLLBACK, and BEGIN another one")
        schema = self._door.schema.get()
        refuse_temporary([write], schema, inside=True)
        if write.review.red or self._is_large(pinned, write, schema, running):
            raise ApprovalRequired(self._prepare_inside(pinned, [write], caller, schema, running))
        subject = Subject(statement=write.statement.text, fingerprint=write.statement.fingerprint, verdict="confirm")
        try:
            with self._door.recorder.recording(AuditEvent.EXECUTION, caller, subject) as recorded:
                measured = self._perform_inside(pinned, write, schema, running)
                recorded.rows = measured.rows
        except TooManyRows:
            raise ApprovalRequired(self._prepare_inside(pinned, [write], caller, schema, running)) from None
        pinned.add(write.step(measured.rows), measured)
        return self._outcomes([write], [measured], None)[0]

    def _is_large(self, pinned: Pinned, write: Reviewed, schema: Schema, running: Running) -> bool:
        """Above `rehearse_max_rows`, or beyond the reach of a rollback."""
        if write.statement.kind is Kind.DDL:
            return False
        with self._door.transactions.statement(pinned, keep=False):
            return self._performer(pinned.connection, schema, running).foresee(write) is not None

    def _perform_inside(self, pinned: Pinned, write: Reviewed, schema: Schema, running: Running) -> Measured:
        with self._door.transactions.statement(pinned, keep=True):
            measured = self._performer(pinned.connection, schema, running).perform(write)
            if measured.rows > self._door.settings.rehearse_max_rows:
                raise TooManyRows
        return measured

    def _execute_inside(
        self, pinned: Pinned, execution: Execution, writes: Sequence[Reviewed], schema: Schema, running: Running
    ) -> tuple[Outcome, ...]:
        _refuse_implicit_commit(writes)
        with execution.claimed(AuditEvent.EXECUTION), self._door.transactions.statement(pinned, keep=True):
            results = self._perform(pinned.connection, execution, writes, schema, running)
        for write, measured in zip(writes, results, strict=True):
            pinned.add(write.step(measured.rows), measured)
        return self._outcomes(writes, results, None)

    def _execute(
        self, execution: Execution, writes: Sequence[Reviewed], schema: Schema, running: Running
    ) -> list[Measured]:
        with self._door.database.connect(readonly=False) as connection:
            if commits_by_itself(writes[0]):
                results = self._execute_alone(connection, execution, writes[0], schema, running)
            else:
                with execution.claimed(AuditEvent.EXECUTION), connection.atomic():
                    results = self._perform(connection, execution, writes, schema, running)
                    execution.keep(results)
        if any(write.statement.kind is Kind.DDL for write in writes):
            self._door.schema.invalidate()
        return results

    def _execute_alone(
        self, connection: Connection, execution: Execution, write: Reviewed, schema: Schema, running: Running
    ) -> list[Measured]:
        """What the server commits by itself, before it could be compared: compared with what is foreseen."""
        performer = self._performer(connection, schema, running)
        with execution.claimed(AuditEvent.EXECUTION):
            if foreseen := performer.foresee(write):
                execution.check([foreseen])
            try:
                return [performer.perform(write)]
            except Unreachable as error:
                raise CommitUnknown(f"{CommitUnknown.__doc__} ({error.message})") from None

    def _perform(
        self,
        connection: Connection,
        execution: Execution,
        writes: Sequence[Reviewed],
        schema: Schema,
        running: Running,
    ) -> list[Measured]:
        performer = self._performer(connection, schema, running)
        if len(writes) == 1 and (foreseen := performer.foresee(writes[0])):
            # What no rollback can take back must not even begin beyond its bound.
            execution.check([foreseen])
        results = [performer.perform(write) for write in writes]
        if not any(performer.outlasts_rollback(write) for write in writes):
            execution.check(results)
        elif why := execution.beyond(results):
            # It has happened, and to call it refused would be a lie.
            told = f"it was done all the same and cannot be taken back: {why}"
            results[-1] = replace(results[-1], notes=(*results[-1].notes, told))
        return results

    def _performer(self, connection: Connection, schema: Schema, running: Running) -> Performer:
        return self._door.performer(self._door.statements(connection, running), schema)

    def _outcomes(
        self, writes: Sequence[Reviewed], results: Sequence[Measured], undo_id: str | None
    ) -> tuple[Outcome, ...]:
        return tuple(self._outcome(write, result, undo_id) for write, result in zip(writes, results, strict=True))

    def _outcome(self, write: Reviewed, measured: Measured, undo_id: str | None) -> Outcome:
        cap = self._door.settings.max_result_rows
        returned = measured.returned
        return Outcome(
            kind=write.statement.kind,
            sql=write.statement.text,
            columns=returned.columns if returned else (),
            rows=returned.rows[:cap] if returned else (),
            row_count=measured.row_count,
            truncated=bool(returned and len(returned.rows) > cap),
            duration_ms=measured.duration_ms,
            undo_id=undo_id,
            notices=(*measured.notes, *_in_all(measured)),
        )


def _in_all(measured: Measured) -> tuple[str, ...]:
    """What was done besides the rows that the database counts: those that follow by foreign key, or were replaced."""
    if measured.rows <= measured.row_count:
        return ()
    counts = (
        f"{count:,} row{'' if count == 1 else 's'} of {change.table} {what}"
        for change in measured.changes
        for count, what in ((change.inserted, "inserted"), (change.updated, "updated"), (change.deleted, "deleted"))
        if count
    )
    return (f"in all: {', '.join(counts)}",)


def _refuse_implicit_commit(writes: Sequence[Reviewed]) -> None:
    for write in writes:
        if commits_by_itself(write):
            raise Refused(
                f"{write.statement.action} would commit the open transaction on MySQL and MariaDB",
                hint="COMMIT or ROLLBACK first",
            )


def _same(pinned: Pinned | None, pending: Pending) -> Pinned:
    if pinned is None or pinned.id != pending.subject:
        raise TransactionLost("the transaction that this belonged to is over; nothing changed")
    return pinned
