"""Statements that a person typed: through the same door and the same question, without the model."""

import uuid

from agent.confirmation import approve, edited, measured_again
from agent.events import (
    Decision,
    DecisionKind,
    Ending,
    Notice,
    Question,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    summary_of,
)
from agent.turn import Turn
from tools.errors import ApprovalInvalid, Cancelled, Refused, ToolError
from tools.safety.pending import Approval, ApprovalRequired, Outcome, Pending

SQL = "sql"


class DirectSql:
    """The typed statement under way and the question it raised. Lives as long as the conversation."""

    def __init__(self) -> None:
        self.pending: Pending | None = None

    def forget(self) -> None:
        self.pending = None

    def run(self, turn: Turn, sql: str) -> None:
        self.pending = None
        try:
            outcome = turn.gate.run(sql, turn.caller, cancel=turn.cancel)
        except ApprovalRequired as required:
            self._ask(turn, required.pending)
        except Cancelled:
            turn.emit(TurnEnded(text="", ending=Ending.CANCELLED))
        else:
            self._report(turn, (outcome,))

    def undo(self, turn: Turn, undo_id: str | None) -> None:
        self.pending = None
        self._ask(turn, turn.gate.prepare_undo(turn.caller, undo_id))

    def answer(self, turn: Turn, decision: Decision) -> None:
        pending, self.pending = self.pending, None
        if pending is None:
            raise Refused("nothing waits for an answer")
        if decision.kind is DecisionKind.NO:
            turn.gate.decline(pending, turn.caller)
            turn.emit(TurnEnded(text="", ending=Ending.SQL, refused=True))
        elif decision.kind is DecisionKind.EDIT:
            self._edit(turn, pending, decision)
        else:
            self._execute(turn, pending, approve(turn, pending, decision, turn.caller))

    def _edit(self, turn: Turn, pending: Pending, decision: Decision) -> None:
        try:
            pending = edited(turn.gate, pending, decision.step, decision.sql or "", turn.caller, turn.cancel)
        except ToolError as error:
            turn.emit(Notice(text=error.message, warning=True))
        self._ask(turn, pending)

    def _execute(self, turn: Turn, pending: Pending, approval: Approval) -> None:
        try:
            outcomes = turn.gate.execute(pending, approval, turn.caller, cancel=turn.cancel)
        except ApprovalInvalid as moved:
            turn.emit(Notice(text=moved.message, warning=True))
            self._put(turn, measured_again(turn.gate, pending, turn.caller, turn.cancel))
        except Cancelled:
            turn.emit(TurnEnded(text="", ending=Ending.CANCELLED))
        else:
            self._report(turn, outcomes)

    def _ask(self, turn: Turn, pending: Pending) -> None:
        standing = turn.gate.standing(pending, turn.caller)
        if standing is not None:
            self._execute(turn, pending, standing)
        else:
            self._put(turn, pending)

    def _put(self, turn: Turn, pending: Pending) -> None:
        self.pending = pending
        turn.emit(Question(pendings=(pending,)))

    def _report(self, turn: Turn, outcomes: tuple[Outcome, ...]) -> None:
        for outcome in outcomes:
            call_id = uuid.uuid4().hex
            turn.emit(ToolStarted(call_id=call_id, name=SQL, arguments=outcome.sql))
            turn.emit(
                ToolFinished(
                    call_id=call_id,
                    name=SQL,
                    summary=summary_of(outcome),
                    rows=outcome.row_count,
                    duration_ms=outcome.duration_ms,
                    outcome=outcome,
                )
            )
        turn.emit(TurnEnded(text="", ending=Ending.SQL))
