"""The node `act`: runs the tool calls of a model turn, one unit after the other, each in a step of its own.

A unit is one read, or all writes by the same tool: they are rehearsed together, asked about once and run all or
nothing. A unit's results are kept before the next one starts, so a later process runs only what has none.
Here, and nowhere else, errors become words for the model.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from langgraph.runtime import Runtime

from agent.events import Ending, Notice
from agent.limits import ChatSettings
from agent.settling import Settling
from agent.state import CallState, LoopState, LoopUpdate, open_calls
from agent.step import Step
from agent.turn import Turn
from memory.approvals import ApprovalStore
from skills.errors import SkillError
from tools.context import Approved
from tools.errors import Cancelled, ToolError
from tools.safety.pending import ApprovalRequired, Verdict, Write
from tools.toolbox import CallInvalid, Tool, Toolbox

ENDS_UNIT = ("data_modify", "ddl_execute", "transaction")
NOT_ALONE = "Not run: another change of the same turn could not be prepared, and they are run together or not at all."


@dataclass(frozen=True, kw_only=True)
class _Parsed:
    call: CallState
    tool: Tool
    arguments: Mapping[str, object]

    @property
    def write(self) -> Write:
        params = self.arguments.get("params")
        return Write(sql=str(self.arguments["sql"]), params=params if isinstance(params, Mapping) else None)


class Acting:
    """act."""

    def __init__(self, toolbox: Toolbox, chat: ChatSettings, approvals: ApprovalStore) -> None:
        self._toolbox = toolbox
        self._chat = chat
        self._settling = Settling(approvals, self._call_again, self._call_declined)

    def act(self, state: LoopState, runtime: Runtime[Turn]) -> LoopUpdate:
        """The next unit, or what became of the one that a person was asked about."""
        step = Step(turn=runtime.context, progress=state["turn"], chat=self._chat)
        calls = open_calls(state["messages"])
        waiting, answer = state["waiting"], state["answer"]
        if waiting is not None and answer is not None:
            return self._settling.settle(step, calls, waiting, answer)
        if step.turn.cancel.cancelled:
            return step.cancelled(calls)
        try:
            first = self._parsed(calls[0], step)
        except CallInvalid as error:
            return self._malformed(step, calls, error)
        if first.tool.changes and step.turn.gate.transaction(step.caller.session_id) is None:
            return self._prepare(step, calls)
        return self._run(step, calls, first)

    def _parsed(self, call: CallState, step: Step) -> _Parsed:
        tool = self._toolbox.get(call["name"])
        allowed = step.progress["tools"]
        if allowed is not None and call["name"] not in allowed:
            raise CallInvalid(
                f"the skill in use does not allow {call['name']}",
                hint=f"it allows: {', '.join(allowed)}; what needs another tool, the user can ask for afterwards",
            )
        if "malformed" in call:
            raise CallInvalid(f"{call['name']}: {call['malformed']}", hint=tool.expected())
        return _Parsed(call=call, tool=tool, arguments=tool.parse(call["arguments"]))

    def _malformed(self, step: Step, calls: Sequence[CallState], error: CallInvalid) -> LoopUpdate:
        """Told to the model, which may correct itself a few times."""
        count = step.progress["malformed"] + 1
        step = replace(step, progress={**step.progress, "malformed": count})
        if count <= self._chat.max_malformed:
            return step.failed(calls[:1], error)
        step.turn.emit(Notice(text=f"Stopped: the model sent {count} unusable tool calls.", warning=True))
        return replace(step, progress={**step.progress, "ending": Ending.LIMIT.value}).failed(calls, error)

    def _run(self, step: Step, calls: Sequence[CallState], parsed: _Parsed) -> LoopUpdate:
        step.started(parsed.call)
        try:
            self._check_kind(step, parsed)
            return self._call(step, parsed, None)
        except ApprovalRequired as required:
            return step.asks(required.pending, [parsed.call])
        except Cancelled:
            return step.cancelled(calls)
        except (ToolError, SkillError) as error:
            return step.failed([parsed.call], error, write=bool(parsed.tool.changes))

    def _call(self, step: Step, parsed: _Parsed, approved: Approved | None) -> LoopUpdate:
        began = time.monotonic()
        answer = parsed.tool.run(parsed.arguments, step.context(parsed.call, approved))
        return step.finished(parsed.call, answer, (time.monotonic() - began) * 1_000)

    def _call_again(self, step: Step, call: CallState, approved: Approved | None) -> LoopUpdate:
        """A tool that does its own work after the yes (a fill)."""
        return self._call(step, self._parsed(call, step), approved)

    def _call_declined(self, step: Step, call: CallState) -> None:
        parsed = self._parsed(call, step)
        parsed.tool.decline(parsed.arguments, step.context(call, None))

    def _prepare(self, step: Step, calls: Sequence[CallState]) -> LoopUpdate:
        """All writes of this unit, rehearsed together, as one question."""
        unit = _unit(calls)
        for call in unit:
            step.started(call)
        writes: list[Write] = []
        for call in unit:
            try:
                parsed = self._parsed(call, step)
                self._check_kind(step, parsed)
            except ToolError as error:
                return step.failed_unit(unit, call, error, NOT_ALONE)
            writes.append(parsed.write)
        try:
            pending = step.turn.gate.prepare(writes, step.caller, cancel=step.turn.cancel)
        except Cancelled:
            return step.cancelled(calls)
        except ToolError as error:
            if error.step is None:
                return step.failed(unit, error, write=True)
            return step.failed_unit(unit, unit[error.step], error, NOT_ALONE)
        return step.asks(pending, unit)

    def _check_kind(self, step: Step, parsed: _Parsed) -> None:
        """The statement is what its tool is for. What policy denies is left to the door, which records it."""
        if not parsed.tool.takes:
            return
        review = step.turn.gate.review(parsed.write.sql, step.caller)
        if review.verdict is not Verdict.DENY and review.statement is not None:
            self._toolbox.check_kind(parsed.tool, review.statement.kind)


def _unit(calls: Sequence[CallState]) -> list[CallState]:
    """The calls of the first one's tool, up to another kind of change; reads in between come after it."""
    unit: list[CallState] = []
    for call in calls:
        if call["name"] == calls[0]["name"]:
            unit.append(call)
        elif call["name"] in ENDS_UNIT:
            break
    return unit
