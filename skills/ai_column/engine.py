"""One fill, from plan to report, the same for the command line, the chat, the tour and a background process.

`plan` is free. `begin` takes the job (found by its identity, or new) under a lease. `preview` asks a few rows.
`approve` records a person's yes; `run` does the rest and may be stopped from any thread with `stop`. Always
`close`: it leaves the job in its state for whoever resumes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType

from memory.errors import LeaseLost
from memory.jobs import Job, JobState, Lease, Worker
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.budget import BudgetReached, Meter
from skills.ai_column.checking import planned_check
from skills.ai_column.collector import calm_collector
from skills.ai_column.consent import Consent, beyond, create_columns, door_question, earlier_consent, open_backfill
from skills.ai_column.ending import Ending
from skills.ai_column.examiner import Examiner
from skills.ai_column.heartbeat import Heartbeat
from skills.ai_column.look import all_failed
from skills.ai_column.model_side import ModelSide
from skills.ai_column.pipeline import Pipeline
from skills.ai_column.plan import Plan, measured_of
from skills.ai_column.planning import plan_for
from skills.ai_column.preview import Preview, measured_by, preview
from skills.ai_column.recompute import new_job, reuses, selector, unfinished
from skills.ai_column.record import plan_json
from skills.ai_column.report import Report, final_state
from skills.ai_column.services import Choices, Services
from skills.ai_column.slowness import Bulletin, Slowness
from skills.ai_column.snapshot import keep_old_values
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Progress, Tally
from skills.ai_column.task import ColumnTask
from skills.model_caller import ModelUnusable
from skills.settings import FillSettings
from tools.safety.backfill import Backfill
from tools.safety.caller import Caller
from tools.safety.pending import ApprovedBy

_MOST_JOURNALED = 100_000


class ColumnFill:
    """One fill of one task's columns. A context manager."""

    def __init__(self, services: Services, choices: Choices) -> None:
        self._services = services
        self._choices = choices
        self._stop = Stop()
        self._model = ModelSide(services, choices.model, Meter(choices.limits), self._stop)
        self._tally = Tally()
        self._lease: Lease | None = None
        self._job: Job | None = None  # as it was when it was taken
        self._bulletin: Bulletin | None = None
        self._heartbeat: Heartbeat | None = None
        self._rest = JobState.PLANNED  # how the job is left when it ends early
        self._examiner: Examiner | None = None
        self._looked = False  # answers were looked at, by a person or by an earlier run

    def __enter__(self) -> "ColumnFill":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stop(self, reason: StopReason = StopReason.INTERRUPTED) -> None:
        """From any thread or signal handler; a second time: at once."""
        self._stop.interrupt(reason)

    @property
    def settings(self) -> FillSettings:
        return self._services.settings

    def plan(self, task: ColumnTask) -> Plan:
        """No model call, no write; what an earlier look has measured is used. Raises TaskInvalid."""
        plan = plan_for(self._services, task, self._model.offer, self._choices)
        if self._choices.check is not None:
            plan = replace(plan, check=planned_check(plan, self._choices.check, self._services))
        job = self.unfinished(plan)
        measured = job and measured_of(job.plan_json, plan)
        return plan.after(measured) if measured else plan

    def unfinished(self, plan: Plan) -> Job | None:
        """The job that `begin` would resume."""
        return unfinished(self._services.jobs, self._choices, plan.identity)

    def begin(self, plan: Plan, job: Job | None = None) -> Job:
        """Take a job, by default this plan's, under a lease; raises JobBusy if another process works on it."""
        jobs = self._services.jobs
        job = job or self.unfinished(plan)
        job = job or new_job(self._services, self._choices, plan)
        self._lease = jobs.acquire(job.id, Worker.here(), self._services.settings.lease_s)
        self._job = job
        self._heartbeat = Heartbeat(jobs, self._lease, self._stop, self._model)
        self._rest = JobState.PLANNED if job.state is JobState.PLANNED else JobState.PAUSED
        self._looked = job.counts.filled > 0
        return job

    @property
    def lease(self) -> Lease:
        if self._lease is None:
            raise RuntimeError("begin comes first")
        return self._lease

    def preview(self, plan: Plan, rows: int | None = None) -> Preview:
        """Ask a few rows that differ; the plan that comes back knows what they cost.

        Raises ModelUnusable or BudgetReached.
        """
        chosen = plan.preview_rows[: rows or self._services.settings.preview_rows]
        looked = preview(
            plan,
            chosen,
            self._model.asker(plan, self.lease.job_id),
            self._model.loop,
            self._services.jobs,
            self.lease,
            self._stop,
            reuse=reuses(self._choices),
        )
        self._looked = self._looked or any(one.failed is None for one in looked.shown)
        if looked.plan is not plan:
            self._record(looked.plan, approval_json="")
        return looked

    def retry_failed(self) -> int:
        """Put the rows without a usable answer back into the queue; how many."""
        return self._services.jobs.reopen_failed(self.lease)

    def approve(self, plan: Plan, by: ApprovedBy) -> Consent:
        """A person's yes to this plan, kept with the job."""
        principal = self._services.caller.principal.name
        consent = Consent(
            by=by,
            principal=principal,
            rows=plan.row_cap,
            plan_hash=plan.hash,
            calls=plan.most_calls + self._model.meter.total.calls,
            cost=plan.most_cost,
        )
        self._record(plan, approval_json=consent.to_json(), began_at=datetime.now(UTC))
        return consent

    def _record(self, plan: Plan, *, approval_json: str, began_at: datetime | None = None) -> None:
        if self._job is None:
            raise RuntimeError("begin comes first")
        record = plan_json(plan, self._job, began_at)
        self._services.jobs.set_plan(self.lease, plan_json=record, approval_json=approval_json)

    def go_on(self, plan: Plan, job: Job) -> Consent:
        """The yes that the job has already, if it covers what is left. Raises ConsentExceeded."""
        return self.approve(plan, earlier_consent(job, plan.row_cap).by)

    def run(self, plan: Plan, consent: Consent, on_progress: Callable[[Progress], None]) -> Report:
        """Fill. What a row, the model, the database or the store did is in the report, not raised."""
        self._rest = JobState.PAUSED
        self._model.meter.allow(consent.allowed)
        caller = replace(self._services.caller, job_id=self.lease.job_id)
        samples: Sequence[Ready] = ()
        self._examiner = Examiner.of(self._services, plan, self._choices.check, self._model, self.lease, self._stop)
        with self._stop.heeding():
            if not self._may_begin(plan):
                return self._finish(plan, consent, samples)
            create_columns(self._services.gate, plan, consent, caller)
            if plan.snapshot:
                begun = self._services.jobs.get(self.lease.job_id).counts.filled > 0
                keep_old_values(self._services.gate, plan.target, self.lease.job_id, begun, consent.by, caller)
            journaled = self._journaled()
            self._looked = self._looked or journaled > 0
            with open_backfill(self._services.gate, plan, consent, caller, journaled=journaled) as backfill:
                batches = self._batches(plan, backfill)
                look = () if self._looked else plan.preview_rows[: self._choices.limits.max_rows]
                slowness = Slowness(gate=self._services.gate, model=self._model, tally=self._tally)
                with calm_collector(), Bulletin(self._services.jobs, self.lease, slowness.words) as self._bulletin:
                    self._pipeline(plan, batches, caller).run(look, lambda: self._watch(plan, on_progress))
                samples = batches.samples
        on_progress(self.progress(plan))
        return self._finish(plan, consent, samples)

    def _may_begin(self, plan: Plan) -> bool:
        """A missing column is added only after a look at some answers; else the look is the first part of the run."""
        rows = min(self._services.settings.preview_rows, self._choices.limits.max_rows or _MOST_JOURNALED)
        if not plan.target.missing or self._looked or not plan.preview_rows:
            return True
        # The door's no, if it has one, comes before anything is paid for.
        door_question(self._services.gate, plan, replace(self._services.caller, job_id=self.lease.job_id))
        try:
            failed = [one.failed for one in self.preview(plan, rows).shown if one.failed is not None]
        except (ModelUnusable, BudgetReached) as error:
            self._stop.set(StopReason.BUDGET if isinstance(error, BudgetReached) else StopReason.FAILED, str(error))
            return False
        if failed and not self._looked:
            self._stop.set(StopReason.FAILED, all_failed(len(failed), failed[-1]))
        return not self._stop.is_set()

    def _journaled(self) -> int:
        """Rows that an earlier yes covered: their answers wait in the journal, or were written just before a kill."""
        return len(self._services.jobs.unwritten(self.lease.job_id, _MOST_JOURNALED))

    def _batches(self, plan: Plan, backfill: Backfill) -> Batches:
        return Batches(
            backfill=backfill,
            jobs=self._services.jobs,
            lease=self.lease,
            tally=self._tally,
            stop=self._stop,
            overwrite=plan.overwrites,
            sample_rows=self._services.settings.sample_rows,
        )

    def _pipeline(self, plan: Plan, batches: Batches, caller: Caller) -> Pipeline:
        return Pipeline(
            plan=plan,
            gate=self._services.gate,
            caller=caller,
            jobs=self._services.jobs,
            lease=self.lease,
            batches=batches,
            asker=self._model.asker(plan, self.lease.job_id),
            loop=self._model.loop,
            workers=self._model.workers(plan, self.lease.job_id),
            stop=self._stop,
            tally=self._tally,
            max_source_chars=self._services.settings.max_source_chars,
            row_limit=self._choices.limits.max_rows,
            reuse=reuses(self._choices),
            selector=selector(self._services, self._choices, plan.target, plan.prompt, self.lease.job_id),
        )

    def _watch(self, plan: Plan, on_progress: Callable[[Progress], None]) -> None:
        on_progress(self.progress(plan))
        if self._examiner is not None:
            self._examiner.look(self._tally.filled)

    def _finish(self, plan: Plan, consent: Consent, samples: Sequence[Ready]) -> Report:
        took_over, job_id = self.lease.took_over, self.lease.job_id
        reason, message = self._stop.reason or self._tally.ended, self._stop.message
        if reason is StopReason.CONSENT:
            message = beyond(message or f"more rows are pending than the {plan.row_cap} that were approved")
        plan = self._measured(plan)
        ended_well = reason in (None, StopReason.ROW_LIMIT)
        quality = self._examiner.end(well=ended_well) if self._examiner is not None else None
        state = final_state(reason, failed=self._services.jobs.get(job_id).counts.failed)
        ending = Ending(
            services=self._services,
            plan=plan,
            tally=self._tally,
            cost=self._model.meter.total.cost,
            escalations=self._model.escalated,
        )
        report = ending.report(job_id, reason, state, message, samples, took_over, quality)
        ending.keep(self.lease, report, reason)
        self._leave(state, message or None)
        return replace(report, kept=ending.wordings(consent)) if not reason else report

    def _measured(self, plan: Plan) -> Plan:
        """What this run has shown of the model goes into the plans of later ones."""
        measured = measured_by(plan, self._model.meter.total, self._tally)
        return plan if measured is None or plan.measured is not None else plan.after(measured)

    def progress(self, plan: Plan) -> Progress:
        return self._tally.progress(
            pending=plan.pending,
            batch_rows=plan.batch_rows,
            used=self._model.meter.total,
            priced=plan.priced,
            status=self._bulletin.latest if self._bulletin else "",
        )

    def give_up(self, state: JobState) -> None:
        """The person said no, or wants other words: the job is over."""
        self._rest = state

    def close(self) -> None:
        self._model.close()
        self._leave(self._rest, None)

    def _leave(self, state: JobState, error: str | None) -> None:
        if self._heartbeat is not None:
            self._heartbeat.close()
            self._heartbeat = None
        if self._lease is not None:
            lease, self._lease = self._lease, None
            try:
                self._services.jobs.release(lease, state, error)
            except LeaseLost:
                return  # the job is another worker's now, in whatever state that one leaves it
