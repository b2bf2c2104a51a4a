"""`columnist fill`: plan, preview, question, run, summary. Never asks where there is no terminal.

Without a terminal a fill needs `--yes`, or only looks with `--plan` or `--preview`. The exit code says how it
ended (docs: 0 done, 1 failed, 2 usage, 3 refused, 4 partial or paused, 6 budget, 130 Ctrl-C, 143 SIGTERM).
"""

import sys
import uuid
from typing import TextIO

from agent.app import App
from agent.interfaces.failures import INTERRUPTED, REFUSED, UsageProblem, explain, report
from agent.interfaces.fill_options import FillOptions, choices_of, task_of
from agent.interfaces.fill_view import FillView
from agent.interfaces.opening import opened
from agent.interfaces.signals import stopped_by_signals
from agent.llm.errors import ModelError
from agent.settings import ConfigError, start_mode
from memory.errors import MemoryFailure
from memory.jobs import Job, JobState
from skills.ai_column.budget import BudgetReached
from skills.ai_column.consent import Consent
from skills.ai_column.engine import ColumnFill
from skills.ai_column.plan import Plan
from skills.ai_column.report import Report, exit_code
from skills.ai_column.services import Choices
from skills.ai_column.task import ColumnTask
from skills.errors import SkillError
from skills.model_caller import ModelUnusable
from tools.errors import ToolError
from tools.safety.caller import Caller
from tools.safety.pending import ApprovedBy
from tools.settings import Mode

_ENDED = {REFUSED: JobState.REFUSED, INTERRUPTED: JobState.PAUSED}


def run_fill(
    options: FillOptions, stdin: TextIO | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None
) -> int:
    """One fill from the command line; returns the exit code."""
    stdin = stdin or sys.stdin
    view = FillView(stdout or sys.stdout, stderr or sys.stderr, as_json=options.json)
    try:
        choices = choices_of(options)
        task = task_of(options)
        with opened(options.opening) as app:
            asker = Asker(stdin, view) if stdin.isatty() and view.interactive else None
            return _Command(app, options, choices, view, asker).run(task)
    except (UsageProblem, ConfigError, ModelError, SkillError, ToolError, MemoryFailure, KeyboardInterrupt) as error:
        if not options.json:
            raise
        # Scripts read the last line whatever happened.
        code = report(error)
        view.json(
            Report(
                job_id=None, state=_ENDED.get(code, JobState.FAILED), message=explain(error)[1], exit_code=code
            ).as_json()
        )
        return code


def caller_of(app: App, question: str) -> Caller:
    """In whose name a fill comes to the door: the person at this machine, in a session of its own."""
    mode = Mode.ASK
    if app.target is not None:
        mode = start_mode(app.settings.safety, app.target.environment, Mode.OPERATE, None)
    return Caller(session_id=uuid.uuid4().hex, request_id=uuid.uuid4().hex, mode=mode, question=question)


class Asker:
    """Puts the one question of a fill to a person."""

    def __init__(self, stdin: TextIO, view: FillView) -> None:
        self._stdin = stdin
        self._view = view

    def decide(self) -> str:
        """`continue`, `adjust` or `cancel`; anything unclear, and the end of input, is cancel."""
        answer = self._line("Continue, adjust or cancel? [c/a/N] ").casefold()
        if answer in ("c", "continue", "y", "yes", "继续"):
            return "continue"
        return "adjust" if answer in ("a", "adjust", "调整") else "cancel"

    def wording(self, task: ColumnTask) -> dict[str, str]:
        """Other words for what to generate, by column; empty: the person changed their mind."""
        words = {}
        for name, spec in task.columns.items():
            self._view.say(f"now: {spec.intent}")
            said = self._line("New wording: " if len(task.columns) == 1 else f"New wording for {name}: ")
            if said:
                words[name] = said
        return words

    def _line(self, prompt: str) -> str:
        self._view.prompt(prompt)
        return self._stdin.readline().strip()


