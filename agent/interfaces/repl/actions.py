"""What each slash and backslash command does. The table of commands is `agent.interfaces.commands`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from agent.events import ToolFinished
from agent.interfaces import listings, paging
from agent.interfaces.commands import COMMANDS, Invocation, find, help_text
from agent.interfaces.completion import Names
from agent.interfaces.failures import UsageProblem
from agent.interfaces.plain_text import visible
from agent.interfaces.render import Layout, outcome_view, sql_view
from agent.interfaces.repl.export import export
from agent.interfaces.repl.loading import Opened
from agent.interfaces.repl.turns import Display, TurnView
from agent.interfaces.tool_line import folded_line
from tools.safety.pending import Outcome
from tools.settings import Mode


class Leave(Exception):
    """The person wants to go."""


@dataclass
class Chat:
    """A running chat, as its commands see it."""

    opened: Opened
    console: Console
    display: Display
    view: TurnView
    names: Names
    typed: Callable[[], list[str]]  # the lines typed before, oldest first


class Actions:
    """Runs commands. One method for each row of the table."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._by_name: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/sql": self._sql,
            "/tables": self._tables,
            "/schema": self._schema,
            "/explain": self._explain,
            "/model": self._model,
            "/mode": self._mode,
            "/skills": self._skills,
            "/jobs": self._jobs,
            "/why": self._why,
            "/prompts": self._prompts,
            "/undo": self._undo,
            "/history": self._history,
            "/audit": self._audit,
            "/resume": self._resume,
            "/clear": self._clear,
            "/export": self._export,
            "/expand": self._expand,
            "\\x": self._vertical,
            "\\timing": self._timing,
            "/quit": self._quit,
        }
        assert set(self._by_name) == {command.name for command in COMMANDS}

    def run(self, call: Invocation) -> None:
        """Do what the line asks for; a name that is no command is a skill."""
        if call.command is not None:
            self._by_name[call.command.name](call.argument)
            return
        skills = self._chat.opened.app.skills
        name = call.name.removeprefix("/")
        if name not in {skill.name for skill in skills.list()}:
            raise UsageProblem(f"there is no command or skill {call.name}", hint="see /help and /skills")
        skill = skills.get(name)
        conversation = self._chat.opened.conversation
        text = skills.command(name, call.argument)
        typed = f"{call.name} {call.argument}".strip()
        self._chat.view.run(conversation, conversation.ask(text, skill.allowed_tools, typed=typed))

    def _help(self, topic: str) -> None:
        known = find(topic) if topic else None
        if topic and known is None:
            raise UsageProblem(f"there is no command {topic}", hint="/help lists them all")
        self._print(Text(help_text(topic, columns=self._chat.console.width)))

    def _sql(self, statement: str) -> None:
        conversation = self._chat.opened.conversation
        self._chat.view.run(conversation, conversation.sql(_needed(statement, "/sql STATEMENT")))

    def _tables(self, pattern: str) -> None:
        self._print(listings.tables(self._chat.opened.conversation.gate.visible_schema(), pattern))

    def _schema(self, name: str) -> None:
        schema = self._chat.opened.conversation.gate.visible_schema()
        self._print(listings.table(schema, name) if name else listings.tables(schema, ""))

    def _explain(self, statement: str) -> None:
        conversation = self._chat.opened.conversation
        plan = conversation.gate.explain(_needed(statement, "/explain STATEMENT"), conversation.caller())
        self._print(Text(visible(plan.text)))

    def _model(self, name: str) -> None:
        chat = self._chat
        if name:
            label = chat.opened.app.use_model(name)
            chat.opened = replace(chat.opened, model=label)
        self._say(f"model: {chat.opened.model}")

    def _mode(self, word: str) -> None:
        conversation = self._chat.opened.conversation
        if word:
            try:
                mode = Mode(word)
            except ValueError:
                raise UsageProblem(f"the mode is ask or operate, not {word!r}") from None
            conversation.mode = mode
        self._say(f"mode: {conversation.mode}")

    def _skills(self, _: str) -> None:
        self._print(listings.skills(self._chat.opened.app.skills))

    def _jobs(self, job: str) -> None:
        from agent.interfaces.jobs import print_jobs

        print_jobs(self._chat.opened.app, job, self._chat.opened.conversation.caller())

    def _why(self, words: str) -> None:
        from agent.interfaces.why import print_why

        conversation = self._chat.opened.conversation
        cell = _needed(words, "/why TABLE.COLUMN KEY").split()
        print_why(self._chat.opened.app, conversation.gate, conversation.caller(), cell, self._chat.console)

    def _prompts(self, words: str) -> None:
        from agent.interfaces.prompts import prompts_view

        self._print(prompts_view(self._chat.opened.app.filling.library, words))

    def _undo(self, undo_id: str) -> None:
        conversation = self._chat.opened.conversation
        self._chat.view.run(conversation, conversation.undo(undo_id or None))

    def _history(self, word: str) -> None:
        lines = [line for line in self._chat.typed() if word.lower() in line.lower()]
        self._print(Text("\n".join(visible(line) for line in lines[-100:])))

    def _audit(self, count: str) -> None:
        from agent.interfaces.audit import read_audit

        limit = _number(count, default=20)
        conversation = self._chat.opened.conversation
        rows = read_audit(self._chat.opened.app, limit=limit, session_id=conversation.session_id)
        self._print(listings.audit(rows, width=self._chat.console.width))

    def _resume(self, session_id: str) -> None:
        app = self._chat.opened.app
        if not session_id:
            self._print(listings.sessions(app.sessions.list(20), self._chat.opened.conversation.session_id))
            return
        old = self._chat.opened.conversation
        if old.transaction is not None:
            raise UsageProblem("a transaction is open here", hint="COMMIT or ROLLBACK it first")
        conversation = app.conversation(session_id=session_id, mode=old.mode)
        self._chat.opened = replace(self._chat.opened, conversation=conversation)
        self._chat.view.run(conversation, conversation.resume())

    def _clear(self, _: str) -> None:
        self._chat.console.clear()

    def _export(self, name: str) -> None:
        path = Path(_needed(name, "/export FILE.csv|json|md")).expanduser()
        outcome = self._last_rows()
        rows = export(outcome, path)
        more = "; more rows existed than the cap" if outcome.truncated else ""
        self._say(f"{rows} rows written to {path}{more}")

    def _expand(self, number: str) -> None:
        finished = self._chat.opened.conversation.finished
        at = _number(number, default=len(finished))
        if not 1 <= at <= len(finished):
            raise UsageProblem("there is no such tool call", hint=f"this session has {len(finished)}")
        self._whole(finished[at - 1])

    def _whole(self, call: ToolFinished) -> None:
        chat = self._chat
        if call.outcome is None:
            self._print(folded_line(call))
            self._print(Text(visible(call.text)))
            return
        chat.console.print(sql_view(call.outcome.sql))
        self._print(outcome_view(call.outcome, width=chat.console.width, layout=chat.display.layout))

    def _vertical(self, word: str) -> None:
        now = self._chat.display.layout
        toggled = Layout.AUTO if now is Layout.VERTICAL else Layout.VERTICAL
        choices = {"": toggled, "on": Layout.VERTICAL, "off": Layout.TABLE, "auto": Layout.AUTO}
        if word not in choices:
            raise UsageProblem(f"\\x takes on, off or auto, not {word!r}")
        self._chat.display.layout = choices[word]
        self._say(f"rows are shown: {choices[word]}")

    def _timing(self, word: str) -> None:
        choices = {"": not self._chat.display.timing, "on": True, "off": False}
        if word not in choices:
            raise UsageProblem(f"\\timing takes on or off, not {word!r}")
        self._chat.display.timing = choices[word]
        self._say(f"timing is {'on' if choices[word] else 'off'}")

    def _quit(self, _: str) -> None:
        raise Leave

    def _last_rows(self) -> Outcome:
        for call in reversed(self._chat.opened.conversation.finished):
            if call.outcome is not None and call.outcome.columns:
                return call.outcome
        raise UsageProblem("there is no result to export yet")

    def _print(self, view: listings.View) -> None:
        paging.show(self._chat.console, view, paged=self._chat.display.paged)

    def _say(self, words: str) -> None:
        self._chat.console.print(Text(visible(words), style="dim"))


def _needed(argument: str, usage: str) -> str:
    if not argument:
        raise UsageProblem(f"write {usage}")
    return argument


def _number(word: str, *, default: int) -> int:
    if not word:
        return default
    if not word.isdecimal():
        raise UsageProblem(f"{word!r} is not a number")
    return int(word)
