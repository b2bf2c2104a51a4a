"""Rows of a table as they were before a statement, and what has become of them after it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tools.db.values import canonical_row
from tools.safety.effect import Change, key_digest
from tools.safety.images import RowImage, TableImages
from tools.safety.rows import Key, TableRows
from tools.safety.statements import Row


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The counts and the images of one table."""

    change: Change
    images: TableImages


@dataclass(frozen=True, kw_only=True)
class Captured:
    """Rows of one table as they were, by the digest of their key."""

    rows: TableRows
    before: dict[bytes, Row]

    def add(self, rows: Iterable[Row]) -> list[Row]:
        """Take up these rows too; gives back those that were not known."""
        keyed = self.keyed(rows)
        added = [row for digest, row in keyed.items() if digest not in self.before]
        self.before.update(keyed)
        return added

    def keyed(self, rows: Iterable[Row]) -> dict[bytes, Row]:
        return {key_digest(self.rows.key_of(row)): row for row in rows}

    def keys(self) -> list[Key]:
        return [self.rows.key_of(row) for row in self.before.values()]

    def compare(self, now: Iterable[Row], touched: Collection[bytes] = ()) -> Compared:
        """What became of the rows; `touched` ones count as updated even where they hold what they held."""
        after = self.keyed(now)
        inserted = after.keys() - self.before.keys()
        deleted = frozenset(self.before.keys() - after.keys())
        changed = {digest for digest, row in self.before.items() if digest in after and _differ(row, after[digest])}
        updated = frozenset(changed.union(digest for digest in touched if digest in after))
        images = [
            RowImage(before=self.before.get(digest), after=after.get(digest))
            for digest in (*self.before, *(digest for digest in after if digest in inserted))
            if digest in changed or digest in deleted or digest in inserted
        ]
        return Compared(
            change=Change(
                table=self.rows.table.name,
                inserted=len(inserted),
                updated=len(updated),
                deleted=len(deleted),
                updated_keys=updated,
                deleted_keys=deleted,
            ),
            images=TableImages(
                table=self.rows.table.name, columns=self.rows.columns, key=self.rows.key, rows=tuple(images)
            ),
        )


def _differ(before: Row, after: Row) -> bool:
    return canonical_row(before) != canonical_row(after)
