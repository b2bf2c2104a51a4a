"""The journal thread of a run: every answer is on the disk as soon as it is known, then goes to the writer.

A thread of its own, because a batch may wait for locks of other people: a kill at any line loses no answer
that was paid for. Answers that come while one commit lasts share the next one.
"""

import logging
import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memory.errors import LeaseLost, MemoryFailure
from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import answer_of
from skills.ai_column.asking import Settled
from skills.ai_column.batches import Ready
from skills.ai_column.budget import Meter
from skills.ai_column.flow import Flow, Groups
from skills.ai_column.look import Look
from skills.ai_column.outbox import Answered, Dropped, End, Item, Known, Outbox
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from skills.ai_column.writer import Shelf

log = logging.getLogger(__name__)
_MOST_ITEMS = 200  # of a call each, or of a page


@dataclass(frozen=True, kw_only=True)
class Journaling:
    """Runs until the END comes."""

    plan: Plan
    lease: Lease
    jobs: JobStore
    groups: Groups
    flow: Flow
    outbox: Outbox
    shelf: Shelf
    meter: Meter
    tally: Tally
    stop: Stop
    look: Look
    fresh: bool  # the job began without answers: most rows have none yet

    def run(self) -> None:
        try:
            while self._step():
                pass
        except LeaseLost as lost:
            self.stop.set(StopReason.LEASE_LOST, lost.message)
        except MemoryFailure as error:
            self.stop.set(StopReason.FAILED, error.message)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("the journal failed in an unexpected way")
            self.stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")
        finally:
            self.shelf.put(None)

    def _step(self) -> bool:
        """Journal what has come; False after the END."""
        items = self._receive()
        self._journal(items)
        return not any(isinstance(item, End) for item in items)

    def _receive(self) -> list[Item]:
        items: list[Item] = [self.outbox.get()]
        try:
            while len(items) < _MOST_ITEMS:
                items.append(self.outbox.get_nowait())
        except queue.Empty:
            pass  # all that there is
        return items

    def _journal(self, items: Sequence[Item]) -> None:
        answers: list[Answer] = []
        ready: list[Ready] = []
        left: list[SourceRow] = []
        for item in items:
            if isinstance(item, Dropped):
                self._drop(item)
                continue
            for row, settled in self._rows(item):
                answer = self._answer(row, settled)
                answers.append(answer)
                if answer.status is AnswerStatus.ANSWERED and settled is not None:
                    ready.append(Ready(row=row, values=settled.values, reused=settled.reused, problem=settled.failed))
                else:
                    left.append(row)
        usage = self.meter.take()
        if answers or usage.calls:
            self.jobs.journal(self.lease, answers, usage, fresh=self.fresh)
        if ready:
            self.shelf.put(ready)
        self.flow.leave(left)

    def _rows(self, item: Item) -> Iterator[tuple[SourceRow, Settled | None]]:
        """The rows that an item settles, each with its answer (None: nothing to judge)."""
        if isinstance(item, Known):
            for row, known in item.rows:
                if known is not None:
                    self._look_at(known)
                yield row, known
        elif isinstance(item, Answered):
            for settled in item.settled:
                self._look_at(settled)
                # The tokens are recorded with one row; the others of its group have the answer for nothing.
                free = settled._replace(prompt_tokens=0, completion_tokens=0)
                for place, row in enumerate(self.groups.settle(free)):
                    yield row, settled if place == 0 else free

    def _look_at(self, settled: Settled) -> None:
        self.look.saw(settled)
        if self.look.failed is not None:
            self.stop.set(StopReason.FAILED, self.look.failed)

    def _drop(self, dropped: Dropped) -> None:
        rows = [row for question in dropped.questions for row in self.groups.drop(question.input_hash)]
        self.tally.give_back(len(rows))
        self.flow.give_back(rows)

    def _answer(self, row: SourceRow, settled: Settled | None) -> Answer:
        if settled is None:
            blank = Settled(input_hash=row.input_hash, values=(None,) * len(row.present))
            return answer_of(self.plan, row, blank, AnswerStatus.MOOT, "there is nothing to judge")
        replaces = self.plan.overwrites and row.present.count(None) < len(row.present)
        if settled.failed is None and (None not in settled.values or replaces):
            return answer_of(self.plan, row, settled, AnswerStatus.ANSWERED, None)
        good = any(value is not None for value in settled.values)
        if settled.failed is not None and not good:
            self.tally.add(failed=1)
            return answer_of(self.plan, row, settled, AnswerStatus.FAILED, settled.failed)
        if not good:
            self.tally.add(filled=1, reused=int(settled.reused))
            return answer_of(self.plan, row, settled, AnswerStatus.WRITTEN, None)
        return answer_of(self.plan, row, settled, AnswerStatus.ANSWERED, settled.failed)
