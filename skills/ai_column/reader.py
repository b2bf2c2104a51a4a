"""The reader thread of a run: pages of pending rows in key order, again and again until none is left.

A row is taken on once: what the journal has settled is passed over, identical inputs share a question, an
answer bought earlier is used again. Rows whose source changed meanwhile are found by the next sweep.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from memory.errors import MemoryFailure
from memory.jobs import Answer, AnswerStatus
from skills.ai_column.answers import Standing, settled_again, standing
from skills.ai_column.asking import Question, Settled
from skills.ai_column.callers import Callers
from skills.ai_column.flow import Flow, Groups
from skills.ai_column.outbox import END, Known, Outbox
from skills.ai_column.plan import Plan
from skills.ai_column.recall import Recall
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from tools.db.values import Value
from tools.errors import ToolError

log = logging.getLogger(__name__)
Sweep = Callable[[Sequence[Value] | None], Iterator[Sequence[SourceRow]]]  # the pages after a key, None: from the start


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Runs in a thread of its own; ends when a sweep from the start takes nothing on, or the run stops."""

    plan: Plan
    recall: Recall
    sweep: Sweep
    start: Sequence[Value] | None  # the first sweep begins after this key, where an earlier run has come to
    callers: Callers
    groups: Groups
    flow: Flow
    outbox: Outbox
    tally: Tally
    stop: Stop
    row_limit: int | None

    def run(self, first: Sequence[SourceRow]) -> None:
        """`first`: rows that are asked about before all others."""
        try:
            if first and self.flow.enter(len(first)):
                self._take(first, again=False)
                self.callers.flush()
            taken = {row.key_json for row in first}
            again, start = False, self.start
            while self._sweep(taken, start, again=again) and self._wait_until_idle():
                taken, again, start = set(), True, None
        except (ToolError, MemoryFailure) as error:
            self.stop.set(StopReason.FAILED, error.message)
        except Exception as error:  # the job worker's edge: the run ends as failed and says why
            log.exception("the reader failed in an unexpected way")
            self.stop.set(StopReason.FAILED, f"{type(error).__name__}: {error}")
        finally:
            self.callers.finish()
            self.outbox.put(END)

    def _wait_until_idle(self) -> bool:
        self.callers.flush()
        return self.flow.wait_until_idle()

    def _sweep(self, taken: set[str], start: Sequence[Value] | None, *, again: bool) -> bool:
        """One pass over the pending rows but those taken already; whether another pass is due."""
        found = start is not None or bool(taken)
        for page in self.sweep(start):
            rows = [row for row in page if row.key_json not in taken] if taken else page
            if not self._enter(len(rows)):
                return False
            if rows and rows[0].page is not None and len(rows) == len(page):
                self.flow.begin(rows[0].page)
            found = self._take(rows, again=again) or found
            if self.tally.ended is not None:
                return False
        return found

    def _enter(self, rows: int) -> bool:
        if not self.flow.has_room(rows):
            self.callers.unblock()
        return self.flow.enter(rows)

    def _take(self, rows: Sequence[SourceRow], *, again: bool) -> bool:
        journal = self.recall.journal(rows, again=again)
        todo = self._without_passed(rows, journal, again=again)
        bought = self.recall.bought(row for row in todo if not (row.empty or self.groups.holds(row)))
        questions: list[Question] = []
        known: list[tuple[SourceRow, Settled | None]] = []
        for row in self._admitted(todo):
            self._route(row, journal.get(row.key_json), bought, questions, known)
        if known:
            self.outbox.put(Known(rows=known))
        self.tally.add(asked=len(questions))
        # Those that share a beginning stand together, where the endpoint may have it cached.
        self.callers.put(sorted(questions, key=lambda question: question.text))
        return bool(todo)

    def _admitted(self, rows: Sequence[SourceRow]) -> Sequence[SourceRow]:
        """As many of the rows as the limits let in, and the blank ones, which cost nothing."""
        wanted = [row for row in rows if not row.empty]
        limits = (self.row_limit, StopReason.ROW_LIMIT), (self.plan.row_cap, StopReason.CONSENT)
        fit = self.tally.admit(len(wanted), *limits)
        if fit == len(wanted):
            return rows
        self.flow.give_back(wanted[fit:])
        out = {row.key_json for row in wanted[fit:]}
        return [row for row in rows if row.key_json not in out]

    def _without_passed(
        self, rows: Sequence[SourceRow], journal: Mapping[str, Answer], *, again: bool
    ) -> Sequence[SourceRow]:
        if not journal:
            return rows
        passed = [row for row in rows if self._is_passed(row, journal.get(row.key_json), again=again)]
        self.tally.add(passed=0 if again else len(passed))
        self.flow.leave(passed)
        gone = {row.key_json for row in passed}
        return [row for row in rows if row.key_json not in gone]

    def _is_passed(self, row: SourceRow, answer: Answer | None, *, again: bool) -> bool:
        # In a later sweep of the same run a written cell that is NULL again was emptied on purpose, or by a trigger,
        # and a failed row has had its turn even if it has changed since.
        if again and answer is not None and answer.status in (AnswerStatus.WRITTEN, AnswerStatus.FAILED):
            return True
        stands = standing(row, answer, self.plan)
        # A refresh reads rows that hold something, and the journal hears of written ones a little later.
        written = again and self.plan.overwrites and stands is Standing.ANSWERED
        return written or stands is Standing.SETTLED

    def _route(
        self,
        row: SourceRow,
        own: Answer | None,
        bought: dict[str, Settled],
        questions: list[Question],
        known: list[tuple[SourceRow, Settled | None]],
    ) -> None:
        """To the writer if the answer is known, to those who wait for the same answer, or to the model."""
        if row.empty:
            known.append((row, None))
            return
        settled = None
        if own is not None and standing(row, own, self.plan) is Standing.ANSWERED:
            settled = settled_again(own, self.plan, reused=own.reused)
        joined = settled or bought.get(row.input_hash) or self.groups.join(row)
        if isinstance(joined, Settled):
            known.append((row, joined))
        elif not joined:
            questions.append(Question(input_hash=row.input_hash, text=row.text))
