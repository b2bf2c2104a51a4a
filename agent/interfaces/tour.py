"""`columnist demo --tour`: the whole story on one screen, with nobody at the keyboard.

Everything goes through the same conversation, door and column engine as a person's session. The tour is the person
who says yes, and says so. It builds the demo shop anew, so it can be run again at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from agent.app import App
from agent.conversation import Conversation
from agent.events import Decision, DecisionKind, Event, Notice, Question, TextDelta, ToolFinished, TurnEnded
from agent.interfaces.approvals import pendings_view, question_text
from agent.interfaces.opening import opened
from agent.interfaces.options import ChatOptions
from agent.interfaces.plain_text import visible
from agent.interfaces.render import answer_view, outcome_view
from agent.interfaces.samples import Screen
from agent.interfaces.tool_line import folded_line
from agent.interfaces.tour_columns import fill_columns
from agent.llm.models import Role

QUESTIONS = (
    "How many orders are there by status?",
    "价格最高的5个产品有哪些？",
    "Which city has the most customers?",
)
LOOK = "SELECT id, name_en, stock FROM products WHERE id = 7"
CHANGE = "Set the stock of product 7 to 0"
WIDTH = 100  # where there is no terminal to ask


def run_tour(options: ChatOptions, stdout: TextIO) -> int:
    """Show it; exit 0 when all of it worked."""
    console = Console(file=stdout, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    with opened(options.opening) as app:
        tour = _Tour(app, app.conversation(), console, stdout)
        tour.introduce()
        for question in QUESTIONS:
            tour.ask(question)
        tour.change_and_undo()
        failures = tour.fill()
        tour.summarise(failures)
    return 1 if failures or tour.disappointments else 0


@dataclass
class _Tour:
    """One pass through the demo."""

    app: App
    conversation: Conversation
    console: Console
    stdout: TextIO
    disappointments: int = 0  # turns that did not do what the tour shows

    def introduce(self) -> None:
        self._headline("A tour of the demo shop")
        models = self.app.models
        label = models.label(Role.PRECISE)
        words = "no model is connected: these are built-in rules" if models.offline else "the connected model"
        self.console.print(Text.assemble("Answers come from ", (label, "bold"), f" ({words})."))
        tables = self.conversation.gate.visible_schema().tables
        self.console.print(Text(f"The shop has {len(tables)} tables: {', '.join(sorted(tables))}.", style="dim"))

    def ask(self, question: str) -> None:
        self._headline("Ask in plain words")
        self._you(question)
        before = len(self.conversation.finished)
        self._follow(self.conversation.ask(question))
        # An answer without a look at the data is no answer.
        self.disappointments += len(self.conversation.finished) == before

    def change_and_undo(self) -> None:
        self._headline("Change data: measured first, then confirmed, then undone")
        self._you(LOOK)
        before = self._follow(self.conversation.sql(LOOK))
        self._you(CHANGE)
        self._follow(self.conversation.ask(CHANGE))
        self._you(LOOK)
        changed = self._follow(self.conversation.sql(LOOK))
        self._you("/undo")
        self._follow(self.conversation.undo())
        self._you(LOOK)
        after = self._follow(self.conversation.sql(LOOK))
        if before == changed or before != after:
            self.disappointments += 1
            self.console.print(Text("The change and its undo did not go as shown.", style="red"))

    def fill(self) -> int:
        """Two columns; returns how many were not filled to the end."""
        self._headline("Fill columns: planned, previewed, then written in batches that survive a kill")
        return fill_columns(self.app, self.conversation.session_id, self.console, self.stdout)

    def summarise(self, failures: int) -> None:
        self._headline("What happened")
        rows = self.app.audit.recent(limit=10_000, session_id=self.conversation.session_id)
        done = [row for row in rows if row.executed]
        lines = (
            f"{len(QUESTIONS)} questions answered, one row changed and changed back, two columns filled.",
            f"The audit holds {len(rows):,} rows of this tour, {len(done):,} of them of executed statements: "
            "columnist audit list",
            "Go on by yourself: columnist demo",
        )
        for line in lines:
            self.console.print(Text(f"• {line}"))
        if failures or self.disappointments:
            self.console.print(Text("• Not everything went as shown: see above.", style="red"))

    def _follow(self, events: Iterator[Event]) -> tuple[object, ...]:
        """Show a turn to its end, answering its questions with yes; returns the rows it ended with."""
        rows: tuple[object, ...] = ()
        pending: Iterator[Event] | None = events
        while pending is not None:
            current, pending = pending, None
            for event in current:
                if isinstance(event, Question):
                    self.console.print(pendings_view(event.pendings, Screen(width=self.console.width)))
                    self.console.print(
                        Text.assemble(question_text(event.pendings), ("y", "bold"), ("  (says the tour)", "dim"))
                    )
                    pending = self.conversation.answer(Decision(kind=DecisionKind.YES))
                    break
                rows = self._show(event) or rows
        return rows

    def _show(self, event: Event) -> tuple[object, ...]:
        match event:
            case ToolFinished(name="sql", outcome=outcome) if outcome is not None:
                self.console.print(outcome_view(outcome, width=self.console.width))
                return outcome.rows
            case ToolFinished():
                self.console.print(folded_line(event))
            case Notice():
                self.console.print(Text(visible(event.text), style="yellow"))
            case TurnEnded():
                self.disappointments += event.refused
                if event.text:
                    self.console.print(answer_view(event.text))
            case TextDelta():
                pass  # the whole text comes with the end of the turn
        return ()

    def _you(self, words: str) -> None:
        self.console.print()
        self.console.print(Text.assemble(("columnist> ", "bold cyan"), words))

    def _headline(self, words: str) -> None:
        self.console.print()
        self.console.print(Rule(Text(words, style="bold"), align="left", style="dim"))
