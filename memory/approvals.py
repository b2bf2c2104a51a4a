"""Approvals: one row per yes, claimed once before it is used and closed after.

`claim` is a compare-and-set, so of any number of processes exactly one executes, and of several yeses to one plan
exactly one is ever used. An approval that is claimed and
never closed means that its worker died in between: what it covers may have been committed, and is never run again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.store import StateStore
from memory.tables import approvals
from memory.worker import Worker


class ApprovalState(StrEnum):
    OPEN = "open"  # a yes that nobody has used yet
    CLAIMED = "claimed"  # in use; if its worker is gone: it may have been committed
    DONE = "done"
    FAILED = "failed"  # used, and nothing of it was kept


@dataclass(frozen=True, kw_only=True)
class ApprovalRow:
    """A yes as it stands in the store."""

    id: str
    plan_hash: str
    database: str
    approved_by: str
    principal: str
    approved_at: datetime
    expires_at: datetime
    pending_json: str
    state: ApprovalState
    claimed_at: datetime | None
    claimed_by: Worker | None
    claimed_plan: str | None
    closed_at: datetime | None
    outcome_json: str | None


class ApprovalStore:
    """Keeps every yes."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def add(
        self,
        approval_id: str,
        plan_hash: str,
        *,
        database: str,
        approved_by: str,
        principal: str,
        approved_at: datetime,
        expires_at: datetime,
        pending_json: str,
    ) -> None:
        """Record a yes; it is on the disk when this returns."""
        with self._store.atomic() as connection:
            connection.execute(
                approvals.insert().values(
                    id=approval_id,
                    plan_hash=plan_hash,
                    database=database,
                    approved_by=approved_by,
                    principal=principal,
                    approved_at=approved_at,
                    expires_at=expires_at,
                    pending_json=pending_json,
                    state=ApprovalState.OPEN,
                )
            )

    def claim(self, approval_id: str, plan_hash: str, now: datetime | None = None) -> bool:
        """Take an open, unexpired approval of exactly this plan. True for one caller and one yes only, ever.

        `now`: the clock that set `expires_at`; None: the store's.
        """
        try:
            return self._claim(approval_id, plan_hash, now)
        except sa.exc.IntegrityError:
            return False  # another yes to the same plan was claimed

    def close(self, approval_id: str, state: ApprovalState, outcome_json: str) -> None:
        """Say how the claimed approval ended: DONE or FAILED."""
        with self._store.atomic() as connection:
            closed = connection.execute(
                approvals.update()
                .where(approvals.c.id == approval_id, approvals.c.state == ApprovalState.CLAIMED)
                .values(state=state, outcome_json=outcome_json, closed_at=self._store.now(connection))
            )
            if closed.rowcount != 1:
                raise UnknownRecord(f"there is no claimed approval {approval_id}")

    def get(self, approval_id: str) -> ApprovalRow | None:
        found = self._rows(approvals.c.id == approval_id)
        return found[0] if found else None

    def find_by_plan(self, plan_hash: str) -> list[ApprovalRow]:
        """Every approval of this plan, newest first."""
        return self._rows(approvals.c.plan_hash == plan_hash)

    def unfinished(self, database: str) -> list[ApprovalRow]:
        """Claimed and never closed, newest first: "may have been committed".

        Left out are those that another live process on this machine is executing right now.
        """
        claimed = self._rows(approvals.c.state == ApprovalState.CLAIMED, approvals.c.database == database)
        here = Worker.here()
        return [row for row in claimed if not _runs_elsewhere(row, here)]

    def _claim(self, approval_id: str, plan_hash: str, now: datetime | None) -> bool:
        with self._store.atomic() as connection:
            now = now or self._store.now(connection)
            claimed = connection.execute(
                approvals.update()
                .where(
                    approvals.c.id == approval_id,
                    approvals.c.plan_hash == plan_hash,
                    approvals.c.state == ApprovalState.OPEN,
                    approvals.c.expires_at > now,
                )
                .values(
                    state=ApprovalState.CLAIMED,
                    claimed_at=now,
                    claimed_by=Worker.here().as_json(),
                    claimed_plan=plan_hash,
                )
            )
            return claimed.rowcount == 1

    def _rows(self, *conditions: sa.ColumnElement[bool]) -> list[ApprovalRow]:
        query = sa.select(approvals).where(*conditions).order_by(approvals.c.approved_at.desc(), approvals.c.id)
        with self._store.read() as connection:
            return [_row(dict(row)) for row in connection.execute(query).mappings()]


def _runs_elsewhere(row: ApprovalRow, here: Worker) -> bool:
    worker = row.claimed_by
    return worker is not None and worker != here and here.is_gone(worker) is False


def _row(values: dict[str, object]) -> ApprovalRow:
    claimed_by = values.pop("claimed_by")
    state = ApprovalState(str(values.pop("state")))
    worker = Worker.from_json(str(claimed_by)) if claimed_by else None
    return ApprovalRow(**values, state=state, claimed_by=worker)  # type: ignore[arg-type]  # the table has these columns
