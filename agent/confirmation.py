"""What follows a person's answer, the same for the model's writes and for typed ones."""

from agent.events import Decision, DecisionKind, Notice
from agent.turn import Turn
from tools.errors import Refused, StatementError
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.gate import Gate
from tools.safety.pending import Approval, ApprovalRequired, ApprovedBy, Pending, PendingKind, Write


def approve(turn: Turn, pending: Pending, decision: Decision, caller: Caller) -> Approval:
    """The yes as a row in the state store; `always` also stands for what follows, where it may."""
    if decision.kind is DecisionKind.ALWAYS:
        try:
            return turn.gate.approve(pending, caller, ApprovedBy.ALWAYS)
        except Refused as bound:
            turn.emit(Notice(text=f"Approved once: {bound.message}", warning=True))
    return turn.gate.approve(pending, caller, decision.by)


def writes_of(pending: Pending) -> tuple[Write, ...]:
    return tuple(Write(sql=step.sql, params=step.params) for step in pending.steps)


def measured_again(gate: Gate, pending: Pending, caller: Caller, cancel: CancelToken) -> Pending:
    """The same plan against today's data, after its approval no longer fitted."""
    if pending.kind is PendingKind.UNDO:
        return gate.prepare_undo(caller, pending.subject)
    if pending.kind is PendingKind.COMMIT:
        return _commit_pending(gate, caller, cancel)
    return gate.prepare(writes_of(pending), caller, cancel=cancel)


def edited(gate: Gate, pending: Pending, step: int, sql: str, caller: Caller, cancel: CancelToken) -> Pending:
    """The plan with one statement replaced by the person's own text, measured anew."""
    writes = list(writes_of(pending))
    if pending.kind is not PendingKind.WRITE or not 0 <= step < len(writes):
        raise StatementError("only the statements of a write can be edited", hint="answer y or N")
    writes[step] = Write(sql=sql)
    return gate.prepare(writes, caller, cancel=cancel)


def _commit_pending(gate: Gate, caller: Caller, cancel: CancelToken) -> Pending:
    try:
        gate.run("COMMIT", caller, cancel=cancel)
    except ApprovalRequired as required:
        return required.pending
    raise StatementError("there is nothing left to commit")
