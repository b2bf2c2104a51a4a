"""How many requests one endpoint and model may have in flight.

Without a given start it doubles from 8 every round trip until the first sign of a limit: a refusal, a timeout,
or answers that take twice as long as before (a server that queues never refuses). From then on it adds one
after 25 successes and takes a quarter away at each new sign. A wait that the endpoint asks for
stops every call, not just the one that was told.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from skills.model_caller import CallNotSent

_FIRST = 8
_MOST = 512
_STEP_AFTER = 25  # successes
_CUT = 0.75
_SLOWER = 2.0  # a round this much slower than the best one is a sign of a queue
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_PATIENCE_S = 600.0  # refused for so long without one answer: not a limit but a closed door


@dataclass(frozen=True)
class Slot:
    """Leave to send one request."""

    sent_at: float


@dataclass
class _Round:
    """What happened since the limit last grew."""

    successes: int = 0
    latency_s: float = 0.0
    starved: bool = False  # a call had to wait: only then would a higher limit help


@dataclass
class Limits:
    """For one event loop. `start` is a person's explicit choice; `clock` and `sleep` are for tests."""

    start: int | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    limit: int = field(init=False)
    in_flight: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.limit = self.start or _FIRST
        self.most = self.start or _MOST
        self._closed = asyncio.Event()
        self._ramping = self.start is None
        self._free = asyncio.Condition()
        self._paused_until = self._last_sign = float("-inf")
        self._refused_since: float | None = None
        self._signs_in_a_row = 0
        self._best_latency_s = float("inf")
        self._round = _Round()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """Waits for its turn and for the end of a pause. Raises CallNotSent once it is closed."""
        async with self._free:
            while self.in_flight >= self.limit and not self._closed.is_set():
                self._round.starved = True
                await self._free.wait()
            self.in_flight += 1
        try:
            while (pause_s := self._paused_until - self.clock()) > 0:
                await self.wait(pause_s)
            self._check_open()
            yield Slot(self.clock())
        finally:
            self.in_flight -= 1
            async with self._free:
                self._free.notify(max(1, self.limit - self.in_flight))

    async def close(self) -> None:
        """No request is sent from now on; those that wait for their turn learn it at once."""
        self._closed.set()
        async with self._free:
            self._free.notify_all()

    async def wait(self, seconds: float) -> None:
        """Raises CallNotSent as soon as it is closed."""
        self._check_open()
        sleeping = asyncio.ensure_future(self.sleep(seconds))
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            closing.cancel()
        self._check_open()

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise CallNotSent

    def succeeded(self, slot: Slot) -> None:
        self._refused_since = None
        self._signs_in_a_row = 0
        self._round.successes += 1
        self._round.latency_s += self.clock() - slot.sent_at
        if self._ramping and self._round.successes >= self.limit:
            self._end_of_round()
        elif not self._ramping and self._round.successes >= _STEP_AFTER:
            self._grow_to(self.limit + 1)

    def limited(self, slot: Slot, wait_s: float | None) -> None:
        """A sign of a limit: everyone pauses, and a quarter goes. Requests sent before the last sign add nothing.

        `wait_s` is what the endpoint asked for; None: it did not say, and each refusal in a row doubles the wait.
        """
        now = self.clock()
        is_news = slot.sent_at >= self._last_sign
        self._refused_since = now if self._refused_since is None else self._refused_since
        if wait_s is None:
            wait_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**self._signs_in_a_row) if is_news else 0.0
        self._paused_until = max(self._paused_until, now + wait_s)
        if is_news:
            self._signs_in_a_row += 1
            self._last_sign = now
            self._cut_to(int(self.limit * _CUT))

    @property
    def given_up(self) -> bool:
        """Whether the endpoint has refused everything for too long, or asks for a wait that long."""
        now = self.clock()
        refused_s = now - self._refused_since if self._refused_since is not None else 0.0
        return refused_s > _PATIENCE_S or self._paused_until - now > _PATIENCE_S

    def _end_of_round(self) -> None:
        latency_s = self._round.latency_s / self._round.successes
        if latency_s > _SLOWER * self._best_latency_s:
            self._cut_to(self.limit // 2)
            return
        self._best_latency_s = min(self._best_latency_s, latency_s)
        self._grow_to(self.limit * 2)

    def _grow_to(self, limit: int) -> None:
        if self._round.starved:
            self.limit = min(_MOST, limit)
        self._round = _Round()

    def _cut_to(self, limit: int) -> None:
        self.limit = max(1, limit)
        self._ramping = False
        self._round = _Round()
