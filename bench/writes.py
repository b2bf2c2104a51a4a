"""Batches of a backfill against the raw floor of the same database: the driver alone, keyset-batched updates, one
thousand rows a commit, in the form that is fastest there. Default durability, one run, printed as ratios.

    python bench/writes.py [sqlite|postgres|mariadb ...]

Also: the longest transaction, what another client's point updates cost meanwhile, and pages read through the door.
"""

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests"), str(Path(__file__).resolve().parents[1])]


import psycopg
import pymysql
import servers
from doors import Door, door
from sqlalchemy.engine import make_url

from tools.safety.batch import BackfillTemplate, BatchOutcome, CellWrite
from tools.safety.pending import ApprovedBy
from tools.settings import SafetySettings

ROWS = 200_000
BATCHES = (100, 1_000, 5_000)
FLOOR_ROWS = 1_000  # a commit
TEMPLATE = BackfillTemplate(
    source_table="t", key=("id",), source_columns=("body",), target_table="t", target_columns=("label",),
    max_rows=10 * ROWS,
)  # fmt: skip
LIMITS = {100: None, 1_000: 0.5, 5_000: None}


@dataclass
class Raw:
    """A driver's connection, for the floor and for the other client."""

    url: str
    engine: str

    def __post_init__(self) -> None:
        url = make_url(self.url)
        if self.engine == "sqlite":
            self.sqlite = sqlite3.connect(str(url.database), isolation_level=None, timeout=10, check_same_thread=False)
            self.run = self.sqlite.execute
        elif self.engine == "postgres":
            self.postgres = psycopg.connect(
                host=url.host, port=url.port, user=url.username, password=url.password, dbname=url.database,
                autocommit=True, prepare_threshold=None,
            )  # fmt: skip
            self.run = lambda text: self.postgres.execute(text.encode())
        else:
            self.mysql = pymysql.connect(
                host=url.host, port=url.port, user=url.username, password=url.password or "", database=url.database,
                autocommit=True, charset="utf8mb4",
            )  # fmt: skip
            self.cursor = self.mysql.cursor()
            self.run = self.cursor.execute

    def close(self) -> None:
        (self.sqlite if self.engine == "sqlite" else self.postgres if self.engine == "postgres" else self.mysql).close()

    def update(self, rows: list[tuple[int, str]]) -> None:
        """The best form of each engine, with the guard, in a transaction of its own."""
        if self.engine == "sqlite":
            self.run("BEGIN IMMEDIATE")
            slots = ", ".join(["(?, ?)"] * len(rows))
            self.sqlite.execute(
                f"UPDATE t SET label = n.column2 FROM (VALUES {slots}) AS n WHERE t.id = n.column1 AND label IS NULL",
                [part for row in rows for part in row],
            )
        elif self.engine == "postgres":
            self.run("BEGIN")
            self.postgres.execute(
                "UPDATE t SET label = n ->> 1 FROM json_array_elements(%s::json) AS n"
                " WHERE t.id = (n ->> 0)::int AND label IS NULL",
                [json.dumps(rows)],
            )
        else:
            self.run("START TRANSACTION")
            branches = " WHEN %s THEN %s" * len(rows)
            keys = ", ".join(["%s"] * len(rows))
            self.cursor.execute(
                f"UPDATE t SET label = CASE id{branches} END WHERE id IN ({keys}) AND label IS NULL",
                [part for row in rows for part in row] + [number for number, _ in rows],
            )
        self.run("COMMIT")

    def page(self, after: int) -> int:
        text = "SELECT id, body FROM t WHERE id > {} ORDER BY id LIMIT 1000"
        if self.engine == "sqlite":
            return len(self.sqlite.execute(text.format("?"), (after,)).fetchall())
        if self.engine == "postgres":
            return len(self.postgres.execute(text.format("%s").encode(), (after,)).fetchall())
        self.cursor.execute(text.format("%s"), (after,))
        return len(self.cursor.fetchall())


@contextmanager
def database(engine: str, folder: str) -> Iterator[str]:
    if engine == "sqlite":
        path = Path(folder) / "bench.db"
        sqlite3.connect(path).execute("PRAGMA journal_mode = WAL")
        yield f"sqlite:///{path}"
        return
    server = servers.obtain(engine, durable=True)
    try:
        yield server.create_database()
    finally:
        server.stop()


def fill_table(raw: Raw) -> None:
    raw.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body VARCHAR(200), label VARCHAR(20), hits INTEGER DEFAULT 0)")
    for start in range(1, ROWS + 1, 2_000):
        rows = ", ".join(f"({n}, '{body(n)}')" for n in range(start, start + 2_000))
        raw.run(f"INSERT INTO t (id, body) VALUES {rows}")
    empty(raw)


def body(number: int) -> str:
    return f"The text of row {number}: neither very short nor very long, as reviews are."


