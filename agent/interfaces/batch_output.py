"""Where a one-shot answer goes: text for people, one object or a stream of objects for scripts. News go to stderr."""

from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.text import Text

from agent.events import Ending, Event, Notice, Question, TextDelta, ToolFinished, TurnEnded
from agent.interfaces.approvals import pendings_view
from agent.interfaces.event_json import event_json, finished_json, result_json
from agent.interfaces.failures import INTERRUPTED, LIMIT, REFUSED
from agent.interfaces.json_lines import write_line
from agent.interfaces.plain_text import visible
from agent.interfaces.render import outcome_view
from agent.interfaces.samples import Screen
from agent.interfaces.tool_line import folded_line
from tools.safety.pending import Outcome


@dataclass
class BatchTurn:
    """What has happened so far."""

    session_id: str
    ended: TurnEnded | None = None
    tools: list[ToolFinished] = field(default_factory=list)
    refused: bool = False

    @property
    def outcome(self) -> Outcome | None:
        """The last result with rows."""
        return next((call.outcome for call in reversed(self.tools) if call.outcome and call.outcome.columns), None)

    @property
    def exit_code(self) -> int:
        if self.refused or (self.ended is not None and self.ended.refused):
            return REFUSED
        ending = self.ended.ending if self.ended else Ending.CANCELLED
        return {Ending.CANCELLED: INTERRUPTED, Ending.LIMIT: LIMIT}.get(ending, 0)


class Output:
    """Where a turn goes; news always to stderr."""

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        self.stdout = stdout
        self._news = Console(file=stderr, highlight=False)

    def news(self, words: Text) -> None:
        self._news.print(words)

    def event(self, event: Event) -> None:
        match event:
            case ToolFinished():
                self._news.print(folded_line(event))
            case Notice():
                self._news.print(Text(visible(event.text), style="yellow" if event.warning else "dim"))
            case Question():
                self._news.print(pendings_view(event.pendings, Screen(width=self._news.width)))

    def end(self, turn: BatchTurn) -> None:
        raise NotImplementedError


class TextOutput(Output):
    """The answer as text; of a typed statement, its rows."""

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        super().__init__(stdout, stderr)
        self._written = ""

    def event(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._write(visible(event.text))
            return
        if isinstance(event, ToolFinished) and self._written and not self._written.endswith("\n"):
            self._write("\n")
        super().event(event)

    def end(self, turn: BatchTurn) -> None:
        if self._written and not self._written.endswith("\n"):
            self._write("\n")
        if turn.ended is not None and turn.ended.ending is Ending.SQL:
            console = Console(file=self.stdout, highlight=False)
            for call in turn.tools:
                if call.outcome is not None:
                    console.print(outcome_view(call.outcome, width=console.width, in_chat=False))

    def _write(self, text: str) -> None:
        self._written = (self._written + text)[-2:]
        self.stdout.write(text)
        self.stdout.flush()


class JsonOutput(Output):
    """Objects for scripts."""

    def __init__(self, stdout: TextIO, stderr: TextIO, *, stream: bool) -> None:
        super().__init__(stdout, stderr)
        self._stream = stream

    def event(self, event: Event) -> None:
        if self._stream:
            write_line(self.stdout, event_json(event))
        else:
            super().event(event)

    def end(self, turn: BatchTurn) -> None:
        ended = turn.ended
        summary: dict[str, object] = {
            "type": "result",
            "session": turn.session_id,
            "text": ended.text if ended else "",
            "ending": ended.ending.value if ended else Ending.CANCELLED.value,
            "refused": turn.exit_code == REFUSED,
            "model": ended.model if ended else None,
            "tokens": {
                "prompt": ended.prompt_tokens if ended else 0,
                "completion": ended.completion_tokens if ended else 0,
            },
            "tools": [finished_json(call) for call in turn.tools],
            "result": result_json(turn.outcome) if turn.outcome else None,
            "exit_code": turn.exit_code,
        }
        write_line(self.stdout, summary)
