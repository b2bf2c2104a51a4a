"""What becomes of a unit after a person answered.

A yes starts it at most once: the approval is claimed before execution, and one found used (a process died in
between) is reported, never run again. If the data moved, a fresh question follows.
"""

from collections.abc import Callable, Sequence

from agent.confirmation import edited, measured_again
from agent.events import Notice
from agent.state import AnswerState, CallState, LoopUpdate, WaitingState
from agent.step import Step, load_approval
from memory.approvals import ApprovalState, ApprovalStore
from skills.errors import SkillError
from tools.context import Approved
from tools.errors import ApprovalInvalid, Cancelled, ToolError
from tools.safety.pending import ApprovalRequired, Pending, PendingKind
from tools.safety.plan import load

CallAgain = Callable[[Step, CallState, Approved | None], LoopUpdate]
CallDeclined = Callable[[Step, CallState], None]

EARLIER = {
    ApprovalState.DONE: "This was approved and executed by an earlier process, which ended before it could report it.",
    ApprovalState.FAILED: "This was approved and tried by an earlier process; it failed and nothing of it was kept.",
    ApprovalState.CLAIMED: (
        "This was approved and started by an earlier process, which died: it may have been committed. "
        "It is not run again."
    ),
}


class Settling:
    """Refuses, edits, executes or reports."""

    def __init__(self, approvals: ApprovalStore, call_again: CallAgain, call_declined: CallDeclined) -> None:
        self._approvals = approvals
        self._call_again = call_again
        self._call_declined = call_declined

    def settle(self, step: Step, calls: Sequence[CallState], waiting: WaitingState, answer: AnswerState) -> LoopUpdate:
        pending = load(waiting["pending"])
        unit = [call for call in calls if call["id"] in waiting["calls"]]
        if answer["decision"] == "no":
            if pending.kind is PendingKind.BACKFILL:
                self._call_declined(step, unit[0])  # what it had prepared is over
            return step.declined(unit, answer.get("reason", ""))
        if answer["decision"] == "edit":
            return self._edit(step, unit, pending, answer)
        approval = load_approval(answer["approval"])
        used = self._used(pending)
        if used is not None:
            return self._report(step, unit, used)
        return self._execute(step, calls, unit, Approved(pending=pending, approval=approval))

    def _used(self, pending: Pending) -> ApprovalState | None:
        """Whether any yes to this very question was used, by this approval or by another process's."""
        if pending.kind is PendingKind.BACKFILL:
            return None  # its job knows what it has written, and goes on
        rows = self._approvals.find_by_plan(pending.plan_hash)
        used = [row.state for row in rows if row.state in EARLIER and load(row.pending_json).id == pending.id]
        return used[0] if used else None

    def _edit(self, step: Step, unit: Sequence[CallState], pending: Pending, answer: AnswerState) -> LoopUpdate:
        """The person's own text instead; if that is not possible, the same question again."""
        try:
            pending = edited(
                step.turn.gate, pending, answer.get("step", 0), answer.get("sql", ""), step.caller, step.turn.cancel
            )
        except ToolError as error:
            step.turn.emit(Notice(text=error.message, warning=True))
        return step.asks_person(pending, unit)

    def _report(self, step: Step, unit: Sequence[CallState], state: ApprovalState) -> LoopUpdate:
        text = EARLIER[state]
        checks = step.turn.gate.unfinished(step.caller) if state is ApprovalState.CLAIMED else ()
        step.turn.emit(Notice(text=" ".join((text, *checks)), warning=True))
        return step.told(unit, " ".join((text, *checks)), failure=text)

    def _execute(
        self, step: Step, calls: Sequence[CallState], unit: Sequence[CallState], approved: Approved
    ) -> LoopUpdate:
        pending = approved.pending
        try:
            if pending.kind is PendingKind.BACKFILL:
                return self._call_again(step, unit[0], approved)
            outcomes = step.turn.gate.execute(pending, approved.approval, step.caller, cancel=step.turn.cancel)
        except ApprovalInvalid as moved:
            return self._ask_again(step, unit, pending, moved)
        except Cancelled:
            return step.cancelled(calls)
        except (ToolError, SkillError) as error:
            return step.failed(unit, error, write=True)
        return step.executed(unit, outcomes)

    def _ask_again(self, step: Step, unit: Sequence[CallState], pending: Pending, moved: ApprovalInvalid) -> LoopUpdate:
        """The effect is no longer the approved one: measure today's and ask about that."""
        step.turn.emit(Notice(text=moved.message, warning=True))
        try:
            if pending.kind is PendingKind.BACKFILL:
                return self._call_again(step, unit[0], None)
            fresh = measured_again(step.turn.gate, pending, step.caller, step.turn.cancel)
        except ApprovalRequired as required:
            fresh = required.pending
        except (ToolError, SkillError) as error:
            return step.failed(unit, error, write=True)
        return step.asks_person(fresh, unit)
