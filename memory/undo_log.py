"""Before-images of confirmed writes, so that they can be put back.

What an image is only its writer (the door) knows: here it is one line of text. The lines are kept as pieces of
bounded size, so ten thousand rows, or one row of many megabytes, fit every engine. `add` runs before the commit
of the write itself; a write that may have been lost with its process stays PREPARED.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.store import StateStore
from memory.tables import undo_images, undo_log

# In characters. Below the smallest packet that servers accept by default (16 MB), with four bytes a character.
_PIECE_CHARS = 1_000_000


class UndoState(StrEnum):
    PREPARED = "prepared"  # kept before the write was committed; nobody has said that it was
    READY = "ready"  # the write was committed and can be undone
    UNDONE = "undone"
    PARTIAL = "partial"  # undone but for rows that someone had changed since


@dataclass(frozen=True, kw_only=True)
class UndoRow:
    """One write that can be undone, without its images."""

    id: str
    database: str
    session_id: str
    principal: str
    statement: str
    header_json: str
    image_count: int
    state: UndoState
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class UndoRecord:
    """One write that can be undone, with its images in the order in which they were added."""

    row: UndoRow
    images: tuple[str, ...]


class UndoLog:
    """Keeps the images of writes, newest first."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def add(
        self,
        undo_id: str,
        *,
        database: str,
        session_id: str,
        principal: str,
        statement: str,
        header_json: str,
        images: Iterable[str],
        state: UndoState = UndoState.READY,
    ) -> None:
        """Keep the images, one line of text each, all or none; they are on the disk when this returns."""
        lines = list(images)
        with self._store.atomic() as connection:
            now = self._store.now(connection)
            connection.execute(
                undo_log.insert().values(
                    id=undo_id,
                    database=database,
                    session_id=session_id,
                    principal=principal,
                    statement=statement,
                    header_json=header_json,
                    image_count=len(lines),
                    state=state,
                    created_at=now,
                    updated_at=now,
                )
            )
            for number, piece in enumerate(_pieces(lines)):
                connection.execute(undo_images.insert().values(undo_id=undo_id, piece=number, text=piece))

    def load(self, undo_id: str) -> UndoRecord:
        """The write and all its images; raises UnknownRecord."""
        pieces = sa.select(undo_images.c.text).where(undo_images.c.undo_id == undo_id).order_by(undo_images.c.piece)
        with self._store.read() as connection:
            found = connection.execute(_QUERY.where(undo_log.c.id == undo_id)).mappings().one_or_none()
            if found is None:
                raise UnknownRecord(f"there is nothing to undo under {undo_id}")
            text = "".join(connection.scalars(pieces))
        row = _row(found)
        images = tuple(text.split("\n")[:-1])  # every line ends with a newline, so the last part is empty
        if len(images) != row.image_count:
            raise UnknownRecord(f"the before-images of {undo_id} are not complete; nothing can be put back")
        return UndoRecord(row=row, images=images)

    def recent(self, database: str, session_id: str | None = None, limit: int = 20) -> list[UndoRow]:
        """Writes to this database in whatever state, newest first."""
        query = _QUERY.where(undo_log.c.database == database).order_by(undo_log.c.seq.desc()).limit(limit)
        if session_id is not None:
            query = query.where(undo_log.c.session_id == session_id)
        with self._store.read() as connection:
            return [_row(found) for found in connection.execute(query).mappings()]

    def mark(self, undo_id: str, state: UndoState) -> None:
        """The write was committed (READY) or has been undone."""
        with self._store.atomic() as connection:
            marked = connection.execute(
                undo_log.update()
                .where(undo_log.c.id == undo_id)
                .values(state=state, updated_at=self._store.now(connection))
            )
            if marked.rowcount != 1:
                raise UnknownRecord(f"there is nothing to undo under {undo_id}")

    def discard(self, undo_id: str) -> None:
        """The write was rolled back, so there is nothing to put back."""
        with self._store.atomic() as connection:
            connection.execute(undo_images.delete().where(undo_images.c.undo_id == undo_id))
            connection.execute(undo_log.delete().where(undo_log.c.id == undo_id))


_QUERY = sa.select(*(column for column in undo_log.c if column.name != "seq"))


def _row(values: sa.RowMapping) -> UndoRow:
    return UndoRow(**{**values, "state": UndoState(values["state"])})


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each ended by a newline, cut without regard to where a line ends."""
    held: list[str] = []
    size = 0
    for line in lines:
        if "\n" in line:
            raise ValueError("an image is one line of text")
        held.append(line + "\n")
        size += len(line) + 1
        if size >= _PIECE_CHARS:
            text = "".join(held)
            whole = size - size % _PIECE_CHARS
            yield from (text[start : start + _PIECE_CHARS] for start in range(0, whole, _PIECE_CHARS))
            held, size = [text[whole:]], size - whole
    if size:
        yield "".join(held)
