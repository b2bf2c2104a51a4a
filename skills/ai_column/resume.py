"""Answers that an earlier run has bought and not written: written first, without asking again.

Each is written only if its row still is what the model saw. A cell that already holds its answer was
written just before the kill, and counts as written.
"""

from collections.abc import Iterator

from tools.safety.gate import PreparedRead

from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import value_of
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.paging import key_params
from skills.ai_column.plan import Plan
from skills.ai_column.rows import key_of, source_row
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Tally

_LOOK_AHEAD = 500


class Journaled:
    """Writes what waits in the journal of one job."""

    def __init__(
        self, plan: Plan, jobs: JobStore, lease: Lease, batches: Batches, tally: Tally, max_source_chars: int
    ) -> None:
        self._plan = plan
        self._jobs = jobs
        self._lease = lease
        self._batches = batches
        self._tally = tally
        self._max_source_chars = max_source_chars

    def write(self, by_key: PreparedRead, row_limit: int | None) -> None:
        while answers := self._jobs.unwritten(self._lease.job_id, _LOOK_AHEAD):
            ready = list(self._ready(answers, by_key))
            for start in range(0, len(ready), self._plan.batch_rows):
                batch = [one for one in ready[start : start + self._plan.batch_rows] if self._admit(row_limit)]
                if batch:
                    self._batches.write(batch)
                if self._tally.ended is not None or self._batches.stop.is_set():
                    return

    def _admit(self, row_limit: int | None) -> bool:
        return self._tally.admit((row_limit, StopReason.ROW_LIMIT), (self._plan.row_cap, StopReason.CONSENT))

    def _ready(self, answers: list[Answer], by_key: PreparedRead) -> Iterator[Ready]:
        for answer in answers:
            ready = self._present(answer, by_key)
            if ready is None:
                why = "the row changed before its answer was written"
                self._jobs.mark(self._lease, [answer.key_json], AnswerStatus.CONFLICT, reason=why, target=answer.target)
            else:
                yield ready

    def _present(self, answer: Answer, by_key: PreparedRead) -> Ready | None:
        """The row as it is now; None if it is no longer the one that was answered."""
        if answer.prompt_version != self._plan.prompt.version:
            return None
        key = key_of(answer.key_json)
        found = by_key.fetch(key_params(key), max_rows=1).rows
        if not found:
            return None
        parts = len(self._plan.target.key)
        source = found[0][parts:-1]
        row = source_row(key, source, self._plan.target.source_columns, self._max_source_chars)
        if row.input_hash != answer.input_hash:
            return None
        return Ready(row=row, value=value_of(answer), reused=answer.reused)
