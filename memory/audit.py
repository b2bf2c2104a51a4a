"""The audit: one row per event at the door, committed before anything runs, never removed.

Rows go to the state store and not to the audited database, so a rollback there erases nothing. A row's facts are
written once; `outcome` fills in only how it ended. Statements and questions are kept exactly as given.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.principal import Principal
from memory.store import StateStore
from memory.tables import audit_log


class AuditEvent(StrEnum):
    REVIEW = "review"  # a statement was judged
    REFUSAL = "refusal"  # a statement was denied, or its approval did not hold
    EXECUTION = "execution"  # a statement runs (or ran)
    APPROVAL = "approval"  # a person said yes or no
    UNDO = "undo"  # before-images are put back
    TRANSACTION = "transaction"  # begin, commit, rollback
    BATCH = "batch"  # one batch of a backfill
    READ_AUDIT = "read_audit"  # someone read this audit


class AuditStatus(StrEnum):
    STARTED = "started"  # recorded before it runs; if it stays so, the process died meanwhile
    SUCCESS = "success"
    FAILED = "failed"
    REJECTED = "rejected"
    TIMEOUT = "timeout"


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """What is recorded of an event before it happens."""

    event: AuditEvent
    request_id: str
    session_id: str
    principal: Principal
    database: str
    statement: str = ""
    fingerprint: str = ""
    verdict: str = ""
    risk_level: str = "low"  # low, medium or high
    approval_id: str | None = None
    job_id: str | None = None
    question: str = ""
    model_version: str | None = None  # the model that wrote the statement; None: a person did
    status: AuditStatus = AuditStatus.STARTED
    error_code: str | None = None
    error_message: str | None = None
    rows: int | None = None
    duration_ms: int | None = None
    executed: bool = False
    trace_id: str | None = None  # None: the request is its own trace


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """A row as it stands in `ai_audit_log`."""

    id: int
    request_id: str
    trace_id: str | None
    tenant_id: str
    user_id: str
    session_id: str | None
    event: str
    database: str
    question: str
    question_hash: str | None
    context_summary: str | None
    model_version: str | None
    prompt_hash: str | None
    statement: str
    generated_sql: str | None
    sql_hash: str | None
    fingerprint: str
    verdict: str
    approval_id: str | None
    job_id: str | None
    confidence: float | None
    references: str | None
    lineage_summary: str | None
    executed: bool
    execution_time: int | None
    result_rows: int | None
    result_size: int | None
    risk_level: str
    status: str
    error_code: str | None
    error_message: str | None
    feedback_score: int | None
    feedback_text: str | None
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, object]:
        """The row under its column names, with values that JSON has."""
        row = asdict(self)
        for name in ("created_at", "updated_at"):
            row[name] = row[name].isoformat()
        for name in ("references", "lineage_summary"):
            row[name] = json.loads(row[name]) if row[name] else None
        return row


class AuditLog:
    """Appends and reads; there is no way to change or remove a fact."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def append(self, entry: AuditEntry) -> int:
        """Record the event; it is on the disk when this returns. The id orders events."""
        with self._store.atomic() as connection:
            now = self._store.now(connection)
            values = {**_columns(entry), "created_at": now, "updated_at": now}
            inserted = connection.execute(audit_log.insert().values(values)).inserted_primary_key
            assert inserted is not None  # of one inserted row there always is one
            return int(inserted[0])

    def outcome(
        self,
        audit_id: int,
        *,
        status: AuditStatus,
        rows: int | None = None,
        duration_ms: int | None = None,
        error_code: str | None = None,
        error_message: str | None = None,
        executed: bool = True,
    ) -> None:
        """How the event ended. Touches the columns of the outcome and no other."""
        with self._store.atomic() as connection:
            ended = connection.execute(
                audit_log.update()
                .where(audit_log.c.id == audit_id)
                .values(
                    status=status,
                    result_rows=rows,
                    execution_time=duration_ms,
                    error_code=error_code,
                    error_message=error_message,
                    executed=executed,
                    updated_at=self._store.now(connection),
                )
            )
            if ended.rowcount != 1:
                raise UnknownRecord(f"there is no audit row {audit_id}")

    def recent(self, *, limit: int, request_id: str | None = None, session_id: str | None = None) -> list[AuditRow]:
        """The newest rows first."""
        query = sa.select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if request_id is not None:
            query = query.where(audit_log.c.request_id == request_id)
        if session_id is not None:
            query = query.where(audit_log.c.session_id == session_id)
        with self._store.read() as connection:
            return [AuditRow(**row) for row in connection.execute(query).mappings()]


def _columns(entry: AuditEntry) -> dict[str, object]:
    return {
        "event": entry.event,
        "request_id": entry.request_id,
        "trace_id": entry.trace_id or entry.request_id,
        "tenant_id": entry.principal.tenant,
        "user_id": entry.principal.name,
        "session_id": entry.session_id,
        "database": entry.database,
        "question": entry.question,
        "question_hash": _sha256(entry.question) if entry.question else None,
        "model_version": entry.model_version,
        "statement": entry.statement,
        "generated_sql": entry.statement if entry.model_version else None,
        "sql_hash": _sha256(entry.statement) if entry.statement else None,
        "fingerprint": entry.fingerprint,
        "verdict": entry.verdict,
        "approval_id": entry.approval_id,
        "job_id": entry.job_id,
        "executed": entry.executed,
        "execution_time": entry.duration_ms,
        "result_rows": entry.rows,
        "risk_level": entry.risk_level,
        "status": entry.status,
        "error_code": entry.error_code,
        "error_message": entry.error_message,
    }


def _sha256(text: str) -> str:
    # surrogatepass: a text that is not valid Unicode is still recorded.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
