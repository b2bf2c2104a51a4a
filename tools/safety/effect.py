"""What statements did to tables, measured, and whether that is what was approved.

A Change counts the rows of one table and, where the table has a key, names each updated and deleted row by
the digest of its key. Never by after-values: serials and clocks differ between a rehearsal and the run.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tools.db.values import Value, canonical_row
from tools.safety.pending import Effect, Measure, TableEffect


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one or several statements did to one table."""

    table: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    updated_keys: frozenset[bytes] = frozenset()
    deleted_keys: frozenset[bytes] = frozenset()
    identified: bool = True  # False: counted only, the keys are not all known

    @property
    def rows(self) -> int:
        return self.inserted + self.updated + self.deleted

    def then(self, later: "Change") -> "Change":
        return Change(
            table=self.table,
            inserted=self.inserted + later.inserted,
            updated=self.updated + later.updated,
            deleted=self.deleted + later.deleted,
            updated_keys=self.updated_keys | later.updated_keys,
            deleted_keys=self.deleted_keys | later.deleted_keys,
            identified=self.identified and later.identified,
        )

    def as_update(self) -> "Change":
        """The same, where as many rows went as came because they changed their key."""
        if self.inserted != self.deleted:
            return self
        keys = self.updated_keys | self.deleted_keys
        return replace(
            self, inserted=0, deleted=0, updated=self.updated + self.deleted,
            updated_keys=keys, deleted_keys=frozenset(),
        )  # fmt: skip

    def as_effect(self) -> TableEffect:
        return TableEffect(
            table=self.table,
            inserted=self.inserted,
            updated=self.updated,
            deleted=self.deleted,
            keys_hash=self._keys_hash(),
        )

    def _keys_hash(self) -> str | None:
        if not self.identified or not (self.updated_keys or self.deleted_keys):
            return None
        parts = [*sorted(self.updated_keys), b"deleted", *sorted(self.deleted_keys)]
        return hashlib.sha256(b"".join(parts)).hexdigest()


def key_digest(key: Sequence[Value]) -> bytes:
    """The same for the same key values of the same types, and for nothing else."""
    return hashlib.sha256(canonical_row(key)).digest()


def merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """One Change per table, in the order of the tables' names."""
    tables: dict[str, Change] = {}
    for change in changes:
        earlier = tables.get(change.table)
        tables[change.table] = earlier.then(change) if earlier else change
    return tuple(tables[name] for name in sorted(tables))


def difference(approved: Effect, measured: Sequence[Change]) -> str | None:
    """Why `measured` is not what was approved, in a person's words; None if it is."""
    rows = sum(change.rows for change in measured)
    if approved.measure is Measure.COUNTED:
        return _beyond(approved.max_rows, rows)
    if approved.rows != rows:
        return f"{approved.rows} rows then, {rows} now: ask again"
    now = tuple(change.as_effect() for change in measured if change.rows)
    if tuple(table for table in approved.tables if table.rows) != now:
        return f"{approved.rows} rows then, {rows} other rows now: ask again"
    return None


def _beyond(max_rows: int | None, rows: int) -> str | None:
    if max_rows is None or rows <= max_rows:
        return None
    return f"at most {max_rows} rows were approved, {rows} would change now: ask again"
