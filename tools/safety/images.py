"""Before- and after-images of rows: what undo needs, and what it compares with.

Images of several statements compose: of a row changed twice the first `before` and the last `after` stay,
and a row inserted and deleted again leaves nothing. They are kept as JSON in the undo log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter

from tools.safety.effect import key_digest
from tools.safety.stored import StoredValue


@dataclass(frozen=True, kw_only=True)
class RowImage:
    """One row; `before` is None for an inserted one, `after` for a deleted one. Values in the table's column order."""

    before: tuple[StoredValue, ...] | None
    after: tuple[StoredValue, ...] | None


@dataclass(frozen=True, kw_only=True)
class TableImages:
    """The changed rows of one table, in full."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[RowImage, ...]

    def key_of(self, image: RowImage) -> tuple[StoredValue, ...]:
        row = image.before if image.before is not None else image.after
        if row is None:
            raise ValueError("an image holds at least one side of its row")
        return tuple(row[self.columns.index(name)] for name in self.key)


def composed(images: Iterable[TableImages]) -> tuple[TableImages, ...]:
    """One TableImages per table, as if one statement had done it all."""
    tables: dict[str, TableImages] = {}
    for later in images:
        earlier = tables.get(later.table)
        tables[later.table] = _joined(earlier, later) if earlier else later
    return tuple(images for images in tables.values() if images.rows)


def _joined(earlier: TableImages, later: TableImages) -> TableImages:
    rows = {key_digest(earlier.key_of(image)): image for image in earlier.rows}
    for image in later.rows:
        key = key_digest(later.key_of(image))
        first = rows.pop(key, None)
        before = first.before if first else image.before
        if before is not None or image.after is not None:
            rows[key] = RowImage(before=before, after=image.after)
    return TableImages(table=later.table, columns=later.columns, key=later.key, rows=tuple(rows.values()))


def dump(images: TableImages) -> str:
    return _adapter().dump_json(images).decode()


def load(text: str) -> TableImages:
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[TableImages]:
    return TypeAdapter(TableImages)
