"""Long jobs that survive their process: leases with fencing, a journal of paid answers, cumulative counts."""

from memory.errors import JobBusy, LeaseLost
from memory.jobs.store import JobStore
from memory.jobs.values import (
    Answer,
    AnswerStatus,
    Counts,
    Job,
    JobRequest,
    JobState,
    JobSummary,
    Lease,
    Reason,
    TakeOver,
    Usage,
)
from memory.worker import Worker

__all__ = [
    "Answer",
    "AnswerStatus",
    "Counts",
    "Job",
    "JobBusy",
    "JobRequest",
    "JobState",
    "JobStore",
    "JobSummary",
    "Lease",
    "LeaseLost",
    "Reason",
    "TakeOver",
    "Usage",
    "Worker",
]
