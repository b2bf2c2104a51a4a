"""`columnist jobs`: look at column-filling jobs, stop them, and go on with them.

`resume` goes on under the yes that the job has; it is also what a background run executes.
"""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from rich.console import Console

from agent.app import App
from agent.interfaces.failures import REFUSED, UsageProblem
from agent.interfaces.fill import caller_of, stopped_by_signals
from agent.interfaces.fill_view import FillView
from agent.interfaces.jobs_view import job_details, job_json, jobs_table
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from memory.jobs import Job, JobRequest, JobState, JobStore, Worker
from skills.ai_column.engine import ColumnFill
from skills.ai_column.report import Report
from skills.ai_column.services import JobSpec
from skills.errors import ConsentExceeded
from tools.db.url import parse_url
from tools.safety.gate import Gate

_ALL_FAILURES = 100_000
_WATCH_S = 0.5
ACTIONS = ("list", "show", "watch", "pause", "resume", "cancel", "retry-failed")


def run_jobs(
    action: str,
    job_id: str | None,
    opening: Opening,
    *,
    as_json: bool = False,
    limit: int = 20,
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
        if action in ("pause", "cancel"):
            return _request(jobs, job, JobRequest(action), stdout, as_json=as_json)
        if action == "watch":
            job = _watch(jobs, job, Console(file=stderr, highlight=False))
        return _show(jobs, job, stdout, as_json=as_json)


def print_jobs(app: App, words: str, console: Console | None = None) -> None:
    """`/jobs`, `/jobs JOB`, `/jobs pause JOB` and `/jobs cancel JOB` in the chat."""
    console = console or Console(highlight=False)
    jobs = JobStore(app.store)
    action, _, job_id = words.strip().partition(" ")
    if action in (JobRequest.PAUSE, JobRequest.CANCEL) and job_id.strip():
        jobs.request(job_id.strip(), JobRequest(action))
        console.print(f"job {job_id.strip()}: {action} asked for")
    elif action:
        console.print(job_details(jobs.get(action), jobs.failures(action, 20)))
    else:
        here = parse_url(app.target.url).identity if app.target else None
        console.print(jobs_table(jobs.list(20), width=console.width, database=here))


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
        write_line(stdout, job_json(job, failures))
    else:
        Console(file=stdout, highlight=False).print(job_details(job, failures))
    return 0


def _request(jobs: JobStore, job: Job, request: JobRequest, stdout: TextIO, *, as_json: bool) -> int:
    working = jobs.request(job.id, request)
    if as_json:
        write_line(stdout, job_json(jobs.get(job.id)))
    else:
        said = "its worker was asked" if working else f"it is {jobs.get(job.id).state.value}"
        Console(file=stdout, highlight=False).print(f"job {job.id}: {said}")
    return 0


def _watch(jobs: JobStore, job: Job, console: Console, pause: Callable[[float], None] = time.sleep) -> Job:
    """Until nobody works on it any more."""
    told = -1
    here = Worker.here()
    while job.state is JobState.RUNNING:
        if job.lease_owner is not None and here.is_gone(job.lease_owner):
            console.print(f"its worker is gone; go on with: columnist jobs resume {job.id}")
            return job
        if job.counts.filled != told:
            told = job.counts.filled
            console.print(f"{told} rows filled, {job.counts.failed} failed, {job.counts.usage.calls} calls")
        pause(_WATCH_S)
        job = jobs.get(job.id)
    return job


def _resume(app: App, job: Job, view: FillView, *, retry: bool) -> int:
    spec = JobSpec.from_json(job.spec_json)
    if job.state.finished:
        raise UsageProblem(f"job {job.id} is {job.state.value}", hint="the same `columnist fill` begins a new one")
    gate = _gate_of(app, job)
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


def _gate_of(app: App, job: Job) -> Gate:
    """The door of the job's database: the one given, else the configured one that it is."""
    if app.target is not None and parse_url(app.target.url).identity == job.database:
        return app.gate()
    for database in app.settings.databases:
        if parse_url(database.url).identity == job.database:
            return app.gate(database.name)
    raise UsageProblem(f"job {job.id} fills {job.database}", hint="give the URL of that database, or set DATABASE_URL")
