"""Limits that are known in numbers: what the endpoint says is left, and what a person allows per minute.

Both are spent before a call is sent, so that nothing is sent which would be refused, and both are spent evenly.
An amount is requests or tokens. Moments are seconds on the clock of whoever asks.
"""

from agent.llm.told import Allowance

_SCARCE = 0.5  # below this share of the limit what is left is spread over the time that is left
_SHORTEST_PERIOD_S = 1.0
_MINUTE_S = 60.01  # a hair more, so that no rounding puts one too many into a minute


class Quota:
    """What the headers of answers say is left of one limit."""

    def __init__(self) -> None:
        self.known = False
        self.left = 0.0
        self.until = float("-inf")
        self._limit: float | None = None
        self._period_s = _SHORTEST_PERIOD_S
        self._heard_from = -1  # the number of the call whose answer is believed
        self._sent_at = float("-inf")

    def heard(self, allowance: Allowance, number: int, spent_since: float, now: float) -> None:
        """From the answer to call `number`; after it `spent_since` was sent, of which the answer knows nothing."""
        if number < self._heard_from:
            return  # an older answer that took longer
        self.known, self._heard_from = True, number
        self._limit = allowance.limit
        self.left = allowance.remaining - spent_since
        self.until = now + allowance.reset_s
        self._period_s = max(_SHORTEST_PERIOD_S, allowance.reset_s)

    def earliest(self, now: float, amount: float) -> float:
        if not self.known:
            return now
        if now >= self.until:
            self._renew(now)
        if self.left < (amount if self._limit is None else min(amount, self._limit)):
            return self.until
        if self._limit is None or self.left >= self._limit * _SCARCE:
            return now
        return max(now, self._sent_at + (self.until - self._sent_at) * amount / max(amount, self.left))

    def sent(self, now: float, amount: float) -> None:
        if self.known:
            self.left -= amount
            self._sent_at = now

    def _renew(self, now: float) -> None:
        """Whole again; the next answer says how much that is."""
        if self._limit is None:
            self.known = False
            return
        self.left = self._limit
        self.until = now + self._period_s


class Cap:
    """What a person allows per minute; None: nothing is bounded. No minute, wherever it begins, holds more."""

    def __init__(self, per_minute: int | None) -> None:
        self.per_minute = per_minute
        self._each_s = _MINUTE_S / per_minute if per_minute else 0.0
        self._paid_until = float("-inf")

    def earliest(self, now: float) -> float:
        return max(now, self._paid_until)

    def sent(self, now: float, amount: float) -> None:
        if self.per_minute:
            self._paid_until = max(self._paid_until, now) + amount * self._each_s

    def corrected(self, by: float) -> None:
        """A call used so much more than was expected of it."""
        if self.per_minute:
            self._paid_until += by * self._each_s
