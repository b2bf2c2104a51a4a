"""Writes the audit of the door: the intent before anything runs, the outcome after it.

An intent that cannot be recorded stops what it announces. An outcome that cannot be recorded does not undo what
has happened: the row stays `started`, and the log says so.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from memory.audit import AuditEntry, AuditEvent, AuditLog, AuditStatus
from memory.errors import StateUnavailable
from tools.errors import StatementTimeout, ToolError
from tools.safety.caller import Caller
from tools.safety.pending import Verdict
from tools.safety.review import Review

log = logging.getLogger(__name__)


@dataclass
class Recorded:
    """An event under way; whoever runs it says how many rows it gave or changed."""

    audit_id: int
    started: float
    rows: int | None = None

    @property
    def duration_ms(self) -> int:
        return round((time.monotonic() - self.started) * 1000)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an audit row is about, beside the caller."""

    statement: str = ""
    fingerprint: str = ""
    verdict: str = ""
    red: bool = False
    approval_id: str | None = None


class Recorder:
    """The audit as the door writes it, for one database."""

    def __init__(self, audit: AuditLog, database: str) -> None:
        self._audit = audit
        self._database = database

    def reviewed(self, text: str, review: Review, caller: Caller) -> None:
        """Every statement that was looked at, refused ones with their reasons."""
        denied = review.verdict is Verdict.DENY
        subject = Subject(
            statement=text,
            fingerprint=review.statement.fingerprint if review.statement else "",
            verdict=review.verdict,
            red=review.red,
        )
        event, status = (
            (AuditEvent.REFUSAL, AuditStatus.REJECTED) if denied else (AuditEvent.REVIEW, AuditStatus.SUCCESS)
        )
        self.note(event, caller, subject, status=status, message="; ".join(review.reasons) if denied else None)

    def note(
        self,
        event: AuditEvent,
        caller: Caller,
        subject: Subject,
        *,
        status: AuditStatus = AuditStatus.SUCCESS,
        message: str | None = None,
        executed: bool = False,
    ) -> int:
        """One row about something that is over (or about to start, with status STARTED)."""
        return self._audit.append(
            AuditEntry(
                event=event,
                request_id=caller.request_id,
                session_id=caller.session_id,
                principal=caller.principal,
                database=self._database,
                statement=subject.statement,
                fingerprint=subject.fingerprint,
                verdict=subject.verdict,
                risk_level="high" if subject.red else "low",
                approval_id=subject.approval_id,
                job_id=caller.job_id,
                question=caller.question,
                model_version=caller.model,
                status=status,
                error_message=message,
                executed=executed,
            )
        )

    def start(self, event: AuditEvent, caller: Caller, subject: Subject) -> Recorded:
        audit_id = self.note(event, caller, subject, status=AuditStatus.STARTED)
        return Recorded(audit_id=audit_id, started=time.monotonic())

    def succeed(self, recorded: Recorded) -> None:
        self._end(recorded, AuditStatus.SUCCESS)

    def fail(self, recorded: Recorded, error: BaseException) -> None:
        status = AuditStatus.TIMEOUT if isinstance(error, StatementTimeout) else AuditStatus.FAILED
        self._end(recorded, status, error)

    @contextmanager
    def recording(self, event: AuditEvent, caller: Caller, subject: Subject) -> Iterator[Recorded]:
        """The intent before the block, its outcome after it."""
        recorded = self.start(event, caller, subject)
        try:
            yield recorded
        except BaseException as error:
            self.fail(recorded, error)
            raise
        self.succeed(recorded)

    def _end(self, recorded: Recorded, status: AuditStatus, error: BaseException | None = None) -> None:
        message = error.message if isinstance(error, ToolError) else None
        try:
            self._audit.outcome(
                recorded.audit_id,
                status=status,
                rows=recorded.rows,
                duration_ms=recorded.duration_ms,
                error_code=type(error).__name__ if error else None,
                error_message=message,
            )
        except StateUnavailable:
            log.exception("the outcome could not be recorded", extra={"audit_id": recorded.audit_id})
