"""One call to a model as the meter sees it: reserved before, charged after, whatever came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from skills.ai_column.budget import BudgetReached, Meter
from skills.ai_column.offer import Price
from skills.model_caller import AnswerUnusable, CallNotSent

_RESERVE_AGAIN_S = 0.05  # until calls in flight have shown what they really cost


@dataclass
class Bill:
    """What the call turned out to use; filled in by whoever makes it."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@asynccontextmanager
async def paying(meter: Meter, price: Price | None, tokens: int) -> AsyncIterator[Bill]:
    """Around one call of about that many tokens. Raises BudgetReached before it is made."""
    await _reserve(meter, tokens, price)
    bill, sent = Bill(), True
    try:
        yield bill
    except AnswerUnusable as unusable:
        bill = Bill(unusable.prompt_tokens, unusable.completion_tokens)
        raise
    except CallNotSent:
        sent = False
        raise
    finally:
        meter.charge(
            tokens,
            prompt_tokens=bill.prompt_tokens,
            completion_tokens=bill.completion_tokens,
            sent=sent,
            price=price,
        )


async def _reserve(meter: Meter, tokens: int, price: Price | None) -> None:
    while True:
        try:
            meter.reserve(tokens, price)
            return
        except BudgetReached as reached:
            if reached.final:
                raise
        await asyncio.sleep(_RESERVE_AGAIN_S)
