"""Leases: of all workers that want a job, one has it, and one that has lost it writes nothing more.

A lease ends when it is released, when its worker is known to be dead, or when it has expired on the store's
clock. Every acquisition raises the job's fence; every write compares it in its own transaction, so correctness
depends neither on clocks nor on a worker noticing in time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from memory.errors import JobBusy, LeaseLost, UnknownRecord
from memory.jobs.values import JobRequest, JobState, Lease, TakeOver, Usage
from memory.store import StateStore
from memory.tables import jobs
from memory.worker import Worker

_OF_SPEED = (JobRequest.SLOWER, JobRequest.FASTER)


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """How a job stands while its row is locked."""

    seq: int  # rows are changed by primary key: through another index, MySQL would lock in another order than we did
    id: str
    fence: int
    state: JobState
    holder: Worker | None
    lease_until: datetime | None

    def ended(self, asker: Worker, now: datetime) -> TakeOver | None:
        """How the lease came to an end; None: there was none. Raises JobBusy while it lasts."""
        if self.holder is None or self.lease_until is None:
            return None
        if asker.is_gone(self.holder):
            return TakeOver.DEAD_WORKER
        if self.lease_until <= now:
            return TakeOver.EXPIRED_LEASE
        raise JobBusy(self.id, self.holder, self.lease_until)


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What a job's counts grow by, or shrink."""

    filled: int = 0
    failed: int = 0
    reused: int = 0
    usage: Usage = field(default=Usage())

    def parameters(self) -> dict[str, int | Decimal]:
        rows = {f"more_{name}": getattr(self, name) for name in _ROWS}
        return rows | {f"more_{name}": getattr(self.usage, name) for name in _USAGE}


_ROWS = ("filled", "failed", "reused")
_USAGE = ("calls", "retried", "prompt_tokens", "completion_tokens", "cost")
_NO_GROWTH = Growth()
_GROWN = {name: jobs.c[name] + sa.bindparam(f"more_{name}", type_=jobs.c[name].type) for name in (*_ROWS, *_USAGE)}

# Built once: building them takes longer than executing them, and every write of a run needs them.
_GROW = jobs.update().where(jobs.c.seq == sa.bindparam("of_job")).values(_GROWN)
_RENEW = _GROW.where(jobs.c.fence == sa.bindparam("of_fence"), jobs.c.lease_owner.is_not(None)).values(
    updated_at=sa.bindparam("now"), lease_until=sa.bindparam("until")
)


@dataclass(frozen=True, kw_only=True)
class _Held:
    """The transaction of a worker whose lease has been checked."""

    connection: sa.Connection
    now: datetime
    lease: Lease

    def grow(self, growth: Growth) -> None:
        """More counts, found out after the check."""
        if growth != _NO_GROWTH:
            self.connection.execute(_GROW, {"of_job": self.lease.seq, **growth.parameters()})

    def change(self, **values: object) -> None:
        """Other columns of the job's row."""
        self.connection.execute(jobs.update().where(jobs.c.seq == self.lease.seq).values(values))


