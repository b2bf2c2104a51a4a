"""A small world for limits, without real time: an event loop whose clock jumps to the next event, and endpoints
that take so many requests per second, queue, or refuse for other reasons. The same seed gives the same run.
"""

import asyncio
import random
import selectors
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from agent.llm.entrance import Entrance
from agent.llm.limits import Limits

T = TypeVar("T")


class _Jump(selectors.SelectSelector):
    """Waits for nothing but the clock, which it moves."""

    now = 1000.0

    def __init__(self, late: Callable[[], float]) -> None:
        super().__init__()
        self._late = late

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout > 0:
            self.now += timeout + self._late()
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`late`: by how much a timer fires too late, as on a busy machine."""

    def __init__(self, late: Callable[[], float] = lambda: 0.0) -> None:
        self._jump = _Jump(late)
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now


def in_virtual_time(
    work: Callable[[VirtualLoop], Coroutine[Any, Any, T]], late: Callable[[], float] = lambda: 0.0
) -> T:
    loop = VirtualLoop(late)
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.close()


class Door(Protocol):
    """Whether a request that arrives now is taken."""

    def takes(self, now: float) -> bool: ...


@dataclass
class TokenBucket:
    rate: float
    burst: float
    _tokens: float | None = None
    _at: float = 0.0

    def takes(self, now: float) -> bool:
        tokens = self.burst if self._tokens is None else min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        self._tokens = tokens - (tokens >= 1)
        return tokens >= 1


@dataclass
class SlidingWindow:
    rate: float
    window_s: float = 1.0
    _taken: deque[float] = field(default_factory=deque)

    def takes(self, now: float) -> bool:
        while self._taken and self._taken[0] <= now - self.window_s:
            self._taken.popleft()
        if len(self._taken) >= self.rate * self.window_s:
            return False
        self._taken.append(now)
        return True


@dataclass
class FixedWindows:
    rate: float
    window_s: float = 1.0
    _window: int = -1
    _taken: int = 0

    def takes(self, now: float) -> bool:
        window = int(now / self.window_s)
        if window != self._window:
            self._window, self._taken = window, 0
        self._taken += self._taken < self.rate * self.window_s + 1
        return self._taken <= self.rate * self.window_s


@dataclass
class Outcome:
    """What an endpoint saw: (moment, whether taken) of each request."""

    arrivals: list[tuple[float, bool]] = field(default_factory=list)

    def after(self, seconds: float, until: float = float("inf")) -> "Outcome":
        first = self.arrivals[0][0]
        return Outcome([each for each in self.arrivals if seconds <= each[0] - first < until])

    @property
    def refused(self) -> float:
        return sum(not taken for _, taken in self.arrivals) / len(self.arrivals)

    @property
    def rate(self) -> float:
        return sum(taken for _, taken in self.arrivals) / (self.arrivals[-1][0] - self.arrivals[0][0])


@dataclass
class Crowd:
    """Calls that want to be made through one Limits, as many at once as there are callers."""

    limits: Limits
    loop: VirtualLoop
    chance: random.Random
    latency_s: Callable[[], float]
    seen: Outcome = field(default_factory=Outcome)
    left: int = 0
    answered: int = 0

    async def run(self, calls: int, door: Door, callers: int = 64) -> Outcome:
        self.left = calls
        entrance = Entrance(self.limits)
        await asyncio.gather(*(self._call(entrance, door) for _ in range(callers)))
        return self.seen

    async def _call(self, entrance: Entrance, door: Door) -> None:
        while self.left > 0:
            self.left -= 1
            while not await self._try(entrance, door):
                """Asked again until it is answered."""
            self.answered += 1

    async def _try(self, entrance: Entrance, door: Door) -> bool:
        async with entrance.slot() as slot:
            await asyncio.sleep(self.chance.uniform(0.0003, 0.003))
            taken = door.takes(self.loop.time())
            self.seen.arrivals.append((self.loop.time(), taken))
            await asyncio.sleep(self.latency_s())
            if taken:
                self.limits.succeeded(slot)
            else:
                self.limits.limited(slot)
            return taken
