"""A run taken back: every row that a job wrote gets its old values again, where its cells still hold what was written.

What someone has changed since is left alone and reported. Killed at any line, the same undo goes on: a cell that
holds its old value again counts as done.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from memory.errors import LeaseLost
from memory.jobs import Answer, AnswerStatus, Job, JobState, JobStore, Lease, Worker
from skills.ai_column.heartbeat import Heartbeat
from skills.ai_column.history import FilledBy
from skills.ai_column.report import MOST_FAILURES, Failure
from skills.ai_column.rows import key_json
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.target import Target, resolve
from skills.ai_column.undo_plan import LOOK_UP, Survey, UndoPlan, cells_of
from skills.errors import TaskRefused
from tools.db.values import Value
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate, BatchOutcome
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovedBy

_PAGE = 500  # rows of one transaction
_SURVEYED = 10_000  # rows; of a larger run only the most is told
_SETTLED = (AnswerStatus.WRITTEN, AnswerStatus.FAILED)


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What came of an undo; the counts are of this run of it."""

    job_id: str
    state: JobState  # DONE, PARTIAL (some rows were left alone), PAUSED, FAILED or REFUSED
    rows: int = 0  # put back
    changed: int = 0  # left alone
    gone: int = 0  # deleted since
    pending: int = 0
    conflicts: tuple[Failure, ...] = ()  # some of those left alone
    seconds: float = 0.0
    exit_code: int = 0
    message: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "job": self.job_id,
            "state": self.state.value,
            "rows": {"undone": self.rows, "changed": self.changed, "gone": self.gone, "pending": self.pending},
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
            "seconds": round(self.seconds, 3),
            "message": self.message,
            "exit_code": self.exit_code,
        }


@dataclass
class _Tally:
    rows: int = 0
    changed: int = 0
    gone: int = 0
    conflicts: list[Failure] = field(default_factory=list)

    def conflict(self, key: tuple[Value, ...], reason: str) -> None:
        self.changed += 1
        if len(self.conflicts) < MOST_FAILURES:
            self.conflicts.append(Failure(key=key, reason=reason))


