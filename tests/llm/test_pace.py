"""An unknown limit on requests per second: found, used and respected; whole runs in virtual time."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from limit_world import (
    Crowd,
    Door,
    FixedWindows,
    Outcome,
    SlidingWindow,
    TokenBucket,
    VirtualLoop,
    in_virtual_time,
)

from agent.llm.entrance import Entrance
from agent.llm.limits import Limits
from agent.llm.pressure import pressure
from agent.llm.told import Told
from skills.model_caller import Pressure, PressureKind

LEARNING_S = 10.0


@dataclass
class Run:
    outcome: Outcome
    answered: int
    limits: Limits


def run(door: Door, calls: int, *, seed: int = 1, start: int | None = None, callers: int = 64) -> Run:
    """Every call is asked until it is answered; latency 50-200 ms, timers up to 20 ms late."""
    chance = random.Random(seed)

    async def main(loop: VirtualLoop) -> Run:
        crowd = Crowd(Limits(start=start, clock=loop.time), loop, chance, lambda: chance.uniform(0.05, 0.2))
        outcome = await crowd.run(calls, door, callers)
        return Run(outcome, crowd.answered, crowd.limits)

    return in_virtual_time(main, lambda: min(0.02, chance.expovariate(1000)))


WINDOWS: dict[str, Callable[[float], Door]] = {
    "token bucket of 5": lambda rate: TokenBucket(rate, 5),
    "token bucket of a second": lambda rate: TokenBucket(rate, rate),
    "sliding second": SlidingWindow,
    "fixed seconds": FixedWindows,
}


@pytest.mark.parametrize("start", [None, 32])
@pytest.mark.parametrize(("rate", "calls"), [(20, 1750), (3, 1500), (200, 5000)])
@pytest.mark.parametrize("kind", WINDOWS)
def test_an_unknown_rate_is_used_and_hardly_ever_exceeded(kind: str, rate: int, calls: int, start: int | None) -> None:
    made = run(WINDOWS[kind](rate), calls, start=start)
    learned = made.outcome.after(LEARNING_S)
    assert made.answered == calls
    assert learned.rate >= 0.9 * rate
    assert learned.refused <= 0.02


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_depend_on_luck(seed: int) -> None:
    learned = run(SlidingWindow(20), 1000, seed=seed).outcome.after(LEARNING_S)
    assert learned.rate >= 0.9 * 20
    assert learned.refused <= 0.02


@dataclass
class Changing:
    """One limit for 40 s, then another."""

    before: Door
    after: Door
    changes_at: float = 1040.0

    def takes(self, now: float) -> bool:
        return (self.before if now < self.changes_at else self.after).takes(now)


@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("rate", [10, 40])
def test_a_limit_that_changes_is_found_again(kind: str, rate: int) -> None:
    make = WINDOWS[kind]
    made = run(Changing(make(20), make(rate)), 800 + 60 * rate)
    settled = made.outcome.after(70, 100)
    assert settled.rate >= 0.85 * rate
    assert settled.refused <= 0.03


def test_one_burst_of_refusals_is_one_cut() -> None:
    """512 requests at once against 20 a second: the rate is what was taken, not a fraction of a fraction."""

    async def main(loop: VirtualLoop) -> float | None:
        limits, door = Limits(start=512, clock=loop.time), SlidingWindow(20)
        entrance = Entrance(limits)

        async def one() -> None:
            async with entrance.slot() as slot:
                taken = door.takes(loop.time())
                await asyncio.sleep(0.1)
                limits.succeeded(slot) if taken else limits.limited(slot)

        await asyncio.gather(*(one() for _ in range(512)))
        await asyncio.sleep(2)
        async with entrance.slot() as slot:
            limits.succeeded(slot)
        return limits.pace.accepted

    assert in_virtual_time(main) == pytest.approx(20, rel=0.1)


def test_sending_is_even_once_the_rate_is_known() -> None:
    arrivals = [moment for moment, _ in run(SlidingWindow(20), 1000).outcome.after(LEARNING_S).arrivals]
    most_in_a_tenth = max(sum(1 for other in arrivals if 0 <= other - moment < 0.1) for moment in arrivals)
    assert most_in_a_tenth <= 4


def test_why_it_is_slow_names_the_rate_that_is_accepted() -> None:
    async def main(loop: VirtualLoop) -> Pressure:
        chance = random.Random(1)
        crowd = Crowd(Limits(clock=loop.time), loop, chance, lambda: 0.1)
        running = asyncio.create_task(crowd.run(600, FixedWindows(20)))
        await asyncio.sleep(20)
        seen = pressure(crowd.limits)
        await running
        return seen

    seen = in_virtual_time(main)
    assert seen.kind is PressureKind.RATE
    assert seen.text.startswith(("429s: 19.", "429s: 20."))
    assert seen.text.endswith("requests/s accepted")


@dataclass
class Telling:
    """A sliding second that says when to come back, and counts who comes earlier."""

    door: SlidingWindow
    wait_s: float
    closed_until: float = 0.0
    early: int = 0

    def takes(self, now: float) -> bool:
        self.early += now < self.closed_until
        return self.door.takes(now)


@pytest.mark.parametrize("wait_s", [0.3, 1.0, 7.0])
def test_nothing_is_sent_before_the_moment_that_was_named(wait_s: float) -> None:
    async def main(loop: VirtualLoop) -> tuple[int, int]:
        limits, door = Limits(clock=loop.time), Telling(SlidingWindow(20), wait_s)
        entrance = Entrance(limits)
        answered = 0

        async def one() -> None:
            nonlocal answered
            taken = False
            while not taken:
                async with entrance.slot() as slot:
                    taken = door.takes(loop.time())
                    await asyncio.sleep(0.05)
                    if taken:
                        limits.succeeded(slot)
                        continue
                    limits.limited(slot, Told(wait_s=wait_s))
                    door.closed_until = loop.time() + wait_s
            answered += 1

        await asyncio.gather(*(one() for _ in range(400)))
        return door.early, answered

    assert in_virtual_time(main) == (0, 400)
