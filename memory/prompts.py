"""The prompt library: wordings that a person has approved, under names, to be used again.

What comes with the program is not in here; its users lay that over what they find.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import sqlalchemy as sa

from memory.errors import UnknownRecord
from memory.store import StateStore
from memory.tables import prompts


class PromptSource(StrEnum):
    BUILT_IN = "built-in"  # came with the program and was used
    APPROVED = "approved"  # a person said yes to its answers


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A wording with its contract."""

    name: str
    intent: str
    spec_json: str  # labels, type, greatest length, ...; only its writer looks into it
    source: PromptSource
    used: int
    created_at: datetime
    used_at: datetime | None  # None: never


Prompts: TypeAlias = list[Prompt]  # inside the class `list` is the method


class PromptLibrary:
    """Wordings by name; a name has one wording, the last one that was added."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def add(
        self, name: str, intent: str, spec_json: str = "{}", source: PromptSource = PromptSource.APPROVED
    ) -> Prompt:
        """Keep a wording under a name, in the place of the one that has this name."""
        wording = {"intent": intent, "spec_json": spec_json, "source": source}
        try:
            self._insert_or_update(name, wording)
        except sa.exc.IntegrityError:
            self._insert_or_update(name, wording)  # another process has added the name meanwhile
        return self._present(name)

    def get(self, name: str) -> Prompt | None:
        found = self._prompts(_QUERY.where(prompts.c.name == name))
        return found[0] if found else None

    def list(self, limit: int = 100) -> Prompts:
        """The most used first; of those used alike, the newest."""
        return self._prompts(_QUERY.order_by(prompts.c.used.desc(), prompts.c.seq.desc()).limit(limit))

    def touch(self, name: str) -> Prompt:
        """It was used once more. Raises UnknownRecord."""
        with self._store.atomic() as connection:
            used = prompts.update().where(prompts.c.name == name)
            connection.execute(used.values(used=prompts.c.used + 1, used_at=self._store.now(connection)))
        return self._present(name)

    def remove(self, name: str) -> None:
        """Raises UnknownRecord."""
        with self._store.atomic() as connection:
            removed = connection.execute(prompts.delete().where(prompts.c.name == name)).rowcount
        if removed == 0:
            raise UnknownRecord(f"there is no prompt named {name}")

    def _insert_or_update(self, name: str, wording: dict[str, str]) -> None:
        with self._store.atomic() as connection:
            if connection.execute(prompts.update().where(prompts.c.name == name).values(wording)).rowcount == 0:
                now = self._store.now(connection)
                connection.execute(prompts.insert().values(name=name, used=0, created_at=now, **wording))

    def _present(self, name: str) -> Prompt:
        prompt = self.get(name)
        if prompt is None:
            raise UnknownRecord(f"there is no prompt named {name}")
        return prompt

    def _prompts(self, query: sa.Select[tuple[object, ...]]) -> Prompts:
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Prompt(**{**row, "source": PromptSource(row["source"])}) for row in rows]


_QUERY = sa.select(*(prompts.c[name] for name in Prompt.__dataclass_fields__))
