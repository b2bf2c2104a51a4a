"""Errors as a person reads them: one line on stderr, the way out, and the exit code.

What is not one of our typed errors is a bug: the traceback goes to a log file in the state folder, never to the
terminal, because it could show values.
"""

import logging
import sys
from pathlib import Path

from agent.interfaces.plain_text import one_line

FAILED, USAGE, REFUSED, PARTIAL, LIMIT, INTERRUPTED = 1, 2, 3, 4, 6, 130

log = logging.getLogger(__name__)


class UsageProblem(Exception):
    """The command line asks for something that cannot be done."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def report(error: BaseException) -> int:
    """Print one line for the error and return the exit code that goes with it."""
    code, line = explain(error)
    print(f"columnist: {line}", file=sys.stderr)  # noqa: T201
    return code


def explain(error: BaseException) -> tuple[int, str]:
    """The exit code and the line for an error, its hint included."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "stopped"
    if isinstance(error, OSError) and error.strerror:
        return FAILED, one_line(f"{error.strerror}: {error.filename}" if error.filename else error.strerror)
    code = _code(error)
    if code is None:
        return FAILED, _internal(error)
    hint = getattr(error, "hint", None)
    message = one_line(str(error)).rstrip(".")
    return code, f"{message}. {hint[0].upper()}{one_line(hint[1:])}" if hint else message


def log_path() -> Path:
    """Where the details of internal errors go."""
    from platformdirs import user_state_path

    return user_state_path("columnist", appauthor=False) / "columnist.log"


def _code(error: BaseException) -> int | None:
    from agent.llm.errors import ModelError, NoModel
    from agent.settings_sources import ConfigError
    from memory.errors import MemoryFailure
    from skills.errors import SkillError, SkillUnknown, TaskInvalid, TaskRefused
    from tools.errors import Cancelled, Refused, StatementError, ToolError

    kinds: tuple[tuple[type[BaseException], int], ...] = (
        (UsageProblem, USAGE),
        (ConfigError, USAGE),
        (NoModel, USAGE),
        (ModelError, FAILED),
        (Cancelled, INTERRUPTED),
        (Refused, REFUSED),
        (StatementError, REFUSED),
        (ToolError, FAILED),
        (TaskRefused, REFUSED),
        (TaskInvalid, USAGE),
        (SkillUnknown, USAGE),
        (SkillError, FAILED),
        (MemoryFailure, FAILED),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), None)


def _internal(error: BaseException) -> str:
    name = type(error).__name__
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(log_path(), encoding="utf-8")
    except OSError:
        return f"internal error ({name}); the log in {log_path().parent} cannot be written"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)
    log.error("internal error", exc_info=error)
    log.removeHandler(handler)
    handler.close()
    return f"internal error ({name}); details in {log_path()}"
