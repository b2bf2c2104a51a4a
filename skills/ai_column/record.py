"""What a job's record keeps beside its counts: its plan, when its present run began, and a report of how it ended.

The counts, tokens, cost and failures of a job are the journal's; here is only what cannot be derived from that. The
time is summed up over all runs of the job; the samples are the last run's.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from memory.jobs import Job, JobState, Worker
from skills.ai_column.plan import Plan, recorded
from skills.ai_column.report import Report
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Progress

_MOST_SAMPLES = 10
Sample: TypeAlias = dict[str, object]  # as `Shown.as_json` gives it


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Began(_Kept):
    """The beginning of the present or last run."""

    at: datetime
    pending: int  # rows that it was to do
    filled: int  # what the job had behind it
    failed: int


class KeptReport(_Kept):
    """How the last run ended."""

    ended_at: datetime
    state: JobState
    reason: StopReason | None = None  # None: it ran to its end
    message: str = ""
    exit_code: int = 0
    pending: int = 0  # rows left
    seconds: float = 0.0  # of all runs
    session_id: str = ""  # of whoever ran it: another than the job's own if it ran in the background
    samples: tuple[Sample, ...] = ()


class JobRecord(_Kept):
    """The part of a job's `plan_json` that is not the plan."""

    model: str = ""
    priced: bool = False  # whether every model that may be called has a known price
    pending: int = 0
    began: Began | None = None
    report: KeptReport | None = None

    @classmethod
    def of(cls, job: Job) -> "JobRecord":
        """What is not there, or was kept by an earlier version in another form, is left out."""
        try:
            return cls.model_validate_json(job.plan_json or "{}")
        except ValidationError:
            return cls()


def plan_json(plan: Plan, job: Job, began_at: datetime | None = None) -> str:
    """The record of a job that is about to run under this plan; the report of an earlier run stays.

    `began_at`: it was approved, so whatever kept an earlier run from going on is settled.
    """
    record, body = JobRecord.of(job), recorded(plan, job.plan_json)
    report, began = record.report, record.began
    if began_at is not None:
        report = report and report.model_copy(update={"reason": None, "message": ""})
        counts = job.counts
        began = Began(at=began_at, pending=plan.pending, filled=counts.filled, failed=counts.failed)
    for name, kept in (("report", report), ("began", began)):
        if kept is not None:
            body[name] = kept.model_dump(mode="json")
    return json.dumps(body)


def ended_json(job: Job, plan: Plan, report: Report, reason: StopReason | None, session_id: str, now: datetime) -> str:
    """The record of a job whose run has ended like this."""
    earlier = JobRecord.of(job).report
    samples: Sequence[Sample] = [one.as_json() for one in report.samples[:_MOST_SAMPLES]]
    kept = KeptReport(
        ended_at=now,
        state=report.state,
        reason=reason,
        message=report.message,
        exit_code=report.exit_code,
        pending=report.pending,
        seconds=round(report.seconds + (earlier.seconds if earlier else 0.0), 3),
        session_id=session_id,
        samples=tuple(samples) or (earlier.samples if earlier else ()),
    )
    before = json.loads(job.plan_json or "{}")
    return json.dumps({**before, **recorded(plan, job.plan_json), "report": kept.model_dump(mode="json")})


def progress_of(job: Job, now: datetime) -> Progress | None:
    """How far the run of a job is, seen from outside; None: nobody works on it."""
    record, counts = JobRecord.of(job), job.counts
    if job.state is not JobState.RUNNING or record.began is None:
        return None
    began, usage = record.began, counts.usage
    return Progress(
        pending=began.pending,
        filled=max(0, counts.filled - began.filled),
        failed=max(0, counts.failed - began.failed),
        reused=counts.reused,
        batches=0,
        batches_planned=0,
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        elapsed_s=max(0.0, (now - began.at).total_seconds()),
        cost=usage.cost if record.priced else None,
        status=job.status_text or "",
    )


def exceeded(job: Job) -> bool:
    """Whether the job stopped because it would have gone beyond what was approved, and nobody approved more since."""
    report = JobRecord.of(job).report
    return report is not None and report.reason is StopReason.CONSENT


def interrupted(job: Job, here: Worker) -> bool:
    """Its worker died without a word; nobody has written it down yet."""
    if job.state is not JobState.RUNNING or job.lease_owner is None:
        return False
    return bool(here.is_gone(job.lease_owner))


def why(job: Job, here: Worker) -> str:
    """Why it is not faster, or why it stands still, in a line."""
    if interrupted(job, here):
        return "its worker is gone"
    if job.state is JobState.RUNNING:
        return job.status_text or "it has just begun; nothing is known to hold it up"
    if job.state is JobState.PLANNED:
        return "it has not begun" if job.approval_json else "nobody has approved it"
    return job.error or f"it is {job.state.value}"