def empty(raw: Raw) -> None:
    raw.run("UPDATE t SET label = NULL")
    if raw.engine == "postgres":
        raw.run("VACUUM FULL ANALYZE t")
        raw.run("CHECKPOINT")


def batches(size: int, total: int = ROWS) -> Iterator[range]:
    for start in range(1, total + 1, size):
        yield range(start, min(start + size, total + 1))


def floor(raw: Raw) -> float:
    """Rows a second."""
    empty(raw)
    began = time.perf_counter()
    for numbers in batches(FLOOR_ROWS):
        raw.update([(number, f"label {number % 7}") for number in numbers])
    return ROWS / (time.perf_counter() - began)


@dataclass(frozen=True)
class Written:
    rows_per_second: float
    outcomes: list[BatchOutcome]


def through_the_door(shop: Door, raw: Raw, size: int, total: int = ROWS) -> Written:
    empty(raw)
    pending = shop.gate.prepare_backfill(TEMPLATE, shop.caller)
    backfill = shop.gate.open_backfill(
        pending, shop.gate.approve(pending, shop.caller, ApprovedBy.YES_FLAG), shop.caller
    )
    outcomes = []
    began = time.perf_counter()
    for numbers in batches(size, total):
        cells = [
            CellWrite(key=(number,), source=(body(number),), expected=(None,), values=(f"label {number % 7}",))
            for number in numbers
        ]
        outcomes.append(backfill.write(cells))
    seconds = time.perf_counter() - began
    backfill.close()
    assert sum(len(outcome.written) for outcome in outcomes) == total
    return Written(total / seconds, outcomes)


def point_updates(url: str, engine: str, begun: Event, over: Event, answer: "SimpleQueue[list[float]]") -> None:
    """Milliseconds of each single-row update of another client, in a process of its own as another client is."""
    raw, taken = Raw(url, engine), []
    begun.set()
    while not over.wait(0.002):
        number = random.randint(1, ROWS)
        start = time.perf_counter()
        raw.run(f"UPDATE t SET hits = hits + 1 WHERE id = {number}")
        taken.append((time.perf_counter() - start) * 1000)
    raw.close()
    answer.put(taken)


def beside(url: str, engine: str, work: Callable[[], object]) -> list[float]:
    processes = get_context("spawn")
    begun, over, answer = processes.Event(), processes.Event(), processes.SimpleQueue()
    other = processes.Process(target=point_updates, args=(url, engine, begun, over, answer))
    other.start()
    begun.wait()
    work()
    over.set()
    taken: list[float] = answer.get()
    other.join()
    return taken


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def pages(fetch: Callable[[int], int]) -> float:
    began, read = time.perf_counter(), 0
    for after in range(0, ROWS, 1_000):
        read += fetch(after)
    assert read == ROWS
    return ROWS / (time.perf_counter() - began)


def report(engine: str, url: str, shop: Door) -> None:
    raw = Raw(url, engine)
    fill_table(raw)
    shop.gate.schema.refresh()
    print(engine)
    for size in BATCHES:
        best = floor(raw)  # again each time: a shared machine is not the same from one minute to the next
        written = through_the_door(shop, raw, size)
        longest = max(outcome.duration_ms for outcome in written.outcomes)
        promised = f", promised >= {LIMITS[size]}" if LIMITS[size] else ""
        print(
            f"  Backfill.write, {size:5} rows a batch: {written.rows_per_second / best:5.2f} of the floor"
            f" ({written.rows_per_second:,.0f} of {best:,.0f} rows/s{promised}); longest transaction {longest:.0f} ms"
        )
    idle = p99(beside(url, engine, lambda: time.sleep(3)))
    busy = p99(beside(url, engine, lambda: through_the_door(shop, raw, 1_000, ROWS // 2)))
    print(f"  point updates of another client, p99: {busy / idle:.2f}x idle ({busy:.1f} ms, idle {idle:.1f} ms)")
    with shop.gate.prepare_read("SELECT id, body FROM t WHERE id > :after ORDER BY id LIMIT 1000", shop.caller) as read:
        ours = pages(lambda after: len(read.fetch({"after": after}, max_rows=1_000).rows))
    plain = pages(raw.page)
    print(f"  pages of 1,000 rows: {ours / plain:.2f} of the driver ({ours:,.0f} rows/s, promised >= 0.6)")
    raw.close()


def main(engines: list[str] | None = None) -> None:
    for engine in engines or ["sqlite", "postgres", "mariadb"]:
        with (
            tempfile.TemporaryDirectory() as folder,
            database(engine, folder) as url,
            door(url, f"sqlite:///{folder}/state.db", SafetySettings()) as shop,
        ):
            report(engine, url, shop)


if __name__ == "__main__":
    main(sys.argv[1:])
