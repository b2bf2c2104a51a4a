"""The answer journal: every answer is on the disk before it may be written to the person's table.

A killed job therefore finds what it has paid for, and a later job finds what an earlier one has. An answer is
kept per job, row key and column; keys of any shape and length are found by their hash. How many rows are filled
and failed follows from the answers: the counts change in the transaction that changes them, by the difference.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.jobs.leases import Leases
from memory.jobs.values import Answer, AnswerStatus, Lease, Usage
from memory.tables import job_answers, jobs

# Keys per statement; SQLite and the servers allow some tens of thousands of parameters.
_CHUNK = 500
_NOTHING_USED = Usage()
_GOOD = (AnswerStatus.ANSWERED, AnswerStatus.WRITTEN, AnswerStatus.CONFLICT)
_BAD = (AnswerStatus.FAILED, AnswerStatus.CONFLICT)


@dataclass(frozen=True, kw_only=True)
class _Tally:
    """How some rows of a job stand, by their answers."""

    rows: int = 0  # with any answer
    filled: int = 0
    failed: int = 0
    reused: int = 0


class Journal(Leases):
    """Keeps the answers of jobs. Every write is one transaction under the worker's lease."""

    def journal(self, lease: Lease, answers: Sequence[Answer], usage: Usage = _NOTHING_USED) -> None:
        """Keep the answers, with what they cost; they are on the disk when this returns.

        An answer to a cell that has one already takes its place.
        """
        cells = {(_key_hash(answer.key_json), answer.target): answer for answer in answers}
        keys = sorted({key for key, _ in cells})
        with self._held(lease) as connection:
            before = _tally(connection, lease.job_id, keys)
            for target in {target for _, target in cells}:
                hashes = [key for key, of in cells if of == target]
                for some in _chunks(hashes):
                    connection.execute(job_answers.delete().where(*_cells(lease.job_id, some, target)))
            now = self._store.now(connection)
            rows = [_columns(answer) | {"job_id": lease.job_id, "created_at": now} for answer in cells.values()]
            if rows:
                connection.execute(job_answers.insert(), rows)
            _count(connection, lease.job_id, before, _tally(connection, lease.job_id, keys), usage)

    def mark(
        self,
        lease: Lease,
        keys: Sequence[str],
        status: AnswerStatus,
        *,
        reason: str | None = None,
        target: str | None = None,
    ) -> None:
        """What became of the journaled answers of these rows (`key_json`); `target` None: of all their cells."""
        hashes = sorted({_key_hash(key) for key in keys})
        with self._held(lease) as connection:
            before = _tally(connection, lease.job_id, hashes)
            marked = 0
            for some in _chunks(hashes):
                cells = _cells(lease.job_id, some, target)
                changed = job_answers.update().where(*cells).values(status=status, reason=reason)
                marked += connection.execute(changed).rowcount
            if min(marked, before.rows) < len(hashes):
                raise UnknownRecord(f"job {lease.job_id} has no answer for some of these rows")
            _count(connection, lease.job_id, before, _tally(connection, lease.job_id, hashes), _NOTHING_USED)

    def add_counts(self, lease: Lease, usage: Usage) -> None:
        """Model calls that gave no answer to journal cost too."""
        with self._held(lease) as connection:
            _count(connection, lease.job_id, _Tally(), _Tally(), usage)

    def known(self, job_id: str, keys: Sequence[str]) -> list[Answer]:
        """What the job knows of these rows (`key_json`)."""
        hashes = sorted({_key_hash(key) for key in keys})
        conditions = [_cells(job_id, some, None) for some in _chunks(hashes)]
        return [answer for cells in conditions for answer in self._answers(_QUERY.where(*cells))]

    def unwritten(self, job_id: str, limit: int) -> list[Answer]:
        """Good answers that wait to be written, oldest first."""
        return self._of_status(job_id, (AnswerStatus.ANSWERED,), limit)

    def failures(self, job_id: str, limit: int) -> list[Answer]:
        """Cells without a usable answer and cells that someone changed meanwhile, oldest first."""
        return self._of_status(job_id, _BAD, limit)

    def answered_inputs(
        self,
        prompt_version: str,
        model: str,
        input_hashes: Sequence[str],
        target: str | None = None,
        job_id: str | None = None,
    ) -> list[Answer]:
        """Good answers of any job (or of one) to the same inputs, the newest one per input and column."""
        found: list[Answer] = []
        for some in _chunks(sorted(set(input_hashes))):
            newest = (
                sa.select(sa.func.max(job_answers.c.id))
                .where(
                    job_answers.c.input_hash.in_(some),
                    job_answers.c.prompt_version == prompt_version,
                    job_answers.c.model == model,
                    job_answers.c.status.in_(_GOOD),
                    job_answers.c.answer_json.is_not(None),
                )
                .group_by(job_answers.c.input_hash, job_answers.c.target)
            )
            if target is not None:
                newest = newest.where(job_answers.c.target == target)
            if job_id is not None:
                newest = newest.where(job_answers.c.job_id == job_id)
            found += self._answers(_QUERY.where(job_answers.c.id.in_(newest)))
        return found

    def _of_status(self, job_id: str, statuses: Sequence[AnswerStatus], limit: int) -> list[Answer]:
        wanted = (job_answers.c.job_id == job_id, job_answers.c.status.in_(statuses))
        return self._answers(_QUERY.where(*wanted).limit(limit))

    def _answers(self, query: sa.Select[tuple[object, ...]]) -> list[Answer]:
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Answer(**{**row, "status": AnswerStatus(row["status"])}) for row in rows]


