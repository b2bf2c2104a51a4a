"""Runs what was approved: once, measured again, and kept only if it does what was approved.

Order, and why: the approval is claimed (nobody else can), the intent is audited (if that fails nothing runs),
the writes run and are compared, the images are kept, the transaction commits, the approval is closed. A process
that dies before the commit has changed nothing; one that dies after it leaves a claimed approval, which is
reported and never run again.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from memory.approvals import ApprovalState
from memory.audit import AuditEvent
from memory.errors import StateUnavailable
from memory.undo_log import UndoState
from tools.errors import ApprovalInvalid, CommitUnknown
from tools.safety.approval import Approvals
from tools.safety.caller import Caller
from tools.safety.effect import difference, merged
from tools.safety.measure import Measured
from tools.safety.pending import Approval, Measure, Pending, PendingKind
from tools.safety.record import Recorded, Recorder, Subject
from tools.safety.undo import Undo

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A plan, its yes and whose it is."""

    pending: Pending
    approval: Approval
    caller: Caller


class Execution:
    """One claimed approval, from its intent to its end."""

    def __init__(self, approved: Approved, approvals: Approvals, recorder: Recorder, undo: Undo) -> None:
        self.approved = approved
        self._approvals = approvals
        self._recorder = recorder
        self._undo = undo
        self._intents: list[Recorded] = []
        self.undo_id: str | None = None

    @contextmanager
    def claimed(self, event: AuditEvent) -> Iterator["Execution"]:
        """The block runs the writes and commits. Whatever it raises before its commit means: nothing was kept."""
        self._approvals.claim(self.approved.pending, self.approved.approval, self.approved.caller)
        try:
            for subject in self._subjects():
                self._intents.append(self._recorder.start(event, self.approved.caller, subject))
            yield self
        except CommitUnknown as error:
            # The approval stays claimed: it may have been committed, and is reported as that.
            self._end(error)
            raise
        except BaseException as error:
            self._end(error)
            self._close(ApprovalState.FAILED, {"error": type(error).__name__})
            self._undo.discard(self.undo_id)
            raise
        self._undo.mark(self.undo_id, UndoState.READY)
        self._close(ApprovalState.DONE, {"rows": [intent.rows for intent in self._intents]})
        self._end(None)

    def check(self, results: Sequence[Measured]) -> None:
        """Raises ApprovalInvalid unless the writes did what was approved."""
        if why := self.beyond(results):
            raise ApprovalInvalid(why)

    def beyond(self, results: Sequence[Measured]) -> str | None:
        """What the writes did that was not approved."""
        effect = self.approved.pending.effect
        if len(self._intents) == len(results):
            for intent, result in zip(self._intents, results, strict=True):
                intent.rows = result.rows
        else:
            self._intents[0].rows = sum(result.rows for result in results)
        why = difference(effect, merged(change for result in results for change in result.changes))
        if why is None and effect.measure is Measure.COUNTED:
            why = _beyond_a_step(self.approved.pending, results)
        return why

    def keep(self, results: Sequence[Measured]) -> None:
        """Keep the images; the last thing before the commit."""
        pending = self.approved.pending
        self.undo_id = self._undo.keep(
            self.approved.approval.id,
            self.approved.caller,
            statement=";\n".join(step.sql for step in pending.steps),
            kind=pending.kind,
            effect=pending.effect,
            results=results,
        )

    def _subjects(self) -> list[Subject]:
        approval_id, pending = self.approved.approval.id, self.approved.pending
        if pending.kind is PendingKind.COMMIT:
            return [Subject(statement="COMMIT", verdict="confirm", red=pending.red, approval_id=approval_id)]
        return [
            Subject(
                statement=step.sql,
                fingerprint=step.fingerprint,
                verdict="confirm",
                red=step.red,
                approval_id=approval_id,
            )
            for step in pending.steps
        ]

    def _end(self, error: BaseException | None) -> None:
        for intent in self._intents:
            if error is None:
                self._recorder.succeed(intent)
            else:
                self._recorder.fail(intent, error)

    def _close(self, state: ApprovalState, outcome: dict[str, object]) -> None:
        try:
            self._approvals.close(self.approved.approval, state, json.dumps(outcome))
        except StateUnavailable:
            # It stays claimed: never run again, and reported.
            log.exception("the approval could not be closed", extra={"approval_id": self.approved.approval.id})


def _beyond_a_step(pending: Pending, results: Sequence[Measured]) -> str | None:
    for step, result in zip(pending.steps, results, strict=True):
        if result.rows > step.rows and pending.effect.max_rows is not None:
            return f"at most {step.rows} rows were approved for one statement, {result.rows} would change: ask again"
    return None
