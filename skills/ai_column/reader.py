"""The reader thread of a run: pages of pending rows in key order, again and again until none is left.

A row is taken on once: what the journal has settled is passed over, identical inputs share a question, an
answer bought earlier is used again. Rows whose source changed meanwhile are found by the next sweep.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from memory.errors import MemoryFailure
from memory.jobs import Answer, AnswerStatus, JobStore
from skills.ai_column.answers import Standing, settled_again, standing
from skills.ai_column.asking import Question, Settled
from skills.ai_column.callers import Callers
from skills.ai_column.flow import Flow, Groups
from skills.ai_column.outbox import END, Known, Outbox
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from tools.errors import ToolError

log = logging.getLogger(__name__)
_CHUNK = 100


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Runs in a thread of its own; ends when a sweep takes nothing on, or the run stops."""

    plan: Plan
    job_id: str
    jobs: JobStore
    sweep: Callable[[], Iterator[SourceRow]]  # every pending row, from the start
    callers: Callers
    groups: Groups
    flow: Flow
    outbox: Outbox
    tally: Tally
    stop: Stop
    row_limit: int | None
    reuse: bool  # answers of earlier jobs

    def run(self, first: Sequence[SourceRow]) -> None:
        """`first`: rows that are asked about before all others."""
        try:
            if first and self.flow.enter(len(first)):
                self._take(first, again=False)
            taken = {row.key_json for row in first}
            again = False
            while self._sweep(taken, again=again) and self.flow.wait_until_idle():
                taken, again = set(), True
        except (ToolError, MemoryFailure) as error:
            self.stop.set(StopReason.FAILED, error.message)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("the reader failed in an unexpected way")
            self.stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")
        finally:
            self.callers.finish()
            self.outbox.put(END)

    def _sweep(self, taken: set[str], *, again: bool) -> bool:
        """One pass over all pending rows but those taken already; whether another pass is due."""
        found = False
        rows = (row for row in self.sweep() if row.key_json not in taken)
        while chunk := list(islice(rows, _CHUNK)):
            if not self.flow.enter(len(chunk)):
                return False
            found = self._take(chunk, again=again) or found
            if self.tally.ended is not None:
                return False
        return found or bool(taken)

    def _take(self, rows: Sequence[SourceRow], *, again: bool) -> bool:
        journal = {answer.key_json: answer for answer in self.jobs.known(self.job_id, [row.key_json for row in rows])}
        todo = [row for row in rows if not self._passed(row, journal.get(row.key_json), again=again)]
        bought = self._answers_bought([row for row in todo if not row.empty])
        questions = []
        for place, row in enumerate(todo):
            if not row.empty and not self._admit():
                self.flow.leave(len(todo) - place)
                break
            question = self._route(row, journal.get(row.key_json), bought)
            if question is not None:
                questions.append(question)
        self._ask(questions)
        return bool(todo)

    def _passed(self, row: SourceRow, answer: Answer | None, *, again: bool) -> bool:
        # In a later sweep of the same run a written cell that is NULL again was emptied on purpose, or by a trigger,
        # and a failed row has had its turn even if it has changed since.
        over = again and answer is not None and answer.status in (AnswerStatus.WRITTEN, AnswerStatus.FAILED)
        if over or standing(row, answer, self.plan) is Standing.SETTLED:
            self.tally.add(passed=0 if again else 1)
            self.flow.leave(1)
            return True
        return False

    def _admit(self) -> bool:
        return self.tally.admit((self.row_limit, StopReason.ROW_LIMIT), (self.plan.row_cap, StopReason.CONSENT))

    def _route(self, row: SourceRow, own: Answer | None, bought: dict[str, Settled]) -> Question | None:
        """To the writer if the answer is known, to those who wait for the same answer, or to the model."""
        if row.empty:
            self.outbox.put(Known(row=row, settled=None))
            return None
        if own is not None and standing(row, own, self.plan) is Standing.ANSWERED:
            self.outbox.put(Known(row=row, settled=settled_again(own, reused=own.reused)))
            return None
        known = bought.get(row.input_hash) or self.groups.join(row)
        if isinstance(known, Settled):
            self.outbox.put(Known(row=row, settled=known))
            return None
        return None if known else Question(input_hash=row.input_hash, text=row.text)

    def _answers_bought(self, rows: Sequence[SourceRow]) -> dict[str, Settled]:
        """Answers in the journals for these inputs, this job's own before those of earlier ones."""
        hashes = {row.input_hash for row in rows}
        found: dict[str, Settled] = {}
        for job_id in (self.job_id, None) if self.reuse else (self.job_id,):
            answers = self.jobs.answered_inputs(
                self.plan.prompt.version,
                self.plan.model,
                sorted(hashes - set(found)),
                target=self.plan.target.column,
                job_id=job_id,
            )
            for answer in answers:
                found[answer.input_hash] = settled_again(answer, reused=job_id is None or answer.reused)
        return found

    def _ask(self, questions: Sequence[Question]) -> None:
        size = self.plan.rows_per_call
        for start in range(0, len(questions), size):
            self.callers.put(questions[start : start + size])
