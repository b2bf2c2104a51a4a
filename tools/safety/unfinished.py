"""Approvals that were claimed and never closed: their process died in between. They are reported, never run again."""

from collections.abc import Iterable

from memory.approvals import ApprovalRow, ApprovalStore
from tools.db.schema import Schema
from tools.db.values import canonical_row
from tools.safety.caller import Caller
from tools.safety.door import Door
from tools.safety.effect import key_digest
from tools.safety.images import TableImages
from tools.safety.pending import Pending, PendingKind
from tools.safety.plan import load
from tools.safety.rows import TableRows
from tools.safety.statements import Statements
from tools.safety.worker import Running


def unfinished(door: Door, store: ApprovalStore, caller: Caller, running: Running) -> tuple[str, ...]:
    """One sentence for each. Backfills are left out: their batches go on by themselves."""
    rows = [row for row in store.unfinished(door.identity) if row.principal == caller.principal.name]
    claimed = [(row, load(row.pending_json)) for row in rows]
    return tuple(
        _sentence(door, row, pending, running) for row, pending in claimed if pending.kind is not PendingKind.BACKFILL
    )


def _sentence(door: Door, row: ApprovalRow, pending: Pending, running: Running) -> str:
    text = "; ".join(step.sql for step in pending.steps)
    images = door.undo.images(row.id)
    found = _compare(door, images, running) if images else "there is nothing to compare with"
    return f"may have been committed (approved at {row.approved_at:%Y-%m-%d %H:%M:%S} UTC): {text}; {found}"


def _compare(door: Door, images: Iterable[TableImages], running: Running) -> str:
    schema = door.schema.get()
    after = before = total = 0
    # A writing connection, for the rows are read with their locks; nothing is written on it.
    with door.database.connect(readonly=False) as connection:
        connection.begin()
        statements = door.statements(connection, running)
        for table in images:
            after_here, before_here = _count(statements, schema, table)
            after, before, total = after + after_here, before + before_here, total + len(table.rows)
        connection.rollback()
    if after == total:
        return f"all {total} rows look as after it: it was committed"
    if before == total:
        return f"all {total} rows look as before it: it was not committed"
    return f"of {total} rows {after} look as after it and {before} as before it"


def _count(statements: Statements, schema: Schema, images: TableImages) -> tuple[int, int]:
    """Rows that hold their after-image, and rows that hold their before-image."""
    table = schema.table(images.table)
    if table is None or tuple(column.name for column in table.columns) != images.columns:
        return 0, 0
    rows = TableRows(statements, table, images.key)
    present = {
        key_digest(rows.key_of(row)): canonical_row(row)
        for row in rows.by_key([images.key_of(image) for image in images.rows])
    }
    now = [(present.get(key_digest(images.key_of(image))), image) for image in images.rows]
    after = sum(held == (None if image.after is None else canonical_row(image.after)) for held, image in now)
    before = sum(held == (None if image.before is None else canonical_row(image.before)) for held, image in now)
    return after, before
