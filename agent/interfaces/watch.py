"""`columnist watch TASK.yaml`: keeps columns filled for rows that come later, round by round.

A round that finds nothing pending asks no model and says nothing. All rounds work on one job, so what its journal
has settled (answers, quarantined rows, NULL where that is right) is never paid for again. What goes wrong is tried
again, later each time; Ctrl-C and SIGTERM end it cleanly, in the middle of a round too.
"""

import re
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from agent.app import App
from agent.interfaces.failures import REFUSED, UsageProblem, explain
from agent.interfaces.fill import caller_of
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from agent.interfaces.plain_text import one_line
from agent.interfaces.signals import stopped_by_signals
from agent.llm.errors import ModelError
from memory.errors import MemoryFailure
from memory.jobs import Job, JobState
from skills.ai_column.budget import Limits
from skills.ai_column.engine import ColumnFill
from skills.ai_column.plan import Plan
from skills.ai_column.report import Report
from skills.ai_column.services import Choices, JobSpec, Services
from skills.ai_column.stop import StopReason
from skills.ai_column.task import ColumnTask, load_task
from skills.errors import SkillError
from tools.errors import Refused, ToolError
from tools.safety.pending import ApprovedBy

_TIME = re.compile(r"(\d+)([smh]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_LONGEST_S = 3600.0  # between rounds that fail, unless they are meant to be further apart
_ENDED = {StopReason.INTERRUPTED: 130, StopReason.TERMINATED: 143}
_ERRORS = (ToolError, MemoryFailure, ModelError, SkillError)


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """Every flag of `columnist watch`, as typed."""

    opening: Opening = field(default_factory=Opening)
    task: Path
    every: str = "5m"
    once: bool = False
    max_rows: int | None = None
    max_calls: int | None = None
    max_cost: Decimal | None = None
    yes: bool = False
    json: bool = False


def run_watch(options: WatchOptions, stdout: TextIO | None = None, stderr: TextIO | None = None) -> int:
    """Rounds until a signal, or one; returns the exit code."""
    every_s = seconds_of(options.every)
    task = load_task(options.task)
    if not options.yes:
        raise Refused(
            "watch fills without asking again, so it needs --yes",
            hint="look first with `columnist fill --task TASK.yaml --plan`, and bound each round with --max-rows",
        )
    with opened(options.opening) as app:
        watch = Watch(app, task, options, stdout or sys.stdout, stderr or sys.stderr)
        with stopped_by_signals(watch):
            return watch.once() if options.once else watch.run(every_s)


def seconds_of(text: str) -> float:
    """`30s`, `5m`, `1h`; a bare number is seconds."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise UsageProblem(f"--every takes a time such as 30s, 5m or 1h, not {text!r}")
    return float(int(found[1]) * _UNITS[found[2]])


class Watch:
    """The rounds over one task."""

    def __init__(self, app: App, task: ColumnTask, options: WatchOptions, stdout: TextIO, stderr: TextIO) -> None:
        self._app = app
        self._task = task
        self._options = options
        self._stdout = stdout
        self._stderr = stderr
        self._ended = threading.Event()
        self._reason: StopReason | None = None
        self._fill: ColumnFill | None = None

    def stop(self, reason: StopReason = StopReason.INTERRUPTED) -> None:
        """From a signal handler: the round under way is paused, and none begins any more."""
        self._reason = self._reason or reason
        self._ended.set()
        if self._fill is not None:
            self._fill.stop(reason)

    def once(self) -> int:
        report = self._round()
        if report is None:
            self._say(Report(job_id=None, state=JobState.DONE, message="nothing is pending"), filled=0)
            return 0
        return report.exit_code

    def run(self, every_s: float) -> int:
        """Until a signal. What a person must change (a task that does not fit) ends it too."""
        errors = 0
        while not self._ended.is_set():
            try:
                report = self._round()
                errors = errors + 1 if report is not None and report.state is JobState.FAILED else 0
                if report is not None and report.state is JobState.REFUSED:
                    return REFUSED
            except _ERRORS as error:
                code, words = explain(error)
                if code in (2, REFUSED):
                    raise
                errors += 1
                self._line(f"error: {words}")
            self._ended.wait(max(every_s, min(_LONGEST_S, every_s * 2**errors)) if errors else every_s)
        return _ENDED[self._reason or StopReason.INTERRUPTED]

    def _round(self) -> Report | None:
        """One fill; None: nothing was pending."""
        gate = self._app.gate()
        gate.schema.refresh()
        services = self._app.filling.services(gate, caller_of(self._app, self._task.intent))
        limits = Limits(
            max_calls=self._options.max_calls, max_cost=self._options.max_cost, max_rows=self._options.max_rows
        )
        with ColumnFill(services, Choices(limits=limits)) as fill:
            self._fill = fill
            if self._ended.is_set():
                fill.stop(self._reason or StopReason.INTERRUPTED)
            try:
                plan = fill.plan(self._task)
                if plan.pending == 0 and not plan.target.missing:
                    return None
                return self._filled(fill, plan, _job_of(services, plan))
            finally:
                self._fill = None

    def _filled(self, fill: ColumnFill, plan: Plan, job: Job | None) -> Report:
        job = fill.begin(plan, job)
        before = job.counts
        report = fill.run(plan, fill.approve(plan, ApprovedBy.YES_FLAG), lambda _: None)
        news = (report.filled, report.failed, report.calls) != (before.filled, before.failed, before.usage.calls)
        if news or self._options.once or report.state not in (JobState.DONE, JobState.PARTIAL):
            self._say(report, filled=report.filled - before.filled)
        return report

    def _say(self, report: Report, *, filled: int) -> None:
        if self._options.json:
            write_line(self._stdout, {**report.as_json(), "at": datetime.now(UTC).isoformat(), "round": filled})
            return
        why = f" ({report.message})" if report.message else ""
        self._line(
            f"{report.state.value}{why}: {filled:,} rows filled, {report.failed:,} failed, {report.pending:,} left"
            f"{f', job {report.job_id}' if report.job_id else ''}"
        )

    def _line(self, words: str) -> None:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {one_line(words)}", file=self._stderr, flush=True)


def _job_of(services: Services, plan: Plan) -> Job | None:
    """The job of the rounds before, finished or not; None: a new one, also after an undo."""
    return services.jobs.by_identity(plan.identity, _goes_on)


def _goes_on(job: Job) -> bool:
    given_up = job.state in (JobState.CANCELLED, JobState.REFUSED)
    return not given_up and JobSpec.from_json(job.spec_json).choices.refresh is None
