"""Peak resident memory over the idle process at two sizes ten times apart, and the time of a plan at the larger."""

from loopback.handle import ModelServer
from outcome import at_most, shown
from program import FILL
from workshop import Workshop

ROWS, PER_CALL = 1_000_000, 50
MOST_BYTES, MOST_GROWTH, MOST_PLAN_S = 200e6, 1.10, 1.0
MIB = 1024 * 1024


def main(shop: Workshop) -> None:
    large = shop.rows(ROWS)
    with ModelServer.started(keeps_rows=False) as server:
        idle = _peak(shop, server, 1)
        small_peak = _peak(shop, server, large // 10) - idle
        large_peak = _peak(shop, server, large, plan=True) - idle
    shop.add(
        shown("memory: idle process (a fill of one row)", f"{idle / MIB:,.0f} MiB"),
        shown(f"memory: peak over idle at {large // 10:,} rows", f"{small_peak / MIB:,.0f} MiB"),
        at_most(f"memory: peak over idle at {large:,} rows", large_peak / MIB, MOST_BYTES / MIB, " MiB"),
        at_most("memory: growth from a tenth of the rows", (idle + large_peak) / (idle + small_peak), MOST_GROWTH, "x"),
    )


def _peak(shop: Workshop, server: ModelServer, rows: int, *, plan: bool = False) -> float:
    with shop.databases.fresh("sqlite") as database:
        database.create(rows)
        program = shop.program(server)
        if plan:
            _plan_time(shop, program.fill(database.url, *FILL, "--plan").seconds, rows, _start_s(shop, server))
        run = program.fill(database.url, *FILL, "--rows-per-call", str(PER_CALL), "--yes")
        shop.filled(f"memory: {rows:,} rows", run, database)
    return float(run.peak_bytes)


def _start_s(shop: Workshop, server: ModelServer) -> float:
    """What a plan of one row takes: the start of the program."""
    with shop.databases.fresh("sqlite") as database:
        database.create(1)
        return shop.program(server).fill(database.url, *FILL, "--plan").seconds


def _plan_time(shop: Workshop, seconds: float, rows: int, start_s: float) -> None:
    words = f"the whole command {seconds:.2f} s"
    shop.add(at_most(f"memory: time of the plan at {rows:,} rows", seconds - start_s, MOST_PLAN_S, " s", note=words))
