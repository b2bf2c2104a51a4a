"""Conversations, so that one can be found again and resumed. What was said is kept by the loop's checkpoints."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.store import StateStore
from memory.tables import sessions


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A conversation as it stands in the store."""

    id: str
    database: str
    mode: str
    title: str  # the person's first words; "" until there are some
    created_at: datetime
    touched_at: datetime


SessionRows: TypeAlias = list[SessionRow]  # inside the class `list` is the method


class Sessions:
    """Keeps the list of conversations."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def create(self, database: str, mode: str) -> str:
        """Begin a conversation; returns its id."""
        session_id = secrets.token_hex(6)
        with self._store.atomic() as connection:
            now = self._store.now(connection)
            connection.execute(
                sessions.insert().values(
                    id=session_id, database=database, mode=mode, title="", created_at=now, touched_at=now
                )
            )
        return session_id

    def touch(self, session_id: str, *, title: str | None = None, mode: str | None = None) -> None:
        """The conversation went on. `title` is kept if it has none yet."""
        values: dict[str, object] = {}
        if title is not None:
            values["title"] = sa.case((sa.func.length(sessions.c.title) == 0, title), else_=sessions.c.title)
        if mode is not None:
            values["mode"] = mode
        with self._store.atomic() as connection:
            values["touched_at"] = self._store.now(connection)
            touched = connection.execute(sessions.update().where(sessions.c.id == session_id).values(values))
            if touched.rowcount != 1:
                raise UnknownRecord(f"there is no session {session_id}")

    def get(self, session_id: str) -> SessionRow | None:
        found = self._rows(_QUERY.where(sessions.c.id == session_id))
        return found[0] if found else None

    def latest(self, database: str | None = None) -> SessionRow | None:
        """The conversation that went on last."""
        query = _QUERY.limit(1)
        if database is not None:
            query = query.where(sessions.c.database == database)
        found = self._rows(query)
        return found[0] if found else None

    def list(self, limit: int) -> SessionRows:
        """The conversations that went on last, first."""
        return self._rows(_QUERY.limit(limit))

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> SessionRows:
        with self._store.read() as connection:
            return [SessionRow(**row) for row in connection.execute(query).mappings()]


_QUERY = sa.select(*(column for column in sessions.c if column.name != "seq")).order_by(
    sessions.c.touched_at.desc(), sessions.c.seq.desc()
)
