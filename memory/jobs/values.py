"""What a long job, its lease and its answers are."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from memory.worker import Worker


class JobState(StrEnum):
    PLANNED = "planned"  # recorded, not begun
    RUNNING = "running"  # a worker holds its lease; if that one has died, it can be taken over
    PAUSED = "paused"  # stopped where it was, on request or by Ctrl-C
    DONE = "done"
    PARTIAL = "partial"  # ran to the end, some rows are quarantined
    FAILED = "failed"  # stopped by an error; resumable once that is mended
    CANCELLED = "cancelled"  # a person gave it up
    BUDGET = "budget"  # stopped by a limit on calls, tokens or money
    REFUSED = "refused"  # the door or the person said no

    @property
    def finished(self) -> bool:
        """Whether the same command would begin anew instead of going on with this job."""
        return self in (JobState.DONE, JobState.CANCELLED, JobState.REFUSED)


class JobRequest(StrEnum):
    PAUSE = "pause"
    CANCEL = "cancel"
    SLOWER = "slower"  # fewer model calls at once
    FASTER = "faster"


class TakeOver(StrEnum):
    DEAD_WORKER = "dead worker"  # the old worker, of this machine, no longer runs
    EXPIRED_LEASE = "expired lease"  # the old worker has not been heard of for too long


class AnswerStatus(StrEnum):
    ANSWERED = "answered"  # passed the contract; waits to be written
    WRITTEN = "written"  # stands in the person's table
    FAILED = "failed"  # no usable answer; `reason` says why
    CONFLICT = "conflict"  # a good answer, but someone changed the row meanwhile; not written
    MOOT = "moot"  # nothing to write and nothing to do: filled by someone else, gone, or nothing to judge
    UNDONE = "undone"  # stood in the person's table until the run was undone


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one or several model calls cost."""

    calls: int = 0
    retried: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How far a job is in rows, cumulative over all its runs."""

    filled: int = 0  # rows written
    failed: int = 0  # rows without a usable answer, or changed by someone else meanwhile
    reused: int = 0  # of `filled`, those answered by an earlier job
    usage: Usage = field(default=Usage())


@dataclass(frozen=True, kw_only=True)
class Job:
    """A long job as it stands in the store."""

    id: str
    kind: str  # "ai_column"
    identity: str  # sha256 of what makes two commands the same
    database: str
    session_id: str
    principal: str
    spec_json: str
    plan_json: str
    approval_json: str
    state: JobState
    created_at: datetime
    updated_at: datetime
    lease_owner: Worker | None  # None: nobody works on it
    lease_until: datetime | None
    fence: int
    cursor_json: str | None
    requested: JobRequest | None
    status_text: str | None  # what its worker is waiting for, in the worker's words
    counts: Counts
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to work on a job, for as long as nobody else acquires it."""

    job_id: str
    seq: int  # the job's number in the store
    fence: int  # of this acquisition; every write checks it
    lease_s: float
    took_over: TakeOver | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is known of one row. Identified within its job by `key_json`."""

    key_json: str  # the row's key, whole
    input_hash: str  # hexadecimal, at most 64 digits
    answer_json: str | None  # the list of all target columns' values, in the task's order; None: no usable answer
    model: str
    prompt_version: str  # hash of prompt and contract
    prompt_tokens: int = 0
    completion_tokens: int = 0
    status: AnswerStatus = AnswerStatus.ANSWERED
    reused: bool = False  # bought by an earlier job
    reason: str | None = None
    pack: str | None = None  # id of the model call, at most 64 characters
    previous_json: str | None = None  # the list of what the target cells held before; None: they were all NULL
    answered_at: datetime | None = None  # filled in when it is read


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why rows have failed."""

    text: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class JobSummary:
    """How the rows of a job stand."""

    rows: dict[AnswerStatus, int]  # every status
    reasons: tuple[Reason, ...]  # of failed rows, the most frequent first
