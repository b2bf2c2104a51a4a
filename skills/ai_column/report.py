"""What came of a run: the last line of `columnist fill --json`, and the facts of the summary."""

import json
from dataclasses import dataclass
from decimal import Decimal

from memory.jobs import Answer, Job, JobState, TakeOver
from skills.ai_column.cascade import CascadeTally
from skills.ai_column.quality import Checked
from skills.ai_column.rows import key_of
from skills.ai_column.stop import StopReason
from tools.db.values import Value, to_json

MOST_FAILURES = 20

_STATES: dict[StopReason | None, JobState] = {
    StopReason.INTERRUPTED: JobState.PAUSED,
    StopReason.TERMINATED: JobState.PAUSED,
    StopReason.PAUSED: JobState.PAUSED,
    StopReason.QUALITY: JobState.PAUSED,
    StopReason.CONSENT: JobState.PAUSED,
    StopReason.LEASE_LOST: JobState.FAILED,
    StopReason.FAILED: JobState.FAILED,
    StopReason.REFUSED: JobState.REFUSED,
    StopReason.CANCELLED: JobState.CANCELLED,
    StopReason.BUDGET: JobState.BUDGET,
}
_EXITS: dict[JobState, int] = {
    JobState.DONE: 0,
    JobState.FAILED: 1,
    JobState.REFUSED: 3,
    JobState.CANCELLED: 3,
    JobState.PARTIAL: 4,
    JobState.PAUSED: 4,
    JobState.BUDGET: 6,
}
_SIGNALS = {StopReason.INTERRUPTED: 130, StopReason.TERMINATED: 143}


def final_state(reason: StopReason | None, *, failed: int) -> JobState:
    """A row limit that was asked for is an end like any other."""
    if reason in _STATES:
        return _STATES[reason]
    return JobState.PARTIAL if failed else JobState.DONE


def exit_code(state: JobState, reason: StopReason | None) -> int:
    return _SIGNALS[reason] if reason in _SIGNALS else _EXITS.get(state, 1)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A row without an answer, and why."""

    key: tuple[Value, ...]
    reason: str

    @classmethod
    def of(cls, answer: Answer) -> "Failure":
        return cls(key=key_of(answer.key_json), reason=answer.reason or "no reason given")

    def as_json(self) -> dict[str, object]:
        return {"key": shown_key(self.key), "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A filled row for people: its key, its source, its values."""

    key: tuple[Value, ...]
    source: tuple[Value, ...]
    values: tuple[Value, ...]  # in the order of the task's columns
    failed: str | None = None  # what is missing and why

    def as_json(self) -> dict[str, object]:
        values = [to_json(value) for value in self.values]
        shown = {"value": values[0]} if len(values) == 1 else {"values": values}
        return {"key": shown_key(self.key), **shown, "reason": self.failed}


@dataclass(frozen=True, kw_only=True)
class Report:
    """Counts are cumulative over the job; `seconds` are this run's."""

    job_id: str | None  # None: there was nothing to do
    state: JobState
    pending: int = 0
    filled: int = 0
    failed: int = 0
    reused: int = 0
    calls: int = 0
    retried: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal | None = None
    failures: tuple[Failure, ...] = ()
    samples: tuple[Shown, ...] = ()
    seconds: float = 0.0
    exit_code: int = 0
    message: str = ""  # why it stopped; empty: it ran to its end
    took_over: TakeOver | None = None
    kept: tuple[str, ...] = ()  # wordings that are new in the prompt library
    escalations: CascadeTally | None = None  # of this run; None: it was no cascade
    quality: Checked | None = None  # None: nobody asked for a second opinion

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def as_json(self) -> dict[str, object]:
        """CONTRACT.md: the last line of a run."""
        return {
            "job": self.job_id,
            "state": self.state.value,
            "rows": {"pending": self.pending, "filled": self.filled, "failed": self.failed, "reused": self.reused},
            "calls": {"made": self.calls, "retried": self.retried},
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "cost": None if self.cost is None else format(self.cost.normalize(), "f"),
            "failures": [failure.as_json() for failure in self.failures[:MOST_FAILURES]],
            "seconds": round(self.seconds, 3),
            "message": self.message,
            "exit_code": self.exit_code,
            **({} if self.quality is None else {"quality": self.quality.as_json()}),
            **({} if self.escalations is None else {"cascade": self.escalations.as_json()}),
        }

    def line(self) -> str:
        return json.dumps(self.as_json(), ensure_ascii=False)


def report_of(job: Job, **facts: object) -> Report:
    """A report with the counts of a job as they are recorded."""
    counts, usage = job.counts, job.counts.usage
    values: dict[str, object] = {
        "job_id": job.id,
        "state": job.state,
        "pending": 0,
        "filled": counts.filled,
        "failed": counts.failed,
        "reused": counts.reused,
        "calls": usage.calls,
        "retried": usage.retried,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
    return Report(**{**values, **facts})  # type: ignore[arg-type]  # the names above are Report's


def shown_key(key: tuple[Value, ...]) -> object:
    parts = [to_json(part) for part in key]
    return parts[0] if len(parts) == 1 else parts
