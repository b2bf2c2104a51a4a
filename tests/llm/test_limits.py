"""How the number of requests in flight follows what the endpoint takes; on a clock that is set by hand."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from agent.llm.limits import Limits, Slot
from agent.llm.wire import retry_after_s
from skills.model_caller import CallNotSent


class Clock:
    """Time that passes only when something waits for it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Iterator[Clock]:
    return Clock()


def in_rounds(limits: Limits, clock: Clock, rounds: int, latency_s: Callable[[int], float]) -> list[int]:
    """Full rounds of requests, each answered; the limit after each."""

    async def main() -> list[int]:
        seen = []
        for _ in range(rounds):
            width = limits.limit
            async with AsyncExitStack() as stack:
                slots = [await stack.enter_async_context(limits.slot()) for _ in range(width)]
                waiting = asyncio.create_task(_wait_for(limits))
                await asyncio.sleep(0)
                clock.now += latency_s(width)
                for slot in slots:
                    limits.succeeded(slot)
            await waiting
            seen.append(limits.limit)
        return seen

    return asyncio.run(main())


async def _wait_for(limits: Limits) -> None:
    async with limits.slot():
        """Only shows that there was more to do."""


def test_without_a_start_it_doubles_from_eight_every_round(clock: Clock) -> None:
    limits = Limits(clock=clock, sleep=clock.sleep)
    assert in_rounds(limits, clock, 4, lambda _: 0.2) == [16, 32, 64, 128]


def test_a_server_that_queues_ends_the_doubling(clock: Clock) -> None:
    limits = Limits(clock=clock, sleep=clock.sleep)
    after = in_rounds(limits, clock, 4, lambda width: 0.2 * max(1.0, width / 16) ** 1.5)
    assert max(after) == 32
    assert after[-1] == 16


def test_an_explicit_start_is_where_it_starts(clock: Clock) -> None:
    limits = Limits(start=40, clock=clock, sleep=clock.sleep)
    assert in_rounds(limits, clock, 3, lambda _: 0.2) == [41, 42, 43]


def test_one_refusal_pauses_everyone_and_cuts_once(clock: Clock) -> None:
    limits = Limits(start=8, clock=clock, sleep=clock.sleep)

    async def main() -> float:
        async with AsyncExitStack() as stack:
            slots = [await stack.enter_async_context(limits.slot()) for _ in range(8)]
            clock.now += 0.1
            for slot in slots:
                limits.limited(slot, 5.0)
        async with limits.slot() as slot:
            return slot.sent_at

    assert asyncio.run(main()) == pytest.approx(1005.1)
    assert limits.limit == 6


def test_refusals_without_a_wait_double_it(clock: Clock) -> None:
    limits = Limits(start=1, clock=clock, sleep=clock.sleep)

    async def main() -> list[float]:
        sent = []
        for _ in range(4):
            async with limits.slot() as slot:
                sent.append(slot.sent_at)
                limits.limited(slot, None)
        return sent

    sent = asyncio.run(main())
    assert [later - earlier for earlier, later in itertools.pairwise(sent)] == [0.5, 1.0, 2.0]


def test_an_endpoint_that_refuses_for_ten_minutes_is_given_up(clock: Clock) -> None:
    limits = Limits(clock=clock, sleep=clock.sleep)
    limits.limited(Slot(clock.now), 1.0)
    assert not limits.given_up
    clock.now += 601
    assert limits.given_up
    limits.succeeded(Slot(clock.now))
    assert not limits.given_up
    limits.limited(Slot(clock.now), 7200.0)
    assert limits.given_up


def test_a_cancelled_call_gives_its_place_back(clock: Clock) -> None:
    limits = Limits(start=1, clock=clock, sleep=clock.sleep)

    async def hold(forever: Awaitable[object]) -> None:
        async with limits.slot():
            await forever

    async def main() -> bool:
        holding = asyncio.create_task(hold(asyncio.Event().wait()))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(_wait_for(limits))
        await asyncio.sleep(0)
        holding.cancel()
        await asyncio.wait_for(waiting, 1)
        return limits.in_flight == 0

    assert asyncio.run(main())


def test_closed_limits_let_nothing_pass_that_was_not_sent(clock: Clock) -> None:
    limits = Limits(start=1, clock=clock, sleep=lambda _: asyncio.Event().wait())

    async def main() -> list[type[BaseException] | None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(limits.slot())
            waiting = [asyncio.create_task(_wait_for(limits)) for _ in range(5)]
            backing_off = asyncio.create_task(limits.wait(30))
            await asyncio.sleep(0)
            await limits.close()
            ended = await asyncio.wait_for(asyncio.gather(*waiting, backing_off, return_exceptions=True), 5)
        late = (await asyncio.gather(_wait_for(limits), return_exceptions=True))[0]
        return [type(end) for end in (*ended, late)]

    assert asyncio.run(main()) == [CallNotSent] * 7
    assert limits.in_flight == 0


def test_closing_ends_a_pause_that_the_endpoint_asked_for(clock: Clock) -> None:
    limits = Limits(start=2, clock=clock, sleep=lambda _: asyncio.Event().wait())
    limits.limited(Slot(clock.now), 60.0)

    async def main() -> BaseException | None:
        waiting = asyncio.create_task(_wait_for(limits))
        await asyncio.sleep(0)
        await limits.close()
        return (await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 5))[0]

    assert isinstance(asyncio.run(main()), CallNotSent)


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
