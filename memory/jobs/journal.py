"""The answer journal: every answer is on the disk before it may be written to the person's table.

A killed job therefore finds what it has paid for, and a later job finds what an earlier one has. There is one
record per row of a job, for all its columns. How many rows are filled and failed follows from the records: the
counts change in the transaction that changes them, by the difference.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import sqlalchemy as sa

from memory.columns import stored_text
from memory.errors import UnknownRecord
from memory.jobs.leases import Growth
from memory.jobs.lookups import Lookups
from memory.jobs.records import Place, Places, insert, records
from memory.jobs.statements import lists, places, run
from memory.jobs.values import Answer, AnswerStatus, Lease, Usage
from memory.short_keys import row_key

_NOTHING_USED: Final = Usage()
_BAD: Final = (AnswerStatus.FAILED, AnswerStatus.CONFLICT)
_REOPEN: Final = (
    "UPDATE job_answers SET status = 'conflict', answer_json = NULL, reason = 'to be asked again'"
    " WHERE job = ? AND status = 'failed' AND status <> 'written'"
)

# How many rows of a job have which status and are reused.
_Standing: TypeAlias = Counter[tuple[str, bool]]


class Journal(Lookups):
    """Keeps the answers of jobs. Every write is one transaction under the worker's lease."""

    def journal(
        self, lease: Lease, answers: Sequence[Answer], usage: Usage = _NOTHING_USED, *, fresh: bool = False
    ) -> None:
        """Keep the answers, with what they cost; they are on the disk when this returns.

        An answer to a row that has one already takes its place. `fresh`: none of these rows is expected to have
        one, so it is not looked for first.
        """
        by_key = {row_key(answer.key_json): answer for answer in answers}
        places_of = self._places(by_key.values())
        if fresh:
            try:
                self._add(lease, by_key, places_of, usage)
                return
            except sa.exc.IntegrityError:
                pass  # some rows had answers after all, and nothing was kept
        self._replace(lease, by_key, places_of, usage)

    def mark(self, lease: Lease, keys: Sequence[str], status: AnswerStatus, *, reason: str | None = None) -> None:
        """What became of the journaled answers of these rows (`key_json`)."""
        wanted = sorted({row_key(key) for key in keys})
        with self._held(lease) as held:
            before: _Standing = Counter()
            for some in lists(wanted):
                before += _standing(held.connection, lease, some)
                run(held.connection, _mark(len(some)), (status.value, stored_text(reason), lease.seq, *some))
            if before.total() < len(wanted):
                raise UnknownRecord(f"job {lease.job_id} has no answer for some of these rows")
            after: _Standing = Counter()
            for (_, reused), rows in before.items():
                after[status, reused] += rows
            held.grow(_growth(before, after))

    def reopen_failed(self, lease: Lease) -> int:
        """Put every failed row back, to be asked again; how many there were."""
        with self._held(lease) as held:
            return run(held.connection, _REOPEN, (lease.seq,)).rowcount

    def add_counts(self, lease: Lease, usage: Usage) -> None:
        """Model calls that gave no answer to journal cost too."""
        with self._held(lease, Growth(usage=usage)):
            pass

    def _places(self, answers: Iterable[Answer]) -> Places:
        rows = Counter((answer.prompt_version, answer.model) for answer in answers)
        numbers = {origin: self._origins.number(origin) for origin in rows}
        return {
            origin: Place(origin=number, generation=self._origins.generation(number, rows[origin]))
            for origin, number in numbers.items()
        }

    def _add(self, lease: Lease, by_key: Mapping[bytes, Answer], places_of: Places, usage: Usage) -> None:
        after = _counted(by_key.values())
        with self._held(lease, _growth(Counter(), after, usage)) as held:
            insert(held.connection, records(lease.seq, by_key, places_of, held.now), replace=False)

    def _replace(self, lease: Lease, by_key: Mapping[bytes, Answer], places_of: Places, usage: Usage) -> None:
        with self._held(lease, Growth(usage=usage)) as held:
            before: _Standing = Counter()
            for some in lists(sorted(by_key)):
                before += _standing(held.connection, lease, some)
            insert(held.connection, records(lease.seq, by_key, places_of, held.now), replace=True)
            held.grow(_growth(before, _counted(by_key.values())))


def _mark(keys: int) -> str:
    return f"UPDATE job_answers SET status = ?, reason = ? WHERE job = ? AND row_key IN ({places(keys)})"


def _standing(connection: sa.Connection, lease: Lease, keys: Sequence[bytes]) -> _Standing:
    counted = (
        "SELECT status, reused, COUNT(*) FROM job_answers"
        f" WHERE job = ? AND row_key IN ({places(len(keys))}) GROUP BY status, reused"
    )
    rows = run(connection, counted, (lease.seq, *keys))
    return Counter({(row[0], bool(row[1])): row[2] for row in rows})


def _counted(answers: Iterable[Answer]) -> _Standing:
    return Counter((answer.status.value, answer.reused) for answer in answers)


def _growth(before: _Standing, after: _Standing, usage: Usage = _NOTHING_USED) -> Growth:
    rows = after.copy()
    rows.subtract(before)
    return Growth(
        filled=rows[AnswerStatus.WRITTEN, False] + rows[AnswerStatus.WRITTEN, True],
        failed=sum(rows[status, reused] for status in _BAD for reused in (False, True)),
        reused=rows[AnswerStatus.WRITTEN, True],
        usage=usage,
    )
