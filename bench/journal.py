"""The answer journal on SQLite against raw sqlite3: the same rows and indexes, in one run, turn by turn.

    python bench/journal.py [ROWS]

Ratios are Columnist to raw sqlite3, of the rows/s of both writes together: answers kept, then marked as written.
"""

import hashlib
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from memory.jobs import Answer, AnswerStatus, JobStore, Lease, Worker
from memory.short_keys import GENERATION_ROWS
from memory.store import StateStore

ROWS = 1_000_000
BATCH = 1000
TURN = 20  # batches of one side before it is the other's turn
SMALL = 20
PAGE = 500
INSERT = (
    "INSERT INTO job_answers (job, row_key, key_json, origin, generation, input_key, input_hash, answer_json,"
    " previous_json, prompt_tokens, completion_tokens, status, reused, reason, pack, answered_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
MARK = "UPDATE job_answers SET status = 'written' WHERE job = ? AND row_key = ?"


def input_hash(number: int) -> str:
    return hashlib.sha256(f"text {number}".encode()).hexdigest()


class Ours:
    """A job of the state store."""

    def __init__(self, path: Path) -> None:
        self.store = StateStore.open(f"sqlite:///{path}")
        self.jobs = JobStore(self.store)
        job = self.jobs.create(
            kind="bench", identity="b", database="d", session_id="s", principal="p", spec_json="{}", plan_json="{}",
            approval_json="{}",
        )  # fmt: skip
        self.lease: Lease = self.jobs.acquire(job.id, Worker.here())

    def rows(self, first: int, count: int) -> list[Answer]:
        return [
            Answer(
                key_json=f"[{number}]",
                input_hash=input_hash(number),
                answer_json='["positive", "a short summary"]',
                model="gpt-4o-mini",
                prompt_version="f" * 64,
                prompt_tokens=21,
                completion_tokens=4,
                pack=f"call {number // 25}",
            )
            for number in range(first, first + count)
        ]

    def write(self, answers: list[Answer]) -> None:
        self.jobs.journal(self.lease, answers, fresh=True)
        self.jobs.mark(self.lease, [answer.key_json for answer in answers], AnswerStatus.WRITTEN)


class Raw:
    """The tables and settings of a state store, and nothing else."""

    def __init__(self, path: Path) -> None:
        StateStore.open(f"sqlite:///{path}").close()
        self.connection = sqlite3.connect(path, isolation_level=None)
        with closing(StateStore.open(f"sqlite:///{path}")) as store, store.read() as connection:
            for setting in ("synchronous", "cache_size", "wal_autocheckpoint"):
                value = connection.exec_driver_sql(f"PRAGMA {setting}").scalar()
                self.connection.execute(f"PRAGMA {setting} = {value}")

    def rows(self, first: int, count: int) -> list[tuple[object, ...]]:
        made = []
        for number in range(first, first + count):
            key, digest = f"[{number}]", bytes.fromhex(input_hash(number))
            made.append(
                (
                    1, key.encode(), key, 1, number // GENERATION_ROWS, int.from_bytes(digest[:4], "big", signed=True),
                    digest, '["positive", "a short summary"]', None, 21, 4, "answered", False, None,
                    f"call {number // 25}", 1_763_000_000_000_000,
                )
            )  # fmt: skip
        return made

    def write(self, rows: list[tuple[object, ...]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(INSERT, rows)
        self.connection.execute("COMMIT")
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(MARK, [row[:2] for row in rows])
        self.connection.execute("COMMIT")


def turns(total: int) -> Iterator[range]:
    for first in range(0, total, TURN * BATCH):
        yield range(first, min(first + TURN * BATCH, total), BATCH)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Seconds of the clock and of this thread: the latter hold on a busy machine too."""

    wall: float
    busy: float


def timed(side: Ours | Raw, batches: range, size: int = BATCH) -> Taken:
    wall = busy = 0.0
    for first in batches:
        rows = side.rows(first, size)
        began, began_busy = time.perf_counter(), time.thread_time()
        side.write(rows)  # type: ignore[arg-type]  # its own rows
        wall += time.perf_counter() - began
        busy += time.thread_time() - began_busy
    return Taken(wall=wall, busy=busy)


def fill(ours: Ours, raw: Raw, total: int) -> None:
    marks = {min(100_000, total), total}
    mine: list[Taken] = []
    floor: list[Taken] = []
    for batches in turns(total):
        mine.append(timed(ours, batches))
        floor.append(timed(raw, batches))
        if batches.stop in marks:
            last = 100_000 // (TURN * BATCH)
            print_rates(batches.stop, mine[-last:], floor[-last:])


def print_rates(done: int, mine: list[Taken], floor: list[Taken]) -> None:
    rows = len(mine) * TURN * BATCH
    wall, raw_wall = sum(one.wall for one in mine), sum(one.wall for one in floor)
    busy, raw_busy = sum(one.busy for one in mine), sum(one.busy for one in floor)
    print(
        f"journal + mark at {done:>9,} rows: {rows / wall:>7,.0f} rows/s, raw {rows / raw_wall:>7,.0f},"
        f" ratio {raw_wall / wall:.2f}; CPU {busy / rows * 1e6:.1f} us a row, raw {raw_busy / rows * 1e6:.1f},"
        f" ratio {raw_busy / busy:.2f}; peak memory {peak_mb():.0f} MB",
        flush=True,
    )


def small(ours: Ours, raw: Raw, first: int) -> None:
    mine: list[Taken] = []
    floor: list[Taken] = []
    for start in range(first, first + 100 * SMALL, SMALL):
        mine.append(timed(ours, range(start, start + 1), SMALL))
        floor.append(timed(raw, range(start, start + 1), SMALL))
    wall, raw_wall = (statistics.median(one.wall for one in side) / 2 * 1e3 for side in (mine, floor))
    busy, raw_busy = (statistics.median(one.busy for one in side) / 2 * 1e3 for side in (mine, floor))
    print(
        f"commits of {SMALL} answers: {wall:.2f} ms, raw {raw_wall:.2f} ms, ratio {raw_wall / wall:.2f};"
        f" CPU {busy:.2f} ms, raw {raw_busy:.2f}; an fsync alone {fsync_ms(raw):.2f} ms"
    )


def fsync_ms(raw: Raw) -> float:
    folder = Path(raw.connection.execute("PRAGMA database_list").fetchone()[2]).parent
    taken = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(100):
            began = time.perf_counter()
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e3


def look(ours: Ours, total: int) -> None:
    """Pages of PAGE rows, here and there in the journal."""
    job_id = ours.lease.job_id
    starts = range(0, total, max(PAGE, total // 40))

    def keys(first: int) -> list[str]:
        return [f"[{number}]" for number in range(first, first + PAGE)]

    def hashes(first: int) -> list[str]:
        return [input_hash(number) for number in range(first, first + PAGE)]

    looks: dict[str, Callable[[int], object]] = {
        "known, all of them": lambda first: ours.jobs.known(job_id, keys(first)),
        "known, none of them": lambda first: ours.jobs.known(job_id, keys(first + 10 * total)),
        "answered_inputs, all of them": lambda first: ours.jobs.answered_inputs("f" * 64, "gpt-4o-mini", hashes(first)),
        "answered_inputs, none of them": lambda first: ours.jobs.answered_inputs(
            "f" * 64, "gpt-4o-mini", hashes(first + 10 * total)
        ),
        "latest, all of them": lambda first: ours.jobs.latest([job_id], keys(first)),
        "of_status, written": lambda first: ours.jobs.of_status(
            job_id, [AnswerStatus.WRITTEN], after=first, limit=PAGE
        ),
        "unwritten, none": lambda _first: ours.jobs.unwritten(job_id, PAGE),
        "summary (whole)": lambda _first: ours.jobs.summary(job_id),
    }
    for name, one in looks.items():
        taken = []
        for first in starts:
            began = time.thread_time()
            one(first)
            taken.append(time.thread_time() - began)
        print(f"{name:<32} {statistics.median(taken) * 1e3:>7.2f} ms (CPU) a page of {PAGE}")


def peak_mb() -> float:
    """On Linux, where it is told in KB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(total: int = ROWS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, raw = Ours(Path(folder) / "ours.db"), Raw(Path(folder) / "raw.db")
        fill(ours, raw, total)
        size = (Path(folder) / "ours.db").stat().st_size
        print(f"size: {size / total:.0f} bytes a row")
        small(ours, raw, total)
        look(ours, total)
        ours.store.close()
        raw.connection.close()


if __name__ == "__main__":
    main(*(int(rows.replace("_", "")) for rows in sys.argv[1:2]))
