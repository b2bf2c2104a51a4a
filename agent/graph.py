"""The loop on one page: prepare -> think -> act -> (confirm -> act) -> think ... until the model only talks.

Checkpoints are written before a question is shown (`durability="sync"`), so a killed process finds it again. An
answer is written as one checkpoint too, with its approval, before anything is executed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.acting import Acting
from agent.confirmation import approve
from agent.context import ContextBuilder
from agent.events import Decision, DecisionKind, Ending, Notice, Question, TurnEnded
from agent.limits import ChatSettings
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings
from agent.nodes import NodeParts, Nodes
from agent.state import AnswerState, LoopState, QuestionState, new_turn, open_calls
from agent.step import Step, dump_approval
from agent.turn import Turn
from memory.approvals import ApprovalStore
from memory.checkpoints import Checkpoints
from memory.sessions import Sessions
from memory.spend import Spend
from skills.loader import Skills
from tools.errors import Refused
from tools.safety.pending import Pending
from tools.safety.plan import load
from tools.toolbox import Toolbox

# The real bound of a turn is chat.max_steps; this one only ends a loop that a mistake of ours would make.
RECURSION_LIMIT = 10_000

Graph = CompiledStateGraph[LoopState, Turn, QuestionState, LoopState]


@dataclass(frozen=True, kw_only=True)
class LoopParts:
    """What the loop works with."""

    models: Callable[[], Models]
    toolbox: Toolbox
    skills: Skills
    chat: ChatSettings
    prices: ModelSettings
    spend: Spend
    sessions: Sessions
    approvals: ApprovalStore
    clock: Callable[[], datetime]


class GraphLoop:
    """The loop of one application, for all its conversations. Every method ends with a Question or TurnEnded."""

    def __init__(self, checkpoints: Checkpoints, graph: Graph, parts: LoopParts) -> None:
        self._checkpoints = checkpoints
        self._graph = graph
        self._parts = parts

    @classmethod
    def open(cls, path: Path, parts: LoopParts) -> "GraphLoop":
        checkpoints = Checkpoints(path)
        return cls(checkpoints, _compile(checkpoints, parts), parts)

    def load(self) -> None:
        """Load the model stack now. Raises ModelError if no model can be used."""
        self._parts.models().chat(Role.PRECISE)

    def ask(self, turn: Turn, text: str, tools: tuple[str, ...] | None = None) -> None:
        self._run(turn, {"turn": new_turn(turn.caller.request_id, text, turn.caller.question, tools)})

    def answer(self, turn: Turn, decision: Decision) -> None:
        state = self._state(turn.caller.session_id)
        waiting = state.get("waiting") if state else None
        if state is None or waiting is None:
            raise Refused("nothing waits for an answer")
        step = Step(turn=turn, progress=state["turn"], chat=self._parts.chat)
        answer = _answer(step, load(waiting["pending"]), decision)
        with self._checkpoints.answered():
            # One checkpoint with the whole answer: a process killed from here on is found as approved, not as asked.
            self._graph.update_state(_config(turn.caller.session_id), {"answer": answer}, as_node="confirm")
        self._run(turn, None)

    def carry_on(self, turn: Turn) -> None:
        """After a process died inside a turn: what was approved is settled, the rest is left to the person."""
        state = self._state(turn.caller.session_id)
        if state is not None and state.get("answer"):
            self._run(turn, None)
            return
        turn.emit(Notice(text="The last turn was interrupted before it ended; ask again to go on.", warning=True))
        turn.emit(TurnEnded(text="", ending=Ending.CANCELLED))

    def waiting(self, session_id: str) -> Pending | None:
        state = self._state(session_id)
        waiting = state.get("waiting") if state else None
        return load(waiting["pending"]) if state and waiting and not state.get("answer") else None

    def interrupted(self, session_id: str) -> bool:
        with self._checkpoints.answered():
            return bool(self._graph.get_state(_config(session_id)).next)

    def close(self) -> None:
        self._checkpoints.close()

    def _run(self, turn: Turn, question: QuestionState | None) -> None:
        session_id = turn.caller.session_id
        with self._checkpoints.answered():
            self._graph.invoke(question, _config(session_id), context=turn, durability="sync")
            self._checkpoints.prune([session_id])
        state = self._state(session_id)
        if state is None:
            return
        waiting = state["waiting"]
        turn.emit(Question(pendings=(load(waiting["pending"]),)) if waiting else _ended(state))

    def _state(self, session_id: str) -> LoopState | None:
        with self._checkpoints.answered():
            values = self._graph.get_state(_config(session_id)).values
        return cast(LoopState, values) if values else None


def _compile(checkpoints: Checkpoints, parts: LoopParts) -> Graph:
    nodes = Nodes(
        NodeParts(
            models=parts.models,
            toolbox=parts.toolbox,
            context=ContextBuilder(parts.chat, parts.skills),
            chat=parts.chat,
            prices=parts.prices,
            spend=parts.spend,
            sessions=parts.sessions,
            clock=parts.clock,
        )
    )
    acting = Acting(parts.toolbox, parts.chat, parts.approvals)
    graph = StateGraph(LoopState, context_schema=Turn, input_schema=QuestionState)
    graph.add_node("prepare", nodes.prepare)
    graph.add_node("think", nodes.think)
    graph.add_node("act", acting.act)
    graph.add_node("confirm", nodes.confirm)
    graph.add_edge(START, "prepare")
    graph.add_edge("prepare", "think")
    graph.add_conditional_edges("think", _after_thinking, ["act", END])
    graph.add_conditional_edges("act", _after_acting, ["act", "confirm", "think", END])
    graph.add_edge("confirm", "act")
    return graph.compile(checkpointer=checkpoints.saver)


def _after_thinking(state: LoopState) -> str:
    return END if state["turn"]["ending"] else "act"


def _after_acting(state: LoopState) -> str:
    if state["waiting"]:
        return "act" if state["answer"] else "confirm"
    if state["turn"]["ending"]:
        return END
    return "act" if open_calls(state["messages"]) else "think"


def _config(session_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": session_id}, "recursion_limit": RECURSION_LIMIT}


def _answer(step: Step, pending: Pending, decision: Decision) -> AnswerState:
    if decision.kind is DecisionKind.NO:
        step.turn.gate.decline(pending, step.caller)
        return {"decision": "no", "reason": decision.reason}
    if decision.kind is DecisionKind.EDIT:
        return {"decision": "edit", "sql": decision.sql or "", "step": decision.step}
    try:
        return {"decision": "yes", "approval": dump_approval(approve(step.turn, pending, decision, step.caller))}
    except Refused as bound:
        step.turn.emit(Notice(text=bound.message, warning=True))
        return {"decision": "no", "reason": bound.message}


def _ended(state: LoopState) -> TurnEnded:
    turn, last = state["turn"], state["messages"][-1]
    return TurnEnded(
        text=last["text"] if last["role"] == "assistant" else "",
        ending=Ending(turn["ending"]),
        prompt_tokens=turn["prompt_tokens"],
        completion_tokens=turn["completion_tokens"],
        model=turn["model"] or None,
        refused=turn["refused"],
    )
