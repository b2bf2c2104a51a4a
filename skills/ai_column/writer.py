"""The writer thread of a run: answers into the journal, then, in batches, into the table.

An answer is committed to the journal before it may be written, so a kill at any line loses no answer that
was paid for.
"""

import logging
import queue
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from memory.errors import LeaseLost, MemoryFailure
from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import answer_of
from skills.ai_column.asking import Settled
from skills.ai_column.batches import Batches, Ready
from skills.ai_column.budget import Meter
from skills.ai_column.flow import Flow, Groups
from skills.ai_column.look import Look
from skills.ai_column.outbox import Dropped, End, Item, Known, Outbox
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from tools.errors import ToolError

log = logging.getLogger(__name__)
_POLL_S = 0.1
_MOST_ITEMS = 1000


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Runs until the END comes; then everything that may be written is written."""

    plan: Plan
    lease: Lease
    jobs: JobStore
    batches: Batches
    groups: Groups
    flow: Flow
    outbox: Outbox
    meter: Meter
    tally: Tally
    stop: Stop
    look: Look
    _ready: list[Ready] = field(default_factory=list)

    def run(self) -> None:
        try:
            while self._step():
                pass
            self._write(everything=True)
        except LeaseLost as lost:
            self.stop.set(StopReason.LEASE_LOST, lost.message)
        except (ToolError, MemoryFailure) as error:
            self.stop.set(StopReason.FAILED, error.message)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("the writer failed in an unexpected way")
            self.stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")

    def _step(self) -> bool:
        """Take what has come, journal it, write full batches; False after the END."""
        items = self._receive()
        self._journal(items)
        self._write(everything=self.flow.only(len(self._ready)))
        return not any(isinstance(item, End) for item in items)

    def _receive(self) -> list[Item]:
        items: list[Item] = []
        try:
            items.append(self.outbox.get(timeout=_POLL_S))
            while len(items) < _MOST_ITEMS:
                items.append(self.outbox.get_nowait())
        except queue.Empty:
            pass  # all that there is
        return items

    def _write(self, *, everything: bool) -> None:
        """Full batches, or all that is ready."""
        size = self.plan.batch_rows
        while self._ready and (everything or len(self._ready) >= size):
            if not (self.stop.may_write and self.look.passed):
                return
            batch = self._ready[:size]
            self.batches.write(batch)
            del self._ready[:size]
            self.flow.leave(len(batch))

    def _journal(self, items: Sequence[Item]) -> None:
        answers: list[Answer] = []
        ready: list[Ready] = []
        left = 0
        for item in items:
            if isinstance(item, Dropped):
                self._drop(item)
                continue
            for row, settled in self._rows(item):
                answer = self._answer(row, settled)
                answers.append(answer)
                if answer.status is AnswerStatus.ANSWERED and settled is not None:
                    ready.append(Ready(row=row, value=settled.value, reused=settled.reused))
                else:
                    left += 1
        usage = self.meter.take()
        if answers or usage.calls:
            self.jobs.journal(self.lease, answers, usage)
        self._ready.extend(ready)
        self.flow.leave(left)

    def _rows(self, item: Item) -> list[tuple[SourceRow, Settled | None]]:
        """The rows that an item settles, each with its answer (None: nothing to judge)."""
        if isinstance(item, Known):
            if item.settled is not None:
                self._look_at(item.settled)
            return [(item.row, item.settled)]
        if not isinstance(item, list):
            return []
        found: list[tuple[SourceRow, Settled | None]] = []
        for settled in item:
            self._look_at(settled)
            # The tokens are recorded with one row; the others of its group have the answer for nothing.
            free = replace(settled, prompt_tokens=0, completion_tokens=0)
            rows = self.groups.settle(free)
            found += [(row, settled if place == 0 else free) for place, row in enumerate(rows)]
        return found

    def _look_at(self, settled: Settled) -> None:
        self.look.saw(settled)
        if self.look.failed is not None:
            self.stop.set(StopReason.FAILED, self.look.failed)

    def _drop(self, dropped: Dropped) -> None:
        rows = sum(len(self.groups.drop(question.input_hash)) for question in dropped.questions)
        self.tally.give_back(rows)
        self.flow.leave(rows)

    def _answer(self, row: SourceRow, settled: Settled | None) -> Answer:
        if settled is None:
            blank = Settled(input_hash=row.input_hash)
            return answer_of(self.plan, row, blank, AnswerStatus.MOOT, "there is nothing to judge")
        if settled.failed is not None:
            self.tally.add(failed=1)
            return answer_of(self.plan, row, settled, AnswerStatus.FAILED, settled.failed)
        if settled.value is None:
            self.tally.add(filled=1, reused=int(settled.reused))
            return answer_of(self.plan, row, settled, AnswerStatus.WRITTEN, None)
        return answer_of(self.plan, row, settled, AnswerStatus.ANSWERED, None)
