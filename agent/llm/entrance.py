"""One caller's way through the limits that it shares with others; closing it stops this caller alone."""

import asyncio
from types import TracebackType

from agent.llm.limits import Limits
from agent.llm.slot import Slot, Waiter
from skills.model_caller import CallNotSent


class Entrance:
    """For one event loop. Once it is closed, whoever waits or comes later gets CallNotSent."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._closed = asyncio.Event()
        self._waiting: set[Waiter] = set()

    def slot(self, tokens: float = 0.0) -> "Turn":
        """`async with` it: waits for its turn and for the end of a pause. `tokens`: expected of question and answer."""
        return Turn(self, self._limits, tokens)

    def close(self) -> None:
        """No request is sent from now on; those that wait for their turn learn it at once."""
        self._closed.set()
        for waiter in self._waiting:
            self._limits.step_out(waiter)
            if waiter.slot is None:
                waiter.let_in(None)

    async def wait(self, seconds: float) -> None:
        """Raises CallNotSent as soon as it is closed."""
        self._check_open()
        sleeping = asyncio.ensure_future(self._limits.sleep(seconds))
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            closing.cancel()
        self._check_open()

    async def acquire(self, tokens: float) -> Slot:
        self._check_open()
        slot = self._limits.enter(tokens)
        first = False
        while slot is None:
            slot = await self._stand(Waiter(tokens), first=first)
            self._check_open(slot)
            if slot is not None and self._limits.paused:  # since it was let in, a moment ago
                self._limits.leave()
                slot, first = None, True
        return slot

    async def _stand(self, waiter: Waiter, *, first: bool) -> Slot | None:
        self._waiting.add(waiter)
        try:
            self._limits.stand(waiter, first=first)
            return await waiter.turn()
        except asyncio.CancelledError:
            if waiter.slot is not None:
                self._limits.leave()
            else:
                self._limits.step_out(waiter)
            raise
        finally:
            self._waiting.discard(waiter)

    def _check_open(self, slot: Slot | None = None) -> None:
        if self._closed.is_set():
            if slot is not None:
                self._limits.leave()
            raise CallNotSent


class Turn:
    """From leave to send to the answer."""

    __slots__ = ("_entrance", "_limits", "_slot", "_tokens")

    def __init__(self, entrance: Entrance, limits: Limits, tokens: float) -> None:
        self._entrance, self._limits, self._tokens = entrance, limits, tokens
        self._slot: Slot | None = None

    async def __aenter__(self) -> Slot:
        self._slot = await self._entrance.acquire(self._tokens)
        return self._slot

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._slot is not None:
            self._limits.leave()
