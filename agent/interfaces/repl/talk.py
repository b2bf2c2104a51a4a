"""The chat after its first line: commands, SQL and questions, each to where it belongs, until the person leaves."""

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from agent.interfaces.commands import parse
from agent.interfaces.failures import explain
from agent.interfaces.options import ChatOptions
from agent.interfaces.repl.actions import Actions, Chat, Leave
from agent.interfaces.repl.loading import Opened, refresh_names
from agent.interfaces.repl.prompt import Prompt
from agent.interfaces.repl.questions import Asker
from agent.interfaces.repl.quiet import unechoed
from agent.interfaces.repl.turns import Display, TurnView
from agent.interfaces.sql_line import is_sql


def talk(prompt: Prompt, opened: Opened, options: ChatOptions, line: str) -> int:
    """Go on from `line` (empty: from a resumed session)."""
    console = Console(highlight=False)
    display = Display(paged=opened.app.settings.ui.pager)
    view = TurnView(console, display, Asker(approve_all=options.yes))
    chat = Chat(opened=opened, console=console, display=display, view=view, names=prompt.names, typed=prompt.typed)
    talker = _Talker(prompt, chat)
    if options.resume:
        talker.resume()
    following: str | None = line or prompt.read()
    while following is not None and talker.goes_on_after(following):
        following = prompt.read()
    if chat.opened.conversation.transaction is not None:
        console.print(Text("the open transaction is rolled back", style="yellow"))
    return 0


class _Talker:
    """Answers one line at a time; whatever goes wrong is said and the chat goes on."""

    def __init__(self, prompt: Prompt, chat: Chat) -> None:
        self._prompt = prompt
        self._chat = chat
        self._actions = Actions(chat)

    def resume(self) -> None:
        conversation = self._chat.opened.conversation
        self._chat.console.print(Text(f"session {conversation.session_id}", style="dim"))
        self._guarded(lambda: self._chat.view.run(conversation, conversation.resume()))

    def goes_on_after(self, line: str) -> bool:
        """Answer the line; False when it was the last."""
        try:
            self._guarded(lambda: self._answer(line))
        except Leave:
            return False
        self._update()
        return True

    def _answer(self, line: str) -> None:
        conversation = self._chat.opened.conversation
        call = parse(line)
        if call is not None:
            self._actions.run(call)
        elif is_sql(line, conversation.gate.dialect):
            self._chat.view.run(conversation, conversation.sql(line))
        else:
            self._chat.view.run(conversation, conversation.ask(line))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            with unechoed():
                work()
        except Leave:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # a turn's outermost edge: the chat goes on
            _, words = explain(error)
            self._chat.console.print(Text(words, style="red"))

    def _update(self) -> None:
        """Bring the bar and the completion up to date."""
        chat, status = self._chat, self._prompt.status
        status.conversation, status.model = chat.opened.conversation, chat.opened.model
        status.tokens = chat.display.tokens
        if chat.display.structure_changed:
            chat.display.structure_changed = False
            self._guarded(lambda: refresh_names(chat.names, chat.opened))