class _Command:
    """One call of `columnist fill`."""

    def __init__(self, app: App, options: FillOptions, choices: Choices, view: FillView, asker: Asker | None) -> None:
        self._app = app
        self._options = options
        self._choices = choices
        self._view = view
        self._asker = asker

    def run(self, task: ColumnTask) -> int:
        while True:
            try:
                with self._fill(task) as fill:
                    outcome = self._one(fill, task)
            except (BudgetReached, ModelUnusable) as error:
                state = JobState.BUDGET if isinstance(error, BudgetReached) else JobState.FAILED
                outcome = Report(
                    job_id=None, state=state, pending=0, message=str(error), exit_code=exit_code(state, None)
                )
            if isinstance(outcome, ColumnTask):
                task = outcome
                continue
            if isinstance(outcome, Report):
                self._view.report(outcome)
                return outcome.exit_code
            return outcome

    def _fill(self, task: ColumnTask) -> ColumnFill:
        caller = caller_of(self._app, task.intent)
        services = self._app.filling.services(
            self._app.gate(), caller, concurrency=self._options.concurrency, plan_only=self._options.plan
        )
        return ColumnFill(services, self._choices)

    def _one(self, fill: ColumnFill, task: ColumnTask) -> "Report | ColumnTask | int":
        """One wording: its report, the exit code of a look, or the task in other words."""
        plan = fill.plan(task)
        self._view.plan(plan)
        if self._options.plan:
            self._view.json(plan.as_json())
            return 0
        if self._asker is None and not self._options.yes and self._options.preview is None:
            why = "not approved: there is no terminal to ask on; look with --plan or --preview, approve with --yes"
            return Report(job_id=None, state=JobState.REFUSED, pending=plan.pending, message=why, exit_code=3)
        unfinished = fill.unfinished(plan)
        if unfinished is None and plan.pending == 0 and not plan.target.missing:
            return Report(job_id=None, state=JobState.DONE, pending=0, message="there is nothing to fill")
        job = fill.begin(plan)
        if unfinished is not None:
            self._view.resumes(unfinished, fill.lease.took_over)
        if self._options.preview is not None:
            return self._look(fill, plan, job)
        consent = self._consent(fill, plan, job)
        if not isinstance(consent, Consent):
            return consent
        with stopped_by_signals(fill):
            report = fill.run(plan, consent, self._view.progress)
        self._view.end_progress()
        self._view.samples(plan, report.samples)
        return report

    def _look(self, fill: ColumnFill, plan: Plan, job: Job) -> int:
        look = fill.preview(plan, self._options.preview)
        self._view.rows("preview: nothing was written", look.plan, look.shown)
        self._view.measured(look.plan)
        shown = [one.as_json() for one in look.shown]
        self._view.json({**look.plan.as_json(), "job": job.id, "preview": shown})
        return 0 if any(one.failed is None for one in look.shown) or not shown else 1

    def _consent(self, fill: ColumnFill, plan: Plan, job: Job) -> "Consent | Report | ColumnTask":
        if self._options.yes or self._asker is None:
            return fill.approve(plan, ApprovedBy.YES_FLAG)
        if job.counts.filled == 0 and plan.preview_rows:
            look = fill.preview(plan)
            plan = look.plan
            self._view.rows("preview: nothing is written yet", plan, look.shown)
            self._view.measured(plan)
        decision = self._asker.decide()
        if decision == "continue":
            return fill.approve(plan, ApprovedBy.PERSON)
        words = self._asker.wording(plan.task) if decision == "adjust" else {}
        if words:
            fill.give_up(JobState.CANCELLED)
            return plan.task.reworded(words)
        # A job that was begun earlier stays resumable; one that was only planned is over.
        if job.counts.filled == 0:
            fill.give_up(JobState.REFUSED)
        return Report(job_id=job.id, state=JobState.REFUSED, pending=plan.pending, message="cancelled", exit_code=3)
