"""What the models cost: tokens, calls and money, by session and by job, exact to 10^-12."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from memory.store import StateStore
from memory.tables import spend


@dataclass(frozen=True, kw_only=True)
class SpendTotal:
    """A sum of records."""

    prompt_tokens: int
    completion_tokens: int
    calls: int
    cost: Decimal | None  # of the calls whose price is known; None: of no call it is
    unpriced_calls: int  # calls that `cost` leaves out


class Spend:
    """Adds up; nothing is ever taken back."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def record(
        self,
        session_id: str | None,
        job_id: str | None,
        model: str,
        prompt_tokens: int,
        completion_tokens: int,
        calls: int = 1,
        cost: Decimal | None = None,
    ) -> None:
        """Record one or several calls. `cost` None: the model has no known price, which is not free."""
        with self._store.atomic() as connection:
            connection.execute(
                spend.insert().values(
                    at=self._store.now(connection),
                    session_id=session_id,
                    job_id=job_id,
                    model=model,
                    calls=calls,
                    prompt_tokens=prompt_tokens,
                    completion_tokens=completion_tokens,
                    cost=cost,
                )
            )

    def total(
        self, session_id: str | None = None, job_id: str | None = None, since: datetime | None = None
    ) -> SpendTotal:
        """The sum over all records that match every given condition."""
        unpriced = sa.case((spend.c.cost.is_(None), spend.c.calls), else_=0)
        query = sa.select(
            sa.func.coalesce(sa.func.sum(spend.c.prompt_tokens), 0),
            sa.func.coalesce(sa.func.sum(spend.c.completion_tokens), 0),
            sa.func.coalesce(sa.func.sum(spend.c.calls), 0),
            sa.func.sum(spend.c.cost),
            sa.func.coalesce(sa.func.sum(unpriced), 0),
        )
        if session_id is not None:
            query = query.where(spend.c.session_id == session_id)
        if job_id is not None:
            query = query.where(spend.c.job_id == job_id)
        if since is not None:
            query = query.where(spend.c.at >= since)
        with self._store.read() as connection:
            prompt, completion, calls, cost, unpriced_calls = connection.execute(query).one()
        return SpendTotal(
            prompt_tokens=int(prompt),
            completion_tokens=int(completion),
            calls=int(calls),
            cost=cost,
            unpriced_calls=int(unpriced_calls),
        )
