"""The threads of one run: reader, model callers on their loop, journal, writer; the calling thread watches.

What waits in the journal is written first. A stop lets calls in flight finish for a while, since they are
paid for; asking twice, or waiting too long, gives them up.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
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
from skills.ai_column.plan import Plan
from skills.ai_column.reader import Reader
from skills.ai_column.recall import Recall, Seen
from skills.ai_column.refresh import RowSelector
from skills.ai_column.resume import LOOK_UP, Journaled
from skills.ai_column.rows import RowReader, SourceRow
from skills.ai_column.scan import read_pages
from skills.ai_column.stop import Stop, StopReason
from skills.ai_column.tally import Tally
from skills.ai_column.writer import BatchSize, Shelf, Writer
from tools.db.values import Value, decode_row, encode_row
from tools.safety.caller import Caller
from tools.safety.gate import Gate

_WATCH_S = 0.1
# Rows under way, which bound the memory of a run: enough to keep every caller and the writer busy, and no more.
_LEAST_WINDOW, _MOST_WINDOW = 4_000, 50_000
_WINDOW_CHARS = 24_000_000
_SETTLED_BATCHES = 500  # rows; seed 003's table ends here, from there on a batch may grow


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
    selector: RowSelector | None = None  # a refresh: which of all rows

    def run(self, look: Sequence[SourceRow], on_progress: Callable[[], None]) -> None:
        """Returns when everything that could be done is done; `stop` and `tally.ended` say why it ended."""
        self._write_journaled()
        if self.stop.is_set() or self.tally.ended is not None:
            return
        outbox: Outbox = SimpleQueue()
        seen_inputs = Seen()
        groups = Groups(seen_inputs)
        recall = Recall(self.plan, self.jobs, self.lease.job_id, seen_inputs, reuse=self.reuse)
        flow = Flow(self._window(), self.stop)
        callers = Callers(
            self.loop,
            self.asker,
            most=self.workers,
            rows_per_call=self.plan.rows_per_call,
            outbox=outbox,
            stop=self.stop,
        )
        reader = self._reader(callers, groups, flow, outbox, recall)
        shelf: Shelf = SimpleQueue()
        seen = Look(look)
        journaling = self._journaling(groups, flow, outbox, shelf, seen, recall)
        writer = Writer(
            size=BatchSize(self.plan.batch_rows, may_grow=self.plan.pending > _SETTLED_BATCHES),
            batches=self.batches,
            flow=flow,
            shelf=shelf,
            stop=self.stop,
            look=seen,
            save_cursor=lambda: self._save_cursor(flow),
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
        journaled = Journaled(
            plan=self.plan,
            jobs=self.jobs,
            lease=self.lease,
            batches=self.batches,
            tally=self.tally,
            rows=self._row_reader(),
        )
        by_keys = Paging(self.plan.target, ready=True).by_keys(LOOK_UP)
        with self.gate.prepare_read(by_keys, self.caller) as prepared:
            journaled.write(prepared, self.row_limit)

    def _row_reader(self) -> RowReader:
        target = self.plan.target
        return RowReader(target.key, target.source_columns, target.names, self.max_source_chars)

    def _reader(self, callers: Callers, groups: Groups, flow: Flow, outbox: Outbox, recall: Recall) -> Reader:
        return Reader(
            plan=self.plan,
            recall=recall,
            sweep=self._sweep,
            start=self._cursor(),
            callers=callers,
            groups=groups,
            flow=flow,
            outbox=outbox,
            tally=self.tally,
            stop=self.stop,
            row_limit=self.row_limit,
        )

    def _sweep(self, after: Sequence[Value] | None) -> Iterator[Sequence[SourceRow]]:
        paging = Paging(self.plan.target, ready=True, every=self.selector is not None)
        pages = read_pages(self.gate, self.caller, paging, self._row_reader(), after=after)
        return pages if self.selector is None else map(self.selector.select, pages)

    def _cursor(self) -> Sequence[Value] | None:
        """Behind which key the first sweep begins: where an earlier run of this job has come to."""
        saved = self.jobs.get(self.lease.job_id).cursor_json
        return decode_row(json.loads(saved)) if saved else None

    def _save_cursor(self, flow: Flow) -> None:
        passed = flow.passed
        if passed is not None:
            self.jobs.set_cursor(self.lease, json.dumps(encode_row(passed)))

    def _journaling(
        self, groups: Groups, flow: Flow, outbox: Outbox, shelf: Shelf, look: Look, recall: Recall
    ) -> Journaling:
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
            fresh=recall.fresh,
        )

    def _window(self) -> int:
        wanted = 4 * self.workers * self.plan.rows_per_call
        fits = _WINDOW_CHARS // max(1, self.plan.weight.row_chars)
        return max(_LEAST_WINDOW, min(wanted, _MOST_WINDOW, fits))

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
