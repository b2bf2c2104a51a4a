"""Runs one statement inside the open transaction and says what it did to which rows.

Rows are read and locked before the statement and read again after it: by key where its condition can be cut out
of its text, else by comparing whole tables while they are small, else only the driver's count is known, and
that is said. The statement itself runs exactly as it was written; a plain INSERT is asked to return its keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tools.db.results import Rows
from tools.db.schema import Schema, TableKind
from tools.errors import Refused
from tools.safety.captured import Captured, Compared
from tools.safety.cascades import Cause, Followers, NotByKey, Reach, closure, followed
from tools.safety.consequences import Loss
from tools.safety.effect import Change
from tools.safety.images import TableImages
from tools.safety.pending import Undoable
from tools.safety.reviewed import Reviewed
from tools.safety.rows import TableRows
from tools.safety.statements import Statements
from tools.sql.affected import AffectedRows, affected_rows, is_plain_insert, returns_rows, with_returning
from tools.sql.statement import Kind, Statement
from tools.sql.tables import CHANGES


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one statement did."""

    row_count: int  # as the driver counts
    duration_ms: float = 0.0
    returned: Rows | None = None  # of its RETURNING clause
    changes: tuple[Change, ...] = ()
    images: tuple[TableImages, ...] = ()
    notes: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    bounded: bool = True  # False: foreseen, but not how many rows

    @property
    def rows(self) -> int:
        return sum(change.rows for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class Executed:
    row_count: int
    returned: Rows | None


class Measurer:
    """Measures the statements of one transaction."""

    def __init__(self, statements: Statements, schema: Schema, *, limit: int, insert_returning: bool) -> None:
        self._statements = statements
        self._schema = schema
        self._limit = limit  # rows that are read to know them one by one
        self._insert_returning = insert_returning

    def run(self, write: Reviewed) -> Measured:
        measured = None if self._replaces(write) else self._by_returned_keys(write) or self._by_key(write)
        return measured or self._by_table(write) or self._by_count(write)

    def _replaces(self, write: Reviewed) -> bool:
        """Rows go that the statement does not name, because its table is made so (SQLite)."""
        tables = (self._schema.table(name) for name in write.statement.writes)
        return any(table is not None and table.replaces for table in tables)

    def _by_returned_keys(self, write: Reviewed) -> Measured | None:
        target = self._target(write.statement)
        if target is None or not self._insert_returning or not is_plain_insert(write.statement):
            return None
        bound = write.bind(with_returning(write.statement, target.exact(target.key)))
        keys = self._statements.read_all(bound.text, bound.values).rows
        change = Change(table=target.table.name, inserted=len(keys))
        if len(keys) > self._limit:
            loss = Loss(undoable=Undoable.NONE, why=f"more than {self._limit} rows")
            return Measured(row_count=len(keys), changes=(change,), losses=(loss,))
        images = Captured(rows=target, before={}).compare(target.by_key(keys)).images
        return self._measured(Executed(row_count=len(keys), returned=None), [Compared(change=change, images=images)])

    def _by_key(self, write: Reviewed) -> Measured | None:
        target, affected = self._target(write.statement), affected_rows(write.statement)
        if target is None or affected is None or _moves_key(affected, target):
            return None
        bound = write.bind(target.matching(affected.prefix, affected.source, affected.condition))
        found = self._statements.read(bound.text, bound.values, max_rows=self._limit)
        if found.truncated:
            return None
        root = Captured(rows=target, before={})
        root.add(found.rows)
        touched = frozenset(root.before)
        try:
            reached = Reach(self._statements, self._schema, self._limit).of(root, _cause(write, affected))
        except NotByKey:
            return None
        executed = self._execute(write)
        is_update = write.statement.kind is Kind.UPDATE
        compared = [
            table.compare(table.rows.by_key(table.keys()), touched if is_update and table is root else ())
            for table in reached.captured
        ]
        selfish = len(root.before) > len(touched)
        if not _accounts_for(executed.row_count, compared[0].change, is_update, selfish=selfish):
            return self._unidentified(write, executed, "rows came or went while it was measured")
        return self._with_followers(self._measured(executed, compared), reached.followers)

    def _by_table(self, write: Reviewed) -> Measured | None:
        """Compare all that the statement and its cascades can reach, before and after."""
        targets = [self._keyed(name) for name in closure(self._schema, write.statement.writes, _cause(write))]
        captured = []
        for target in targets:
            everything = target.everything(self._limit) if target else None
            if target is None or everything is None:
                return None
            captured.append(Captured(rows=target, before={}))
            captured[-1].add(everything)
        executed = self._execute(write)
        after = [table.rows.everything(2 * self._limit) for table in captured]
        known = [rows for rows in after if rows is not None]
        if not captured or len(known) < len(captured):
            _require_countable(write.statement)
            return self._unidentified(write, executed, f"more than {2 * self._limit} rows")
        compared = [table.compare(rows) for table, rows in zip(captured, known, strict=True)]
        measured = self._measured(executed, compared)
        return self._with_moved_keys(measured) if write.statement.kind is Kind.UPDATE else measured

    def _with_followers(self, measured: Measured, followers: Sequence[Followers]) -> Measured:
        """Rows of tables without a key that foreign keys take along are counted, and named before the yes."""
        changes, notes, losses = list(measured.changes), list(measured.notes), list(measured.losses)
        for follower in followers:
            name, rows, goes = follower.table.name, follower.rows, follower.cause.deletes
            counted = Change(table=name, deleted=rows if goes else 0, updated=0 if goes else rows, identified=False)
            changes.append(counted)
            notes.append(f"{rows} rows of {name} follow by foreign key; without a key they are only counted")
            losses.append(Loss(undoable=Undoable.PARTIAL, why=f"not the rows of {name}, which have no key"))
            beyond = set(closure(self._schema, (name,), follower.cause)) - {name}
            notes += [f"rows of {other} that follow by foreign key are not counted" for other in sorted(beyond)]
        return replace(measured, changes=tuple(changes), notes=tuple(notes), losses=tuple(losses))

    def _with_moved_keys(self, measured: Measured) -> Measured:
        """An UPDATE of the key looks like rows that went and others that came."""
        moved = [change.table for change in measured.changes if change.inserted]
        losses = [
            Loss(undoable=Undoable.NONE, why=f"the rows of {name} change their key, and other tables refer to it")
            for name in moved
            if self._schema.referencing(name)
        ]
        changes = tuple(change.as_update() for change in measured.changes)
        return replace(measured, changes=changes, losses=(*measured.losses, *losses))

    def _by_count(self, write: Reviewed) -> Measured:
        _require_countable(write.statement)
        return self._unidentified(write, self._execute(write), "its rows cannot be told apart before it runs")

    def _unidentified(self, write: Reviewed, executed: Executed, why: str) -> Measured:
        kind, tables = write.statement.kind, write.statement.writes
        change = Change(
            table=tables[0],
            inserted=executed.row_count if kind is Kind.INSERT else 0,
            updated=executed.row_count if kind not in (Kind.INSERT, Kind.DELETE) else 0,
            deleted=executed.row_count if kind is Kind.DELETE else 0,
            identified=False,
        )
        reached = followed(self._schema, tables, _cause(write))
        uncounted = tuple(f"rows of {name} that follow by foreign key are not counted" for name in sorted(reached))
        return Measured(
            row_count=executed.row_count,
            returned=executed.returned,
            changes=(change,),
            notes=("the changed rows are counted, not identified", *uncounted),
            losses=(Loss(undoable=Undoable.NONE, why=why),),
        )

    def _measured(self, executed: Executed, compared: Sequence[Compared]) -> Measured:
        return Measured(
            row_count=executed.row_count,
            returned=executed.returned,
            changes=tuple(table.change for table in compared if table.change.rows),
            images=tuple(table.images for table in compared if table.images.rows),
        )

    def _execute(self, write: Reviewed) -> Executed:
        bound = write.bind()
        if returns_rows(write.statement):
            # All of them are read: ending the statement at a cap would take back what it changed.
            returned = self._statements.read_all(bound.text, bound.values)
            return Executed(row_count=len(returned.rows), returned=returned)
        return Executed(row_count=self._statements.write(bound.text, bound.values), returned=None)

    def _target(self, statement: Statement) -> TableRows | None:
        return self._keyed(statement.writes[0]) if len(statement.writes) == 1 else None

    def _keyed(self, name: str) -> TableRows | None:
        table = self._schema.table(name)
        keyed = table is not None and table.kind is TableKind.TABLE and table.key
        return TableRows(self._statements, table, table.key) if table and keyed else None


def _require_countable(statement: Statement) -> None:
    """WITH d AS (DELETE ... RETURNING 1) SELECT ...: the driver counts the rows of the last part only."""
    changes = [node for node in statement.tree.find_all(*CHANGES) if not isinstance(node.parent, exp.When)]
    if changes != [statement.tree]:
        raise Refused(
            f"how many rows of {', '.join(statement.writes)} this changes cannot be measured:"
            " a table has no key, or too many rows to compare",
            hint="send each change as a statement of its own",
        )


def _cause(write: Reviewed, affected: AffectedRows | None = None) -> Cause:
    """Only of an UPDATE or DELETE whose rows are known is it certain that it does not do the other too."""
    if is_plain_insert(write.statement):
        return Cause(deletes=False, updates=False)
    if affected is None:
        return Cause()
    is_update = write.statement.kind is Kind.UPDATE
    return Cause(deletes=not is_update, updates=is_update, assigned=affected.assigned)


def _moves_key(affected: AffectedRows, target: TableRows) -> bool:
    return affected.assigned is None or bool({name.lower() for name in target.key} & affected.assigned)


def _accounts_for(row_count: int, change: Change, is_update: bool, *, selfish: bool) -> bool:
    """Whether the rows read before are those that the driver counted. `selfish`: the table also cascades to itself."""
    if is_update:
        return row_count == change.updated
    return row_count <= change.deleted if selfish else row_count == change.deleted
