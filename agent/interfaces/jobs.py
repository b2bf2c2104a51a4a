"""`columnist jobs`: look at column-filling jobs, stop them, and go on with them.

`resume` goes on under the yes that the job has; it is also what a background run executes.
"""

import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from agent.app import App
from agent.interfaces.failures import REFUSED, UsageProblem
from agent.interfaces.fill import caller_of
from agent.interfaces.fill_view import FillView
from agent.interfaces.jobs_undo import UndoView, undo_job
from agent.interfaces.jobs_view import job_details, job_json, jobs_table
from agent.interfaces.jobs_watch import code_of, watch
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from agent.interfaces.signals import stopped_by_signals
from memory.jobs import Job, JobRequest, JobState, JobStore
from skills.ai_column.engine import ColumnFill
from skills.ai_column.examiner import check_job
from skills.ai_column.job_control import JobControl
from skills.ai_column.report import Report
from skills.ai_column.services import JobSpec, QualityCheck
from skills.errors import ConsentExceeded
from tools.db.url import parse_url
from tools.safety.caller import Caller
from tools.safety.gate import Gate

_ALL_FAILURES = 100_000
_LISTED = 20
ACTIONS = (
    "list", "show", "watch", "pause", "resume", "cancel", "slower", "faster", "retry-failed", "check", "undo",
)  # fmt: skip


