"""What a run may spend, checked before each call, and what it has spent since it was last journaled."""

import threading
from dataclasses import dataclass
from decimal import Decimal

from memory.jobs import Usage
from skills.ai_column.offer import Price

_NEARLY = 0.9


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Caps of one run; None: no cap."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    max_rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """The most that a person's yes covers in one run; None: nothing was said."""

    calls: int | None = None
    cost: Decimal | None = None


class BudgetReached(Exception):
    """The next call would pass a cap. Not `final`: calls in flight may turn out to cost less than reserved."""

    def __init__(self, message: str, *, final: bool, consent: bool = False) -> None:
        super().__init__(message)
        self.final = final
        self.consent = consent  # it is the yes that does not reach further, not a cap


class Meter:
    """Counts calls, tokens and money of one run. Thread-safe."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._reserved = 0  # tokens of the calls under way
        self._reserved_cost = Decimal(0)  # of these tokens, at most
        self._under_way = 0  # calls
        self._total = Usage()
        self._unrecorded = Usage()
        self._allowed = Allowed()
        self._waits: str | None = None  # the cap that keeps the next call waiting for those in flight

    @property
    def counts_tokens(self) -> bool:
        """Whether calls must reserve what they will cost."""
        limits, allowed = self._limits, self._allowed
        return (limits.max_tokens, limits.max_cost, allowed.cost) != (None, None, None)

    def allow(self, allowed: Allowed) -> None:
        """From now on no further than the yes reaches; what was spent before counts."""
        with self._lock:
            self._allowed = allowed

    @property
    def total(self) -> Usage:
        with self._lock:
            return self._total

    def reserve(self, tokens: int, price: Price | None = None) -> None:
        """Before a call of about that many tokens. Calls in flight count as made, so no cap is passed by haste."""
        with self._lock:
            self._check_calls()
            reached = self._reached(tokens, price)
            self._waits = None if reached is None else str(reached)
            if reached is not None:
                raise reached
            self._reserved += tokens
            self._reserved_cost += _at_most(tokens, price)
            self._under_way += 1

    @property
    def pressing(self) -> str | None:
        """What a person should know of the budget now; None: there is plenty, or none."""
        with self._lock:
            if self._waits is not None and self._reserved:
                return f"calls wait for the budget: with those in flight {self._waits}"
            total, limits = self._total, self._limits
            tokens = total.prompt_tokens + total.completion_tokens
            parts = ((total.calls, limits.max_calls, "calls"), (tokens, limits.max_tokens, "tokens"))
            used = [f"{part:,} of {cap:,} {name}" for part, cap, name in parts if cap and part >= _NEARLY * cap]
            if limits.max_cost and total.cost >= Decimal(str(_NEARLY)) * limits.max_cost:
                used.append(f"{total.cost:.4f} of {limits.max_cost}")
            return f"the budget is nearly used: {', '.join(used)}" if used else None

    def retry(self) -> None:
        """Before a further attempt at a call: a call as well. Raises BudgetReached."""
        with self._lock:
            self._check_calls()
            self._add(Usage(calls=1, retried=1))

    def charge(
        self,
        reserved: int,
        *,
        prompt_tokens: int,
        completion_tokens: int,
        sent: bool = True,
        price: Price | None = None,
    ) -> None:
        """After the call: what it really cost. `sent`: whether its last attempt went out."""
        cost = price.of(prompt_tokens, completion_tokens) if price else Decimal(0)
        with self._lock:
            self._reserved -= reserved
            self._reserved_cost -= _at_most(reserved, price)
            self._under_way -= 1
            self._add(
                Usage(
                    calls=int(sent),
                    prompt_tokens=prompt_tokens,
                    completion_tokens=completion_tokens,
                    cost=cost,
                )
            )

    def take(self) -> Usage:
        """What was spent since the last `take`, to be recorded in the journal."""
        with self._lock:
            taken, self._unrecorded = self._unrecorded, Usage()
            return taken

    def _reached(self, tokens: int, price: Price | None) -> BudgetReached | None:
        """The cap on tokens or money that so many more would pass."""
        limits, total = self._limits, self._total
        final = self._reserved == 0
        spent = total.prompt_tokens + total.completion_tokens + self._reserved
        if limits.max_tokens is not None and spent + tokens > limits.max_tokens:
            return BudgetReached(f"the cap of {limits.max_tokens} tokens would be passed", final=final)
        cost = total.cost + self._reserved_cost + _at_most(tokens, price)
        if limits.max_cost is not None and cost > limits.max_cost:
            return BudgetReached(f"the cap of {limits.max_cost} would be passed", final=final)
        if self._allowed.cost is not None and cost > self._allowed.cost:
            message = f"the run would cost more than the {self._allowed.cost:.4f} that were approved"
            return BudgetReached(message, final=final, consent=True)
        return None

    def _check_calls(self) -> None:
        most = self._limits.max_calls
        if most is not None and self._total.calls + self._under_way + 1 > most:
            raise BudgetReached(f"the cap of {most} calls is reached", final=True)
        approved = self._allowed.calls
        if approved is not None and self._total.calls + self._under_way + 1 > approved:
            raise BudgetReached(
                f"the run would need more than the {approved:,} calls that were approved", final=True, consent=True
            )

    def _add(self, usage: Usage) -> None:
        self._total = _sum(self._total, usage)
        self._unrecorded = _sum(self._unrecorded, usage)


def _at_most(tokens: int, price: Price | None) -> Decimal:
    return Decimal(0) if price is None else max(price.prompt, price.completion) * tokens / 1_000_000


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        calls=one.calls + other.calls,
        retried=one.retried + other.retried,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        cost=one.cost + other.cost,
    )
