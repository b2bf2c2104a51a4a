"""A column filled in batches under one approval of the template: what may be touched, and how many rows of it.

Each batch is one transaction and one audit row. Rows are read again by key under lock; a value is written only
where the row still is the one that the model saw and the target still holds what was expected. A cell that
already holds the new value counts as done, so a repeated batch does no harm.
"""

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakSet

from memory.approvals import ApprovalState
from memory.audit import AuditEvent
from tools.db.connection import Connection
from tools.errors import ApprovalInvalid, ConstraintViolated, DatabaseError, LockTimeout, Refused, TransactionLost
from tools.safety.batch import BackfillTemplate, BatchOutcome, CellWrite
from tools.safety.batching import Batch
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.consequences import Loss, of_tables
from tools.safety.door import Door
from tools.safety.effect import Change
from tools.safety.measure import Measured
from tools.safety.pending import Approval, Measure, Pending, PendingKind, Undoable
from tools.safety.record import Subject
from tools.safety.reviewed import Reviewed
from tools.safety.summary import summarize
from tools.safety.worker import Running, Worker

# A deadlock or a lock that another holds too long: the whole batch is tried again.
ATTEMPTS = 4
PAUSE_S = 0.05


class Backfilling:
    """Prepares and opens backfills."""

    def __init__(self, door: Door, worker: Worker) -> None:
        self._door = door
        self._worker = worker
        self._opened: WeakSet[Backfill] = WeakSet()

    def prepare(self, template: BackfillTemplate, caller: Caller) -> Pending:
        schema = self._door.schema.get()
        template.check(schema)
        write = self._judge(template, caller)
        change = Change(table=template.target_table, updated=template.max_rows, identified=False)
        told = of_tables(schema, [template.target_table])
        loss = Loss(undoable=Undoable.PARTIAL, why="the old values are kept in the journal of the job")
        measured = Measured(row_count=0, changes=(change,), notes=told.notes, losses=(*told.losses, loss))
        effect = summarize([measured], self._door.settings, measure=Measure.COUNTED, max_rows=template.max_rows)
        return self._door.pending(
            PendingKind.BACKFILL,
            caller,
            steps=[replace(write.step(template.max_rows), red=False)],
            effect=effect,
            schema=schema,
            subject=template.as_json(),
        )

    def open(self, pending: Pending, approval: Approval, caller: Caller, written: int) -> "Backfill":
        """Claim the approval; one that was claimed and not closed goes on, for its batches are safe to repeat."""
        template = BackfillTemplate.from_json(pending.subject or "")
        schema = self._door.schema.get()
        template.check(schema)
        self._judge(template, caller)
        if not self._door.approvals.is_claimed(approval, pending):
            if schema.version != pending.schema_version:
                raise ApprovalInvalid("the structure of the database has changed since: ask again")
            self._door.approvals.claim(pending, approval, caller)
        opened = Backfill(self._door, self._worker, template, approval, caller, written)
        self._opened.add(opened)
        return opened

    def close(self) -> None:
        """Give back the connections of those that nobody closed; their approvals stay as they are."""
        for opened in list(self._opened):
            opened.close(finished=False)

    def _judge(self, template: BackfillTemplate, caller: Caller) -> Reviewed:
        """The statements that the batches amount to pass the same review as anybody's."""
        quote, quote_table = self._door.database.strategy.quote, self._door.database.strategy.quote_table
        self._door.judge(template.reading(quote, quote_table), caller)
        return self._door.judge_write(template.writing(quote, quote_table), {}, caller)


class Backfill:
    """An open backfill: the only way to write under its approval."""

    def __init__(
        self,
        door: Door,
        worker: Worker,
        template: BackfillTemplate,
        approval: Approval,
        caller: Caller,
        written: int,
    ) -> None:
        self._door = door
        self._worker = worker
        self._template = template
        self._approval = approval
        self._caller = caller
        self._written = written
        self._connection: Connection | None = None  # kept between batches; no transaction is open on it then
        self._lock = threading.Lock()
        strategy = door.database.strategy
        self._text = template.writing(strategy.quote, strategy.quote_table)

    def write(self, rows: Sequence[CellWrite], *, cancel: CancelToken | None = None) -> BatchOutcome:
        """One batch, all or nothing; raises Refused beyond the approved number of rows."""
        if self._written + len(rows) > self._template.max_rows:
            raise Refused(f"more than the {self._template.max_rows} approved rows would be written")
        _check_widths(self._template, rows)
        subject = Subject(statement=self._text, verdict="confirm", approval_id=self._approval.id)
        with self._door.recorder.recording(AuditEvent.BATCH, self._caller, subject) as recorded:
            with self._lock:
                outcome = self._worker.run(lambda running: self._until_it_works(rows, running), cancel)
            recorded.rows = len(outcome.written)
        self._written += len(outcome.written)
        return outcome

    def close(self, *, finished: bool = True) -> None:
        """`finished`: the approval is used up. Else the job goes on later under the same one."""
        with self._lock:
            self._let_go()
        if finished:
            outcome = json.dumps({"rows": self._written})
            self._door.approvals.close(self._approval, ApprovalState.DONE, outcome)

    def _until_it_works(self, rows: Sequence[CellWrite], running: Running) -> BatchOutcome:
        begun = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                outcome = self._attempt(rows, running)
                return replace(outcome, waited_ms=(time.monotonic() - begun) * 1000 - outcome.duration_ms)
            except (LockTimeout, TransactionLost):
                if attempt == ATTEMPTS:
                    raise
                time.sleep(PAUSE_S * attempt)
            except ConstraintViolated:
                # Someone may have inserted the row of the other table after we had looked: once more tells.
                if not self._template.join or attempt > 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, rows: Sequence[CellWrite], running: Running) -> BatchOutcome:
        schema = self._door.schema.get()
        connection = self._begun()
        started = time.monotonic()
        try:
            statements = self._door.statements(connection, running)
            outcome = Batch(statements, schema, self._template).write(rows)
            connection.commit()
        except BaseException:
            self._let_go()
            raise
        return replace(outcome, duration_ms=(time.monotonic() - started) * 1000)

    def _begun(self) -> Connection:
        """A transaction on the connection of the batch before; a new one where that has died since."""
        if self._connection is not None:
            try:
                self._connection.begin()
            except DatabaseError:
                self._let_go()
            else:
                return self._connection
        self._connection = self._door.database.connect(readonly=False)
        self._connection.begin()
        return self._connection

    def _let_go(self) -> None:
        """What was begun is rolled back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _check_widths(template: BackfillTemplate, rows: Sequence[CellWrite]) -> None:
    """The template says which columns: neither more nor fewer values than these."""
    shape = (
        len(template.key),
        len(template.source_columns),
        len(template.target_columns),
        len(template.target_columns),
    )
    for row in rows:
        if (len(row.key), len(row.source), len(row.expected), len(row.values)) != shape:
            raise Refused("a row of the batch does not have the columns of the approved template")
