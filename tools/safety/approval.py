"""The yes: made by a person's surface, kept as a row, claimed once.

`--yes` and "always" are a person's yes in advance, and only within bounds: `--yes` never above `yes_max_rows`,
"always" never for what is shown in red, neither for rows that nobody could count or for what belonged to a
transaction that was lost. Policy's no stands above all of them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from memory.approvals import ApprovalState, ApprovalStore
from tools.errors import ApprovalInvalid, Refused
from tools.safety.caller import Caller
from tools.safety.pending import Approval, ApprovedBy, Measure, Pending, PendingKind
from tools.safety.plan import dump, plan_hash, step_key
from tools.settings import SafetySettings

USED = {
    ApprovalState.CLAIMED: "this approval is in use, or its statement may have been committed: it never runs twice",
    ApprovalState.DONE: "this approval was used: ask again",
    ApprovalState.FAILED: "this approval was used, and nothing of it was kept: ask again",
}


@dataclass
class Standing:
    """What a person said "always" to in one session."""

    exact: set[str] = field(default_factory=set)  # texts with their parameters
    shapes: dict[str, int] = field(default_factory=dict)  # the most rows approved, by fingerprint


class Approvals:
    """Makes, remembers, claims and closes approvals of one database."""

    def __init__(self, store: ApprovalStore, settings: SafetySettings, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._standing: dict[tuple[str, str], Standing] = {}

    def approve(self, pending: Pending, caller: Caller, by: ApprovedBy) -> Approval:
        _same_plan(pending)
        if caller.principal.name != pending.principal:
            raise Refused(f"this was prepared for {pending.principal}, not for {caller.principal.name}")
        if by in (ApprovedBy.YES_FLAG, ApprovedBy.JOB_FILE):
            self._within_yes(pending)
        if by is ApprovedBy.ALWAYS:
            self._remember(pending, caller)
        return self._add(pending, by)

    def standing(self, pending: Pending, caller: Caller) -> Approval | None:
        """A yes that this session's "always" covers; None: ask."""
        with self._lock:
            standing = self._standing.get(_holder(caller))
        if standing is None or not _may_stand(pending):
            return None
        covered = all(
            step_key(step) in standing.exact or step.rows <= standing.shapes.get(step.fingerprint, -1)
            for step in pending.steps
        )
        return self._add(pending, ApprovedBy.ALWAYS) if covered else None

    def claim(self, pending: Pending, approval: Approval, caller: Caller) -> None:
        """Take the approval for this plan, now and once; raises ApprovalInvalid."""
        _same_plan(pending)
        if approval.plan_hash != pending.plan_hash:
            raise ApprovalInvalid("the approval is for another statement, parameter or effect: ask again")
        if caller.principal.name != pending.principal or approval.principal != pending.principal:
            raise ApprovalInvalid(f"the approval is for {pending.principal}, not for {caller.principal.name}")
        now = self._clock()
        if not self._store.claim(approval.id, pending.plan_hash, now):
            raise ApprovalInvalid(self._why_not(approval))

    def close(self, approval: Approval, state: ApprovalState, outcome: str) -> None:
        self._store.close(approval.id, state, outcome)

    def is_claimed(self, approval: Approval, pending: Pending) -> bool:
        """Whether this plan was begun and never closed."""
        row = self._store.get(approval.id)
        return row is not None and row.state is ApprovalState.CLAIMED and row.plan_hash == pending.plan_hash

    def _add(self, pending: Pending, by: ApprovedBy) -> Approval:
        now = self._clock()
        approval = Approval(
            id=uuid4().hex,
            plan_hash=pending.plan_hash,
            approved_by=by,
            principal=pending.principal,
            approved_at=now,
            expires_at=now + timedelta(seconds=self._settings.approval_ttl_s),
        )
        self._store.add(
            approval.id,
            approval.plan_hash,
            database=pending.database,
            approved_by=by,
            principal=approval.principal,
            approved_at=approval.approved_at,
            expires_at=approval.expires_at,
            pending_json=dump(pending),
        )
        return approval

    def _within_yes(self, pending: Pending) -> None:
        if pending.kind is PendingKind.BACKFILL:
            return  # its plan's row count is its cap
        most = self._settings.yes_max_rows
        if _is_unbounded(pending):
            raise Refused("how many rows it changes is not known, so --yes does not cover it")
        for step in pending.steps:
            if step.rows > most:
                raise Refused(
                    f"{step.rows} rows are more than --yes covers (safety.yes_max_rows: {most})",
                    hint="answer the question in a terminal, or raise safety.yes_max_rows",
                )

    def _remember(self, pending: Pending, caller: Caller) -> None:
        if not _may_stand(pending):
            raise Refused("a standing yes never covers what is red or not counted, a commit, an undo or a fill")
        with self._lock:
            standing = self._standing.setdefault(_holder(caller), Standing())
            for step in pending.steps:
                standing.exact.add(step_key(step))
                standing.shapes[step.fingerprint] = max(step.rows, standing.shapes.get(step.fingerprint, 0))

    def _why_not(self, approval: Approval) -> str:
        row = self._store.get(approval.id)
        if row is None or row.plan_hash != approval.plan_hash:
            return "there is no such approval: ask again"
        if row.state is ApprovalState.OPEN and row.expires_at > self._clock():
            return "this question was answered by another yes already, which was used: ask again"
        expired = f"the approval expired at {row.expires_at:%H:%M:%S} UTC: ask again"
        return USED.get(row.state, expired)


def _same_plan(pending: Pending) -> None:
    if plan_hash(pending) != pending.plan_hash:
        raise ApprovalInvalid("the plan was changed after it was made: ask again")


def _may_stand(pending: Pending) -> bool:
    return pending.kind is PendingKind.WRITE and not pending.red and not _is_unbounded(pending)


def _is_unbounded(pending: Pending) -> bool:
    """Nobody knows before it runs how many rows it changes."""
    return pending.effect.measure is Measure.COUNTED and pending.effect.max_rows is None


def _holder(caller: Caller) -> tuple[str, str]:
    return caller.session_id, caller.principal.name
