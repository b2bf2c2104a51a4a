"""One step of `act`: news for the person, words for the model, and the state that follows from both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import TypeAdapter

from agent.events import Ending, Notice, ToolFinished, ToolProgress, ToolStarted, summary_of
from agent.limits import ChatSettings
from agent.state import CallState, LoopUpdate, TurnState, WaitingState, tool_message
from agent.tool_text import error_text, outcome_text, words
from agent.turn import Turn
from skills.errors import SkillError
from tools.context import Approved, ToolContext
from tools.errors import Refused, ToolError
from tools.safety.caller import Caller
from tools.safety.pending import Approval, Outcome, Pending
from tools.safety.plan import dump
from tools.toolbox import Instructions, ToolAnswer

CANCELLED = "Stopped by the user; nothing of this call was kept."
NOTHING = "Nothing was changed."
MOST_DECLINED = 2  # questions of one turn; after that the model does not get to ask another


@dataclass(frozen=True)
class Step:
    """The turn and how far it is. Every method that ends the step returns what changes in the state."""

    turn: Turn
    progress: TurnState
    chat: ChatSettings

    @cached_property
    def caller(self) -> Caller:
        """Under the request that began the turn: one request id groups all its audit rows."""
        return replace(
            self.turn.caller,
            request_id=self.progress["request_id"],
            question=self.progress["typed"],
            model=self.progress["model"] or None,
        )

    def context(self, call: CallState, approved: Approved | None) -> ToolContext:
        return ToolContext(
            gate=self.turn.gate,
            caller=self.caller,
            cancel=self.turn.cancel,
            approved=approved,
            progress=lambda text: self.turn.emit(ToolProgress(call_id=call["id"], text=text)),
        )

    def started(self, call: CallState) -> None:
        self.turn.emit(ToolStarted(call_id=call["id"], name=call["name"], arguments=arguments_of(call)))

    def finished(self, call: CallState, answer: ToolAnswer, duration_ms: float) -> LoopUpdate:
        if isinstance(answer, Outcome):
            return self.executed([call], (answer,))
        if isinstance(answer, Instructions):
            return self._narrowed(answer.tools)._said(call, answer.text, duration_ms, trusted=True)
        return self._said(call, answer, duration_ms, trusted=False)

    def _said(self, call: CallState, answer: str, duration_ms: float, *, trusted: bool) -> LoopUpdate:
        self.turn.emit(
            ToolFinished(
                call_id=call["id"],
                name=call["name"],
                summary=_first_line(answer),
                duration_ms=duration_ms,
                text=answer,
            )
        )
        most = self.chat.prompt_tokens // 3 if trusted else self.chat.result_tokens
        return self._results({call["id"]: words(answer, most, trusted=trusted)}, [call])

    def executed(self, calls: Sequence[CallState], outcomes: Sequence[Outcome]) -> LoopUpdate:
        """One outcome per call of the unit."""
        texts: dict[str, str] = {}
        for call, outcome in zip(calls, outcomes, strict=True):
            self.turn.emit(
                ToolFinished(
                    call_id=call["id"],
                    name=call["name"],
                    summary=summary_of(outcome),
                    rows=outcome.row_count,
                    duration_ms=outcome.duration_ms,
                    outcome=outcome,
                )
            )
            texts[call["id"]] = outcome_text(outcome, self.chat.result_tokens)
        return self._results(texts, calls)

    def failed(self, calls: Sequence[CallState], error: ToolError | SkillError, *, write: bool = False) -> LoopUpdate:
        """The same error for each of these calls. `write`: the person wanted a change and did not get it."""
        step = self._refused() if write and isinstance(error, Refused) else self
        return step.told(calls, error_text(error), failure=error.message)

    def failed_unit(self, unit: Sequence[CallState], culprit: CallState, error: ToolError, others: str) -> LoopUpdate:
        """One write of a unit cannot be prepared, so none is."""
        step = self._refused() if isinstance(error, Refused) else self
        texts = {call["id"]: error_text(error) if call is culprit else others for call in unit}
        for call in unit:
            step._emit_failed(call, error.message if call is culprit else others)
        return step._results(texts, unit)

    def told(self, calls: Sequence[CallState], text: str, *, failure: str) -> LoopUpdate:
        """The same words for each of these calls, which did not do what they should."""
        for call in calls:
            self._emit_failed(call, failure)
        return self._results({call["id"]: text for call in calls}, calls)

    def declined(self, calls: Sequence[CallState], reason: str) -> LoopUpdate:
        """A person said no. An open transaction stays open."""
        is_open = self.turn.gate.transaction(self.caller.session_id) is not None
        text = f"The user refused this. {NOTHING} Do not try it again unless they ask for it."
        text += " The transaction is still open." if is_open else ""
        return self._declined().told(calls, f"{text} Reason: {reason}" if reason else text, failure="refused")

    def cancelled(self, calls: Sequence[CallState]) -> LoopUpdate:
        """A person stopped the turn: every call that is left gets its result, and the turn ends."""
        step = replace(self, progress={**self.progress, "ending": Ending.CANCELLED.value})
        return step.told(calls, CANCELLED, failure="stopped")

    def asks(self, pending: Pending, calls: Sequence[CallState]) -> LoopUpdate:
        """A question, unless this session's standing yes answers it."""
        update = self.asks_person(pending, calls)
        standing = self.turn.gate.standing(pending, self.caller)
        if standing is not None:
            self.turn.emit(Notice(text="Covered by your standing yes for this session."))
            update["answer"] = {"decision": "yes", "approval": dump_approval(standing)}
        return update

    def asks_person(self, pending: Pending, calls: Sequence[CallState]) -> LoopUpdate:
        waiting: WaitingState = {"pending": dump(pending), "calls": [call["id"] for call in calls]}
        return {"waiting": waiting, "answer": None, "turn": self.progress}

    def _narrowed(self, tools: Sequence[str] | None) -> "Step":
        """With these tools only; what an earlier skill of the turn did not allow stays out."""
        if tools is None:
            return self
        before = self.progress["tools"]
        kept = [tool for tool in tools if before is None or tool in before]
        return replace(self, progress={**self.progress, "tools": kept})

    def _declined(self) -> "Step":
        """Whoever says no again and again is not asked once more."""
        count = self.progress["declined"] + 1
        ending = self.progress["ending"]
        if count >= MOST_DECLINED:
            self.turn.emit(Notice(text=f"Stopped: you refused {count} changes of this turn.", warning=True))
            ending = Ending.LIMIT.value
        return replace(self, progress={**self.progress, "refused": True, "declined": count, "ending": ending})

    def _refused(self) -> "Step":
        return replace(self, progress={**self.progress, "refused": True})

    def _emit_failed(self, call: CallState, failure: str) -> None:
        self.turn.emit(ToolFinished(call_id=call["id"], name=call["name"], summary=failure, error=failure))

    def _results(self, texts: dict[str, str], calls: Sequence[CallState]) -> LoopUpdate:
        messages = [tool_message(call, texts[call["id"]]) for call in calls]
        return {"messages": messages, "turn": self.progress, "waiting": None, "answer": None}


def arguments_of(call: CallState) -> str:
    """The SQL if the call has one, else its arguments as JSON."""
    sql = call["arguments"].get("sql")
    return sql if isinstance(sql, str) else json.dumps(call["arguments"], ensure_ascii=False)


_APPROVALS: TypeAdapter[Approval] = TypeAdapter(Approval)


def dump_approval(approval: Approval) -> str:
    return _APPROVALS.dump_json(approval).decode()


def load_approval(text: str) -> Approval:
    return _APPROVALS.validate_json(text)


def _first_line(text: str) -> str:
    return text.partition("\n")[0][:120]
