"""When the next request may be sent to one endpoint and model: one Limits for all that call it on an event loop.

It joins what bounds them: calls in flight (agent.llm.width), the rate that is accepted (agent.llm.pace), what the
endpoint says is left and what a person allows per minute (agent.llm.quota). A pause that the endpoint asks for stops
every call, not just the one that was told. Callers come through an Entrance (agent.llm.entrance).
The order of asking is the order of sending; a call that does not have to wait costs no task and no future.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agent.llm.pace import Pace
from agent.llm.quota import Cap, Quota
from agent.llm.slot import Holdup, Slot, Waiter
from agent.llm.told import NOTHING_TOLD, Told
from agent.llm.width import Width

_PATIENCE_S = 600.0  # refused for so long without one answer: not a limit but a closed door
# So many answers between two refusals, and so many refusals in a row at more in flight than was ever taken, show
# that the number in flight is what is refused. A limit of the rate refuses at any number.
_EVIDENCE, _CROWDED = 20, 3
_RECENT = 0.1  # how much one answer moves what answers take of late
_NEVER = float("-inf")


@dataclass
class Limits:
    """For one event loop; `slower` and `faster` from any thread.

    `start` is a person's explicit number in flight: it starts there, may go below and comes back, never above
    (unless `faster` is said). `clock` must be that of the loop; it and `sleep` are for tests.
    """

    start: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    in_flight: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.width = Width(self.start)
        self.pace = Pace()
        self.requests, self.tokens = Quota(), Quota()
        self.request_cap, self.token_cap = Cap(self.requests_per_minute), Cap(self.tokens_per_minute)
        self._counted = bool(self.requests_per_minute or self.tokens_per_minute)  # or the endpoint counts
        self.paused_until = _NEVER  # as the endpoint asked
        self.wish: int | None = None  # a person's ceiling
        self.holdup = Holdup.NONE  # what the first in line waits for
        self.answer_s: float | None = None  # what an answer has taken of late
        self._line: deque[Waiter] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._number = 0
        self._tokens_sent = 0.0
        self._refused_since: float | None = None
        self._taken = self._most_beside = 0  # answers since the last refusal; the most in flight among them
        self._crowded = 0  # refusals in a row at more in flight than that

    @property
    def limit(self) -> int:
        """How many may be in flight now."""
        return self.width.limit if self.wish is None else min(self.wish, self.width.limit)

    @property
    def most(self) -> int:
        return self.width.most

    @property
    def given_up(self) -> bool:
        """Whether the endpoint has refused everything for too long, or asks for a wait that long."""
        now = self.clock()
        refused_s = now - self._refused_since if self._refused_since is not None else 0.0
        return refused_s > _PATIENCE_S or self.paused_until - now > _PATIENCE_S

    @property
    def paused(self) -> bool:
        """Whether nothing may be sent, whatever was let in."""
        return max(self.paused_until, self.pace.paused_until) > self.clock()

    def slower(self) -> None:
        """Half of what is in flight now is the most, until `faster`."""
        self.wish = max(1, min(self.limit, self.in_flight or self.limit) // 2)
        self._nudge()

    def faster(self) -> None:
        """Twice the ceiling that `slower` set; without one, twice as many in flight as were asked for."""
        if self.wish is None:
            self.width.double()
        else:
            self.wish = 2 * self.wish if 2 * self.wish < self.width.limit else None
        self._nudge()

    def _nudge(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.move)

    # What an Entrance asks for.

    def enter(self, tokens: float) -> Slot | None:
        """A slot at once, or None: stand in line."""
        self._loop = asyncio.get_running_loop()
        return None if self._line else self._try(tokens)

    def stand(self, waiter: Waiter, *, first: bool = False) -> None:
        self._line.appendleft(waiter) if first else self._line.append(waiter)
        self.move()

    def leave(self) -> None:
        self.in_flight -= 1
        if self._line:
            self.move()

    def step_out(self, waiter: Waiter) -> None:
        if waiter in self._line:
            self._line.remove(waiter)
        self.move()

    def move(self) -> None:
        """Let in as many as may be sent now, and come back for the next."""
        while self._line:
            slot = self._try(self._line[0].tokens, waited=True)
            if slot is None:
                return
            self._line.popleft().let_in(slot)
        self.holdup = Holdup.NONE
        self._set_alarm(None)

    def _try(self, tokens: float, *, waited: bool = False) -> Slot | None:
        if self.in_flight >= self.limit:
            self.width.starved()
            self.holdup = Holdup.WIDTH
            self._set_alarm(None)  # whoever leaves moves the line
            return None
        now = self.clock()
        moment, holdup = self._earliest(now, tokens)
        if moment > now:
            self.holdup = holdup
            self._set_alarm(moment - now)
            return None
        return self._send(now, tokens, waited and self.holdup is Holdup.PACE)

    def _earliest(self, now: float, tokens: float) -> tuple[float, Holdup]:
        moment, holdup = max(now, self.paused_until), Holdup.PAUSE
        paced = self.pace.earliest(now)
        if paced > moment:
            moment, holdup = paced, Holdup.PACE
        if not self._counted:
            return moment, holdup
        for reason, other in (
            (Holdup.REQUESTS, self.requests.earliest(now, 1.0)),
            (Holdup.TOKENS, self.tokens.earliest(now, tokens)),
            (Holdup.REQUEST_CAP, self.request_cap.earliest(now)),
            (Holdup.TOKEN_CAP, self.token_cap.earliest(now)),
        ):
            if other > moment:
                moment, holdup = other, reason
        return moment, holdup

    def _send(self, now: float, tokens: float, paced: bool) -> Slot:
        self.in_flight += 1
        self._number += 1
        self._tokens_sent += tokens
        self.pace.sent(now, waited=paced)
        if self._counted:
            self.requests.sent(now, 1.0)
            self.tokens.sent(now, tokens)
            self.request_cap.sent(now, 1.0)
            self.token_cap.sent(now, tokens)
        return Slot(now, self._number, self.in_flight, tokens, self._tokens_sent)

    def _set_alarm(self, delay_s: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None
        if delay_s is not None and self._line and self._loop is not None:
            self._alarm = self._loop.call_later(delay_s, self.move)

    # What came of a request.

    def succeeded(
        self, slot: Slot, told: Told = NOTHING_TOLD, *, answer_tokens: float = 0.0, used_tokens: float | None = None
    ) -> None:
        """`used_tokens`: of question and answer; None: not known."""
        now = self.clock()
        self._refused_since = None
        took_s = now - slot.sent_at
        self.answer_s = took_s if self.answer_s is None else self.answer_s + _RECENT * (took_s - self.answer_s)
        self._taken += 1
        self._most_beside = max(self._most_beside, slot.beside)
        self.pace.taken(slot.sent_at)
        self.width.answered(sent_at=slot.sent_at, now=now, beside=slot.beside, tokens=answer_tokens)
        if used_tokens is not None:
            self.token_cap.corrected(used_tokens - slot.tokens)
        self._hear(slot, told, now)

    def limited(self, slot: Slot, told: Told = NOTHING_TOLD) -> None:
        """A refusal. Everyone pauses, and the rate or the number in flight is what was taken before."""
        now = self.clock()
        self._refused_since = now if self._refused_since is None else self._refused_since
        self._hear(slot, told, now)
        pause_s = told.pause_s
        if pause_s is not None:
            self.paused_until = max(self.paused_until, now + pause_s)
        if self.pace.accepted is not None and self._taken >= _EVIDENCE and slot.beside > self._most_beside:
            crowded = self._crowded + 1
        else:
            crowded = 0
        if not self.pace.refused(slot.sent_at, now, pause_s, blamed=crowded < _CROWDED):
            return  # one burst is one sign
        self._crowded = crowded
        self._taken = self._most_beside = 0
        self.width.end_ramp()
        if crowded >= _CROWDED:
            self.width.refused(now, slot.beside)

    def asked_to_wait(self, slot: Slot, told: Told) -> None:
        """A failure that is no sign of a limit; what its headers say holds all the same."""
        now = self.clock()
        self._hear(slot, told, now)
        if told.wait_s is not None:
            self.paused_until = max(self.paused_until, now + told.wait_s)

    def timed_out(self, slot: Slot) -> None:
        self.width.timed_out(slot.sent_at, self.clock())

    def _hear(self, slot: Slot, told: Told, now: float) -> None:
        if told is NOTHING_TOLD:
            return
        self._counted = True
        if told.requests is not None:
            self.requests.heard(told.requests, slot.number, self._number - slot.number, now)
        if told.tokens is not None:
            self.tokens.heard(told.tokens, slot.number, self._tokens_sent - slot.tokens_sent, now)
