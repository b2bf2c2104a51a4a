"""What is said at the end of a run: the counts of the job, what is left and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from memory.errors import LeaseLost
from memory.jobs import JobState, Lease, TakeOver
from skills.ai_column.batches import Ready
from skills.ai_column.cascade import CascadeTally
from skills.ai_column.consent import Consent
from skills.ai_column.leftover import rows_left
from skills.ai_column.plan import Plan
from skills.ai_column.quality import Checked
from skills.ai_column.record import ended_json
from skills.ai_column.report import MOST_FAILURES, Failure, Report, Shown, exit_code, report_of
from skills.ai_column.services import Services
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Tally
from tools.safety.pending import ApprovedBy


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The end of one run."""

    services: Services
    plan: Plan
    tally: Tally
    cost: Decimal  # of this run
    escalations: CascadeTally

    def report(
        self,
        job_id: str,
        reason: StopReason | None,
        state: JobState,
        message: str,
        samples: Sequence[Ready],
        took_over: TakeOver | None,
        quality: Checked | None,
    ) -> Report:
        job = self.services.jobs.get(job_id)
        return report_of(
            job,
            state=state,
            pending=self._left(job.counts.failed) if reason else 0,
            cost=self.cost if self.plan.priced else None,
            failures=tuple(Failure.of(answer) for answer in self.services.jobs.failures(job_id, MOST_FAILURES)),
            samples=tuple(
                Shown(key=one.row.key, source=one.row.source, values=self.plan.target.shown(one.values))
                for one in samples
            ),
            escalations=self.escalations if self.plan.escalates_to else None,
            seconds=self.tally.elapsed_s,
            exit_code=exit_code(state, reason),
            message=message,
            took_over=took_over,
            quality=quality,
        )

    def wordings(self, consent: Consent) -> tuple[str, ...]:
        """What a person approved and what then worked is kept in the library; the names that are new there."""
        if consent.by is not ApprovedBy.PERSON or not self.tally.filled or self.plan.target.vector is not None:
            return ()
        return self.services.library.keep(self.plan.task)

    def keep(self, lease: Lease, report: Report, reason: StopReason | None) -> None:
        """The report, with the job; not where another worker has taken it over."""
        jobs, job_id = self.services.jobs, lease.job_id
        job = jobs.get(job_id)
        record = ended_json(job, self.plan, report, reason, self.services.caller.session_id, datetime.now(UTC))
        try:
            jobs.set_plan(lease, plan_json=record, approval_json=job.approval_json)
        except LeaseLost:
            return

    def _left(self, failed: int) -> int:
        done = self.tally.filled + self.tally.failed + self.tally.passed
        return rows_left(self.plan, self.services.gate, self.services.caller, failed=failed, done=done)
