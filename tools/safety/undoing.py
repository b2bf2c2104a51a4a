"""Undo as a change like any other: shown first (what comes back, what is in conflict), approved, executed, audited."""

from dataclasses import replace

from memory.audit import AuditEvent
from memory.undo_log import UndoState
from tools.db.connection import Connection
from tools.db.schema import Schema
from tools.errors import ApprovalInvalid, Refused
from tools.safety.caller import Caller
from tools.safety.consequences import Consequences, of_followers, of_tables
from tools.safety.door import Door
from tools.safety.executing import Approved, Execution
from tools.safety.measure import Measured
from tools.safety.pending import Measure, Outcome, Pending, PendingKind, Step
from tools.safety.plan import text_hash
from tools.safety.rehearsal import rolled_back
from tools.safety.restore import Restored, restore
from tools.safety.summary import summarize
from tools.safety.undo import Kept
from tools.safety.worker import Running
from tools.sql.statement import Kind


class Undoing:
    """Puts the rows of an earlier write back."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def prepare(self, caller: Caller, undo_id: str | None, running: Running) -> Pending:
        self._door.require_operate(caller)
        kept = self._door.undo.find(caller, undo_id)
        schema = self._door.schema.get()
        with self._door.transactions.using(caller.session_id) as pinned:
            if pinned is not None:
                raise Refused("a transaction is open in this session", hint="COMMIT or ROLLBACK first")
        with self._door.database.connect(readonly=False) as connection, rolled_back(connection):
            measured = self._restore(connection, kept, schema, running)
        if not measured.rows:
            raise Refused(reasons=("nothing can be put back", *measured.notes))
        effect = summarize([measured], self._door.settings, measure=Measure.REHEARSED)
        return self._door.pending(
            PendingKind.UNDO, caller, steps=[_step(kept, measured)], effect=effect, schema=schema, subject=kept.row.id
        )

    def execute(self, approved: Approved, running: Running) -> tuple[Outcome, ...]:
        pending, caller = approved.pending, approved.caller
        self._door.require_operate(caller)
        schema = self._door.schema.check()
        if schema.version != pending.schema_version:
            raise ApprovalInvalid("the structure of the database has changed since: ask again")
        kept = self._door.undo.find(caller, pending.subject)
        execution = Execution(approved, self._door.approvals, self._door.recorder, self._door.undo)
        with (
            self._door.database.connect(readonly=False) as connection,
            execution.claimed(AuditEvent.UNDO),
            connection.atomic(),
        ):
            measured = self._restore(connection, kept, schema, running)
            execution.check([measured])
            execution.keep([measured])
        self._door.undo.mark(kept.row.id, UndoState.PARTIAL if measured.notes else UndoState.UNDONE)
        return (
            Outcome(
                kind=Kind.OTHER,
                sql=pending.steps[0].sql,
                row_count=measured.rows,
                undo_id=execution.undo_id,
                notices=measured.notes,
            ),
        )

    def _restore(self, connection: Connection, kept: Kept, schema: Schema, running: Running) -> Measured:
        restored: Restored = restore(self._door.statements(connection, running), schema, kept.images)
        tables = [table.table for table in kept.images]
        consequences: Consequences = of_tables(schema, tables).and_also(of_followers(schema, tables))
        measured = Measured(
            row_count=0,
            changes=tuple(compared.change for compared in restored.compared if compared.change.rows),
            images=tuple(compared.images for compared in restored.compared if compared.images.rows),
            notes=restored.conflicts,
            losses=consequences.losses,
        )
        return replace(measured, row_count=measured.rows)


def _step(kept: Kept, measured: Measured) -> Step:
    text = f"UNDO {kept.row.statement}"
    return Step(
        sql=text,
        params=None,
        kind=Kind.OTHER,
        fingerprint="",
        sha256=text_hash(text),
        reasons=(f"{measured.rows:,} row{'' if measured.rows == 1 else 's'} will be as before that statement",),
        red=False,
        rows=measured.rows,
    )
