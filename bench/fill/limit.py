"""An unknown limit of 20 requests a second: how much of it is used, how often it is hit, and how patiently."""

from dataclasses import dataclass

from loopback.handle import ModelServer
from loopback.knobs import Signal, Window
from loopback.records import Record
from outcome import at_least, at_most
from program import FILL
from workshop import Workshop

LIMIT, CALLS, TOLD_CALLS = 20, 1_700, 300
LEARNING_S = 10.0
LATENCY_S = 0.1
LEAST_USED, MOST_REFUSED = 90.0, 2.0


@dataclass(frozen=True)
class Case:
    words: str
    window: Window
    signal: Signal


BARE = Case("bare 429s", Window.BUCKET, Signal.BARE)
TOLD = (
    Case("Retry-After", Window.SLIDING, Signal.RETRY_AFTER),
    Case("retry-after-ms", Window.BUCKET, Signal.RETRY_AFTER_MS),
)


def main(shop: Workshop) -> None:
    log = _run(shop, BARE, shop.rows(CALLS))
    if log:
        _bare(shop, log)
    for case in TOLD:
        log = _run(shop, case, TOLD_CALLS)
        early = sum(record.early for record in log)
        limited = sum(record.status == 429 for record in log)
        shop.add(at_most(f"limit: calls sent before {case.words} allows", early, 0, note=f"{limited} refused"))


def _run(shop: Workshop, case: Case, rows: int) -> list[Record]:
    knobs = {"limit": LIMIT, "window": case.window, "signal": case.signal, "latency_s": LATENCY_S}
    with ModelServer.started(**knobs) as server, shop.databases.fresh("sqlite") as database:
        database.create(rows)
        run = shop.program(server).fill(database.url, *FILL, "--rows-per-call", "1", "--yes")
        shop.filled(f"limit: {case.words}", run, database)
        return server.log()


def _bare(shop: Workshop, log: list[Record]) -> None:
    later = [record for record in log if record.at > log[0].at + LEARNING_S]
    if not later:
        return
    seconds = later[-1].at - (log[0].at + LEARNING_S)
    accepted = sum(record.status == 200 for record in later)
    refused = len(later) - accepted
    used = 100 * accepted / (LIMIT * seconds)
    words = f"{accepted} accepted and {refused} refused in {seconds:.0f} s"
    shop.add(
        at_least("limit: share of 20/s used after 10 s, bare 429s", used, LEAST_USED, " %", note=words),
        at_most("limit: share of calls refused after 10 s", 100 * refused / len(later), MOST_REFUSED, " %"),
    )
