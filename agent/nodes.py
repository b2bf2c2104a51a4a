"""The bodies of the graph's nodes: prepare, think, confirm. `agent.acting` has the fourth, act.

A node takes the state, tells the person what happens through `turn.emit`, and returns what changes. The turn (door,
caller, cancel) comes anew with every run; only plain data stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.asking import Asked, Asking
from agent.context import ContextBuilder
from agent.events import Ending, Notice, TextDelta
from agent.limits import ChatSettings
from agent.llm.models import Models
from agent.llm.settings import ModelSettings
from agent.llm.tokens import estimate
from agent.messages import from_model
from agent.repeats import repeats
from agent.state import LoopState, LoopUpdate, MessageState, TurnState, open_calls, tool_message
from agent.tool_text import cut
from agent.turn import Turn
from memory.sessions import Sessions
from memory.spend import Spend
from tools.safety.caller import Caller
from tools.toolbox import Toolbox

TITLE_CHARS = 80
INTERRUPTED = "Not executed: the turn was interrupted before an answer."
UNANSWERED = "Not executed: the user went on without answering the question."
UNFINISHED = "(The turn ended here without an answer.)"


@dataclass(frozen=True, kw_only=True)
class NodeParts:
    """What the nodes work with."""

    models: Callable[[], Models]
    toolbox: Toolbox
    context: ContextBuilder
    chat: ChatSettings
    prices: ModelSettings
    spend: Spend
    sessions: Sessions
    clock: Callable[[], datetime]


class Nodes:
    """prepare, think and confirm."""

    def __init__(self, parts: NodeParts) -> None:
        self._parts = parts

    def prepare(self, state: LoopState, runtime: Runtime[Turn]) -> LoopUpdate:
        """Take in the question. What an earlier turn left open is closed first, so the history is whole."""
        asked = self._fitting(state["turn"]["question"], runtime.context)
        reason = UNANSWERED if state.get("waiting") else INTERRUPTED
        closed = [tool_message(call, reason) for call in open_calls(state["messages"])]
        title = state["turn"]["typed"][:TITLE_CHARS]
        self._parts.sessions.touch(runtime.context.caller.session_id, title=title)
        question: MessageState = {"role": "user", "text": asked}
        earlier = [*state["messages"], *closed]
        if earlier and (earlier[-1]["role"] != "assistant"):
            # Many endpoints insist that an answer stands between a question or a tool's result and the next question.
            closed.append({"role": "assistant", "text": UNFINISHED})
        return {"messages": [*closed, question], "waiting": None, "answer": None}

    def think(self, state: LoopState, runtime: Runtime[Turn]) -> LoopUpdate:
        """One answer of the model, streamed."""
        turn, progress = runtime.context, state["turn"]
        if progress["steps"] >= self._parts.chat.max_steps:
            turn.emit(Notice(text=f"Stopped after {progress['steps']} steps (chat.max_steps).", warning=True))
            return {"turn": {**progress, "ending": Ending.LIMIT.value}}
        if turn.cancel.cancelled:
            return {"turn": {**progress, "ending": Ending.CANCELLED.value}}
        asked, progress = self._asked(turn, progress, state["messages"])
        if not asked.answer.complete:
            stopped: MessageState = {"role": "assistant", "text": f"{asked.answer.message.text}\n(stopped by the user)"}
            return {"messages": [stopped], "turn": {**progress, "ending": Ending.CANCELLED.value}}
        message = from_model(asked.answer.message, state["messages"])
        return {"messages": [message], "turn": {**progress, "ending": _ending(turn, asked, message, state["messages"])}}

    def confirm(self, state: LoopState) -> LoopUpdate:
        """Wait for a person. Nothing else may stand here: a node is run again from its start on resume."""
        interrupt(state["waiting"])
        return {}

    def _asked(self, turn: Turn, progress: TurnState, messages: Sequence[MessageState]) -> tuple[Asked, TurnState]:
        tools = tuple(dict(tool.schema()) for tool in self._parts.toolbox.offered(turn.caller.mode, progress["tools"]))
        prompt = self._parts.context.prompt(turn.gate, turn.caller, messages, tools, self._parts.clock())

        def paid(asked: Asked) -> None:
            nonlocal progress
            progress = self._counted(progress, asked, turn.caller)

        asking = Asking(self._parts.models(), turn.cancel, lambda text: turn.emit(TextDelta(text=text)), paid)
        return asking.ask(prompt, tools, progress["model"]), progress

    def _fitting(self, question: str, turn: Turn) -> str:
        """A question that alone would fill the prompt (piped input, a pasted file) is cut, and the person told."""
        most = self._parts.chat.prompt_tokens // 2
        if estimate(question) <= most:
            return question
        turn.emit(Notice(text="Only the beginning of this is sent to the model (chat.prompt_tokens).", warning=True))
        return cut(question, most)

    def _counted(self, progress: TurnState, asked: Asked, caller: Caller) -> TurnState:
        """The step and its tokens, in the turn and in the spend."""
        label, prompt_tokens, completion_tokens = asked.model, asked.prompt_tokens, asked.completion_tokens
        cost = self._parts.prices.cost(label, prompt_tokens, completion_tokens)
        self._parts.spend.record(caller.session_id, None, label, prompt_tokens, completion_tokens, cost=cost)
        return {
            **progress,
            "steps": progress["steps"] + 1,
            "prompt_tokens": progress["prompt_tokens"] + prompt_tokens,
            "completion_tokens": progress["completion_tokens"] + completion_tokens,
            "model": label,
        }


def _ending(turn: Turn, asked: Asked, message: MessageState, earlier: Sequence[MessageState]) -> str:
    """How the turn ends with this answer; "" if it goes on."""
    if repeats(earlier, message):
        turn.emit(Notice(text="Stopped: the model makes the same calls again and again.", warning=True))
        return Ending.LIMIT.value
    if message.get("calls"):
        return ""
    if asked.cut_off:
        turn.emit(Notice(text="The answer was cut off (models.max_output_tokens).", warning=True))
    return Ending.ANSWERED.value
