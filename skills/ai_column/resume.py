"""Answers that an earlier run has bought and not written: written first, without asking again.

Each is written only if its row still is what the model saw. A cell that already holds its answer was
written just before the kill, and counts as written.
"""

from dataclasses import dataclass

from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import value_of
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.paging import key_params
from skills.ai_column.plan import Plan
from skills.ai_column.rows import key_of, source_row
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Tally
from tools.safety.reading import PreparedRead

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
            found = [(answer, self._present(answer, by_key)) for answer in answers]
            for answer, present in found:
                if present is None:
                    self._conflict(answer)
            # Cells that hold something were written before the kill, or by someone else: no new consent is needed.
            self._write([present.ready for _, present in found if present and present.filled])
            self._write(
                [present.ready for _, present in found if present and not present.filled and self._admit(row_limit)]
            )
            if self._tally.ended is not None or self._batches.stop.is_set():
                return

    def _write(self, ready: list[Ready]) -> None:
        for start in range(0, len(ready), self._plan.batch_rows):
            self._batches.write(ready[start : start + self._plan.batch_rows])

    def _admit(self, row_limit: int | None) -> bool:
        return self._tally.admit((row_limit, StopReason.ROW_LIMIT), (self._plan.row_cap, StopReason.CONSENT))

    def _conflict(self, answer: Answer) -> None:
        why = "the row changed before its answer was written"
        self._jobs.mark(self._lease, [answer.key_json], AnswerStatus.CONFLICT, reason=why, target=answer.target)

    def _present(self, answer: Answer, by_key: PreparedRead) -> "_Present | None":
        """The row as it is now; None if it is no longer the one that was answered."""
        if answer.prompt_version != self._plan.prompt.version:
            return None
        key = key_of(answer.key_json)
        found = by_key.fetch(key_params(key), max_rows=1).rows
        if not found:
            return None
        *source, held = found[0][len(key) :]
        row = source_row(key, source, self._plan.target.source_columns, self._max_source_chars)
        if row.input_hash != answer.input_hash:
            return None
        return _Present(ready=Ready(row=row, value=value_of(answer), reused=answer.reused), filled=held is not None)


@dataclass(frozen=True, kw_only=True)
class _Present:
    ready: Ready
    filled: bool  # its cell holds something already