_QUERY = sa.select(*(job_answers.c[name] for name in Answer.__dataclass_fields__)).order_by(job_answers.c.id)


def _columns(answer: Answer) -> dict[str, object]:
    values = {name: getattr(answer, name) for name in Answer.__dataclass_fields__}
    return {**values, "key_hash": _key_hash(answer.key_json)}


def _key_hash(key_json: str) -> str:
    return hashlib.sha256(key_json.encode("utf-8", "surrogatepass")).hexdigest()


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _cells(job_id: str, hashes: Sequence[str], target: str | None) -> list[sa.ColumnElement[bool]]:
    conditions = [job_answers.c.job_id == job_id, job_answers.c.key_hash.in_(hashes)]
    return conditions if target is None else [*conditions, job_answers.c.target == target]


def _tally(connection: sa.Connection, job_id: str, hashes: Sequence[str]) -> _Tally:
    rows = filled = failed = reused = 0
    columns = (job_answers.c.key_hash, job_answers.c.status, job_answers.c.reused)
    for some in _chunks(hashes):
        query = sa.select(*columns).where(*_cells(job_id, some, None)).order_by(job_answers.c.key_hash)
        for _, group in groupby(connection.execute(query), attrgetter("key_hash")):
            cells = list(group)
            rows += 1
            if any(cell.status in _BAD for cell in cells):
                failed += 1
            elif all(cell.status == AnswerStatus.WRITTEN for cell in cells):
                filled += 1
                reused += all(cell.reused for cell in cells)
    return _Tally(rows=rows, filled=filled, failed=failed, reused=reused)


def _count(connection: sa.Connection, job_id: str, before: _Tally, after: _Tally, usage: Usage) -> None:
    connection.execute(
        jobs.update()
        .where(jobs.c.id == job_id)
        .values(
            filled=jobs.c.filled + (after.filled - before.filled),
            failed=jobs.c.failed + (after.failed - before.failed),
            reused=jobs.c.reused + (after.reused - before.reused),
            calls=jobs.c.calls + usage.calls,
            retried=jobs.c.retried + usage.retried,
            prompt_tokens=jobs.c.prompt_tokens + usage.prompt_tokens,
            completion_tokens=jobs.c.completion_tokens + usage.completion_tokens,
            cost=jobs.c.cost + usage.cost,
        )
    )
