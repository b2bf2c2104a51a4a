"""The two sides of waiting for one's turn: leave to send one request, and a place in line for it."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Slot:
    """Leave to send one request."""

    sent_at: float
    number: int = 0  # of the request, in the order of sending
    beside: int = 1  # how many were in flight then, this one included
    tokens: float = 0.0  # expected of question and answer
    tokens_sent: float = 0.0  # expected of all requests so far


class Holdup(Enum):
    """What the first in line waits for."""

    NONE = auto()
    WIDTH = auto()  # one in flight has to come back
    PAUSE = auto()  # the endpoint asked for it
    PACE = auto()  # the rate that was accepted
    REQUESTS = auto()  # what the endpoint says is left
    TOKENS = auto()
    REQUEST_CAP = auto()  # what a person allows per minute
    TOKEN_CAP = auto()


class Waiter:
    """A place in line."""

    __slots__ = ("_turn", "tokens")

    def __init__(self, tokens: float) -> None:
        self.tokens = tokens
        self._turn: asyncio.Future[Slot | None] = asyncio.get_running_loop().create_future()

    async def turn(self) -> Slot | None:
        """None: it was sent away."""
        return await self._turn

    def let_in(self, slot: Slot | None) -> None:
        self._turn.set_result(slot)

    @property
    def slot(self) -> Slot | None:
        """What it was given, if it was."""
        return self._turn.result() if self._turn.done() and not self._turn.cancelled() else None
