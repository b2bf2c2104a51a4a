"""What foreign keys do to other tables when rows are deleted or their keys change, computed from the schema.

A driver's row count leaves cascaded rows out, so they are read before the statement and compared after it. Rows
of a table without a key cannot be told apart: they are counted, before and after.
"""

from collections import deque
from dataclasses import dataclass

from tools.db.schema import ForeignKey, Schema, Table
from tools.safety.captured import Captured
from tools.safety.rows import Key, TableRows
from tools.safety.statements import Statements
from tools.sql.statement import Kind

ACTING = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What a statement does to its own rows, as far as foreign keys care."""

    kind: Kind  # UPDATE or DELETE; anything else may do both
    assigned: frozenset[str] | None = None  # lower-case columns that an UPDATE sets; None: any

    def acts_on(self, foreign_key: ForeignKey) -> bool:
        deletes = self.kind is not Kind.UPDATE and foreign_key.on_delete in ACTING
        moves = self.assigned is None or {name.lower() for name in foreign_key.referred_columns} & self.assigned
        updates = self.kind is not Kind.DELETE and foreign_key.on_update in ACTING and bool(moves)
        return deletes or updates


class TooManyRows(Exception):
    """The cascade reaches more rows than are read."""


def affected_children(schema: Schema, table: str, cause: Cause) -> list[tuple[Table, ForeignKey]]:
    return [(child, key) for child, key in schema.referencing(table) if cause.acts_on(key)]


def closure(schema: Schema, tables: tuple[str, ...], cause: Cause) -> tuple[str, ...]:
    """`tables` and every table that a cascade from them can reach."""
    reached = dict.fromkeys(tables)
    waiting = deque(tables)
    while waiting:
        for child, _ in affected_children(schema, waiting.popleft(), cause):
            if child.name not in reached:
                reached[child.name] = None
                waiting.append(child.name)
    return tuple(reached)


@dataclass(frozen=True, kw_only=True)
class Followers:
    """Rows of a table without a key that refer to rows which may go or change."""

    rows: TableRows
    foreign_key: ForeignKey
    values: tuple[Key, ...]
    before: int

    def changed(self) -> int:
        """After the statement: how many refer to them no longer."""
        return self.before - self.rows.count_by(self.foreign_key.columns, self.values)


@dataclass(frozen=True, kw_only=True)
class Reached:
    """All that a statement may touch by foreign keys; its own table comes first."""

    captured: tuple[Captured, ...]
    followers: tuple[Followers, ...]


def capture_children(statements: Statements, schema: Schema, root: Captured, cause: Cause, limit: int) -> Reached:
    """`root` and all the rows that its foreign keys may take along; raises TooManyRows above `limit`."""
    captured = {root.rows.table.name: root}
    followers: list[Followers] = []
    waiting = deque([(root.rows, list(root.before.values()))])
    while waiting:
        parent, parents = waiting.popleft()
        for child, foreign_key in affected_children(schema, parent.table.name, cause):
            values = tuple(parent.values_of(row, foreign_key.referred_columns) for row in parents)
            if not child.key:
                followers.append(_followers(statements, child, foreign_key, values))
                continue
            known = captured.setdefault(child.name, Captured(rows=TableRows(statements, child, child.key), before={}))
            added = known.add(known.rows.by(foreign_key.columns, values, limit=limit))
            if sum(len(table.before) for table in captured.values()) > limit:
                raise TooManyRows
            if added:
                waiting.append((known.rows, added))
    return Reached(captured=tuple(captured.values()), followers=tuple(followers))


def _followers(statements: Statements, child: Table, foreign_key: ForeignKey, values: tuple[Key, ...]) -> Followers:
    rows = TableRows(statements, child, ())
    before = rows.count_by(foreign_key.columns, values)
    return Followers(rows=rows, foreign_key=foreign_key, values=values, before=before)
