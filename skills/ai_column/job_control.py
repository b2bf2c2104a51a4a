"""Column-filling jobs from a conversation: found without their ids, asked to stop or to change their pace, told of.

The slash command and the model's tool say the same here. Nothing here approves anything: a job goes on only under the
yes that it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from memory.jobs import Job, JobRequest, JobState, JobStore, Worker
from skills.ai_column.progress_words import line, spend
from skills.ai_column.record import JobRecord, exceeded, interrupted, progress_of, why
from skills.ai_column.services import JobSpec
from skills.errors import ConsentExceeded, SkillError
from tools.safety.gate import Gate
from tools.settings import Mode

Background = Callable[[str, Gate], None]  # starts a process that goes on with the job of that id
_RECENT = 50
_ASKED = {
    JobRequest.PAUSE: "it was asked to pause; what is paid for is still written",
    JobRequest.CANCEL: "it was asked to stop for good",
    JobRequest.SLOWER: "it was asked to go slower: half as many model calls at once",
    JobRequest.FASTER: "it was asked to go faster, as far as the model takes it",
}


@dataclass(frozen=True, kw_only=True)
class JobControl:
    """The jobs of one state store, as a conversation with one database handles them."""

    jobs: JobStore
    background: Background

    def here(self, gate: Gate) -> list[Job]:
        """The latest jobs of this database, the newest first."""
        return self.jobs.list(_RECENT, gate.database)

    def find(self, job_id: str | None, gate: Gate) -> Job:
        """The job of that id; without one, the one at work here, else the last unfinished, else the last one."""
        if job_id:
            return self.jobs.get(job_id.strip())
        found = self.here(gate)
        if not found:
            raise SkillError("no column was filled in this database yet", hint="/jobs lists those of other databases")
        return min(found, key=_urgency)

    def ask(self, job: Job, request: JobRequest) -> str:
        """Ask its worker; what came of it."""
        if self.jobs.request(job.id, request):
            return f"job {job.id}: {_ASKED[request]}"
        state = self.jobs.get(job.id).state.value
        if request in (JobRequest.SLOWER, JobRequest.FASTER):
            raise SkillError(
                f"nobody works on job {job.id}, it is {state}", hint=f"/jobs resume {job.id} goes on with it"
            )
        return f"job {job.id}: it is {state}"

    def resume(self, job: Job, gate: Gate, mode: Mode) -> str:
        """Go on with it in the background, under the yes that it has."""
        if job.database != gate.database:
            raise SkillError(f"job {job.id} fills another database: {job.database}", hint="open that one")
        if job.state.finished:
            raise SkillError(f"job {job.id} is {job.state.value}", hint="ask for the same fill to begin a new one")
        if job.state is JobState.RUNNING and not interrupted(job, Worker.here()):
            return f"job {job.id}: it is at work"
        if not job.approval_json:
            raise ConsentExceeded(f"job {job.id} was never approved", hint="ask for the same fill and approve it")
        if exceeded(job):
            raise ConsentExceeded(job.error or f"job {job.id} went beyond its yes", hint="ask for the same fill again")
        if mode is not Mode.OPERATE:
            raise SkillError("only reading is possible here", hint="/mode operate allows changes")
        self.background(job.id, gate)
        return f"job {job.id}: it goes on in the background"

    def told(self, job: Job) -> str:
        """How it stands, in a line or two."""
        head = f"job {job.id} ({named(job)}): "
        running = progress_of(job, datetime.now(UTC))
        if running is not None and not interrupted(job, Worker.here()):
            return f"{head}running, {line(running)}. Why not faster: {why(job, Worker.here())}"
        return head + ended_words(job)


def named(job: Job) -> str:
    """The columns that it fills."""
    task = JobSpec.from_json(job.spec_json).task
    return f"{task.into or task.table}.{', '.join(task.columns)}"


def ended_words(job: Job) -> str:
    """How a job that nobody works on stands, and why."""
    here, counts, record = Worker.here(), job.counts, JobRecord.of(job)
    state = "interrupted" if interrupted(job, here) else job.state.value
    left = f", {record.report.pending:,} left" if record.report and record.report.pending else ""
    tokens = counts.usage.prompt_tokens + counts.usage.completion_tokens
    spent = spend(tokens, counts.usage.cost if record.priced else None)
    reason = "" if job.state is JobState.DONE or not (job.error or state == "interrupted") else f": {why(job, here)}"
    return f"{state}, {counts.filled:,} rows filled, {counts.failed:,} failed{left}, {spent}{reason}"


def _urgency(job: Job) -> int:
    if job.state is JobState.RUNNING:
        return 0
    return 2 if job.state.finished else 1
