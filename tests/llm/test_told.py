"""What the headers of an answer say, and that nothing is sent which they say would be refused."""

import asyncio
import random
import time
from dataclasses import dataclass

import pytest
from limit_world import FixedWindows, VirtualLoop, in_virtual_time

from agent.llm.entrance import Entrance
from agent.llm.limits import Limits
from agent.llm.pressure import pressure
from agent.llm.told import Allowance, Told, duration_s, read_told, retry_after_s
from skills.model_caller import PressureKind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "150", "retry-after": "9"}, 0.15),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "nan", "retry-after": "1"}, 1.0),
        ({}, None),
    ],
)
def test_milliseconds_win_over_seconds_and_seconds_over_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("20ms", 0.02),
        ("1h2m3.5s", 3723.5),
        ("1d", 86400.0),
        ("60", 60.0),
        ("0.25", 0.25),
        ("0", 0.0),
        ("5 minutes", None),
        ("", None),
    ],
)
def test_a_reset_is_read_in_every_form(text: str, seconds: float | None) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_reset_may_be_a_moment_in_seconds_or_milliseconds(unit: int) -> None:
    assert duration_s(str((time.time() + 500) * unit)) == pytest.approx(500, abs=5)


def test_the_headers_of_openai_are_read() -> None:
    told = read_told(
        {
            "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "59",
            "x-ratelimit-reset-requests": "1s",
            "x-ratelimit-limit-tokens": "150000",
            "x-ratelimit-remaining-tokens": "0",
            "x-ratelimit-reset-tokens": "6m0s",
        }
    )
    assert told.requests == Allowance(limit=60, remaining=59, reset_s=1)
    assert told.tokens == Allowance(limit=150000, remaining=0, reset_s=360)
    assert told.pause_s == 360


def test_the_headers_of_gateways_count_requests() -> None:
    told = read_told({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "3", "x-ratelimit-reset": "2"})
    assert told.requests == Allowance(limit=20, remaining=3, reset_s=2)
    assert told.pause_s is None


@dataclass
class Telling:
    """Fixed windows whose every answer says what is left."""

    rate: int
    window_s: float
    loop: VirtualLoop

    def __post_init__(self) -> None:
        self.windows = FixedWindows(self.rate / self.window_s, self.window_s)
        self.refused = self.taken = 0

    def answer(self, now: float) -> Told:
        taken = self.windows.takes(now)
        self.taken += taken
        self.refused += not taken
        left = max(0, self.rate - self.windows._taken)
        return Told(
            wait_s=None,
            requests=Allowance(limit=self.rate, remaining=left, reset_s=self.window_s - now % self.window_s),
        )


@pytest.mark.parametrize(("rate", "window_s"), [(30, 1.0), (100, 10.0), (500, 60.0)])
def test_what_the_endpoint_says_is_left_is_used_up_and_not_exceeded(rate: int, window_s: float) -> None:
    chance = random.Random(7)

    async def main(loop: VirtualLoop) -> tuple[int, float]:
        limits, server = Limits(clock=loop.time), Telling(rate, window_s, loop)
        entrance = Entrance(limits)

        async def one() -> None:
            async with entrance.slot() as slot:
                await asyncio.sleep(0.001)
                refused = server.refused
                told = server.answer(loop.time())
                refused = server.refused - refused
                await asyncio.sleep(chance.uniform(0.05, 0.2))
                limits.limited(slot, told) if refused else limits.succeeded(slot, told)

        began = loop.time()
        await asyncio.gather(*(one() for _ in range(10 * rate)))
        return server.refused, server.taken / (loop.time() - began) / (rate / window_s)

    refused, used = in_virtual_time(main)
    assert refused <= 1
    assert used >= 0.85


def test_nothing_left_is_waited_out_to_the_letter() -> None:
    async def main(loop: VirtualLoop) -> float:
        limits = Limits(clock=loop.time)
        entrance = Entrance(limits)
        async with entrance.slot() as slot:
            limits.succeeded(slot, Told(requests=Allowance(limit=60, remaining=0, reset_s=12.0)))
            told_at = loop.time()
        waiting = asyncio.create_task(_sent_at(entrance))
        await asyncio.sleep(1)
        assert pressure(limits).kind is PressureKind.RATE
        return await waiting - told_at

    assert in_virtual_time(main) == pytest.approx(12.0)


async def _sent_at(entrance: Entrance, tokens: float = 0.0) -> float:
    async with entrance.slot(tokens) as slot:
        return slot.sent_at


def test_a_call_waits_for_the_tokens_that_it_needs() -> None:
    async def main(loop: VirtualLoop) -> list[float]:
        limits = Limits(clock=loop.time)
        entrance = Entrance(limits)
        async with entrance.slot(100) as slot:
            limits.succeeded(slot, Told(tokens=Allowance(limit=1000, remaining=600, reset_s=30.0)))
            told_at = loop.time()
        small = await _sent_at(entrance, 50)
        large = asyncio.create_task(_sent_at(entrance, 900))
        await asyncio.sleep(1)
        assert pressure(limits).kind is PressureKind.TOKENS
        return [small - told_at, await large - told_at]

    assert in_virtual_time(main) == [0.0, pytest.approx(30.0)]


@pytest.mark.parametrize("what", ["requests", "tokens"])
def test_what_a_person_allows_per_minute_holds_in_any_minute(what: str) -> None:
    """600 requests, or 6000 tokens in calls that turn out to need twice the 5 that were expected: ten a second."""
    caps = {"requests_per_minute": 600} if what == "requests" else {"tokens_per_minute": 6000}

    async def main(loop: VirtualLoop) -> list[float]:
        limits = Limits(clock=loop.time, **caps)
        entrance = Entrance(limits)
        sent = []

        async def one() -> None:
            async with entrance.slot(5) as slot:
                sent.append(slot.sent_at)
                await asyncio.sleep(0.2)
                limits.succeeded(slot, used_tokens=10)

        await asyncio.gather(*(one() for _ in range(1200)))
        return sent

    sent = in_virtual_time(main)
    most = max(sum(1 for other in sent if 0 <= other - moment < 60) for moment in sent)
    assert most <= (600 if what == "requests" else 610)  # until the first answers, less is expected than is used
    assert sent[-1] - sent[0] == pytest.approx(120, rel=0.05)
