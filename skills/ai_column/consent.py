"""A person's yes to a plan, as it is kept with the job, and what it makes of the door's approvals.

The yes covers one plan: its rows, and the column it creates. A later run of the same job may go on under
it as long as it stays within those rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from skills.ai_column.create import add_column_sql
from skills.ai_column.plan import Plan
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovedBy, Pending, PendingKind, Write
from tools.safety.plan import plan_hash


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who said yes, to how much."""

    by: ApprovedBy
    principal: str
    rows: int
    plan_hash: str

    def to_json(self) -> str:
        return _CONSENTS.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Consent | None":
        """None: nobody has said yes yet."""
        return _CONSENTS.validate_json(text) if text else None


_CONSENTS: TypeAdapter[Consent] = TypeAdapter(Consent)


def create_column(gate: Gate, plan: Plan, consent: Consent, caller: Caller) -> None:
    """Add the target column through the door, under the same yes."""
    if plan.target.create_type is None:
        return
    pending = gate.prepare([Write(sql=add_column_sql(plan.target))], caller)
    gate.execute(pending, gate.approve(pending, caller, consent.by), caller)


def door_question(gate: Gate, plan: Plan, caller: Caller) -> Pending:
    """What the door asks before this plan: to write the column, and before that to add it if it is missing."""
    if plan.target.create_type is None:
        return gate.prepare_backfill(_template(plan, plan.row_cap), caller)
    adding = gate.prepare([Write(sql=add_column_sql(plan.target))], caller)
    effect = replace(adding.effect, max_rows=plan.row_cap)
    # A fill: after the yes it is the fill that goes on, not the statement alone.
    asked = replace(adding, kind=PendingKind.BACKFILL, effect=effect, row_cap=plan.row_cap)
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
        target_columns=(target.column,),
        join=tuple((pair.target, pair.source) for pair in target.join),
        where=target.where,
        max_rows=max_rows,
        only_null=True,
    )
