"""Shows one turn of the conversation and brings its question to the person.

Ctrl-C stops the turn, on the server too, and the prompt comes back; pressed again it stops waiting for that.
"""

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import FrameType

from rich.console import Console
from rich.text import Text

from agent.conversation import Conversation
from agent.events import (
    DecisionKind,
    Ending,
    Event,
    Notice,
    Question,
    TextDelta,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    TurnEnded,
)
from agent.interfaces import paging
from agent.interfaces.approvals import pendings_view
from agent.interfaces.plain_text import one_line, visible
from agent.interfaces.render import Layout, outcome_view
from agent.interfaces.repl.questions import Asker
from agent.interfaces.samples import Screen
from agent.interfaces.streamed import AnswerStream
from agent.interfaces.tool_line import folded, folded_line
from tools.safety.pending import PendingKind
from tools.sql.statement import Kind


@dataclass
class Display:
    """What a person chose to see."""

    layout: Layout = Layout.AUTO
    timing: bool = True
    paged: bool = True
    tokens: int = 0  # spent in this chat
    structure_changed: bool = False  # since the names for completion were read


class TurnView:
    """Runs turns on the terminal."""

    def __init__(self, console: Console, display: Display, asker: Asker) -> None:
        self._console = console
        self._display = display
        self._asker = asker
        self._said: set[str] = set()  # notes that the last question showed

    def run(self, conversation: Conversation, events: Iterator[Event]) -> None:
        """Show a turn to its end, its questions included."""
        self._said = set()
        question = self._stream(conversation, events)
        while question is not None:
            paging.show(self._console, pendings_view(question.pendings, Screen.of(self._console)), paged=False)
            self._said = {note for pending in question.pendings for note in pending.effect.notes}
            decision = self._asker.ask(question.pendings, lambda: conversation.transaction)
            if decision.kind is DecisionKind.NO:
                self._console.print(_refusal(conversation, question))
            question = self._stream(conversation, conversation.answer(decision))

    def _stream(self, conversation: Conversation, events: Iterator[Event]) -> Question | None:
        """Show events until the turn ends or asks."""
        with _Interrupts(conversation), AnswerStream(self._console) as stream:
            stream.busy("thinking…")
            for event in events:
                if isinstance(event, Question):
                    return event
                self._show(event, stream)
        return None

    def _show(self, event: Event, stream: AnswerStream) -> None:
        match event:
            case TextDelta():
                stream.write(event.text)
            case ToolStarted():
                stream.finish()
                stream.busy(f"{event.name}  {folded(event.arguments)}")
            case ToolProgress():
                stream.busy(one_line(event.text))
            case ToolFinished():
                stream.finish()
                with stream.aside():
                    self._tool(event)
                stream.busy("thinking…")
            case Notice():
                stream.finish()
                self._console.print(Text(visible(event.text), style="yellow" if event.warning else "dim"))
            case TurnEnded():
                stream.finish()
                self._ended(event)

    def _tool(self, event: ToolFinished) -> None:
        if event.outcome is not None and event.outcome.kind is Kind.DDL:
            self._display.structure_changed = True
        if event.outcome is not None and event.name == "sql":
            outcome = event.outcome
            news = tuple(notice for notice in outcome.notices if notice not in self._said)
            view = outcome_view(
                replace(outcome, notices=news),
                width=self._console.width,
                layout=self._display.layout,
                timing=self._display.timing,
            )
            paging.show(self._console, view, paged=self._display.paged)
            return
        self._console.print(folded_line(event, timing=self._display.timing))

    def _ended(self, event: TurnEnded) -> None:
        self._display.tokens += event.prompt_tokens + event.completion_tokens
        if event.ending is Ending.CANCELLED:
            self._console.print(Text("stopped", style="yellow"))
        elif event.ending is Ending.LIMIT:
            self._console.print(Text("the turn was stopped; ask on to continue", style="yellow"))


class _Interrupts:
    """While a turn runs, Ctrl-C asks it to stop instead of breaking into whatever is being printed."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._asked = False

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGINT, self._stop)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        # Cancelling may open a connection (KILL QUERY): not inside a signal handler.
        threading.Thread(target=self._conversation.cancel, name="cancel", daemon=True).start()


def _refusal(conversation: Conversation, question: Question) -> Text:
    commit = any(pending.kind is PendingKind.COMMIT for pending in question.pendings)
    words = "not committed" if commit else "not done; nothing was changed"
    if conversation.transaction is not None:
        words += "; the transaction is still open"
    return Text(words, style="yellow")
