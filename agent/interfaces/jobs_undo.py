"""`columnist jobs undo JOB` and `/jobs undo JOB`: what it would do, one question, and what came of it."""

import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from agent.app import App
from agent.interfaces.failures import REFUSED
from agent.interfaces.fill import caller_of
from agent.interfaces.json_lines import write_line
from agent.interfaces.plain_text import one_line, visible
from agent.interfaces.signals import stopped_by_signals
from memory.jobs import Job, JobState, JobStore
from skills.ai_column.report import shown_key
from skills.ai_column.undo_plan import UndoPlan
from skills.ai_column.undoing import JobUndo, Undone
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovedBy


class UndoView:
    """News on stderr, the result on stdout."""

    def __init__(self, stdout: TextIO, stderr: TextIO, *, as_json: bool) -> None:
        self._stdout = stdout
        self._as_json = as_json
        self._news = Console(file=stderr, highlight=False)

    def plan(self, plan: UndoPlan) -> None:
        target = plan.target
        most = "up to " if plan.changed is None else ""
        self._say(f"undo job {plan.job.id}: {most}{plan.rows:,} rows of {target.table.name}.{', '.join(target.names)}")
        for note in plan.notes:
            self._news.print(Text(f"• {visible(note)}", style="yellow"))

    def ask(self) -> bool | None:
        """None: there is nobody to ask."""
        if not (sys.stdin.isatty() and self._news.is_terminal):
            return None
        self._news.print(Text("Put the old values back? [y/N] "), end="")
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def progress(self, rows: int) -> None:
        if rows:
            self._say(f"{rows:,} rows put back")

    def report(self, undone: Undone) -> None:
        if self._as_json:
            write_line(self._stdout, undone.as_json())
            return
        for conflict in undone.conflicts:
            self._news.print(Text(f"{shown_key(conflict.key)}: {one_line(conflict.reason)}", style="yellow"))
        words = f"{undone.rows:,} rows put back, {undone.changed:,} left alone, {undone.gone:,} deleted since"
        if undone.pending:
            words += f", {undone.pending:,} to go: run the same command again"
        state = f"{undone.state.value}: {undone.message}" if undone.message else undone.state.value
        Console(file=self._stdout, highlight=False).print(Text(visible(f"{state}. {words} (job {undone.job_id})")))

    def _say(self, text: str) -> None:
        self._news.print(Text(visible(text)))


def undo_job(app: App, gate: Gate, job: Job, view: UndoView, *, yes: bool = False, caller: Caller | None = None) -> int:
    """Plan, question, undo; returns the exit code."""
    caller = caller or caller_of(app, f"undo job {job.id}")
    undo = JobUndo(gate, JobStore(app.store), caller, app.settings.fill.lease_s)
    plan = undo.plan(job)
    if plan.rows == 0:
        undone = Undone(job_id=job.id, state=JobState.DONE, message="there is nothing to put back")
        view.report(undone)
        return undone.exit_code
    view.plan(plan)
    agreed = True if yes else view.ask()
    if not agreed:
        why = "cancelled" if agreed is False else "not approved: there is no terminal to ask on; approve with --yes"
        view.report(Undone(job_id=job.id, state=JobState.REFUSED, pending=plan.rows, message=why, exit_code=REFUSED))
        return REFUSED
    with stopped_by_signals(undo):
        undone = undo.run(plan, ApprovedBy.YES_FLAG if yes else ApprovedBy.PERSON, view.progress)
    view.report(undone)
    return undone.exit_code
