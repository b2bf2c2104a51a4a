"""One request, sent until it is answered: limits, server errors and timeouts are waited out under one controller.

A refusal that asking again cannot change comes back as RequestRefused at once; what it means is for the caller to say.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent.llm.endpoint import Endpoint
from agent.llm.entrance import Entrance
from agent.llm.failure import Failure, judge
from agent.llm.limits import Limits
from agent.llm.settings import ModelSettings
from agent.llm.slot import Slot
from agent.llm.wire import Refusal
from skills.model_caller import ModelUnusable

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_OVERLOADED = frozenset({429, 503, 529})
PASSING = frozenset({408, 409, 425})  # among the 4xx: the same request may succeed later

T = TypeVar("T")


@dataclass(frozen=True)
class Sent(Generic[T]):
    """An answer, and how many attempts reached the endpoint before it."""

    answer: T
    retries: int


class RequestRefused(Exception):
    """The endpoint will not do this, however often it is asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__()
        self.failure = failure


class Sender:
    """Sends to one endpoint. For one event loop. `name` is the model, for messages."""

    def __init__(self, name: str, endpoint: Endpoint, settings: ModelSettings, limits: Limits) -> None:
        self._name, self._endpoint, self._settings, self._limits = name, endpoint, settings, limits
        self._entrance = Entrance(limits)

    @property
    def limits(self) -> Limits:
        return self._limits

    @property
    def most_in_flight(self) -> int:
        return self._limits.most

    async def send(self, attempt: Callable[[], Awaitable[T | Refusal]], on_retry: Callable[[], None]) -> Sent[T]:
        """Raises RequestRefused, ModelUnusable (no answer after all tries) or CallNotSent.

        `attempt` makes the request once; `on_retry` is told before each further one.
        """
        retries = tries = 0
        while True:
            async with self._entrance.slot(0) as slot:
                answer = await attempt()
                # Before the slot is given back: the next in line must know of a pause.
                if not isinstance(answer, Refusal):
                    self._limits.succeeded(slot)
                    return Sent(answer, retries)
                heed(self._limits, answer, slot)
            wait_s = await self._wait_after(answer.failure, tries)
            retries += 1
            tries += not is_overloaded(answer.failure)
            on_retry()
            if wait_s:
                await self.wait(wait_s)

    async def wait(self, seconds: float) -> None:
        """Raises CallNotSent as soon as nothing may be sent any more."""
        await self._entrance.wait(seconds)

    async def close(self) -> None:
        """From now on nothing is sent."""
        self._entrance.close()

    async def unusable(self, failure: Failure) -> ModelUnusable:
        return await unusable(failure, self._endpoint, self._name, self._settings.timeout_s)

    async def _wait_after(self, failure: Failure, tries: int) -> float:
        """The seconds until the next attempt, beside what the limits ask for. Raises where none can help."""
        if is_overloaded(failure):
            if self._limits.given_up:
                raise await self.unusable(failure)
            return 0.0
        refused = failure.status is not None and 400 <= failure.status < 500 and failure.status not in PASSING
        if refused or failure.no_credit:
            raise RequestRefused(failure)
        if tries >= self._settings.max_retries:
            raise await self.unusable(failure)
        return backoff_s(tries)


def is_overloaded(failure: Failure) -> bool:
    return failure.status in _OVERLOADED and not failure.no_credit


def heed(limits: Limits, refusal: Refusal, slot: Slot) -> None:
    """What a failure says about the limits. While the slot is held: the next in line must know of a pause."""
    if is_overloaded(refusal.failure):
        limits.limited(slot, refusal.told)
        return
    limits.asked_to_wait(slot, refusal.told)
    if refusal.failure.timed_out:
        limits.timed_out(slot)


async def unusable(failure: Failure, endpoint: Endpoint, model: str, timeout_s: float) -> ModelUnusable:
    """The words for a failure of the endpoint itself."""
    # May ask the endpoint for its models, so not on the loop.
    error = await asyncio.to_thread(judge, failure, endpoint, model, timeout_s)
    return ModelUnusable(f"{error.message} ({error.hint})" if error.hint else error.message)


def backoff_s(tries: int, jitter: Callable[[float, float], float] = random.uniform) -> float:
    """Before the next attempt; `jitter` spreads calls in time."""
    wait_s: float = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**tries)
    return wait_s * jitter(0.75, 1.0)
