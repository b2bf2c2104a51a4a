"""What the journals know about rows and inputs, looked up only where they can know anything.

A fresh job knows nothing about the rows of its first sweep, and of inputs it knows those that it has settled
itself: a small filter remembers which, at the cost of a few needless lookups.
"""

from collections.abc import Iterable, Mapping, Sequence

from memory.jobs import Answer, JobStore
from skills.ai_column.answers import settled_again
from skills.ai_column.asking import Settled
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow

_BITS = 1 << 24


class Seen:
    """A Bloom filter (Bloom 1970) of input hashes, 2 MB: says yes to all that were added and to few others."""

    def __init__(self) -> None:
        self._bits = bytearray(_BITS >> 3)

    def add(self, input_hash: str) -> None:
        for place in _places(input_hash):
            self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, input_hash: str) -> bool:
        return all(self._bits[place >> 3] & 1 << (place & 7) for place in _places(input_hash))


def _places(input_hash: str) -> tuple[int, int]:
    number = int(input_hash[:12], 16)
    return number & _BITS - 1, number >> 24


class Recall:
    """Lookups for one run; made before the run journals anything."""

    def __init__(self, plan: Plan, jobs: JobStore, job_id: str, seen: Seen, *, reuse: bool) -> None:
        self._plan = plan
        self._jobs = jobs
        self._job_id = job_id
        self._seen = seen
        self._own = jobs.has_answers(job_id)
        self._others = reuse and any(jobs.has_answers_to(plan.prompt.version, model) for model in plan.models)

    @property
    def fresh(self) -> bool:
        """Whether the job began without answers."""
        return not self._own

    def journal(self, rows: Sequence[SourceRow], *, again: bool) -> Mapping[str, Answer]:
        """What the job's own journal holds of these rows, by key. `again`: they may have come by in this run."""
        if not self._own and not again:
            return {}
        return {answer.key_json: answer for answer in self._jobs.known(self._job_id, [row.key_json for row in rows])}

    def bought(self, rows: Iterable[SourceRow]) -> dict[str, Settled]:
        """Answers to these inputs, this job's own before those of earlier ones."""
        hashes = {row.input_hash for row in rows}
        found: dict[str, Settled] = {}
        own = hashes if self._own else {one for one in hashes if one in self._seen}
        self._look_up(own, self._job_id, found)
        if self._others:
            self._look_up(hashes - set(found), None, found)
        return found

    def _look_up(self, hashes: set[str], job_id: str | None, found: dict[str, Settled]) -> None:
        if not hashes:
            return
        for model in self._plan.models:
            for answer in self._jobs.answered_inputs(self._plan.prompt.version, model, sorted(hashes), job_id=job_id):
                settled = settled_again(answer, self._plan, reused=job_id is None or answer.reused)
                if settled is not None:
                    found[answer.input_hash] = settled
