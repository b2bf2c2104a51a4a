"""What the parts of the door share: the database and its structure, the settings, the records, the clock.

Every statement is judged here, whoever brings it and however often it comes back, and every judgement is audited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from memory.audit import AuditEvent, AuditStatus
from tools.db.connection import Connection
from tools.db.database import Database
from tools.db.schema import Schema, SchemaCache
from tools.db.values import Value
from tools.errors import Refused
from tools.safety.approval import Approvals
from tools.safety.caller import Caller
from tools.safety.pending import Effect, Pending, PendingKind, Step, Verdict
from tools.safety.perform import Performer
from tools.safety.plan import plan_hash
from tools.safety.policy import Policy
from tools.safety.record import Recorder, Subject
from tools.safety.review import Review, review_text
from tools.safety.reviewed import Reviewed
from tools.safety.statements import Statements
from tools.safety.transactions import Transactions
from tools.safety.undo import Undo
from tools.safety.visible import visible
from tools.safety.worker import Running
from tools.settings import Mode, SafetySettings
from tools.sql.statement import Dialect, Kind

CHANGES = frozenset({Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.DDL})


@dataclass(frozen=True, kw_only=True)
class Door:
    """One database's. Built by the gate."""

    database: Database
    schema: SchemaCache
    settings: SafetySettings
    recorder: Recorder
    approvals: Approvals
    undo: Undo
    transactions: Transactions
    clock: Callable[[], datetime]

    @property
    def identity(self) -> str:
        return self.database.target.identity

    def policy(self, caller: Caller) -> Policy:
        return Policy.build(self.settings, caller.mode, self.database.dialect)

    def visible_schema(self) -> Schema:
        # What is blocked is so in every mode.
        return visible(self.schema.get(), Policy.build(self.settings, Mode.ASK, self.database.dialect))

    def review(self, sql: str, caller: Caller) -> Review:
        return review_text(sql, self.policy(caller), self.schema.get())

    def judge(self, sql: str, caller: Caller) -> Review:
        """Review and audit; raises Refused for a DENY."""
        review = self.review(sql, caller)
        self.recorder.reviewed(sql, review, caller)
        if review.verdict is Verdict.DENY or review.statement is None:
            raise Refused(reasons=review.reasons)
        return review

    def judge_write(self, sql: str, params: Mapping[str, Value] | None, caller: Caller) -> Reviewed:
        review = self.judge(sql, caller)
        if review.statement is None or review.statement.kind not in CHANGES:
            raise Refused("this statement changes nothing that could be prepared", hint="run it instead")
        return Reviewed(statement=review.statement, review=review, params=params)

    def require_operate(self, caller: Caller) -> None:
        """For changes that are not one statement of text: an undo, a backfill."""
        if self.policy(caller).mode is not Mode.OPERATE:
            raise Refused("writes are refused in ask mode", hint="switch to operate mode")

    def refused(self, caller: Caller, subject: Subject, error: Refused) -> None:
        """Audit that an approval did not hold."""
        self.recorder.note(
            AuditEvent.REFUSAL, caller, subject, status=AuditStatus.REJECTED, message="; ".join(error.reasons)
        )

    def statements(self, connection: Connection, running: Running) -> Statements:
        return Statements(connection=connection, strategy=self.database.strategy, running=running)

    def performer(self, statements: Statements, schema: Schema) -> Performer:
        return Performer(statements, schema, self.settings, insert_returning=self._insert_returning(statements))

    def pending(
        self,
        kind: PendingKind,
        caller: Caller,
        *,
        steps: Sequence[Step],
        effect: Effect,
        schema: Schema,
        subject: str | None = None,
    ) -> Pending:
        draft = Pending(
            id=uuid4().hex,
            kind=kind,
            database=self.identity,
            session_id=caller.session_id,
            principal=caller.principal.name,
            steps=tuple(steps),
            effect=effect,
            schema_version=schema.version,
            row_cap=effect.max_rows if effect.max_rows is not None else effect.rows,
            created_at=self.clock(),
            plan_hash="",
            subject=subject,
        )
        return replace(draft, plan_hash=plan_hash(draft))

    def _insert_returning(self, statements: Statements) -> bool:
        if self.database.dialect is not Dialect.MYSQL:
            return True
        # MariaDB has INSERT ... RETURNING, MySQL has not.
        return str(statements.read("SELECT VERSION()", max_rows=1).rows[0][0]).lower().find("mariadb") >= 0
