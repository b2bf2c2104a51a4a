"""The one table of slash and backslash commands: `/help`, completion and the documentation are made from it."""

import textwrap
from dataclasses import dataclass
from enum import StrEnum


class Takes(StrEnum):
    """What a command's argument is, which decides how it completes."""

    NOTHING = "nothing"
    WORDS = "words"  # anything
    COMMAND = "command"
    TABLE = "table"
    SQL = "sql"
    MODE = "mode"
    FILE = "file"
    SWITCH = "switch"  # on or off


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command of the chat."""

    name: str
    aliases: tuple[str, ...] = ()
    takes: Takes = Takes.NOTHING
    argument: str = ""  # as shown in the help
    summary: str


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """A line that calls a command. `command` is None for a name that is not in the table: a skill, or a mistake."""

    name: str
    command: Command | None
    argument: str


COMMANDS = (
    Command(
        name="/help",
        aliases=("/?", "\\?"),
        takes=Takes.COMMAND,
        argument="[COMMAND]",
        summary="show this list, or one command",
    ),
    Command(
        name="/sql",
        takes=Takes.SQL,
        argument="STATEMENT",
        summary="run a statement as it is; a line that starts like SQL does the same",
    ),
    Command(
        name="/tables",
        aliases=("\\dt",),
        takes=Takes.WORDS,
        argument="[PATTERN]",
        summary="list tables and views, or those whose name contains PATTERN",
    ),
    Command(
        name="/schema",
        aliases=("\\d",),
        takes=Takes.TABLE,
        argument="[TABLE]",
        summary="describe a table: columns, keys, indexes; without one, list all",
    ),
    Command(
        name="/explain",
        takes=Takes.SQL,
        argument="STATEMENT",
        summary="show how the database would run a statement, without running it",
    ),
    Command(
        name="/model",
        takes=Takes.WORDS,
        argument="[NAME]",
        summary="show or change the language model of this chat",
    ),
    Command(
        name="/mode",
        takes=Takes.MODE,
        argument="[ask|operate]",
        summary="show or change the mode: ask reads only, operate writes after a yes",
    ),
    Command(name="/skills", summary="list the skills; /NAME [WORDS] uses one"),
    Command(
        name="/jobs",
        takes=Takes.WORDS,
        argument="[[ACTION] JOB]",
        summary="list column-filling jobs, show one, or pause, resume, cancel, undo it, make it slower or faster",
    ),
    Command(
        name="/why",
        takes=Takes.WORDS,
        argument="TABLE.COLUMN KEY",
        summary="say which job wrote a cell, when, in which words, and whether that still stands",
    ),
    Command(
        name="/prompts",
        takes=Takes.WORDS,
        argument="[[show|remove] NAME]",
        summary="list the kept wordings for filling columns, show one, or remove one; @NAME uses it",
    ),
    Command(
        name="/undo",
        takes=Takes.WORDS,
        argument="[ID]",
        summary="take back the last confirmed write of this session, or the one with ID; asks first",
    ),
    Command(
        name="/history",
        takes=Takes.WORDS,
        argument="[WORD]",
        summary="show what was typed before, or the lines that contain WORD",
    ),
    Command(
        name="/audit",
        takes=Takes.WORDS,
        argument="[N]",
        summary="show the last N (20) audit rows of this session; the look itself is audited",
    ),
    Command(
        name="/resume",
        takes=Takes.WORDS,
        argument="[SESSION]",
        summary="list earlier sessions, or go on with one, its open question included",
    ),
    Command(name="/clear", summary="clear the screen"),
    Command(
        name="/export",
        takes=Takes.FILE,
        argument="FILE.csv|json|md",
        summary="write the last result to a file",
    ),
    Command(
        name="/expand",
        takes=Takes.WORDS,
        argument="[N]",
        summary="show the last (or N-th) tool call in full: its statement and rows",
    ),
    Command(
        name="\\x",
        takes=Takes.SWITCH,
        argument="[on|off|auto]",
        summary="show rows one below the other; auto does so when they do not fit",
    ),
    Command(name="\\timing", takes=Takes.SWITCH, argument="[on|off]", summary="show how long statements take"),
    Command(name="/quit", aliases=("/exit", "\\q"), summary="leave; Ctrl-D does the same"),
)

KEYS = (
    ("Enter", "send the line"),
    ("Alt-Enter, or a final \\", "go on in a next line"),
    ("Up, Down, Ctrl-R", "earlier lines; search them"),
    ("Tab", "complete commands, tables and columns"),
    ("Ctrl-C", "stop the running turn, on the server too; at the prompt, clear the line"),
    ("Ctrl-D", "leave"),
)

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def parse(line: str) -> Invocation | None:
    """The command that a line calls; None for a line that is a question or SQL."""
    text = line.strip()
    if not text.startswith(("/", "\\")) or text.startswith(("/*", "//")):
        return None
    name, _, argument = text.partition(" ")
    return Invocation(name=name, command=_BY_NAME.get(name), argument=argument.strip())


def find(name: str) -> Command | None:
    """The command of that name or alias, with or without its slash."""
    return _BY_NAME.get(name) or _BY_NAME.get(f"/{name}") or _BY_NAME.get(f"\\{name}")


def usage(command: Command) -> str:
    """How to type it: name, argument, other names."""
    words = f"{command.name} {command.argument}".strip()
    return f"{words}  ({', '.join(command.aliases)})" if command.aliases else words


def help_text(topic: str = "", *, columns: int = 120) -> str:
    """The whole table, or one command of it, in lines of at most so many columns."""
    if topic:
        command = find(topic)
        return f"{usage(command)}\n  {command.summary}" if command else f"there is no command {topic}; try /help"
    width = max(len(usage(command)) for command in COMMANDS)

    def row(name: str, does: str) -> str:
        return textwrap.fill(
            does, max(columns, width + 30), initial_indent=f"  {name:<{width}}  ", subsequent_indent=" " * (width + 4)
        )

    commands = [row(usage(command), command.summary) for command in COMMANDS]
    keys = [row(key, does) for key, does in KEYS]
    opening = "Ask in plain words, in any language, or type SQL."
    return "\n".join([opening, "", *commands, row("/SKILL [WORDS]", "use a skill (see /skills)"), "", *keys])
