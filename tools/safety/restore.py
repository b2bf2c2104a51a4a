"""Puts before-images back, row by row by key, where nobody has changed the row since.

Rows are read again under lock and compared in canonical form with what the write left behind; a row that holds
anything else is a conflict and stays as it is. Inserted rows go first (children before parents), then deleted
ones come back (parents before children), then updated ones get their old values, every column named; what a key
forbids in this order is tried again after the rest.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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

    def renew(self, rows: Sequence[Row]) -> None:
        """Out and in again; only where no other row would follow."""
        self.remove(rows)
        self.rows.insert(rows)

    def conflict(self, row: Row, why: str) -> None:
        key = ", ".join(f"{name} = {value}" for name, value in zip(self.rows.key, self.rows.key_of(row), strict=True))
        self.conflicts.append(f"{self.rows.table.name} {key}: {why}")


@dataclass(kw_only=True)
class Step:
    """One kind of change of one table: the rows that are still to be put back."""

    work: Work
    rows: list[Row]
    action: Callable[[Sequence[Row]], None]


def restore(statements: Statements, schema: Schema, images: Sequence[TableImages]) -> Restored:
    """Inside an open transaction."""
    if statements.strategy.before_restoring:
        statements.write(statements.strategy.before_restoring)
    works = {table.table: _look(statements, schema, table) for table in images}
    order = _parents_first(schema, list(works))
    for name in reversed(order):
        _keep_what_others_refer_to(works[name], works, statements, schema)
    steps = [Step(work=works[name], rows=list(works[name].delete), action=works[name].remove) for name in order[::-1]]
    steps += [Step(work=works[name], rows=list(works[name].insert), action=works[name].rows.insert) for name in order]
    steps += [Step(work=works[name], rows=list(works[name].update), action=works[name].rows.update) for name in order]
    _apply(statements, steps)
    # Values that were exchanged under a unique key stand in each other's way, whatever the order.
    exchanged = [step for step in steps if step.rows and step.action == step.work.rows.update]
    for step in exchanged if not any(schema.referencing(name) for name in order) else ():
        _all_at_once(statements, replace(step, action=step.work.renew))
    _report(steps)
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
        keys = [work.rows.key_of(row) for row in work.delete]
        for row in children.referring(work.rows, foreign_key, keys, limit=sys.maxsize - 1):
            # A collation can spell the reference differently: then nobody can say whose child it is.
            parent = parents.get(children.values_of(row, foreign_key.columns))
            if key_digest(children.key_of(row)) not in going:
                for kept in [parent] if parent else list(parents.values()):
                    _keep(work, kept, f"rows of {child.name} refer to it now")


def _keep(work: Work, row: Row, why: str) -> None:
    if row in work.delete:
        work.delete.remove(row)
        work.conflict(row, why)


def _apply(statements: Statements, steps: Sequence[Step]) -> None:
    """In order; where a constraint objects, again after the others, at last row by row, for as long as some succeed."""
    waiting = [step for step in steps if step.rows]
    for take in (_all_at_once, _one_by_one):
        before = -1
        while waiting and before != sum(len(step.rows) for step in waiting):
            before = sum(len(step.rows) for step in waiting)
            for step in waiting:
                take(statements, step)
            waiting = [step for step in waiting if step.rows]


def _report(steps: Sequence[Step]) -> None:
    for step in steps:
        for row in step.rows:
            step.work.conflict(row, "a key or another constraint of the table is in the way now")


def _all_at_once(statements: Statements, step: Step) -> None:
    if _attempt(statements, step.rows, step.action):
        step.rows.clear()


def _one_by_one(statements: Statements, step: Step) -> None:
    step.rows[:] = [row for row in step.rows if not _attempt(statements, [row], step.action)]


def _attempt(statements: Statements, rows: Sequence[Row], action: Callable[[Sequence[Row]], None]) -> bool:
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
