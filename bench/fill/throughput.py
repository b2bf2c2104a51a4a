"""Rows a second on each engine with a model that answers at once, against the raw write floor of the same database.

The whole process is timed, from its start to its end.
"""

import subprocess
import sys
from pathlib import Path

import floor
from loopback.handle import ModelServer
from outcome import at_least, shown
from program import FILL
from workshop import Workshop

ROWS, PER_CALL = 200_000, 50
OF_FLOOR, OF_SERVER, SQLITE_ROWS_PER_S = 0.20, 0.60, 10_000
MANY_ROWS = 50_000  # one statement a row is slow where each is a round trip
BARE_CLIENT = Path(__file__).resolve().parents[1] / "bare_client.py"


def main(shop: Workshop) -> None:
    rows = shop.rows(ROWS)
    with ModelServer.started(keeps_rows=False) as server:
        most = _server_rows_per_s(server, rows)
        shop.add(shown("throughput: the server, driven by bare aiohttp", f"{most:,.0f} rows/s"))
        for engine in shop.options.engines:
            _engine(shop, server, engine, rows, most)


def _server_rows_per_s(server: ModelServer, rows: int) -> float:
    command = [sys.executable, str(BARE_CLIENT), server.base_url, str(rows), str(PER_CALL)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _engine(shop: Workshop, server: ModelServer, engine: str, rows: int, server_rows_per_s: float) -> None:
    name = f"throughput: {engine}, {rows:,} rows"
    server.reset()
    with shop.databases.fresh(engine) as database:
        before = floor.rows_per_second(database, rows)
        many = floor.rows_per_second(database, min(rows, MANY_ROWS), many=True)
        database.create(rows)
        run = shop.program(server).fill(database.url, *FILL, "--rows-per-call", str(PER_CALL), "--yes")
        shop.filled(name, run, database)
        raw = (before + floor.rows_per_second(database, rows)) / 2  # the disk's speed changes from minute to minute
    ours = rows / run.seconds
    steady = rows / (run.ended_at - (server.statistics().first_at or run.began_at))
    words = f"{ours:,.0f} rows/s, {steady:,.0f} from the first call on, floor {raw:,.0f}, with executemany {many:,.0f}"
    if engine == "sqlite":
        shop.add(at_least(name, ours, min(SQLITE_ROWS_PER_S, OF_SERVER * server_rows_per_s), " rows/s", note=words))
    else:
        shop.add(at_least(name, ours / raw, OF_FLOOR, " of the floor", note=words))
