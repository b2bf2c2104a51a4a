"""A person's yes to a plan, as it is kept with the job, and what it makes of the door's approvals.

The yes covers one plan: its rows, the columns it creates, its calls and its cost. A later run of the same job may
go on under it as long as it stays within those rows. Calls and cost may turn out a tenth higher; repairs (rows
that must be asked again) have an allowance of their own, for nobody knows them beforehand.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import TypeAdapter

from memory.jobs import Job
from skills.ai_column.budget import Allowed
from skills.ai_column.create import add_column_sql
from skills.ai_column.plan import Plan
from skills.ai_column.record import exceeded
from skills.errors import ConsentExceeded
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovedBy, Pending, PendingKind, Write
from tools.safety.plan import plan_hash

_OVER = 1.1
_REPAIRS = 50  # calls
_REPAIR_SHARE = 0.25
_SMALL_CHANGE = Decimal("0.01")
_GO_ON = "ask for the same fill again, which shows the plan for the rest, and approve it"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who said yes, to how much."""

    by: ApprovedBy
    principal: str
    rows: int
    plan_hash: str
    calls: int | None = None
    cost: Decimal | None = None

    @property
    def allowed(self) -> Allowed:
        return Allowed(
            calls=None if self.calls is None else math.ceil(_OVER * self.calls) + max(_REPAIRS, self.calls // 4),
            cost=None if self.cost is None else Decimal(str(_OVER + _REPAIR_SHARE)) * self.cost + _SMALL_CHANGE,
        )

    def to_json(self) -> str:
        return _CONSENTS.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Consent | None":
        """None: nobody has said yes yet."""
        return _CONSENTS.validate_json(text) if text else None


_CONSENTS: TypeAdapter[Consent] = TypeAdapter(Consent)


def earlier_consent(job: Job, rows: int) -> Consent:
    """The yes that the job has already, if it covers this many rows. Raises ConsentExceeded."""
    consent = Consent.from_json(job.approval_json)
    if consent is None:
        raise ConsentExceeded(f"job {job.id} was never approved", hint="run the same `columnist fill` again")
    if exceeded(job):
        raise ConsentExceeded(job.error or f"job {job.id} went beyond what was approved", hint=_GO_ON)
    if rows > consent.rows:
        raise ConsentExceeded(f"{rows} rows are pending now, {consent.rows} were approved", hint=_GO_ON)
    return consent


def beyond(message: str) -> str:
    """Why a run stopped at the end of its yes, and how to go on."""
    return f"{message}; to go on: {_GO_ON}"


def create_columns(gate: Gate, plan: Plan, consent: Consent, caller: Caller) -> None:
    """Add the missing target columns through the door, under the same yes."""
    for sql in add_column_sql(plan.target):
        pending = gate.prepare([Write(sql=sql)], caller)
        gate.execute(pending, gate.approve(pending, caller, consent.by), caller)


def door_question(gate: Gate, plan: Plan, caller: Caller) -> Pending:
    """What the door asks before this plan: to write the columns, and before that to add those that are missing."""
    adding = [gate.prepare([Write(sql=sql)], caller) for sql in add_column_sql(plan.target)]
    if not adding:
        return gate.prepare_backfill(_template(plan, plan.row_cap), caller)
    effect = replace(adding[0].effect, max_rows=plan.row_cap)
    steps = tuple(step for pending in adding for step in pending.steps)
    # A fill: after the yes it is the fill that goes on, not the statements alone.
    asked = replace(adding[0], kind=PendingKind.BACKFILL, steps=steps, effect=effect, row_cap=plan.row_cap)
    return replace(asked, plan_hash=plan_hash(asked))


@contextmanager
def open_backfill(gate: Gate, plan: Plan, consent: Consent, caller: Caller, *, journaled: int) -> Iterator[Backfill]:
    """The door, open for the rows of the yes; `journaled`: rows of an earlier yes that may still be written."""
    pending = gate.prepare_backfill(_template(plan, consent.rows + journaled), caller)
    backfill = gate.open_backfill(pending, gate.approve(pending, caller, consent.by), caller)
    try:
        yield backfill
    finally:
        # Whatever is left is another run's, under a yes of its own.
        backfill.close()


def _template(plan: Plan, max_rows: int) -> BackfillTemplate:
    target = plan.target
    return BackfillTemplate(
        source_table=target.source.name,
        key=target.key,
        source_columns=target.source_columns,
        target_table=target.table.name,
        target_columns=target.names,
        join=tuple((pair.target, pair.source) for pair in target.join),
        where=target.where,
        max_rows=max_rows,
        only_null=not plan.overwrites,
    )
