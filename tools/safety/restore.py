"""Puts before-images back, row by row by key, where nobody has changed the row since.

Rows are read again under lock and compared in canonical form with what the write left behind; a row that holds
anything else is a conflict and stays as it is. Inserted rows go first (children before parents), then deleted
ones come back (parents before children), then updated ones get their old values, every column named.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from tools.db.schema import Schema, TableKind
from tools.db.values import canonical_row
from tools.errors import ConstraintViolated, Refused
from tools.safety.captured import Captured, Compared
from tools.safety.effect import key_digest
from tools.safety.images import RowImage, TableImages
from tools.safety.rows import TableRows
from tools.safety.statements import Row, Statements

SAVEPOINT = "columnist_restore"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back, and why the rest was not, a sentence for each row."""

    compared: tuple[Compared, ...]
    conflicts: tuple[str, ...]


@dataclass(kw_only=True)
class Work:
    """The rows of one table that may be put back, and those that may not."""

    rows: TableRows
    captured: Captured
    delete: list[Row] = field(default_factory=list)
    insert: list[Row] = field(default_factory=list)
    update: list[Row] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def remove(self, rows: Sequence[Row]) -> None:
        self.rows.delete([self.rows.key_of(row) for row in rows])

    def conflict(self, row: Row, why: str) -> None:
        key = ", ".join(f"{name} = {value}" for name, value in zip(self.rows.key, self.rows.key_of(row), strict=True))
        self.conflicts.append(f"{self.rows.table.name} {key}: {why}")


def restore(statements: Statements, schema: Schema, images: Sequence[TableImages]) -> Restored:
    """Inside an open transaction."""
    works = {table.table: _look(statements, schema, table) for table in images}
    order = _parents_first(schema, list(works))
    for name in reversed(order):
        _keep_what_others_refer_to(works[name], works, statements, schema)
        _apply(statements, works[name], works[name].delete, works[name].remove)
    for name in order:
        _apply(statements, works[name], works[name].insert, works[name].rows.insert)
    for name in order:
        _apply(statements, works[name], works[name].update, works[name].rows.update)
    return Restored(
        compared=tuple(_verified(works[table.table], table) for table in images),
        conflicts=tuple(conflict for work in works.values() for conflict in work.conflicts),
    )


def _look(statements: Statements, schema: Schema, images: TableImages) -> Work:
    """Sort the images into what can be put back and what has changed since."""
    table = schema.table(images.table)
    if table is None or tuple(column.name for column in table.columns) != images.columns:
        raise Refused(f"the structure of {images.table} has changed since: its rows cannot be put back")
    if table.kind is not TableKind.TABLE:
        raise Refused(f"{images.table} is not a table any more")
    rows = TableRows(statements, table, images.key)
    work = Work(rows=rows, captured=Captured(rows=rows, before={}))
    work.captured.add(rows.by_key([images.key_of(image) for image in images.rows]))
    for image in images.rows:
        _sort(work, image, work.captured.before.get(key_digest(images.key_of(image))))
    return work


def _sort(work: Work, image: RowImage, present: Row | None) -> None:
    if image.after is None:
        if image.before is not None and present is None:
            work.insert.append(image.before)
        elif present is not None:
            work.conflict(present, "exists again")
    elif present is None:
        work.conflict(image.after, "has been deleted since")
    elif canonical_row(present) != canonical_row(image.after):
        work.conflict(present, "has been changed since")
    elif image.before is None:
        work.delete.append(image.after)
    else:
        work.update.append(image.before)


def _keep_what_others_refer_to(work: Work, works: dict[str, Work], statements: Statements, schema: Schema) -> None:
    """Deleting a row would take along, or fail on, rows that refer to it by now."""
    for child, foreign_key in schema.referencing(work.rows.table.name) if work.delete else ():
        children = TableRows(statements, child, child.key or foreign_key.columns)
        going = {key_digest(children.key_of(row)) for row in works[child.name].delete} if child.name in works else set()
        parents = {work.rows.values_of(row, foreign_key.referred_columns): row for row in work.delete}
        for row in children.by(foreign_key.columns, parents, limit=sys.maxsize):
            # A collation can spell the reference differently: then nobody can say whose child it is.
            parent = parents.get(children.values_of(row, foreign_key.columns))
            if key_digest(children.key_of(row)) not in going:
                for kept in [parent] if parent else list(parents.values()):
                    _keep(work, kept, f"rows of {child.name} refer to it now")


def _keep(work: Work, row: Row, why: str) -> None:
    if row in work.delete:
        work.delete.remove(row)
        work.conflict(row, why)


def _apply(statements: Statements, work: Work, rows: Sequence[Row], action: Callable[[Sequence[Row]], None]) -> None:
    """All at once; where a constraint objects, one by one for as long as some succeed (rows may wait for others)."""
    if _attempt(statements, rows, action):
        return
    waiting = list(rows)
    while waiting:
        left = [row for row in waiting if not _attempt(statements, [row], action)]
        if len(left) == len(waiting):
            break
        waiting = left
    for row in waiting:
        work.conflict(row, "a key or another constraint of the table is in the way now")


def _attempt(statements: Statements, rows: Sequence[Row], action: Callable[[Sequence[Row]], None]) -> bool:
    if not rows:
        return True
    statements.connection.savepoint(SAVEPOINT)
    try:
        action(rows)
    except ConstraintViolated:
        statements.connection.rollback_to(SAVEPOINT)
        return False
    finally:
        if statements.connection.transaction_alive():
            statements.connection.release(SAVEPOINT)
    return True


def _verified(work: Work, images: TableImages) -> Compared:
    keys = [images.key_of(image) for image in images.rows]
    compared = work.captured.compare(work.rows.by_key(keys))
    wanted = {canonical_row(row) for row in (*work.insert, *work.update)}
    for image in compared.images.rows:
        if image.after is not None and canonical_row(image.after) not in wanted:
            work.conflict(image.after, "was put back, but a trigger or a default changed it again")
    return compared


def _parents_first(schema: Schema, tables: Sequence[str]) -> list[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in tables:
        table = schema.table(name)
        keys = table.foreign_keys if table else ()
        sorter.add(name, *(key.table for key in keys if key.table in tables and key.table != name))
    try:
        return list(sorter.static_order())
    except CycleError:
        # Tables that refer to each other: the passes of `_apply` find an order among the rows.
        return list(tables)