class JobUndo:
    """Takes one job back."""

    def __init__(self, gate: Gate, jobs: JobStore, caller: Caller, lease_s: float) -> None:
        self._gate = gate
        self._jobs = jobs
        self._caller = caller
        self._lease_s = lease_s
        self._stop = Stop()

    def stop(self, reason: StopReason = StopReason.INTERRUPTED) -> None:
        """From any thread or signal handler; the transaction under way is finished."""
        self._stop.interrupt(reason)

    def plan(self, job: Job) -> UndoPlan:
        """No write. Raises TaskRefused where a column or the table is gone."""
        by = FilledBy.of(job)
        target = resolve(by.spec.task, self._gate.schema.get(), filled=True)
        if target.missing:
            names = ", ".join(column.name for column in target.missing)
            raise TaskRefused(f"{target.table.name} has no column {names} any more: there is nothing to put back")
        if job.counts.filled > _SURVEYED:
            return UndoPlan(by=by, target=target, rows=job.counts.filled + job.counts.failed, changed=None)
        survey = Survey(self._gate, self._caller, by, target)
        for page in self._pages(job.id, LOOK_UP):
            survey.look(page)
        return UndoPlan(by=by, target=target, rows=survey.rows, changed=survey.changed)

    def run(self, plan: UndoPlan, approved_by: ApprovedBy, on_progress: Callable[[int], None]) -> Undone:
        """Put the rows back under this yes; what went wrong is in the result. Raises JobBusy."""
        started, job = time.monotonic(), plan.job
        tally = _Tally()
        lease = self._jobs.acquire(job.id, Worker.here(), self._lease_s)
        heartbeat = Heartbeat(self._jobs, lease, self._stop)
        try:
            with self._stop.heeding():
                self._put_back(plan, approved_by, lease, tally, on_progress)
        finally:
            heartbeat.close()
        undone = self._undone(plan, tally, time.monotonic() - started)
        self._leave(lease, undone)
        return undone

    def _put_back(
        self, plan: UndoPlan, by: ApprovedBy, lease: Lease, tally: _Tally, on_progress: Callable[[int], None]
    ) -> None:
        caller = replace(self._caller, job_id=plan.job.id)
        pending = self._gate.prepare_backfill(_template(plan), caller)
        backfill = self._gate.open_backfill(pending, self._gate.approve(pending, caller, by), caller)
        try:
            for page in self._pages(plan.job.id, _PAGE):
                if self._stop.is_set():
                    return
                self._batch(plan, page, backfill, lease, tally)
                on_progress(tally.rows)
        finally:
            backfill.close()

    def _batch(self, plan: UndoPlan, page: Sequence[Answer], backfill: Backfill, lease: Lease, tally: _Tally) -> None:
        if not page:
            return
        outcome = backfill.write([cells_of(plan.by, answer) for answer in page])
        written = {answer.key_json for answer in page if answer.status is AnswerStatus.WRITTEN}
        # What has failed is undone only where a part of it was written after all.
        done = [key_json(key) for key in outcome.written]
        done += [key for key in map(key_json, outcome.already) if key in written]
        gone = [key for key in map(key_json, outcome.gone) if key in written]
        if done:
            self._jobs.mark(lease, done, AnswerStatus.UNDONE)
        if gone:
            self._jobs.mark(lease, gone, AnswerStatus.UNDONE, reason="the row is gone")
        tally.rows += len(done)
        tally.gone += len(gone)
        _tell_conflicts(plan.target, outcome, written, tally)

    def _pages(self, job_id: str, rows: int) -> Iterator[Sequence[Answer]]:
        """What the job wrote, whole or in part."""
        after = 0
        while page := self._jobs.of_status(job_id, _SETTLED, after=after, limit=rows):
            after = page[-1][0]
            yield [answer for _, answer in page if answer.answer_json]

    def _undone(self, plan: UndoPlan, tally: _Tally, seconds: float) -> Undone:
        state, code = _ENDS.get(self._stop.reason, (JobState.FAILED, 1))
        if self._stop.reason is None and tally.changed:
            state, code = JobState.PARTIAL, 4
        return Undone(
            job_id=plan.job.id,
            state=state,
            rows=tally.rows,
            changed=tally.changed,
            gone=tally.gone,
            pending=max(0, plan.rows - tally.rows - tally.gone) if self._stop.reason else 0,
            conflicts=tuple(tally.conflicts),
            seconds=seconds,
            exit_code=code,
            message=self._stop.message,
        )

    def _leave(self, lease: Lease, undone: Undone) -> None:
        """The job is over, so that the same fill begins a new one; what is left of it can still be undone."""
        words = f"undone: {undone.rows:,} rows put back, {undone.changed:,} left alone"
        if undone.pending:
            words += f"; not finished, go on with: columnist jobs undo {undone.job_id}"
        try:
            self._jobs.release(lease, JobState.CANCELLED, words)
        except LeaseLost:
            return  # another worker has the job, and leaves it in its own state


_ENDS: dict[StopReason | None, tuple[JobState, int]] = {
    None: (JobState.DONE, 0),
    StopReason.INTERRUPTED: (JobState.PAUSED, 130),
    StopReason.TERMINATED: (JobState.PAUSED, 143),
    StopReason.PAUSED: (JobState.PAUSED, 4),
    StopReason.CANCELLED: (JobState.PAUSED, 4),
    StopReason.REFUSED: (JobState.REFUSED, 3),
}


def _tell_conflicts(target: Target, outcome: BatchOutcome, written: set[str], tally: _Tally) -> None:
    for key in outcome.target_changed:
        if key_json(key) in written:
            tally.conflict(key, "changed by someone since; left alone")
    for key, places in outcome.kept:
        if key_json(key) in written:
            names = ", ".join(target.names[place] for place in places)
            tally.conflict(key, f"{names}: changed by someone since; left alone")


def _template(plan: UndoPlan) -> BackfillTemplate:
    target = plan.target
    return BackfillTemplate(
        source_table=target.source.name,
        key=target.key,
        source_columns=(),
        target_table=target.table.name,
        target_columns=target.names,
        join=tuple((pair.target, pair.source) for pair in target.join),
        # Every row of a batch counts before it is known what becomes of it.
        max_rows=plan.job.counts.filled + plan.job.counts.failed,
        only_null=False,
    )
