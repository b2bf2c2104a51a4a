"""`columnist jobs watch`: the progress of a job that another process runs, until that one stops."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console

from agent.interfaces.progress_view import ProgressView
from memory.jobs import Job, JobState, JobStore, Worker
from skills.ai_column.record import JobRecord, interrupted, progress_of
from skills.ai_column.report import exit_code

_EVERY_S = 0.5
RESUMABLE = 4


def watch(jobs: JobStore, job: Job, console: Console, pause: Callable[[float], None] = time.sleep) -> Job:
    """Until nobody works on it any more."""
    view, here = ProgressView(console), Worker.here()
    try:
        while job.state is JobState.RUNNING:
            if interrupted(job, here):
                view.end()
                console.print(f"its worker is gone; go on with: columnist jobs resume {job.id}")
                return job
            standing = progress_of(job, datetime.now(UTC))
            if standing is not None:
                view.show(standing)
            pause(_EVERY_S)
            job = jobs.get(job.id)
    finally:
        view.end()
    return job


def code_of(job: Job) -> int:
    """The exit code of the job itself; of one that has not ended, that it can be resumed."""
    if job.state in (JobState.RUNNING, JobState.PLANNED):
        return RESUMABLE
    report = JobRecord.of(job).report
    return report.exit_code if report is not None and report.state is job.state else exit_code(job.state, None)
