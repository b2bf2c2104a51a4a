"""Reads a person's answer to a confirmation: y, N, e or a; with a transaction open, counting down beside it."""

from collections.abc import Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.history import InMemoryHistory

from agent.events import Decision, DecisionKind
from agent.interfaces.approvals import decide
from agent.interfaces.repl.bar import transaction_words
from tools.safety.pending import ApprovedBy, Pending
from tools.safety.transactions import OpenTransaction


class Asker:
    """The question prompt of a chat. Its answers are not kept in the history."""

    def __init__(self, *, approve_all: bool) -> None:
        self._approve_all = approve_all  # --yes

    def ask(self, pendings: tuple[Pending, ...], transaction: Callable[[], OpenTransaction | None]) -> Decision:
        """What the person decides; under --yes, what its bounds allow."""
        if self._approve_all:
            return Decision(kind=DecisionKind.YES, by=ApprovedBy.YES_FLAG)

        def countdown() -> AnyFormattedText:
            return transaction_words(transaction())

        def read_line(question: str) -> str:
            session: PromptSession[str] = PromptSession(history=InMemoryHistory())
            return session.prompt(question, bottom_toolbar=countdown, refresh_interval=1.0)

        def edit(sql: str) -> str | None:
            session: PromptSession[str] = PromptSession(history=InMemoryHistory(), multiline=False)
            try:
                return session.prompt("edit> ", default=sql)
            except (EOFError, KeyboardInterrupt):
                return None

        return decide(pendings, read_line, edit)
