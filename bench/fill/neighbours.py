"""What another client of the same PostgreSQL table feels while a column is filled: its p99, and the longest
transaction that anyone saw."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from loopback.handle import ModelServer
from outcome import at_most
from program import FILL
from tables import Database
from workshop import Workshop

ROWS, PER_CALL = 60_000, 20
LATENCY_S, IN_FLIGHT, IDLE_S = 0.2, 32, 8.0
MOST_P99, MOST_TRANSACTION_MS = 1.5, 150.0
FLAGS = ("--concurrency", str(IN_FLIGHT), "--rows-per-call", str(PER_CALL), "--yes")
NEIGHBOUR = Path(__file__).resolve().parents[1] / "neighbour.py"
_OLDEST = """SELECT extract(epoch FROM clock_timestamp() - xact_start) * 1000, concat(state, ': ', query)
FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
AND backend_type = 'client backend' ORDER BY xact_start LIMIT 1"""


def main(shop: Workshop) -> None:
    rows = shop.rows(ROWS)
    with (
        ModelServer.started(latency_s=LATENCY_S, keeps_rows=False) as server,
        shop.databases.fresh("postgres") as database,
    ):
        database.create(rows)
        quiet, watch = Watch(database), Watch(database)
        with updates(database, rows) as idle, quiet.watching():
            time.sleep(IDLE_S)
        with updates(database, rows) as busy, watch.watching():
            run = shop.program(server).fill(database.url, *FILL, *FLAGS)
        with updates(database, rows) as idle_again:
            time.sleep(IDLE_S)
        shop.filled("neighbours", run, database)
    before, during = _p99_ms(idle + idle_again), _p99_ms(busy)
    words = f"{during:.1f} ms against {before:.1f} ms idle, {len(busy):,} updates"
    shop.add(
        at_most("neighbours: p99 of point updates during a fill", during / before, MOST_P99, "x idle", note=words),
        at_most(
            "neighbours: longest transaction",
            watch.longest_ms,
            MOST_TRANSACTION_MS,
            " ms",
            note=f"{watch.query}; {quiet.longest_ms:.0f} ms when idle",
        ),
    )


def _p99_ms(seconds: list[float]) -> float:
    return 1000 * sorted(seconds)[int(len(seconds) * 0.99)]


@contextlib.contextmanager
def updates(database: Database, rows: int) -> Iterator[list[float]]:
    """Another client updates meanwhile; the list holds the seconds of each update afterwards."""
    command = [sys.executable, str(NEIGHBOUR), database.url, str(rows)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    taken: list[float] = []
    try:
        yield taken
        taken += json.loads(process.communicate()[0])
    finally:
        process.kill()
        process.wait()


class Watch:
    """Looks for the oldest open transaction every few milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._over = threading.Event()
        self.longest_ms, self.query = 0.0, ""

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look(self) -> None:
        with contextlib.closing(self._database.connect()) as connection:
            connection.autocommit = True
            while not self._over.wait(0.005):
                oldest = connection.execute(_OLDEST).fetchone()
                if oldest is not None and oldest[0] > self.longest_ms:
                    self.longest_ms, self.query = float(oldest[0]), " ".join(oldest[1].split())[:90]
