"""When the next request may be sent: turns, pauses, a person's wishes, closing; in virtual time."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
from limit_world import VirtualLoop, in_virtual_time

from agent.llm.entrance import Entrance
from agent.llm.limits import Limits
from agent.llm.pressure import pressure
from agent.llm.slot import Slot
from agent.llm.told import Told
from skills.model_caller import CallNotSent, PressureKind

T = TypeVar("T")


def with_limits(work: Callable[[Limits, Entrance], Coroutine[Any, Any, T]], **options: Any) -> T:
    async def main(loop: VirtualLoop) -> T:
        limits = Limits(clock=loop.time, **options)
        return await work(limits, Entrance(limits))

    return in_virtual_time(main)


async def send(limits: Limits, entrance: Entrance, latency_s: float = 0.2) -> float:
    """One answered request; when it was sent."""
    async with entrance.slot() as slot:
        await asyncio.sleep(latency_s)
        limits.succeeded(slot)
        return slot.sent_at


async def in_rounds(limits: Limits, entrance: Entrance, rounds: int) -> list[int]:
    """Full rounds of requests of 0.2 s with more waiting; how many were in flight in each."""
    widths = []
    tasks = [asyncio.create_task(send(limits, entrance)) for _ in range(limits.limit * 2**rounds)]
    for _ in range(rounds):
        await asyncio.sleep(0.1)
        widths.append(limits.in_flight)
        await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return widths


def test_without_a_start_it_doubles_from_eight_every_round() -> None:
    assert with_limits(lambda limits, entrance: in_rounds(limits, entrance, 5)) == [8, 16, 32, 64, 128]


def test_an_explicit_start_is_where_it_starts_and_the_most() -> None:
    assert with_limits(lambda limits, entrance: in_rounds(limits, entrance, 4), start=40) == [40, 40, 40, 40]


def test_calls_that_need_not_wait_are_all_sent_at_once() -> None:
    async def main(limits: Limits, entrance: Entrance) -> tuple[set[float], float]:
        now = limits.clock()
        return set(await asyncio.gather(*(send(limits, entrance) for _ in range(32)))), now

    sent, now = with_limits(main, start=32)
    assert sent == {now}


def test_the_order_of_asking_is_the_order_of_sending() -> None:
    async def main(limits: Limits, entrance: Entrance) -> list[int]:
        order: list[int] = []

        async def one(number: int) -> None:
            async with entrance.slot() as slot:
                order.append(number)
                await asyncio.sleep(0.2)
                limits.succeeded(slot)

        await asyncio.gather(*(one(number) for number in range(20)))
        return order

    assert with_limits(main, start=3) == list(range(20))


def test_one_refusal_pauses_everyone_to_the_letter() -> None:
    async def main(limits: Limits, entrance: Entrance) -> tuple[float, list[float]]:
        async with entrance.slot() as slot:
            await asyncio.sleep(0.1)
            limits.limited(slot, Told(wait_s=5.0))
            told_at = limits.clock()
        assert pressure(limits).kind is PressureKind.PAUSED
        return told_at, await asyncio.gather(*(send(limits, entrance) for _ in range(20)))

    told_at, sent = with_limits(main, start=8)
    assert min(sent) == pytest.approx(told_at + 5.0)
    assert min(sent) >= told_at + 5.0


def test_a_call_that_was_let_in_at_the_moment_of_a_pause_is_not_sent() -> None:
    async def main(limits: Limits, entrance: Entrance) -> tuple[float, float]:
        async with AsyncExitStack() as stack:
            slot = await stack.enter_async_context(entrance.slot())
            waiting = asyncio.create_task(send(limits, entrance))
            await asyncio.sleep(0.1)
            await stack.aclose()  # its turn has come, but it has not run yet
            limits.limited(slot, Told(wait_s=7.0))
            told_at = limits.clock()
        return await waiting, told_at

    sent, told_at = with_limits(main, start=1)
    assert sent >= told_at + 7.0


def test_refusals_without_a_word_on_when_double_the_pause() -> None:
    async def main(limits: Limits, entrance: Entrance) -> list[float]:
        sent = []
        for _ in range(4):
            async with entrance.slot() as slot:
                sent.append(slot.sent_at)
                limits.limited(slot)
        return sent

    sent = with_limits(main, start=1)
    pauses = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert pauses[0] == pytest.approx(0.25)
    assert pauses[1] >= 1.5 * pauses[0]
    assert pauses[2] >= 1.5 * pauses[1]


def test_an_endpoint_that_refuses_for_ten_minutes_is_given_up() -> None:
    async def main(limits: Limits, entrance: Entrance) -> list[bool]:
        seen = []
        limits.limited(Slot(limits.clock()))
        seen.append(limits.given_up)
        await asyncio.sleep(601)
        seen.append(limits.given_up)
        limits.succeeded(Slot(limits.clock()))
        seen.append(limits.given_up)
        limits.limited(Slot(limits.clock()), Told(wait_s=7200.0))
        seen.append(limits.given_up)
        return seen

    assert with_limits(main) == [False, True, False, True]


def test_many_that_time_out_together_are_one_sign() -> None:
    async def main(limits: Limits, entrance: Entrance) -> int:
        async with AsyncExitStack() as stack:
            slots = [await stack.enter_async_context(entrance.slot()) for _ in range(32)]
            await asyncio.sleep(60)
            for slot in slots:
                limits.timed_out(slot)
        return limits.limit

    assert with_limits(main, start=32) == 24


def test_a_person_halves_and_doubles_what_is_in_flight() -> None:
    async def main(limits: Limits, entrance: Entrance) -> list[int]:
        seen = []
        tasks = [asyncio.create_task(send(limits, entrance)) for _ in range(1000)]
        for wish in (limits.slower, limits.slower, limits.faster, limits.faster, limits.faster):
            await asyncio.sleep(0.5)
            wish()
            await asyncio.sleep(0.5)
            seen.append(limits.in_flight)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return seen

    assert with_limits(main, start=16) == [8, 4, 8, 16, 32]


def test_a_wish_to_go_slower_is_the_reason_that_is_given() -> None:
    async def main(limits: Limits, entrance: Entrance) -> str:
        limits.slower()
        tasks = [asyncio.create_task(send(limits, entrance)) for _ in range(20)]
        await asyncio.sleep(0.1)
        text = pressure(limits).text
        await asyncio.gather(*tasks)
        assert pressure(limits).kind is PressureKind.NONE
        return text

    assert with_limits(main, start=8) == "4 in flight, as you asked for slower"


def test_a_cancelled_call_gives_its_place_back() -> None:
    async def hold(entrance: Entrance, forever: Awaitable[object]) -> None:
        async with entrance.slot():
            await forever

    async def main(limits: Limits, entrance: Entrance) -> int:
        holding = asyncio.create_task(hold(entrance, asyncio.Event().wait()))
        await asyncio.sleep(0)
        given_up = asyncio.create_task(send(limits, entrance))
        waiting = asyncio.create_task(send(limits, entrance))
        await asyncio.sleep(0)
        given_up.cancel()
        holding.cancel()
        await asyncio.wait_for(waiting, 1)
        return limits.in_flight

    assert with_limits(main, start=1) == 0


def test_a_call_cancelled_after_its_turn_has_come_gives_it_on() -> None:
    async def main(limits: Limits, entrance: Entrance) -> int:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(entrance.slot())
            first = asyncio.create_task(send(limits, entrance))
            second = asyncio.create_task(send(limits, entrance))
            await asyncio.sleep(0)
            await stack.aclose()
            first.cancel()
        await asyncio.wait_for(second, 1)
        return limits.in_flight

    assert with_limits(main, start=1) == 0


def test_a_closed_entrance_lets_nothing_pass_and_leaves_the_others_alone() -> None:
    async def main(limits: Limits, entrance: Entrance) -> tuple[list[Any], float]:
        other = Entrance(limits)
        async with entrance.slot():
            waiting = [asyncio.create_task(send(limits, entrance)) for _ in range(5)]
            backing_off = asyncio.create_task(entrance.wait(30))
            elsewhere = asyncio.create_task(send(limits, other))
            await asyncio.sleep(0)
            entrance.close()
            ended = await asyncio.wait_for(asyncio.gather(*waiting, backing_off, return_exceptions=True), 5)
        late = (await asyncio.gather(send(limits, entrance), return_exceptions=True))[0]
        return [type(end) for end in (*ended, late)], await elsewhere

    ended, elsewhere = with_limits(main, start=1)
    assert ended == [CallNotSent] * 7
    assert elsewhere > 0


def test_closing_ends_a_pause_that_the_endpoint_asked_for() -> None:
    async def main(limits: Limits, entrance: Entrance) -> tuple[BaseException | float, float]:
        began = limits.clock()
        limits.limited(Slot(began), Told(wait_s=60.0))
        waiting = asyncio.create_task(send(limits, entrance))
        await asyncio.sleep(0)
        entrance.close()
        return (await asyncio.gather(waiting, return_exceptions=True))[0], limits.clock() - began

    ended, waited_s = with_limits(main, start=2)
    assert isinstance(ended, CallNotSent)
    assert waited_s < 1
