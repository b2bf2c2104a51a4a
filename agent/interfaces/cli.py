"""The console script: turns the command line into one command and its end into an exit code.

Nothing heavy is imported here: `--version` answers before the parser is loaded, and each command imports what it
needs when it runs. `columnist demo.db` means `columnist chat demo.db`.
"""

import io
import os
import re
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from agent.interfaces.version import VERSION

COMMANDS = ("chat", "demo", "fill", "jobs", "prompts", "why", "watch", "sql", "audit", "skills", "doctor")
# Options that take a value: what follows one of them is not the URL or the command.
VALUED = ("--model", "--mode", "--config", "--as", "-p", "--print", "--output-format")
_SESSION = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]+)*|last")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    return _flushed(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        print(f"columnist {VERSION}")  # noqa: T201
        return 0
    signal.signal(signal.SIGTERM, _terminated)
    _speak_utf8()
    try:
        from agent.interfaces.command_line import app

        app(args=with_command(given), prog_name="columnist")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  # the outermost edge: one line for the person, the rest in the log
        from agent.interfaces.failures import report

        return report(error)
    return 0


def with_command(arguments: list[str]) -> list[str]:
    """The same command line with its command in front: `chat` where none is named."""
    arguments = _with_session(arguments)
    position = _first_positional(arguments)
    if position is not None and arguments[position] in COMMANDS:
        return [arguments[position], *arguments[:position], *arguments[position + 1 :]]
    if position is None and any(word in ("--help", "-h", "--version") for word in arguments):
        return arguments
    return ["chat", *arguments]


def _first_positional(arguments: list[str]) -> int | None:
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            return None
        if not word.startswith("-") or word == "-":
            return position
        position += 2 if word in VALUED else 1
    return None


def _with_session(arguments: list[str]) -> list[str]:
    """`--resume` may stand alone (the last session) or before a session id; the parser knows only `--resume=ID`."""
    resolved: list[str] = []
    words = iter(arguments)
    for word in words:
        if word != "--resume":
            resolved.append(word)
            continue
        following = next(words, None)
        if following is not None and _SESSION.fullmatch(following):
            resolved.append(f"--resume={following}")
        else:
            resolved += ["--resume=last", *([following] if following is not None else [])]
    return resolved


def _flushed(code: int) -> int:
    """The exit code, or 1 when what was printed cannot be delivered (a full disk, a closed pipe)."""
    try:
        sys.stdout.flush()
    except OSError:
        # Python flushes once more at its end, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or 1
    return code


def _speak_utf8() -> None:
    """Whatever the locale: bytes that are no text come in and go out without breaking a line of the protocol."""
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
