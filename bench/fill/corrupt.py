"""Packed answers that come back spoiled, and a row that is always refused: nothing wrong is written, little is
asked again, and the one bad row is named."""

from loopback.handle import ModelServer
from loopback.knobs import Poison
from outcome import Outcome, at_most, shown
from program import FILL
from workshop import Workshop

ROWS, PER_CALL, SHARE = 8_000, 20, 0.10
MOST_CALLS = 1.25
POISON_ROWS, POISON_ROW = 200, 77
POISON = "unspeakable"


def main(shop: Workshop) -> None:
    with ModelServer.started() as server:
        clean = _calls(shop, server, "clean run")
        server.change(corrupt=SHARE)
        spoiled = _calls(shop, server, "10 % of packs spoiled")
        shop.add(at_most("corrupt: calls against the clean run", spoiled / max(clean, 1), MOST_CALLS, "x"))
        server.change(corrupt=0.0, poison=POISON)
        for way in Poison:
            server.change(poison_as=way)
            _poison(shop, server, way)


def _calls(shop: Workshop, server: ModelServer, words: str) -> int:
    server.reset()
    with shop.databases.fresh("sqlite") as database:
        database.create(shop.rows(ROWS))
        run = shop.program(server).fill(database.url, *FILL, "--rows-per-call", str(PER_CALL), "--yes")
        cells = database.check()
    seen = server.statistics()
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(seen.corrupted.items()))
    shop.add(
        at_most(f"corrupt: wrong cells, {words}", cells.wrong, 0, note=kinds),
        at_most(f"corrupt: empty cells, {words}", cells.empty, 0, note="" if run.exit_code == 0 else run.problem),
    )
    return seen.requests


def _poison(shop: Workshop, server: ModelServer, way: Poison) -> None:
    server.reset()
    with shop.databases.fresh("sqlite") as database:
        database.create(POISON_ROWS)
        database.execute(f"UPDATE reviews SET content = content || ' {POISON}' WHERE id = {POISON_ROW}")
        run = shop.program(server).fill(database.url, *FILL, "--rows-per-call", str(PER_CALL), "--yes")
        cells = database.check()
    failures = run.report.get("failures") or []
    named = [str(failure.get("key")) for failure in failures]
    met = cells.wrong == 0 and cells.empty == 1 and len(named) == 1 and str(POISON_ROW) in named[0]
    said = f"{cells.count - cells.empty} filled, {cells.wrong} wrong, reported {failures or 'nothing'}"
    name = f"corrupt: 1 poison row in 200 ({way})"
    shop.add(
        Outcome(name=name, measured=f"{said}; exit {run.exit_code}", target="199, row 77 with its reason", met=met)
    )
    shop.add(shown(f"{name}: calls", str(server.statistics().requests)))