def run_jobs(
    action: str,
    job_id: str | None,
    opening: Opening,
    *,
    as_json: bool = False,
    limit: int = 20,
    yes: bool = False,
    check: QualityCheck | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """One action of `columnist jobs`; returns the exit code."""
    stdout, stderr = stdout or sys.stdout, stderr or sys.stderr
    if action not in ACTIONS:
        raise UsageProblem(f"there is no `jobs {action}`", hint=f"one of {', '.join(ACTIONS)}")
    if action != "list" and job_id is None:
        raise UsageProblem(f"which job? columnist jobs {action} JOB", hint="see `columnist jobs list`")
    with opened(opening) as app:
        jobs = JobStore(app.store)
        if job_id is None or action == "list":
            return _list(jobs, limit, stdout, as_json=as_json)
        job = jobs.get(job_id)
        if action in ("resume", "retry-failed"):
            view = FillView(stdout, stderr, as_json=as_json)
            return _resume(app, job, view, retry=action == "retry-failed")
        if action == "check":
            return _check(app, job, check or QualityCheck(), stdout, stderr, as_json=as_json)
        if action == "undo":
            return undo_job(app, gate_of(app, job), job, UndoView(stdout, stderr, as_json=as_json), yes=yes)
        if action in set(JobRequest):
            return _request(jobs, job, JobRequest(action), stdout, as_json=as_json)
        if action == "watch":
            job = watch(jobs, job, Console(file=stderr, highlight=False))
            _show(jobs, job, stdout, as_json=as_json)
            return code_of(job)
        return _show(jobs, job, stdout, as_json=as_json)


def print_jobs(app: App, words: str, caller: Caller, console: Console | None = None) -> None:
    """`/jobs`, `/jobs JOB` and `/jobs ACTION [JOB]` in the chat; without JOB the one at work here is meant."""
    console = console or Console(highlight=False)
    control, gate = app.job_control, app.gate()
    action, _, job_id = words.strip().partition(" ")
    if not action:
        console.print(jobs_table(_here_first(control, gate), width=console.width, database=gate.database))
    elif action in set(JobRequest):
        console.print(Text(control.ask(control.find(job_id, gate), JobRequest(action))))
    elif action == "resume":
        console.print(Text(control.resume(control.find(job_id, gate), gate, caller.mode)))
    elif action == "undo" and job_id.strip():
        job = control.jobs.get(job_id.strip())
        undo_job(app, gate_of(app, job), job, UndoView(sys.stdout, sys.stderr, as_json=False), caller=caller)
    else:
        job = control.jobs.get(job_id.strip() if action == "show" and job_id else action)
        console.print(job_details(job, control.jobs.failures(job.id, 20), control.jobs.summary(job.id)))


def _here_first(control: JobControl, gate: Gate) -> list[Job]:
    """The jobs of this database, then those of others."""
    here = control.jobs.list(_LISTED, gate.database)
    ids = {job.id for job in here}
    return [*here, *(job for job in control.jobs.list(_LISTED) if job.id not in ids)][:_LISTED]


def _list(jobs: JobStore, limit: int, stdout: TextIO, *, as_json: bool) -> int:
    found = jobs.list(limit)
    if as_json:
        write_line(stdout, {"jobs": [job_json(job) for job in found]})
    else:
        console = Console(file=stdout, highlight=False)
        console.print(jobs_table(found, width=console.width))
    return 0


def _show(jobs: JobStore, job: Job, stdout: TextIO, *, as_json: bool) -> int:
    failures = jobs.failures(job.id, _ALL_FAILURES)
    if as_json:
        write_line(stdout, job_json(job, failures, jobs.summary(job.id)))
    else:
        Console(file=stdout, highlight=False).print(job_details(job, failures, jobs.summary(job.id)))
    return 0


def _request(jobs: JobStore, job: Job, request: JobRequest, stdout: TextIO, *, as_json: bool) -> int:
    working = jobs.request(job.id, request)
    if as_json:
        write_line(stdout, job_json(jobs.get(job.id)))
    elif working:
        Console(file=stdout, highlight=False).print(f"job {job.id}: its worker was asked")
    else:
        Console(file=stdout, highlight=False).print(f"job {job.id}: it is {jobs.get(job.id).state.value}")
    return 1 if not working and request in (JobRequest.SLOWER, JobRequest.FASTER) else 0


def _resume(app: App, job: Job, view: FillView, *, retry: bool) -> int:
    spec = JobSpec.from_json(job.spec_json)
    if job.state.finished:
        raise UsageProblem(f"job {job.id} is {job.state.value}", hint="the same `columnist fill` begins a new one")
    gate = gate_of(app, job)
    caller = caller_of(app, spec.task.intent)
    services = app.filling.services(gate, caller, concurrency=spec.choices.concurrency)
    with ColumnFill(services, spec.choices) as fill:
        plan = fill.plan(spec.task)
        fill.begin(plan, job)
        view.resumes(job, fill.lease.took_over)
        if retry:
            view.say(f"{fill.retry_failed()} failed rows are asked again")
        try:
            consent = fill.go_on(plan, job)
        except ConsentExceeded as exceeded:
            code = REFUSED if not job.approval_json else 4
            state = JobState.REFUSED if code == REFUSED else JobState.PAUSED
            message = f"{exceeded.message} ({exceeded.hint})"
            view.report(Report(job_id=job.id, state=state, pending=plan.pending, message=message, exit_code=code))
            return code
        with stopped_by_signals(fill):
            report = fill.run(plan, consent, view.progress)
        view.end_progress()
        view.samples(plan, report.samples)
        view.report(report)
        return report.exit_code


def _check(app: App, job: Job, check: QualityCheck, stdout: TextIO, stderr: TextIO, *, as_json: bool) -> int:
    """A second opinion on what the job has written; 1 where it alerts or there is none."""
    spec = JobSpec.from_json(job.spec_json)
    services = app.filling.services(gate_of(app, job), caller_of(app, spec.task.intent))
    checked = check_job(services, job, check)
    FillView(stdout, stderr, as_json=as_json).quality(checked)
    if as_json:
        write_line(stdout, {"job": job.id, "quality": checked.as_json()})
    return 1 if checked.alert or checked.problem else 0


def gate_of(app: App, job: Job) -> Gate:
    """The door of the job's database: the one given, else the configured one that it is."""
    if app.target is not None and parse_url(app.target.url).identity == job.database:
        return app.gate()
    for database in app.settings.databases:
        if parse_url(database.url).identity == job.database:
            return app.gate(database.name)
    raise UsageProblem(f"job {job.id} fills {job.database}", hint="give the URL of that database, or set DATABASE_URL")
