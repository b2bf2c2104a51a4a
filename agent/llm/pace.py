"""How many requests per second an endpoint takes that only says no.

No rate holds until the first refusal. From then on calls are spaced evenly, at the rate that was really accepted
before the refusal; it is approached from below, kept for a while, then passed in small steps that grow, until the next
refusal (a cubic in time, as TCP does it). One burst of refusals is one sign, and lowers the rate once.
Moments are seconds on the clock of whoever asks.
"""

from collections import deque

_DEPTH = 0.03  # the rate starts this much below what was accepted
_FIRST_PLATEAU_S, _LAST_PLATEAU_S = 0.5, 6.0  # until it is back there; the first measures are the least sure
_PLATEAU_CALLS = 80  # a slow endpoint is asked as many calls before the next step, not as many seconds
_SHORTEST_S, _LONGEST_S = 1.0, 10.0  # over which the accepted are counted
_COUNTED = 10  # calls that a measure should rest on
_SAME = 0.15  # two measures this close agree
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 30.0
_LATE_S = 0.02  # what a timer that fires late may catch up


class Sends:
    """When requests were sent that were not refused, to a fiftieth of a second."""

    BIN_S, _KEPT_S = 0.02, 120.0

    def __init__(self) -> None:
        self._bins: deque[list[int]] = deque()  # [number of the bin, requests]

    def add(self, moment: float) -> None:
        number = int(moment / self.BIN_S)
        if self._bins and self._bins[-1][0] == number:
            self._bins[-1][1] += 1
            return
        self._bins.append([number, 1])
        if self._bins[0][0] < number - self._KEPT_S / self.BIN_S:
            self._bins.popleft()

    def remove(self, moment: float) -> None:
        number = int(moment / self.BIN_S)
        for entry in reversed(self._bins):
            if entry[0] <= number:
                entry[1] -= entry[0] == number
                return

    def between(self, first: float, last: float) -> int:
        low, high = int(first / self.BIN_S), int(last / self.BIN_S)
        count = 0
        for number, requests in reversed(self._bins):
            if number < low:
                break
            count += requests if number <= high else 0
        return count


class Pace:
    """For one endpoint and model."""

    def __init__(self) -> None:
        self.accepted: float | None = None  # requests per second, as last measured
        self.paused_until = float("-inf")  # after a refusal that named no time
        self._sends = Sends()
        self._plateau_s = _FIRST_PLATEAU_S
        self._grown_s = 0.0  # since the last measure, in which more was wanted than the rate gave
        self._next_at = self._sent_at = self._measured_at = float("-inf")
        self._sign_at = self._row_began = float("-inf")  # the last sign; the first of those in a row
        self._refused_at = float("-inf")  # the last refused request was sent then
        self._row = 0  # signs since a request was taken
        self._refusal_s = 0.0  # how long a refusal takes to come back
        self._unmeasured = False
        self._began = False

    @property
    def rate(self) -> float | None:
        """Requests per second that are sent now; None: as many as there are."""
        if self.accepted is None:
            return None
        return self.accepted * (1 + _DEPTH * (self._grown_s / self._plateau_s - 1) ** 3)

    def earliest(self, now: float) -> float:
        """When the next request may be sent."""
        if now < self.paused_until:
            return self.paused_until
        if self._unmeasured:
            self._measure(now)
        if self._row > 1 and self._sent_at > self._sign_at:  # one request finds out whether the door is open
            return max(self._next_at, self._sent_at + 2 * self._refusal_s + _LATE_S)
        return now if self.accepted is None else self._next_at

    def sent(self, now: float, *, waited: bool) -> None:
        """`waited`: the rate is why this was not sent before."""
        self._sends.add(now)
        if not self._began:
            self._began, self._measured_at = True, now
        rate = self.rate
        if rate is not None:
            if waited:
                self._grown_s += max(0.0, min(now - max(self._sent_at, self._measured_at), 4 / rate))
            # From when it was due, not from when the timer fired: being late would lower the rate.
            late_s = max(_LATE_S, 0.25 / rate)
            self._next_at = max(self._next_at, now - late_s) + 1 / rate
        self._sent_at = now

    def taken(self, sent_at: float) -> None:
        """A request was answered."""
        if sent_at >= self._sign_at:
            self._row = 0

    def refused(self, sent_at: float, now: float, told_s: float | None, *, blamed: bool = True) -> bool:
        """Whether it is news: what was sent before the last sign adds nothing to it.

        `told_s`: the wait asked for. `blamed`: it is the rate that was refused.
        """
        self._sends.remove(sent_at)
        if sent_at < self._sign_at:
            return False
        if self._row and self._sends.between(self._sign_at + Sends.BIN_S, sent_at - Sends.BIN_S) > 0:
            self._row = 0  # those between the two signs were taken, or the refusals would be here
        if self._row == 0:
            self._row_began = sent_at
        self._row += 1
        self._refusal_s = now - sent_at
        self._sign_at, self._refused_at, self._unmeasured = now, sent_at, self._unmeasured or blamed
        pause_s = self._pause_s() if told_s is None else 0.0
        self.paused_until = max(self.paused_until, now + pause_s)
        if told_s is not None and told_s > sent_at - self._row_began + self._span_s():
            self._refused_at = now + told_s  # a window that long: the wait belongs to it
        return True

    def _pause_s(self) -> float:
        rate = self.rate
        first_s = _FIRST_PAUSE_S if rate is None else min(_FIRST_PAUSE_S, 2 / rate)
        return float(min(_LONGEST_PAUSE_S, first_s * 2 ** (self._row - 1)))

    def _span_s(self) -> float:
        rate = self.rate or _COUNTED
        return min(_LONGEST_S, max(_SHORTEST_S, self._plateau_s, _COUNTED / rate))

    def _measure(self, now: float) -> None:
        """After the pause, when the refusals of one burst are all here."""
        self._unmeasured = False
        self._grown_s = 0.0
        self._next_at = max(self._next_at, now)
        began = max(self._measured_at, self._row_began - self._span_s())
        span_s = self._refused_at - began
        if self.accepted is not None and span_s < max(_SHORTEST_S, 4 / self.accepted):
            return  # too little has happened since the last measure for another one
        taken = self._sends.between(began, self._refused_at)
        if taken:  # else the pauses, which double, are all that can be done
            self._settle(taken / max(_SHORTEST_S, span_s))
            self._measured_at = now

    def _settle(self, measured: float) -> None:
        if self.accepted is not None and abs(measured / self.accepted - 1) < _SAME:
            longest_s = max(_LAST_PLATEAU_S, _PLATEAU_CALLS / measured)
            self._plateau_s = min(longest_s, max(2 * self._plateau_s, _COUNTED / measured))
        elif self.accepted is not None:
            self._plateau_s = max(_FIRST_PLATEAU_S, self._plateau_s / 4)
        self.accepted = measured
