"""Answers that an earlier run has bought and not written: written first, without asking again.

Each is written only if its row still is what the model saw. A cell that already holds its answer was
written just before the kill, and counts as written.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import values_of
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.paging import keys_params
from skills.ai_column.plan import Plan
from skills.ai_column.rows import RowReader, SourceRow, key_of
from skills.ai_column.stop import StopReason
from skills.ai_column.tally import Tally
from tools.db.values import decode_row
from tools.safety.reading import PreparedRead

LOOK_UP = 100  # rows by their keys in one query
_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    ready: Ready
    filled: bool  # its cells hold something already


@dataclass(frozen=True, kw_only=True)
class Journaled:
    """Writes what waits in the journal of one job."""

    plan: Plan
    jobs: JobStore
    lease: Lease
    batches: Batches
    tally: Tally
    rows: RowReader

    def write(self, by_keys: PreparedRead, row_limit: int | None) -> None:
        """`by_keys`: of LOOK_UP rows."""
        while answers := self.jobs.unwritten(self.lease.job_id, _AT_ONCE):
            waiting = [one for start in range(0, len(answers), LOOK_UP)
                       for one in self._look_up(answers[start : start + LOOK_UP], by_keys)]  # fmt: skip
            # Cells that hold something were written before the kill, or by someone else: no new consent is needed.
            self._write([one.ready for one in waiting if one.filled])
            self._write([one.ready for one in waiting if not one.filled and self._admit(row_limit)])
            self.batches.flush()
            if self.tally.ended is not None or self.batches.stop.is_set():
                return

    def _write(self, ready: list[Ready]) -> None:
        for start in range(0, len(ready), self.plan.batch_rows):
            self.batches.write(ready[start : start + self.plan.batch_rows])

    def _admit(self, row_limit: int | None) -> bool:
        return self.tally.admit(1, (row_limit, StopReason.ROW_LIMIT), (self.plan.row_cap, StopReason.CONSENT)) == 1

    def _look_up(self, answers: Sequence[Answer], by_keys: PreparedRead) -> list[_Waiting]:
        """These answers with their rows as they are now; rows that are no longer what was answered are set aside."""
        keys = [key_of(answer.key_json) for answer in answers]
        found = by_keys.fetch(keys_params(keys, LOOK_UP), max_rows=LOOK_UP).rows
        rows = {row.key_json: row for row in map(self.rows.row, found)}
        waiting = []
        for answer in answers:
            row = rows.get(answer.key_json)
            if row is None or row.input_hash != answer.input_hash or not self._is_ours(answer):
                self._conflict(answer)
            else:
                waiting.append(self._waiting(answer, row))
        return waiting

    def _is_ours(self, answer: Answer) -> bool:
        return self.plan.prompt.is_answered_by(answer.prompt_version)

    def _conflict(self, answer: Answer) -> None:
        why = "the row changed before its answer was written"
        self.jobs.mark(self.lease, [answer.key_json], AnswerStatus.CONFLICT, reason=why)

    def _waiting(self, answer: Answer, row: SourceRow) -> _Waiting:
        values = values_of(answer)
        before = decode_row(json.loads(answer.previous_json)) if answer.previous_json else (None,) * len(values)
        filled = all(now != old for now, old, new in zip(row.present, before, values, strict=True) if new is not None)
        ready = Ready(row=row._replace(present=before), values=values, reused=answer.reused, problem=answer.reason)
        return _Waiting(ready=ready, filled=filled)
