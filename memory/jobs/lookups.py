"""What the answer journal knows: of rows, of inputs that were answered already, of a whole job."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from memory.columns import original_text
from memory.errors import UnknownRecord
from memory.jobs.leases import Leases
from memory.jobs.origins import Origins
from memory.jobs.records import ANSWER, answer_of
from memory.jobs.statements import lists, places, run
from memory.jobs.values import Answer, AnswerStatus, JobSummary, Reason
from memory.short_keys import input_key, row_key
from memory.store import StateStore

# LEFT, so that planners begin with the answers: every answer has an origin, and there are few.
_FROM: Final = f"SELECT {ANSWER} FROM job_answers a LEFT JOIN answer_origins o ON o.id = a.origin"
_OF_JOB: Final = "a.job = (SELECT seq FROM jobs WHERE id = ?)"
# By the index over what is not written; its condition must be repeated word for word.
_OPEN: Final = f"{_FROM} WHERE {_OF_JOB} AND a.status = ? AND a.status <> 'written' AND a.id > ? ORDER BY a.id LIMIT ?"
# Along the table: a job's records lie together. The sign keeps planners from collecting and sorting all of them.
_WRITTEN: Final = f"{_FROM} WHERE +{_OF_JOB} AND a.status = ? AND a.id > ? ORDER BY a.id LIMIT ?"
_ANY: Final = "SELECT 1 FROM job_answers a WHERE a.job = (SELECT seq FROM jobs WHERE id = ?) LIMIT 1"
_STANDING: Final = "SELECT status, COUNT(*) FROM job_answers WHERE job = ? AND status <> 'written' GROUP BY status"
_REASONS: Final = (
    "SELECT reason, COUNT(*) FROM job_answers WHERE job = ? AND status IN ('failed', 'conflict')"
    " AND status <> 'written' GROUP BY reason ORDER BY 2 DESC LIMIT ?"
)
_MOST_REASONS: Final = 10
_MOST_INPUTS: Final = 256  # SQLite joins at most 500 SELECTs
_MOST_GENERATIONS: Final = 64
_MOST_JOBS: Final = 16


class Lookups(Leases):
    """Reads answers. Each look is a transaction of its own."""

    def __init__(self, store: StateStore) -> None:
        super().__init__(store)
        self._origins = Origins(store)

    def has_answers(self, job_id: str) -> bool:
        """Whether the job has any record at all; if not, there is no need to ask for what is `known`."""
        with self._store.read() as connection:
            return run(connection, _ANY, (job_id,)).first() is not None

    def known(self, job_id: str, keys: Sequence[str]) -> list[Answer]:
        """What the job knows of these rows (`key_json`), in the order in which it came to know it."""
        found: list[tuple[int, Answer]] = []
        with self._store.read() as connection:
            for some in lists(sorted({row_key(key) for key in keys})):
                found += _numbered(run(connection, _known(len(some)), (job_id, *some)))
        return [answer for _, answer in sorted(found, key=_by_number)]

    def unwritten(self, job_id: str, limit: int) -> list[Answer]:
        """Good answers that wait to be written, oldest first."""
        return [answer for _, answer in self.of_status(job_id, (AnswerStatus.ANSWERED,), limit=limit)]

    def failures(self, job_id: str, limit: int) -> list[Answer]:
        """Rows without a usable answer and rows that someone changed meanwhile, oldest first."""
        bad = (AnswerStatus.FAILED, AnswerStatus.CONFLICT)
        return [answer for _, answer in self.of_status(job_id, bad, limit=limit)]

    def of_status(
        self, job_id: str, statuses: Sequence[AnswerStatus], *, after: int = 0, limit: int
    ) -> list[tuple[int, Answer]]:
        """A page of the job's answers with their numbers, oldest first; the next one begins `after` the last number."""
        found: list[tuple[int, Answer]] = []
        with self._store.read() as connection:
            for status in statuses:
                page = _WRITTEN if status is AnswerStatus.WRITTEN else _OPEN
                found += _numbered(run(connection, page, (job_id, status.value, after, limit)))
        return sorted(found, key=_by_number)[:limit]

    def latest(self, job_ids: Sequence[str], keys: Sequence[str]) -> dict[str, tuple[str, Answer]]:
        """By row (`key_json`), what the last of these jobs that settled it made of it, and which job that was.

        Settled is what was written, has failed, was undone or is moot; answers on their way do not count.
        """
        found: list[tuple[int, str, Answer]] = []
        wanted = list(lists(sorted({row_key(key) for key in keys})))
        with self._store.read() as connection:
            for jobs in lists(sorted(set(job_ids)), _MOST_JOBS):
                for some in wanted:
                    rows = run(connection, _latest(len(jobs), len(some)), (*jobs, *some))
                    found += [(row[0], row[-1], answer_of(row)) for row in rows]
        found.sort(key=lambda record: record[0])
        return {answer.key_json: (job_id, answer) for _, job_id, answer in found}

    def has_answers_to(self, prompt_version: str, model: str) -> bool:
        """Whether any job ever journaled an answer to this question by this model."""
        return self._origins.find((prompt_version, model)) is not None

    def answered_inputs(
        self, prompt_version: str, model: str, input_hashes: Sequence[str], job_id: str | None = None
    ) -> list[Answer]:
        """Good answers of any job (or of one) to the same inputs, the newest one per input, whatever became of its row.

        An answer that the database refused is not good.
        """
        origin = self._origins.find((prompt_version, model))
        generations = self._origins.generations(origin) if origin is not None else ()
        found: list[tuple[int, Answer]] = []
        wanted = list(lists(sorted({bytes.fromhex(text) for text in input_hashes}), _MOST_INPUTS))
        of_job = () if job_id is None else (job_id,)
        with self._store.read() as connection:
            for start in range(0, len(generations), _MOST_GENERATIONS):
                where = generations[start : start + _MOST_GENERATIONS]
                for some in wanted:
                    inputs = (value for input_hash in some for value in (input_key(input_hash), input_hash))
                    newest = _newest(len(where), len(some), of_job=bool(of_job), dialect=connection.dialect.name)
                    found += _numbered(run(connection, newest, (origin, *of_job, *where, *inputs)))
        return list({answer.input_hash: answer for _, answer in sorted(found, key=_by_number)}.values())

    def summary(self, job_id: str) -> JobSummary:
        """How the rows of a job stand, and why most of the failed ones failed. Raises UnknownRecord."""
        with self._store.read() as connection:
            job = run(connection, "SELECT seq, filled FROM jobs WHERE id = ?", (job_id,)).first()
            if job is None:
                raise UnknownRecord(f"there is no job {job_id}")
            rows = dict.fromkeys(AnswerStatus, 0) | {AnswerStatus.WRITTEN: job.filled}
            rows |= {AnswerStatus(row[0]): row[1] for row in run(connection, _STANDING, (job.seq,))}
            reasons = run(connection, _REASONS, (job.seq, _MOST_REASONS)).all()
        return JobSummary(
            rows=rows, reasons=tuple(Reason(text=original_text(row[0]) or "", rows=row[1]) for row in reasons)
        )


