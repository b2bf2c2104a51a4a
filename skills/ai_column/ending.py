"""What is said at the end of a run: the counts of the job, what is left and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from memory.jobs import JobState, TakeOver
from skills.ai_column.batches import Ready
from skills.ai_column.leftover import rows_left
from skills.ai_column.plan import Plan
from skills.ai_column.report import MOST_FAILURES, Failure, Report, Shown, exit_code, report_of
from skills.ai_column.services import Services
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Tally


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of one run."""

    services: Services
    plan: Plan
    tally: Tally
    cost: Decimal  # of this run

    def report(
        self,
        job_id: str,
        reason: StopReason | None,
        state: JobState,
        message: str,
        samples: Sequence[Ready],
        took_over: TakeOver | None,
    ) -> Report:
        job = self.services.jobs.get(job_id)
        return report_of(
            job,
            state=state,
            pending=self._left(job.counts.failed) if reason else 0,
            cost=self.cost if self.services.price else None,
            failures=tuple(Failure.of(answer) for answer in self.services.jobs.failures(job_id, MOST_FAILURES)),
            samples=tuple(Shown(key=one.row.key, source=one.row.source, values=one.values) for one in samples),
            seconds=self.tally.elapsed_s,
            exit_code=exit_code(state, reason),
            message=message,
            took_over=took_over,
        )

    def _left(self, failed: int) -> int:
        done = self.tally.filled + self.tally.failed + self.tally.passed
        return rows_left(self.plan, self.services.gate, self.services.caller, failed=failed, done=done)
