"""What foreign keys do to other tables when rows are deleted or their keys change, computed from the schema.

A driver's row count leaves cascaded rows out, so they are read before the statement and compared after it. Rows
of a table without a key cannot be told apart: they are counted.
"""

from collections import deque
from dataclasses import dataclass

from tools.db.schema import ForeignKey, Schema, Table
from tools.safety.captured import Captured
from tools.safety.rows import TableRows
from tools.safety.statements import Row, Statements

ACTING = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What happens to rows, as far as foreign keys care."""

    deletes: bool = True
    updates: bool = True
    assigned: frozenset[str] | None = None  # lower-case columns that an update sets; None: any

    def onward(self, foreign_key: ForeignKey) -> "Cause | None":
        """What it does in turn to the rows that refer by this key; None: nothing."""
        moved = self.assigned is None or {name.lower() for name in foreign_key.referred_columns} & self.assigned
        updated = self.updates and foreign_key.on_update in ACTING and bool(moved)
        cleared = self.deletes and foreign_key.on_delete in ACTING - {"CASCADE"}
        deleted = self.deletes and foreign_key.on_delete == "CASCADE"
        if not (updated or cleared or deleted):
            return None
        columns = frozenset(name.lower() for name in foreign_key.columns)
        return Cause(deletes=deleted, updates=updated or cleared, assigned=columns)

    def moves(self, key: tuple[str, ...]) -> bool:
        """Whether rows may have another key afterwards."""
        return self.updates and (self.assigned is None or not self.assigned.isdisjoint(name.lower() for name in key))


class NotByKey(Exception):
    """The cascade reaches too many rows, or gives them other keys."""


def closure(schema: Schema, tables: tuple[str, ...], cause: Cause) -> tuple[str, ...]:
    """`tables` and every table that a cascade from them can reach."""
    return tuple(dict.fromkeys((*tables, *followed(schema, tables, cause))))


def followed(schema: Schema, tables: tuple[str, ...], cause: Cause) -> tuple[str, ...]:
    """Every table that a cascade from `tables` can reach; of themselves those that rows refer to in a circle."""
    waiting = deque((name, cause) for name in tables)
    reached = set(waiting)
    names: dict[str, None] = {}
    while waiting:
        name, why = waiting.popleft()
        for child, foreign_key in schema.referencing(name):
            onward = why.onward(foreign_key)
            if onward and (child.name, onward) not in reached:
                names[child.name] = None
                reached.add((child.name, onward))
                waiting.append((child.name, onward))
    return tuple(names)


@dataclass(frozen=True, kw_only=True)
class Followers:
    """Rows of a table without a key that go or change with others."""

    table: Table
    cause: Cause
    rows: int


@dataclass(frozen=True, kw_only=True)
class Reached:
    """All that a statement may touch by foreign keys; its own table comes first."""

    captured: tuple[Captured, ...]
    followers: tuple[Followers, ...]


class Reach:
    """Finds the rows that foreign keys may take along."""

    def __init__(self, statements: Statements, schema: Schema, limit: int) -> None:
        self._statements = statements
        self._schema = schema
        self._limit = limit
        self._captured: dict[str, Captured] = {}
        self._followers: list[Followers] = []
        self._explored: dict[tuple[str, Cause], set[bytes]] = {}

    def of(self, root: Captured, cause: Cause) -> Reached:
        """`root` and everything behind it; raises NotByKey."""
        self._captured[root.rows.table.name] = root
        waiting = deque([(root.rows, list(root.before.values()), cause)])
        while waiting:
            parent, parents, why = waiting.popleft()
            for child, foreign_key in self._schema.referencing(parent.table.name):
                onward = why.onward(foreign_key)
                if onward and (found := self._take(parent, parents, child, foreign_key, onward)):
                    waiting.append((self._captured[child.name].rows, found, onward))
        return Reached(captured=tuple(self._captured.values()), followers=tuple(self._followers))

    def _take(
        self, parent: TableRows, parents: list[Row], child: Table, foreign_key: ForeignKey, cause: Cause
    ) -> list[Row]:
        """The child's rows, without those that were found for the same cause before."""
        keys = [parent.key_of(row) for row in parents]
        if not child.key:
            rows = TableRows(self._statements, child, ()).count_referring(parent, foreign_key, keys)
            self._followers += [Followers(table=child, cause=cause, rows=rows)] if rows else []
            return []
        if child.name not in self._captured:
            self._captured[child.name] = Captured(rows=TableRows(self._statements, child, child.key), before={})
        known = self._captured[child.name]
        found = known.keyed(known.rows.referring(parent, foreign_key, keys, limit=self._limit))
        if found and cause.moves(child.key):
            raise NotByKey
        known.before.update({digest: row for digest, row in found.items() if digest not in known.before})
        if sum(len(table.before) for table in self._captured.values()) > self._limit:
            raise NotByKey
        explored = self._explored.setdefault((child.name, cause), set())
        fresh = [row for digest, row in found.items() if digest not in explored]
        explored.update(found)
        return fresh