def _numbered(rows: Any) -> list[tuple[int, Answer]]:
    return [(row[0], answer_of(row)) for row in rows]


def _by_number(record: tuple[int, Answer]) -> int:
    return record[0]


@lru_cache
def _known(keys: int) -> str:
    return f"{_FROM} WHERE {_OF_JOB} AND a.row_key IN ({places(keys)})"


@lru_cache
def _latest(jobs: int, keys: int) -> str:
    """The records of these rows in these jobs, with the job's id at the end."""
    return (
        f"SELECT {ANSWER}, j.id FROM jobs j JOIN job_answers a ON a.job = j.seq"
        f" LEFT JOIN answer_origins o ON o.id = a.origin WHERE j.id IN ({places(jobs)})"
        f" AND a.row_key IN ({places(keys)}) AND a.status IN ('written', 'failed', 'undone', 'moot')"
    )


@lru_cache
def _newest(generations: int, inputs: int, *, of_job: bool, dialect: str) -> str:
    """Per input one dive into each generation for its last good answer: a common input may have a million of them."""
    job = f" AND {_OF_JOB}" if of_job else ""
    return (
        f"SELECT {ANSWER} FROM (SELECT (SELECT a.id FROM job_answers a WHERE a.origin = ? AND a.generation = g.number"
        " AND a.input_key = w.input_key AND a.input_hash = w.input_hash AND a.status <> 'failed'"
        f" AND a.answer_json IS NOT NULL{job} ORDER BY a.id DESC LIMIT 1) AS id"
        f" FROM {_table('g', 'number', generations, dialect)}"
        f" CROSS JOIN {_table('w', 'input_key, input_hash', inputs, dialect)}) n"
        " CROSS JOIN job_answers a LEFT JOIN answer_origins o ON o.id = a.origin WHERE a.id = n.id"
    )


def _table(name: str, columns: str, rows: int, dialect: str) -> str:
    """Parameters as a table. PostgreSQL plans every SELECT of a union; what it prefers, not every engine has."""
    count = columns.count(",") + 1
    if dialect == "postgresql":
        return f"(VALUES {', '.join([f'({places(count)})'] * rows)}) {name} ({columns})"
    first = "SELECT " + ", ".join(f"? AS {column}" for column in columns.split(", "))
    return f"({' UNION ALL '.join([first] + [f'SELECT {places(count)}'] * (rows - 1))}) {name}"
