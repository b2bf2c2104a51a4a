"""Wall time at 200 ms a call and 32 in flight, one row a call, beside a plain loop over langchain-openai."""

import math
import subprocess
import sys
import time
from pathlib import Path

from loopback.handle import ModelServer
from outcome import at_most, shown
from program import FILL, Run
from workshop import Workshop

ROWS, IN_FLIGHT, LATENCY_S = 1_000, 32, 0.2
MOST = 1.10
PLAIN_LOOP = Path(__file__).resolve().parents[1] / "plain_loop.py"


def main(shop: Workshop) -> None:
    rows = shop.rows(ROWS)
    ideal_s = math.ceil(rows / IN_FLIGHT) * LATENCY_S
    with ModelServer.started(latency_s=LATENCY_S) as server:
        run = _ours(shop, server, rows)
        seen = server.statistics()
        server.reset()
        peer_s = _peer(server, rows)
    ours_s = run.ended_at - (seen.first_at or run.began_at)
    note = f"{ours_s:.2f} s, {run.ended_at - (seen.last_sent_at or run.ended_at):.2f} s of them after the last answer"
    shop.add(
        at_most(f"wall: {rows:,} calls of 200 ms, 32 in flight", ours_s / ideal_s, MOST, "x ideal", note=note),
        shown("wall: the same with langchain-openai abatch", f"{peer_s / ideal_s:.2f}x ideal"),
    )


def _ours(shop: Workshop, server: ModelServer, rows: int) -> Run:
    with shop.databases.fresh("sqlite") as database:
        database.create(rows)
        flags = ("--concurrency", str(IN_FLIGHT), "--rows-per-call", "1", "--yes")
        run = shop.program(server).fill(database.url, *FILL, *flags)
        shop.filled("wall", run, database)
    return run


def _peer(server: ModelServer, rows: int) -> float:
    """Seconds from the first call to the end of the process."""
    command = [sys.executable, str(PLAIN_LOOP), server.base_url, str(rows), str(IN_FLIGHT)]
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - (server.statistics().first_at or 0.0)