class Leases:
    """Who works on which job."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def acquire(self, job_id: str, worker: Worker, lease_s: float = 30) -> Lease:
        """Take the job, from a dead or silent worker if need be; raises JobBusy.

        Of jobs with one identity (the same command, given twice) only one is worked on at a time.
        """
        with self._store.atomic() as connection:
            standing = _of_same_identity(connection, job_id)
            now = self._store.now(connection)  # after the wait for the lock, not before it
            ends = {row: row.ended(worker, now) for row in standing}
            wanted = next(row for row in ends if row.id == job_id)
            for row, end in ends.items():
                if row is not wanted and end is not None:
                    _evict(connection, row, JobState.PAUSED)
            connection.execute(
                jobs.update()
                .where(jobs.c.seq == wanted.seq)
                .values(
                    fence=wanted.fence + 1,
                    lease_owner=worker.as_json(),
                    lease_until=now + timedelta(seconds=lease_s),
                    state=JobState.RUNNING,
                    requested=None,
                    status_text=None,
                    error=None,
                    updated_at=now,
                )
            )
        return Lease(job_id=job_id, seq=wanted.seq, fence=wanted.fence + 1, lease_s=lease_s, took_over=ends[wanted])

    def renew(self, lease: Lease) -> None:
        """Still here. Every other write under the lease renews it too."""
        with self._held(lease):
            pass

    def release(self, lease: Lease, state: JobState, error: str | None = None) -> None:
        """Leave the job in this state; the lease is over."""
        over = {"lease_owner": None, "lease_until": None, "requested": None, "status_text": None}
        with self._held(lease) as held:
            held.change(state=state, error=error, **over)

    def request(self, job_id: str, request: JobRequest) -> bool:
        """Ask something of the job's worker.

        False: nobody is working on it. It is paused or cancelled already, and cannot be made slower or faster.
        """
        with self._store.atomic() as connection:
            found = _standing(connection, jobs.c.id == job_id)
            if not found:
                raise UnknownRecord(f"there is no job {job_id}")
            try:
                found[0].ended(Worker.here(), self._store.now(connection))
            except JobBusy:
                asked = jobs.update().where(jobs.c.seq == found[0].seq)
                if request in _OF_SPEED:  # who has asked for a stop still wants it
                    asked = asked.where(sa.or_(jobs.c.requested.is_(None), jobs.c.requested.in_(_OF_SPEED)))
                connection.execute(asked.values(requested=request))
                return True
            if request not in _OF_SPEED:
                _evict(connection, found[0], _after(request, found[0].state))
            return False

    def requested(self, job_id: str) -> JobRequest | None:
        """What the worker has been asked since it acquired the job."""
        with self._store.read() as connection:
            word = connection.scalar(sa.select(jobs.c.requested).where(jobs.c.id == job_id))
        return JobRequest(word) if word else None

    def clear_request(self, lease: Lease) -> None:
        """The worker has become slower or faster. A request to stop, come meanwhile, stays."""
        with self._held(lease) as held:
            asked = jobs.update().where(jobs.c.seq == lease.seq, jobs.c.requested.in_(_OF_SPEED))
            held.connection.execute(asked.values(requested=None))

    @contextmanager
    def _held(self, lease: Lease, growth: Growth = _NO_GROWTH) -> Iterator["_Held"]:
        """A write transaction of the worker that holds the lease; raises LeaseLost before anything is written.

        One statement checks the lease, renews it, adds to the job's counts and locks its row.
        """
        with self._store.atomic() as connection:
            now = self._store.now(connection)
            mine = {"of_job": lease.seq, "of_fence": lease.fence}
            renewed = {"now": now, "until": now + timedelta(seconds=lease.lease_s)}
            if connection.execute(_RENEW, {**mine, **renewed, **growth.parameters()}).rowcount != 1:
                raise LeaseLost(
                    f"job {lease.job_id} is no longer this worker's; nothing was written",
                    hint="another process has taken it over, or it was stopped",
                )
            yield _Held(connection=connection, now=now, lease=lease)


def _standing(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[_Standing]:
    """The jobs that match, locked in one order by everyone."""
    columns = (jobs.c.seq, jobs.c.id, jobs.c.fence, jobs.c.state, jobs.c.lease_owner, jobs.c.lease_until)
    query = sa.select(*columns).where(*conditions).order_by(jobs.c.seq).with_for_update()
    return [
        _Standing(
            seq=row.seq,
            id=row.id,
            fence=row.fence,
            state=JobState(row.state),
            holder=Worker.from_json(row.lease_owner) if row.lease_owner else None,
            lease_until=row.lease_until,
        )
        for row in connection.execute(query)
    ]


def _of_same_identity(connection: sa.Connection, job_id: str) -> list[_Standing]:
    identity = connection.scalar(sa.select(jobs.c.identity).where(jobs.c.id == job_id))
    if identity is None:
        raise UnknownRecord(f"there is no job {job_id}")
    return _standing(connection, jobs.c.identity == identity)


def _after(request: JobRequest, state: JobState) -> JobState:
    """What becomes of a job on which nobody works."""
    if state.finished:
        return state
    if request is JobRequest.CANCEL:
        return JobState.CANCELLED
    return JobState.PAUSED if state is JobState.RUNNING else state


def _evict(connection: sa.Connection, row: _Standing, state: JobState) -> None:
    """End the job's lease; a worker that wakes up later finds the fence raised."""
    connection.execute(
        jobs.update()
        .where(jobs.c.seq == row.seq)
        .values(state=state, fence=jobs.c.fence + 1, lease_owner=None, lease_until=None, requested=None)
    )
