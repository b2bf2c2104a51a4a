"""A job killed at 90 %: how long until its first new call, against a fresh start of the same job."""

import time

from loopback.handle import ModelServer
from outcome import at_most, failed, shown
from program import FILL
from workshop import Workshop

ROWS, PER_CALL, DONE = 50_000, 25, 0.9
MOST = 1.5
FLAGS = (*FILL, "--rows-per-call", str(PER_CALL), "--yes")
PATIENCE_S = 300


def main(shop: Workshop) -> None:
    rows = shop.rows(ROWS)
    with ModelServer.started(latency_s=0.02) as server, shop.databases.fresh("sqlite") as database:
        database.create(rows)
        program = shop.program(server)
        running = program.start(database.url, *FLAGS)
        deadline = time.monotonic() + PATIENCE_S
        while server.statistics().rows < DONE * rows and time.monotonic() < deadline:
            if running.process.poll() is not None:
                break
            time.sleep(0.05)
        running.kill()
        before = server.statistics()
        server.reset()
        again = program.fill(database.url, *FLAGS)
        after = server.statistics()
        shop.filled("resume", again, database)
    if before.first_at is None or after.first_at is None:
        shop.add(failed("resume: first new call", f"{before.rows} rows before the kill, {after.rows} after it"))
        return
    fresh_s, resumed_s = before.first_at - running.began_at, after.first_at - again.began_at
    words = f"{resumed_s:.2f} s against {fresh_s:.2f} s, {before.rows:,} of {rows:,} rows answered before"
    shop.add(
        at_most("resume: first new call against a fresh start", resumed_s / fresh_s, MOST, "x", note=words),
        shown("resume: rows asked again", f"{before.rows + after.rows - rows:,}"),
    )
