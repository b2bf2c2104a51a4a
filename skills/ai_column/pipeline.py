"""The threads of one run: reader, model callers on their loop, journal, writer; the calling thread watches.

What waits in the journal is written first. A stop lets calls in flight finish for a while, since they are
paid for; asking twice, or waiting too long, gives them up.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from memory.jobs import JobStore, Lease
from skills.ai_column.asking import Asker
from skills.ai_column.batches import Batches
from skills.ai_column.callers import Callers, ModelLoop
from skills.ai_column.flow import Flow, Groups
from skills.ai_column.journaling import Journaling
from skills.ai_column.look import Look
from skills.ai_column.outbox import Outbox
from skills.ai_column.paging import Paging
from skills.ai_column.plan import Plan, read_pages
from skills.ai_column.reader import Reader
from skills.ai_column.resume import Journaled
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from skills.ai_column.writer import Shelf, Writer
from tools.safety.caller import Caller
from tools.safety.gate import Gate

_WATCH_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Everything a run is made of."""

    plan: Plan
    gate: Gate
    caller: Caller
    jobs: JobStore
    lease: Lease
    batches: Batches
    asker: Asker
    loop: ModelLoop
    workers: int
    stop: Stop
    tally: Tally
    max_source_chars: int
    row_limit: int | None
    reuse: bool

    def run(self, look: Sequence[SourceRow], on_progress: Callable[[], None]) -> None:
        """Returns when everything that could be done is done; `stop` and `tally.ended` say why it ended."""
        self._write_journaled()
        if self.stop.is_set() or self.tally.ended is not None:
            return
        outbox: Outbox = SimpleQueue()
        groups = Groups()
        flow = Flow(self._window(), self.stop)
        callers = Callers(self.loop, self.asker, self.workers, outbox, self.stop)
        reader = self._reader(callers, groups, flow, outbox)
        shelf: Shelf = SimpleQueue()
        seen = Look(look)
        journaling = self._journaling(groups, flow, outbox, shelf, seen)
        writer = Writer(
            batch_rows=self.plan.batch_rows, batches=self.batches, flow=flow, shelf=shelf, stop=self.stop, look=seen
        )
        threads = (
            threading.Thread(target=reader.run, args=(look,), name="reader", daemon=True),
            threading.Thread(target=journaling.run, name="journal", daemon=True),
            threading.Thread(target=writer.run, name="writer", daemon=True),
        )
        for thread in threads:
            thread.start()
        self._watch(threads, callers, on_progress)

    def _write_journaled(self) -> None:
        journaled = Journaled(self.plan, self.jobs, self.lease, self.batches, self.tally, self.max_source_chars)
        by_key = Paging(self.plan.target, column_exists=True).by_key()
        with self.gate.prepare_read(by_key, self.caller) as prepared:
            journaled.write(prepared, self.row_limit)

    def _reader(self, callers: Callers, groups: Groups, flow: Flow, outbox: Outbox) -> Reader:
        paging = Paging(self.plan.target, column_exists=True)
        return Reader(
            plan=self.plan,
            job_id=self.lease.job_id,
            jobs=self.jobs,
            sweep=lambda: read_pages(self.gate, self.caller, self.plan.target, paging, self.max_source_chars),
            callers=callers,
            groups=groups,
            flow=flow,
            outbox=outbox,
            tally=self.tally,
            stop=self.stop,
            row_limit=self.row_limit,
            reuse=self.reuse,
        )

    def _journaling(self, groups: Groups, flow: Flow, outbox: Outbox, shelf: Shelf, look: Look) -> Journaling:
        return Journaling(
            plan=self.plan,
            lease=self.lease,
            jobs=self.jobs,
            groups=groups,
            flow=flow,
            outbox=outbox,
            shelf=shelf,
            meter=self.asker.meter,
            tally=self.tally,
            stop=self.stop,
            look=look,
        )

    def _window(self) -> int:
        """Rows under way: enough for full batches while every caller is busy, and no more."""
        return 4 * self.plan.batch_rows + 4 * self.workers * self.plan.rows_per_call

    def _watch(self, threads: Sequence[threading.Thread], callers: Callers, on_progress: Callable[[], None]) -> None:
        given_up = False
        try:
            while any(thread.is_alive() for thread in threads):
                threads[-1].join(_WATCH_S)
                on_progress()
                if self.stop.impatient and not given_up:
                    callers.stop_now()
                    given_up = True
        except BaseException:
            # Whatever the watching thread ran into (Ctrl-C, a closed terminal), no thread is left behind.
            self.stop.set(StopReason.INTERRUPTED)
            callers.stop_now()
            raise
        finally:
            for thread in threads:
                thread.join()
