"""One conversation with one database: the single path that every surface takes.

Questions go to the model's loop, typed SQL goes straight to the door; both end with TurnEnded, or with a
Question that `answer` settles. A model never answers one. Cancelling leaves the conversation ready to go on.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from agent.direct import DirectSql
from agent.events import Decision, Event, Notice, Question, ToolFinished, TurnEnded
from agent.settings import check_ceiling
from agent.streaming import Emit, on_thread
from agent.turn import Turn
from memory.principal import Principal
from tools.errors import Refused
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.gate import Gate
from tools.safety.pending import Pending
from tools.safety.transactions import OpenTransaction
from tools.settings import Mode, SafetySettings

KEPT_OUTCOMES = 50


class Loop(Protocol):
    """The model's loop, as `agent.graph` builds it. Every method ends with a Question or TurnEnded."""

    def ask(self, turn: Turn, text: str, tools: tuple[str, ...] | None = None) -> None: ...

    def answer(self, turn: Turn, decision: Decision) -> None: ...

    def carry_on(self, turn: Turn) -> None: ...

    def waiting(self, session_id: str) -> Pending | None: ...

    def interrupted(self, session_id: str) -> bool: ...

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class ConversationParts:
    """What a conversation needs from the application."""

    gate: Gate
    database: str  # its name for people
    session_id: str
    principal: Principal
    safety: SafetySettings
    loop: Callable[[], Loop]  # loads the model stack the first time


class Conversation:
    """One session. Used from one thread, except for `cancel`."""

    def __init__(self, parts: ConversationParts, mode: Mode) -> None:
        self._parts = parts
        self._mode = mode
        self._direct = DirectSql()
        self._cancel = CancelToken()
        self._question: Pending | None = None
        self._outcomes: OrderedDict[str, ToolFinished] = OrderedDict()

    @property
    def session_id(self) -> str:
        return self._parts.session_id

    @property
    def database(self) -> str:
        return self._parts.database

    @property
    def gate(self) -> Gate:
        return self._parts.gate

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        check_ceiling(self._parts.safety, mode)
        self._mode = mode

    @property
    def pending(self) -> tuple[Pending, ...] | None:
        """What waits for an answer; None if nothing does."""
        return (self._question,) if self._question else None

    @property
    def transaction(self) -> OpenTransaction | None:
        return self.gate.transaction(self.session_id)

    @property
    def finished(self) -> tuple[ToolFinished, ...]:
        """The last tool calls with their whole outcomes, oldest first: what `/expand` and `/export` show."""
        return tuple(self._outcomes.values())

    def caller(self, question: str = "") -> Caller:
        """The name under which this conversation comes to the door, with a new request id."""
        return Caller(
            session_id=self.session_id,
            request_id=uuid.uuid4().hex,
            principal=self._parts.principal,
            mode=self._mode,
            question=question,
        )

    def ask(self, text: str, tools: tuple[str, ...] | None = None, *, typed: str | None = None) -> Iterator[Event]:
        """Put a question to the model. What still waited for an answer counts as refused.

        `tools` are those that the skill in use allows; None: all. `typed` is what the person wrote of `text`, for the
        records; None: all of it.
        """
        self._direct.forget()
        return self._turn(lambda turn: self._parts.loop().ask(turn, text, tools), question=typed or text)

    def sql(self, text: str) -> Iterator[Event]:
        """Run one statement that the person typed. No model sees it."""
        return self._turn(lambda turn: self._direct.run(turn, text))

    def undo(self, undo_id: str | None = None) -> Iterator[Event]:
        """Ask whether to undo a write; None: the last one of this session."""
        return self._turn(lambda turn: self._direct.undo(turn, undo_id))

    def answer(self, decision: Decision) -> Iterator[Event]:
        """Settle the open question."""
        if self._question is None:
            raise Refused("nothing waits for an answer")
        if self._direct.pending is not None:
            return self._turn(lambda turn: self._direct.answer(turn, decision))
        return self._turn(lambda turn: self._parts.loop().answer(turn, decision))

    def resume(self) -> Iterator[Event]:
        """Go on where an earlier process stopped: its open question, or what it had approved and not reported."""
        return self._turn(self._resumed)

    def cancel(self) -> None:
        """Stop the turn under way, on the server too. From any thread."""
        self._cancel.cancel()

    def _resumed(self, turn: Turn) -> None:
        for report in self.gate.unfinished(turn.caller):
            turn.emit(Notice(text=report, warning=True))
        loop = self._parts.loop()
        waiting = loop.waiting(self.session_id)
        if waiting is not None:
            turn.emit(Question(pendings=(waiting,)))
        elif loop.interrupted(self.session_id):
            loop.carry_on(turn)
        else:
            turn.emit(TurnEnded(text=""))

    def _turn(self, work: Callable[[Turn], None], question: str = "") -> Iterator[Event]:
        self._cancel = cancel = CancelToken()
        self._question = None

        def run(emit: Emit) -> None:
            caller = self.caller(question)
            work(Turn(gate=self.gate, caller=caller, cancel=cancel, emit=emit))

        for event in on_thread(run, cancel):
            self._remember(event)
            yield event

    def _remember(self, event: Event) -> None:
        if isinstance(event, Question):
            self._question = event.pendings[0]
        elif isinstance(event, ToolFinished):
            self._outcomes[event.call_id] = event
            while len(self._outcomes) > KEPT_OUTCOMES:
                self._outcomes.popitem(last=False)
