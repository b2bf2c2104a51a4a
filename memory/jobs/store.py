"""Long jobs: recorded, found again, worked on under a lease, with a journal of their answers."""

import secrets
from collections.abc import Callable
from typing import TypeAlias

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.jobs.journal import Journal
from memory.jobs.values import Counts, Job, JobRequest, JobState, Lease, Usage
from memory.tables import jobs
from memory.worker import Worker

Jobs: TypeAlias = list[Job]  # inside the class `list` is the method


class JobStore(Journal):
    """Everything that outlives a job's process."""

    def create(
        self,
        *,
        kind: str,
        identity: str,
        database: str,
        session_id: str,
        principal: str,
        spec_json: str,
        plan_json: str,
        approval_json: str,
    ) -> Job:
        """Record a new job, PLANNED. Ask `by_identity` first whether the same one is unfinished."""
        job_id = secrets.token_hex(6)
        with self._store.atomic() as connection:
            now = self._store.now(connection)
            connection.execute(
                jobs.insert().values(
                    id=job_id,
                    kind=kind,
                    identity=identity,
                    database=database,
                    session_id=session_id,
                    principal=principal,
                    spec_json=spec_json,
                    plan_json=plan_json,
                    approval_json=approval_json,
                    state=JobState.PLANNED,
                    created_at=now,
                    updated_at=now,
                    fence=0,
                    cost=Usage().cost,
                )
            )
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Raises UnknownRecord."""
        found = self._jobs(_QUERY.where(jobs.c.id == job_id))
        if not found:
            raise UnknownRecord(f"there is no job {job_id}", hint="`columnist jobs list` shows those that there are")
        return found[0]

    def by_identity(self, identity: str, kind: Callable[[Job], bool] = lambda _: True) -> Job | None:
        """The job of the same command: one that was begun and is unfinished before one only planned or finished.

        `kind`: which of them count.
        """
        found = [job for job in self._jobs(_QUERY.where(jobs.c.identity == identity)) if kind(job)]
        return min(found, key=_urgency) if found else None

    def list(self, limit: int, database: str | None = None) -> Jobs:
        """The newest jobs first, of all databases or of one."""
        query = _QUERY if database is None else _QUERY.where(jobs.c.database == database)
        return self._jobs(query.limit(limit))

    def set_cursor(self, lease: Lease, cursor_json: str) -> None:
        """How far the reading has come. It only saves time: the journal is the truth."""
        with self._held(lease) as held:
            held.change(cursor_json=cursor_json)

    def set_status(self, lease: Lease, text: str | None) -> None:
        """What the worker is waiting for ("429: paused 3 s"), for whoever asks why it is slow; cut after a line."""
        with self._held(lease) as held:
            held.change(status_text=None if text is None else text[:_STATUS_CHARS])

    def set_plan(self, lease: Lease, *, plan_json: str, approval_json: str) -> None:
        """What is going to be done now, and who has said yes to it."""
        with self._held(lease) as held:
            held.change(plan_json=plan_json, approval_json=approval_json)

    def _jobs(self, query: sa.Select[tuple[object, ...]]) -> Jobs:
        with self._store.read() as connection:
            return [_job(dict(row)) for row in connection.execute(query).mappings()]


_QUERY = sa.select(*(column for column in jobs.c if column.name != "seq")).order_by(jobs.c.seq.desc())
_STATUS_CHARS = 255
_USAGE = ("calls", "retried", "prompt_tokens", "completion_tokens", "cost")
_ROWS = ("filled", "failed", "reused")


def _urgency(job: Job) -> int:
    if job.state.finished:
        return 2
    return 1 if job.state is JobState.PLANNED else 0


def _job(values: dict[str, object]) -> Job:
    usage = {name: values.pop(name) for name in _USAGE}
    rows = {name: values.pop(name) for name in _ROWS}
    owner, requested = values["lease_owner"], values["requested"]
    values["lease_owner"] = Worker.from_json(str(owner)) if owner else None
    values["requested"] = JobRequest(str(requested)) if requested else None
    values["state"] = JobState(str(values["state"]))
    counts = Counts(**rows, usage=Usage(**usage))  # type: ignore[arg-type]  # the table has these columns
    return Job(**values, counts=counts)  # type: ignore[arg-type]  # the table has these columns
