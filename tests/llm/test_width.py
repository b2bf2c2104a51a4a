"""How many are in flight at endpoints that queue, or refuse a number at once; whole runs in virtual time."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from limit_world import VirtualLoop, in_virtual_time

from agent.llm.entrance import Entrance
from agent.llm.limits import Limits
from agent.llm.pressure import pressure
from skills.model_caller import Pressure, PressureKind


@dataclass
class Local:
    """A server that works on so many at a time; the others wait, or are refused. `service` is asked per call."""

    at_once: int
    service: Callable[[random.Random, int], tuple[float, int]]  # chance, number of the call -> seconds, tokens
    refuses: bool = False


@dataclass
class Run:
    seconds: float
    refused: int
    widths: list[int] = field(default_factory=list)  # after each twentieth of the calls
    pressure: Pressure | None = None


def run(server: Local, calls: int, start: int | None = None, callers: int = 600) -> Run:
    chance = random.Random(1)

    async def main(loop: VirtualLoop) -> Run:
        limits = Limits(start=start, clock=loop.time)
        entrance, places, made = Entrance(limits), asyncio.Semaphore(server.at_once), Run(0.0, 0)
        answered = 0

        async def ask() -> bool:
            async with entrance.slot() as slot:
                if server.refuses and places.locked():
                    await asyncio.sleep(0.02)
                    made.refused += 1
                    limits.limited(slot)
                    return False
                seconds, tokens = server.service(chance, answered)
                async with places:
                    await asyncio.sleep(seconds)
                limits.succeeded(slot, answer_tokens=tokens)
                return True

        async def work(share: int) -> None:
            nonlocal answered
            for _ in range(share):
                while not await ask():
                    """Asked again."""
                answered += 1
                if answered % (calls // 20) == 0:
                    made.widths.append(limits.limit)
                    made.pressure = pressure(limits) if answered < calls // 2 else made.pressure

        began = loop.time()
        await asyncio.gather(*(work(calls // callers + (number < calls % callers)) for number in range(callers)))
        made.seconds = loop.time() - began
        return made

    return in_virtual_time(main)


def even(chance: random.Random, number: int) -> tuple[float, int]:
    return 0.2, 10


def scattered(chance: random.Random, number: int) -> tuple[float, int]:
    return chance.uniform(0.05, 0.35), 10


def heavy_tailed(chance: random.Random, number: int) -> tuple[float, int]:
    return chance.lognormvariate(-1.85, 0.7), 10  # 0.2 s on average


@pytest.mark.parametrize("service", [even, scattered, heavy_tailed])
@pytest.mark.parametrize("start", [None, 32])
@pytest.mark.parametrize("at_once", [1, 4])
def test_a_queue_inside_the_server_is_found_and_kept_short(
    at_once: int, start: int | None, service: Callable[[random.Random, int], tuple[float, int]]
) -> None:
    calls = 400 * at_once
    made = run(Local(at_once, service), calls, start)
    assert max(made.widths[10:]) <= 3 * at_once + 2
    assert made.seconds <= 1.15 * calls * 0.2 / at_once


def test_why_it_is_slow_names_the_number_at_which_answers_slow_down() -> None:
    seen = run(Local(4, even), 1600, start=32).pressure
    assert seen is not None
    assert seen.kind is PressureKind.QUEUE
    assert seen.text in {f"answers slow down beyond {number} in flight" for number in range(4, 9)}


def test_a_queue_for_many_is_found_during_the_doubling() -> None:
    made = run(Local(32, even), 4000)
    assert 32 <= made.widths[-1] <= 64
    assert made.seconds <= 1.1 * 4000 * 0.2 / 32


def packs_vary(chance: random.Random, number: int) -> tuple[float, int]:
    tokens = chance.choice((5, 500))
    return 0.05 + tokens * 0.01, tokens


def packs_grow(chance: random.Random, number: int) -> tuple[float, int]:
    tokens = 5 if number < 2000 else 200
    return 0.05 + tokens * 0.01, tokens


def packs_shrink(chance: random.Random, number: int) -> tuple[float, int]:
    tokens = 200 if number < 2000 else 5
    return 0.05 + tokens * 0.01, tokens


def first_calls_are_slow(chance: random.Random, number: int) -> tuple[float, int]:
    return (5.0 if number < 8 else 0.2), 10


def all_become_slower(chance: random.Random, number: int) -> tuple[float, int]:
    return (0.2 if number < 2000 else 0.6), 10


@pytest.mark.parametrize(
    "service", [even, scattered, heavy_tailed, packs_vary, packs_grow, packs_shrink, first_calls_are_slow]
)
def test_what_is_no_queue_is_not_taken_for_one(service: Callable[[random.Random, int], tuple[float, int]]) -> None:
    made = run(Local(10**6, service), 6000)
    assert made.widths == sorted(made.widths)
    assert made.widths[-1] == 512


def test_a_provider_that_becomes_slower_keeps_its_calls() -> None:
    made = run(Local(10**6, all_become_slower), 9000)
    assert made.widths[-1] == 512


@pytest.mark.parametrize("service", [even, scattered, heavy_tailed])
def test_what_a_person_asked_for_is_kept_where_nothing_queues(
    service: Callable[[random.Random, int], tuple[float, int]],
) -> None:
    assert set(run(Local(10**6, service), 4000, start=32).widths) == {32}


@pytest.mark.parametrize("at_once", [4, 10])
def test_a_number_at_once_that_is_refused_beyond_is_used(at_once: int) -> None:
    made = run(Local(at_once, even, refuses=True), 4000)
    assert made.seconds <= 1.15 * 4000 * 0.2 / at_once
    assert made.refused <= 0.02 * 4000
