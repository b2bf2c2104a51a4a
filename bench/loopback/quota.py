"""Limits on requests: token bucket, sliding window, fixed window; on prompt tokens: the bucket.

`take` says how long to wait, or 0 for go.
"""

from collections import deque
from typing import Protocol

from loopback.knobs import Knobs, Window


class Quota(Protocol):
    def take(self, now: float) -> float:
        """0: the request may pass and is counted. Else the seconds after which one could pass."""

    def left(self, now: float) -> int:
        """How many could pass now."""


class Bucket:
    def __init__(self, limit: int, window_s: float, burst: int) -> None:
        self._rate, self._burst = limit / window_s, burst
        self._tokens, self._at = float(burst), 0.0

    def take(self, now: float, cost: int = 1) -> float:
        self._refill(now)
        cost = min(cost, self._burst)  # one that is larger than the bucket waits for a full one
        if self._tokens < cost:
            return (cost - self._tokens) / self._rate
        self._tokens -= cost
        return 0.0

    def left(self, now: float) -> int:
        self._refill(now)
        return int(self._tokens)

    def _refill(self, now: float) -> None:
        if self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Sliding:
    def __init__(self, limit: int, window_s: float) -> None:
        self._limit, self._window_s = limit, window_s
        self._passed: deque[float] = deque()

    def take(self, now: float) -> float:
        if self.left(now) == 0:
            return self._passed[0] + self._window_s - now
        self._passed.append(now)
        return 0.0

    def left(self, now: float) -> int:
        while self._passed and self._passed[0] <= now - self._window_s:
            self._passed.popleft()
        return self._limit - len(self._passed)


class Fixed:
    def __init__(self, limit: int, window_s: float) -> None:
        self._limit, self._window_s = limit, window_s
        self._window, self._count = -1, 0

    def take(self, now: float) -> float:
        if self.left(now) == 0:
            return (self._window + 1) * self._window_s - now
        self._count += 1
        return 0.0

    def left(self, now: float) -> int:
        window = int(now / self._window_s)
        if window != self._window:
            self._window, self._count = window, 0
        return self._limit - self._count


def quota_of(knobs: Knobs) -> Quota | None:
    """None: no limit."""
    if knobs.limit is None:
        return None
    match knobs.window:
        case Window.BUCKET:
            return Bucket(knobs.limit, knobs.limit_window_s, knobs.burst or knobs.limit)
        case Window.SLIDING:
            return Sliding(knobs.limit, knobs.limit_window_s)
        case Window.FIXED:
            return Fixed(knobs.limit, knobs.limit_window_s)


def token_quota_of(knobs: Knobs) -> Bucket | None:
    """None: no limit on tokens."""
    limit = knobs.token_limit
    return Bucket(limit, knobs.limit_window_s, limit) if limit is not None else None
