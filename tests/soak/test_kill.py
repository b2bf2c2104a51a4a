"""A fill is killed with SIGKILL at random moments and started again each time: nothing is lost, nothing is wrong,
and no answer is bought twice whose response was complete a quarter of a second before the kill.
"""

import math
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback.handle import ModelServer
from loopback.records import Record
from program import FILL, Program, Running
from tables import Database

pytestmark = pytest.mark.soak

KILLS = 20
ROWS, PER_CALL, IN_FLIGHT = 6_000, 10, 16
LATENCY_S, JITTER_S = 0.05, 0.05
SAFE_AFTER_S = 0.25  # an answer that came so long before the kill is in the journal
FLAGS = (*FILL, "--rows-per-call", str(PER_CALL), "--concurrency", str(IN_FLIGHT), "--yes")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer.started(latency_s=LATENCY_S, jitter_s=JITTER_S) as server:
        yield server


def test_a_fill_that_is_killed_again_and_again_loses_nothing_and_buys_nothing_twice(
    any_url: str, server: ModelServer, tmp_path: Path
) -> None:
    database, chance = Database.at(any_url), random.Random(1)
    kills = kills_at_work = jobs = 0
    while kills < KILLS:
        jobs += 1
        database.execute("DROP TABLE IF EXISTS reviews")
        database.create(ROWS)
        server.reset()
        program = Program(tmp_path / f"home{jobs}", server.base_url)
        killed_at = kill_until_done(program, server, database, chance, KILLS - kills)
        kills += len(killed_at)
        cells = database.check()
        assert (cells.count, cells.empty, cells.wrong) == (ROWS, 0, 0)
        again = asked_again(server.log(), killed_at)
        oldest_s = max(again.values(), default=0.0)
        assert not again, f"{len(again)} answers were bought twice, the oldest {oldest_s:.2f} s before the kill"
        kills_at_work += sum(bool(asked) for kill, asked in by_life(server.log(), killed_at) if kill < math.inf)
        repeats = sum(record.row_count for record in server.log()) - ROWS
        print(f"{database.engine}: {len(killed_at)} kills, {repeats} answers of the last {SAFE_AFTER_S} s bought twice")
    assert kills_at_work >= KILLS / 2


def kill_until_done(
    program: Program, server: ModelServer, database: Database, chance: random.Random, most: int
) -> list[float]:
    """Starts it until it has ended by itself; the moments at which it was killed before."""
    killed_at: list[float] = []
    while True:
        running = program.start(database.url, *FLAGS)
        if len(killed_at) < most and outlives_a_random_moment(running, server, chance):
            killed_at.append(running.kill())
            continue
        run = running.finish()
        assert run.exit_code == 0, run.errors
        return killed_at


def outlives_a_random_moment(running: Running, server: ModelServer, chance: random.Random) -> bool:
    """One time in four anywhere from the start on, else after the first call; False: it has ended before."""
    if chance.random() < 0.25:
        return outlives(running, chance.uniform(0.1, 2.5))
    before = server.statistics().requests
    while server.statistics().requests == before:
        if not outlives(running, 0.02):
            return False
    return outlives(running, chance.uniform(0.0, 1.5))


def outlives(running: Running, seconds: float) -> bool:
    try:
        running.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def asked_again(log: list[Record], killed_at: list[float]) -> dict[str, float]:
    """The rows that were asked about after a kill though their answer was there long enough before it: how long.

    What counts is the first kill after the question: an answer that came too late for that one had no reader.
    """
    bought: dict[str, float] = {}
    again: dict[str, float] = {}
    for kill, asked in by_life(log, killed_at):
        again |= {row: bought[row] for record in asked for row in record.rows if row in bought}
        for record in asked:
            if record.status == 200 and record.sent_at is not None and record.sent_at <= kill - SAFE_AFTER_S:
                bought |= dict.fromkeys(record.rows, kill - record.sent_at)
    return again


def by_life(log: list[Record], killed_at: list[float]) -> Iterator[tuple[float, list[Record]]]:
    """Each life of the fill: when it was killed (the last one: never) and what it asked."""
    began = 0.0
    for kill in (*killed_at, math.inf):
        yield kill, [record for record in log if began < record.at <= kill]
        began = kill
