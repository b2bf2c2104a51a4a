"""Values of the door: what waits for a yes, the yes itself, and what came of it.

A Pending is complete and serialisable: it can be shown, stored, sent elsewhere and executed by another
process. Its `plan_hash` covers the exact statements and parameters, database, schema version, measured
effect, principal and row cap, so an approval of one thing can never run another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tools.errors import Refused
from tools.safety.stored import StoredValue
from tools.sql.statement import Kind


class Verdict(StrEnum):
    ALLOW = "allow"  # runs at once
    CONFIRM = "confirm"  # runs when a person says so
    DENY = "deny"  # never runs, whoever asks


class Measure(StrEnum):
    REHEARSED = "rehearsed"  # executed, measured, rolled back: exact
    COUNTED = "counted"  # rows counted by the WHERE: an upper bound, enforced
    STATIC = "static"  # DDL: known from the schema


class Undoable(StrEnum):
    FULL = "full"
    PARTIAL = "partial"  # `undo_note` says what cannot be restored
    NONE = "none"  # `undo_note` says why


@dataclass(frozen=True, kw_only=True)
class Write:
    """One statement that changes data, with named parameters (`:name`) if it has any."""

    sql: str
    params: Mapping[str, StoredValue] | None = None


@dataclass(frozen=True, kw_only=True)
class TableEffect:
    """What happens to one table. Counts of rows; `keys_hash` identifies the updated and deleted ones."""

    table: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    keys_hash: str | None = None  # None: the table has no usable key, or the rows were only counted

    @property
    def rows(self) -> int:
        return self.inserted + self.updated + self.deleted


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row of the before/after sample; `before` is None for an insert, `after` for a delete."""

    before: tuple[StoredValue, ...] | None
    after: tuple[StoredValue, ...] | None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Up to 20 changed rows of one table."""

    table: str
    columns: tuple[str, ...]
    changes: tuple[RowChange, ...]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The measured (or, above the limit, counted) effect of all steps together."""

    measure: Measure
    tables: tuple[TableEffect, ...] = ()
    max_rows: int | None = None  # the most rows that may change; passing it aborts
    samples: tuple[Sample, ...] = ()
    notes: tuple[str, ...] = ()  # triggers, cascades, sequences, implicit commit, locks, rewrites
    undoable: Undoable = Undoable.NONE
    undo_note: str = ""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One statement of a Pending, as it will run."""

    sql: str
    params: Mapping[str, StoredValue] | None
    kind: Kind
    fingerprint: str
    sha256: str
    reasons: tuple[str, ...]
    red: bool  # shown with a warning in red; never under a standing "always"
    rows: int = 0  # the rows that this statement changes (counted ones: the most it may)


class PendingKind(StrEnum):
    WRITE = "write"  # one or several statements, all or nothing
    COMMIT = "commit"  # the open transaction of the session
    UNDO = "undo"  # restore the before-images of an earlier write
    BACKFILL = "backfill"  # a template, applied in batches


@dataclass(frozen=True, kw_only=True)
class Pending:
    """What would happen, waiting for a person."""

    id: str
    kind: PendingKind
    database: str  # identity: dialect, host, port, name or real path; no credentials
    session_id: str
    principal: str
    steps: tuple[Step, ...]
    effect: Effect
    schema_version: str
    row_cap: int | None
    created_at: datetime
    plan_hash: str
    subject: str | None = None  # UNDO: the undo id; BACKFILL: the template as JSON

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reason for step in self.steps for reason in step.reasons))

    @property
    def red(self) -> bool:
        return any(step.red for step in self.steps)


class ApprovalRequired(Refused):
    """A person must approve this statement first."""

    def __init__(self, pending: Pending) -> None:
        super().__init__(reasons=pending.reasons or ("this statement needs a person's approval",))
        self.pending = pending


class ApprovedBy(StrEnum):
    PERSON = "person"  # answered the question
    ALWAYS = "always"  # a person's standing yes for this session
    YES_FLAG = "yes"  # `--yes` on the command line
    JOB_FILE = "job"  # a standing approval in a job file


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A yes, kept as a row in the state store and claimed once before execution."""

    id: str
    plan_hash: str
    approved_by: ApprovedBy
    principal: str
    approved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one executed statement gave."""

    kind: Kind
    sql: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[StoredValue, ...], ...] = ()
    row_count: int = 0  # rows returned, or rows changed by this statement
    truncated: bool = False  # more rows existed than the cap
    duration_ms: float = 0.0
    undo_id: str | None = None
    notices: tuple[str, ...] = field(default=())
