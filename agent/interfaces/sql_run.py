"""`columnist sql run`: statements through the door without a model; one process is one session.

Every input line gets exactly one answer line, in order, flushed. BEGIN, COMMIT and ROLLBACK work across lines; what
is still open when the input ends is rolled back.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from agent.app import App
from agent.interfaces.failures import FAILED, REFUSED, UsageProblem
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import asked_mode, opened
from agent.interfaces.options import SqlOptions
from agent.settings import start_mode
from memory.errors import MemoryFailure
from tools.db.values import rows_as_json
from tools.errors import Cancelled, Refused, StatementError, ToolError
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.gate import Gate
from tools.safety.pending import ApprovalRequired, ApprovedBy, Outcome
from tools.settings import Environment, Mode


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one statement: exactly one of the three is set."""

    outcome: Outcome | None = None
    refusal: Refused | StatementError | None = None
    error: ToolError | MemoryFailure | None = None

    @property
    def exit_code(self) -> int:
        return 0 if self.outcome else REFUSED if self.refusal else FAILED

    def as_json(self) -> dict[str, object]:
        if self.outcome is not None:
            return _rows(self.outcome)
        if self.refusal is not None:
            verdict = "confirm" if isinstance(self.refusal, ApprovalRequired | _Unapproved) else "deny"
            reasons = self.refusal.reasons if isinstance(self.refusal, Refused) else (_words(self.refusal),)
            return {"verdict": verdict, "reasons": list(reasons)}
        assert self.error is not None  # exactly one is set
        return {"error": _words(self.error)}


class _Unapproved(Refused):
    """`--yes` does not cover this statement."""


def run_sql(options: SqlOptions, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Run the statement or the lines; returns the exit code."""
    statement, options = _statement(options)
    with opened(options.opening) as app:
        session = _Session(app, options)
        try:
            session.gate.schema.get()  # a wrong address is one error now, not one on every line
            if options.jsonl:
                return _lines(session, stdin, stdout)
            assert statement is not None  # _statement saw to it
            return _one(session, statement, options, stdout, stderr)
        finally:
            session.end(stderr)


def _statement(options: SqlOptions) -> tuple[str | None, SqlOptions]:
    """The one statement; `sql run "SELECT 1"` leaves out the URL, which then comes from the environment."""
    from dataclasses import replace

    if options.jsonl:
        if options.statement is not None:
            raise UsageProblem("--jsonl reads statements from stdin; leave out the statement")
        return None, options
    url = options.opening.url
    if options.statement is None and url is not None and " " in url.strip():
        return url, replace(options, opening=replace(options.opening, url=None))
    if options.statement is None:
        raise UsageProblem("no statement was given", hint='write columnist sql run URL "SELECT ...", or use --jsonl')
    return options.statement, options


class _Session:
    """The door, in the name of this process."""

    def __init__(self, app: App, options: SqlOptions) -> None:
        self.gate: Gate = app.gate()
        self._yes = options.yes
        environment = app.target.environment if app.target else Environment.DEV
        self._mode = start_mode(app.settings.safety, environment, Mode.ASK, asked_mode(options.opening))
        self._id = f"sql-{uuid.uuid4().hex[:12]}"

    def run(self, sql: str) -> Answer:
        """One statement; Ctrl-C stops it on the server."""
        caller = Caller(session_id=self._id, request_id=uuid.uuid4().hex, mode=self._mode)
        cancel = CancelToken()
        try:
            return Answer(outcome=self._run(sql, caller, cancel))
        except KeyboardInterrupt:
            cancel.cancel()
            raise
        except Cancelled:
            raise
        except (Refused, StatementError) as refusal:
            return Answer(refusal=refusal)
        except (ToolError, MemoryFailure) as error:
            return Answer(error=error)

    def end(self, stderr: TextIO) -> None:
        """Roll back what is still open."""
        if self.gate.transaction(self._id) is not None:
            self.gate.rollback(Caller(session_id=self._id, request_id=uuid.uuid4().hex, mode=self._mode))
            stderr.write("columnist: the input ended inside a transaction: rolled back\n")

    def _run(self, sql: str, caller: Caller, cancel: CancelToken) -> Outcome:
        try:
            return self.gate.run(sql, caller, cancel=cancel)
        except ApprovalRequired as required:
            if not self._yes:
                raise
            pending = required.pending
        try:
            approval = self.gate.approve(pending, caller, ApprovedBy.YES_FLAG)
            return self.gate.execute(pending, approval, caller, cancel=cancel)[-1]
        except Refused as refusal:
            raise _Unapproved(refusal.message, hint=refusal.hint, reasons=refusal.reasons) from None


def _lines(session: _Session, stdin: TextIO, stdout: TextIO) -> int:
    for number, line in enumerate(stdin, start=1):
        if line.strip():
            write_line(stdout, _answer_line(session, line, number))
    return 0


def _answer_line(session: _Session, line: str, number: int) -> dict[str, object]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return _malformed(None, number)
    if not isinstance(asked, Mapping):
        return _malformed(None, number)
    line_id, sql = asked.get("id"), asked.get("sql")
    if "id" not in asked or not isinstance(sql, str):
        return _malformed(line_id, number)
    return {"id": line_id, **session.run(sql).as_json()}


def _malformed(line_id: object, number: int) -> dict[str, object]:
    reason = f'line {number} is not an object {{"id": ..., "sql": "..."}}'
    return {"id": line_id, "verdict": "deny", "reasons": [reason]}


def _one(session: _Session, statement: str, options: SqlOptions, stdout: TextIO, stderr: TextIO) -> int:
    answer = session.run(statement)
    if options.json:
        write_line(stdout, answer.as_json())
    elif answer.outcome is not None:
        _print(answer.outcome, stdout)
    else:
        failure = answer.refusal or answer.error
        assert failure is not None  # exactly one is set
        stderr.write(f"columnist: {_words(failure)}\n")
    return answer.exit_code


def _rows(outcome: Outcome) -> dict[str, object]:
    answer: dict[str, object] = {
        "columns": list(outcome.columns),
        "rows": rows_as_json(outcome.rows),
        "row_count": outcome.row_count,
        "truncated": outcome.truncated,
    }
    if outcome.notices:
        answer["notices"] = list(outcome.notices)
    return answer


def _words(failure: ToolError | MemoryFailure) -> str:
    return f"{failure.message.rstrip('.')}; {failure.hint}" if failure.hint else failure.message


def _print(outcome: Outcome, stdout: TextIO) -> None:
    from rich.console import Console

    from agent.interfaces.render import outcome_view

    console = Console(file=stdout, highlight=False)
    console.print(outcome_view(outcome, width=console.width, in_chat=False))
