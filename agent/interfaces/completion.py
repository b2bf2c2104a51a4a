"""What Tab offers: commands and their arguments, tables, columns, SQL words.

The names come from a snapshot that the chat refreshes in the background; completing never asks the database.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from agent.interfaces.commands import COMMANDS, Takes, parse
from agent.interfaces.sql_line import is_sql

SQL_WORDS = (
    "ADD ALL ALTER AND AS ASC AVG BEGIN BETWEEN BY CASE CAST COALESCE COLUMN COMMIT COUNT CREATE DELETE DESC DISTINCT "
    "DROP ELSE END EXISTS FROM GROUP HAVING IN INDEX INNER INSERT INTO IS JOIN LEFT LIKE LIMIT MAX MIN NOT NULL OFFSET "
    "ON OR ORDER ROLLBACK SELECT SET SUM TABLE THEN UNION UPDATE VALUES WHEN WHERE WITH"
)
_WORD = re.compile(r"[\w.$]*$")
_AFTER_TABLE_WORD = re.compile(r"\b(from|join|into|update|table|describe|desc)\s+[\w.$]*$", re.IGNORECASE)
_ALIAS = re.compile(r"\b(?:from|join|update)\s+([\w.$]+)(?=\s+(?:as\s+)?(\w+))", re.IGNORECASE)
_FIXED = {Takes.MODE: ("ask", "operate"), Takes.SWITCH: ("on", "off", "auto")}


@dataclass
class Names:
    """What can be completed just now; replaced piece by piece by the thread that reads the schema."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of each table
    skills: Mapping[str, str] = field(default_factory=dict)  # name -> description


class ChatCompleter(Completer):
    """Completes the line at the prompt."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        line = document.text_before_cursor
        call = parse(line)
        if call is not None and " " not in line.lstrip():
            yield from self._commands(call.name, len(call.name))
        elif call is not None and call.command is not None:
            yield from self._argument(call.command.takes, call.argument, document.text, complete_event)
        elif complete_event.completion_requested or is_sql(document.text):
            yield from self._words(line, document.text)

    def _commands(self, typed: str, replaced: int) -> Iterator[Completion]:
        for command in COMMANDS:
            for name in (command.name, *command.aliases):
                if name.startswith(typed) and (name == command.name or typed.startswith("\\")):
                    yield Completion(name, -replaced, display_meta=command.summary)
        for name, description in self._names.skills.items():
            if f"/{name}".startswith(typed):
                yield Completion(f"/{name}", -replaced, display_meta=description)

    def _argument(self, takes: Takes, argument: str, text: str, complete_event: CompleteEvent) -> Iterator[Completion]:
        if takes is Takes.SQL:
            yield from self._words(argument, text)
        elif takes is Takes.TABLE:
            yield from _matching(argument, self._names.columns, "table")
        elif takes is Takes.COMMAND:
            prefix = "" if argument.startswith(("/", "\\")) else "/"
            yield from self._commands(prefix + argument, len(argument))
        elif takes is Takes.FILE:
            yield from self._paths.get_completions(Document(argument, len(argument)), complete_event)
        else:
            yield from _matching(argument, _FIXED.get(takes, ()), "")

    def _words(self, line: str, text: str) -> Iterator[Completion]:
        """`line` ends at the cursor; tables are also named behind it, in `text`."""
        found = _WORD.search(line)
        word = found.group() if found else ""
        owner, dot, column = word.rpartition(".")
        table = owner if owner in self._names.columns else _aliases(text).get(owner.lower(), "")
        if dot and table in self._names.columns:
            yield from _matching(column, self._names.columns[table], table)
            return
        yield from _matching(word, self._names.columns, "table")
        if _AFTER_TABLE_WORD.search(line) or not word:
            return
        lowered = text.lower()
        mentioned = [name for name in self._names.columns if name.lower() in lowered]
        of_table = {
            column: table for table in mentioned or self._names.columns for column in self._names.columns[table]
        }
        for name, owner in of_table.items():
            yield from _matching(word, (name,), owner)
        yield from _matching(word, (SQL_WORDS if word.isupper() else SQL_WORDS.lower()).split(), "")


def _aliases(text: str) -> dict[str, str]:
    """Short name -> table, as FROM and JOIN give them."""
    return {short.lower(): table for table, short in _ALIAS.findall(text)}


def _matching(typed: str, names: Iterable[str], meta: str) -> Iterator[Completion]:
    folded = typed.lower()
    for name in names:
        if name.lower().startswith(folded):
            yield Completion(name, -len(typed), display_meta=meta)
