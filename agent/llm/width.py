"""How many calls one endpoint and model may have in flight.

Without a given start it doubles from 8 every round trip until the first sign of a limit, then grows in smaller steps
while nothing speaks against it. A person's explicit start is also the most: it goes below and comes back.

A server that queues never refuses; it is found by its answers, which take longer the more are in flight. Like is
compared with like (answers of about as many tokens), so longer packs are no sign, nor are slow first calls. A cut that
does not make answers faster was a mistake: it is taken back, and what they take now is normal.
"""

import statistics
from dataclasses import dataclass
from enum import Enum

from agent.llm.latency import Answer, Answers, Normal

FIRST = 8
MOST = 512
_STEP_AFTER = 25  # answers
_LONGEST_STEP = 400
_CUT = 0.75
_WIDER = 4  # a fourth more per round after the doubling, as long as nothing was found at a number in flight
_QUEUED = 1.8  # so much slower is a queue
_CALM = 1.3  # up to here there may be more in flight
_HELPED = 0.8  # a cut that helped makes answers at least this much faster
_SURE = 64  # answers before a suspicion counts: latencies scatter
_FEW = 8  # of as many in flight one meets no queue
_IN_ORDER = 0.8  # correlation of latency with the number in flight, when the first calls met a queue


class Bound(Enum):
    """Why no more are in flight."""

    RAMP = "still more with every round trip: {} in flight now"  # the start
    START = "{} in flight, as many as were asked for"  # a person's explicit choice
    MOST = "{} in flight, the most there ever are"
    QUEUE = "answers slow down beyond {} in flight"
    REFUSED = "calls are refused beyond {} in flight"


@dataclass(frozen=True, kw_only=True)
class _Growth:
    """Where the number stands, and how it goes on."""

    limit: int
    bound: Bound
    ramping: bool  # doubles
    found: bool  # something was found at a number in flight: one more at a time


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """A cut that has yet to show that it helped."""

    before: _Growth
    slower: float


class Width:
    """For one endpoint and model."""

    def __init__(self, start: int | None) -> None:
        self.most = start or MOST
        self.limit = start or FIRST
        self._at = _Growth(
            limit=self.limit,
            bound=Bound.START if start else Bound.RAMP,
            ramping=start is None,
            found=start is not None,
        )
        self._step_after = _STEP_AFTER
        self._normal = Normal()
        self._first: list[Answer] | None = []  # of the first round
        self._trial: _Trial | None = None
        self._starved = False  # a call had to wait: only then would more in flight help
        self._round = Answers()  # to calls that were sent since the number last changed
        self._round_began = float("-inf")

    @property
    def bound(self) -> Bound:
        return self._at.bound

    def starved(self) -> None:
        self._starved = True

    def double(self) -> None:
        """A person's wish."""
        self.most = min(MOST, 2 * self.most)
        self._set(min(self.most, 2 * self.limit), self._at.bound)

    def answered(self, *, sent_at: float, now: float, beside: int, tokens: float) -> None:
        """`beside`: how many were in flight when it was sent, itself included; `tokens`: of its answer."""
        answer = Answer(beside=beside, seconds=now - sent_at, tokens=tokens)
        if self._first is not None:
            self._first.append(answer)
        if sent_at < self._round_began:
            return
        self._round.add(answer)
        if self._round.count >= (self.limit if self._at.ramping else max(self._step_after, self.limit)):
            self._end_of_round(now)

    def refused(self, now: float, beside: int) -> None:
        """More than were ever taken at once were in flight: that, and not the rate, was refused."""
        self._step_after = min(_LONGEST_STEP, 2 * self._step_after)
        self._cut_to(min(self.limit, beside) - 1, now, Bound.REFUSED)

    def timed_out(self, sent_at: float, now: float) -> None:
        if sent_at >= self._round_began:  # many time out together: one sign
            self._cut_to(int(self.limit * _CUT), now, Bound.QUEUE)

    def end_ramp(self) -> None:
        """There is a limit, of what is not known: from here in smaller steps."""
        self._set(self.limit, self._at.bound)

    def _end_of_round(self, now: float) -> None:
        if self._first is not None:
            self._normal.begin(self._round, _without_queue(self._first, max(1, self.limit // _FEW)))
            self._first = None
        slower = self._normal.compare(self._round)
        if self._starved and slower >= _CALM and self._round.count < _SURE:
            return  # not enough to tell
        ended, starved = self._round, self._starved
        self._begin_round(now)
        if starved and self._trial is not None and not self._helped(slower):
            return
        self._normal.learn(ended, slower)
        if starved and slower >= _QUEUED and self.limit > 1:
            self._trial = _Trial(before=self._at, slower=slower)
            self._cut_to(round(self.limit / slower), now, Bound.QUEUE)
        elif starved and slower < _CALM:
            self._grow()

    def _helped(self, slower: float) -> bool:
        """Whether the cut on trial did; if not, it is taken back."""
        trial, self._trial = self._trial, None
        if trial is None or slower < _HELPED * trial.slower:
            return True
        self._become(trial.before)
        self._normal.rebase(slower)
        return False

    def _grow(self) -> None:
        at = self._at
        limit = min(self.most, at.limit + (at.limit if at.ramping else 1 if at.found else max(1, at.limit // _WIDER)))
        bound = at.bound if limit < self.most else Bound.MOST if self.most == MOST else Bound.START
        self._become(_Growth(limit=limit, bound=bound, ramping=at.ramping, found=at.found))

    def _set(self, limit: int, bound: Bound) -> None:
        self._become(_Growth(limit=max(1, limit), bound=bound, ramping=False, found=self._at.found))

    def _cut_to(self, limit: int, now: float, bound: Bound) -> None:
        self._become(_Growth(limit=max(1, limit), bound=bound, ramping=False, found=True))
        self._begin_round(now)

    def _become(self, at: _Growth) -> None:
        self._at, self.limit = at, at.limit

    def _begin_round(self, now: float) -> None:
        self._round, self._round_began, self._starved = Answers(), now, False


def _without_queue(answers: list[Answer], beside: int) -> float | None:
    """Of calls that were sent together: what share of the mean the first few took, if the others waited for them."""
    alone = [answer.seconds for answer in answers if answer.beside <= beside]
    seconds = [answer.seconds for answer in answers]
    places = [answer.beside for answer in answers]
    if not alone or max(seconds) - min(seconds) < 1e-9 or max(places) == min(places):
        return None
    if statistics.correlation(places, seconds) < _IN_ORDER:
        return None
    return min(1.0, statistics.fmean(alone) / statistics.fmean(seconds))
