"""When answers get their second opinion: at the end of a run, with `quality.stop` at milestones too, or afterwards."""

from dataclasses import dataclass

from memory.jobs import Job, JobStore, Lease, Worker
from skills.ai_column.budget import BudgetReached, Limits, Meter
from skills.ai_column.checking import Checking, gold_of
from skills.ai_column.heartbeat import Heartbeat
from skills.ai_column.model_side import ModelSide
from skills.ai_column.plan import Plan
from skills.ai_column.planning import plan_for
from skills.ai_column.quality import Checked
from skills.ai_column.services import JobSpec, QualityCheck, Services
from skills.ai_column.stop import Stop, StopReason
from skills.errors import TaskInvalid
from skills.model_caller import CallNotSent, ModelUnusable

_FIRST = 2  # the first milestone, in samples; each further one is twice as far


@dataclass(kw_only=True)
class Examiner:
    """For one run of one job."""

    checking: Checking
    model: ModelSide
    jobs: JobStore
    lease: Lease
    stop: Stop
    last: Checked | None = None  # of a milestone
    _factor: int = _FIRST

    @classmethod
    def of(
        cls, services: Services, plan: Plan, check: QualityCheck | None, model: ModelSide, lease: Lease, stop: Stop
    ) -> "Examiner | None":
        """None: nobody asked for a second opinion."""
        return None if check is None else cls.with_check(services, plan, check, model, lease, stop)

    @classmethod
    def with_check(
        cls, services: Services, plan: Plan, check: QualityCheck, model: ModelSide, lease: Lease, stop: Stop
    ) -> "Examiner":
        checking = Checking(services=services, plan=plan, check=check, gold=gold_of(plan, check), stop=stop)
        return cls(checking=checking, model=model, jobs=services.jobs, lease=lease, stop=stop)

    def look(self, filled: int) -> None:
        """On the way, after that many rows: stops the run where the agreement is too low beyond doubt."""
        if not self.checking.services.quality.stop or self.stop.is_set():
            return
        due = self._factor * self.checking.rows
        # The journal hears of written rows a little later, and the sample is drawn from it.
        if filled < due or self.jobs.get(self.lease.job_id).counts.filled < due:
            return
        self._factor *= 2
        self.last = self.examine()
        if self.last.stop:
            self.stop.set(StopReason.QUALITY, f"the answers are not good enough ({'; '.join(self.last.describe())})")

    def end(self, *, well: bool) -> Checked | None:
        """The result of the run; of one that was stopped what its last milestone showed."""
        return self.examine() if well else self.last

    def examine(self) -> Checked:
        """One check, now. A check that cannot be made is told, and spoils nothing."""
        checking, plan = self.checking, self.checking.plan
        drawn = checking.drawn(self.lease.job_id)
        if checking.gold:
            return checking.by_gold(drawn)
        try:
            judge = self.model.judge(plan, self.lease.job_id, checking.check.judge)
            return self.model.loop.run(checking.by_judge(drawn, judge))
        except (ModelUnusable, BudgetReached) as error:
            return Checked(judge=checking.check.judge, rows=len(drawn), problem=str(error))
        except CallNotSent:
            return Checked(judge=checking.check.judge, rows=len(drawn), problem="the run was stopped")
        finally:
            self.jobs.add_counts(self.lease, self.model.meter.take())


def check_job(services: Services, job: Job, check: QualityCheck) -> Checked:
    """A second opinion on a job that nobody works on. Its state stays what it is. Raises TaskInvalid, JobBusy."""
    spec, stop = JobSpec.from_json(job.spec_json), Stop()
    model = ModelSide(services, spec.choices.model, Meter(Limits()), stop)
    plan = plan_for(services, spec.task, model.offer, spec.choices)
    if plan.target.missing:
        raise TaskInvalid(f"{plan.target.table.name} has no column {plan.target.missing[0].name} any more")
    gold_of(plan, check)  # a mistake in the file is told before the job is touched
    lease = services.jobs.acquire(job.id, Worker.here(), services.settings.lease_s)
    heartbeat = Heartbeat(services.jobs, lease, stop)
    try:
        return Examiner.with_check(services, plan, check, model, lease, stop).examine()
    finally:
        heartbeat.close()
        model.close()
        services.jobs.release(lease, job.state, job.error)
