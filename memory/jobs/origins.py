"""Where answers come from: a prompt version and a model, kept once and known by a number.

An origin's records belong to generations of bounded size. Hashes of inputs fall anywhere in an index, so every
write to a large one touches as many pages as it has rows; a generation is small enough to stay in memory, and a
search looks into each. A record in the wrong generation would only be found a little slower.
"""

import threading
from typing import Final, TypeAlias

from sqlalchemy.exc import IntegrityError

from memory.jobs.statements import run
from memory.short_keys import GENERATION_ROWS
from memory.store import StateStore

Origin: TypeAlias = tuple[str, str]  # prompt version and model

_FIND: Final = "SELECT id FROM answer_origins WHERE prompt_version = ? AND model = ?"
_ADD: Final = "INSERT INTO answer_origins (prompt_version, model) VALUES (?, ?)"
_LAST: Final = "SELECT MAX(generation) FROM job_answers WHERE origin = ?"
_SIZE: Final = "SELECT COUNT(*) FROM job_answers WHERE origin = ? AND generation = ?"


class Origins:
    """The origins of one store. Safe to share between threads."""

    def __init__(self, store: StateStore) -> None:
        self._store = store
        self._numbers: dict[Origin, int] = {}
        self._written: dict[int, int] = {}  # by number: how many records there are, roughly
        self._lock = threading.Lock()

    def find(self, origin: Origin) -> int | None:
        """Its number; None: nothing has come from there."""
        if origin not in self._numbers:
            with self._store.read() as connection:
                number = run(connection, _FIND, origin).scalar()
            if number is None:
                return None
            self._numbers[origin] = number
        return self._numbers[origin]

    def number(self, origin: Origin) -> int:
        """Its number, given at the first time, whoever is first."""
        number = self.find(origin)
        if number is not None:
            return number
        try:
            with self._store.atomic() as connection:
                run(connection, _ADD, origin)
        except IntegrityError:
            pass  # another process was first: it has one now
        return self.number(origin)

    def generation(self, number: int, rows: int) -> int:
        """The generation of so many new records."""
        with self._lock:
            if number not in self._written:
                self._written[number] = self._count(number)
            generation = self._written[number] // GENERATION_ROWS
            self._written[number] += rows
        return generation

    def generations(self, number: int) -> range:
        """All that have records."""
        with self._store.read() as connection:
            last = run(connection, _LAST, (number,)).scalar()
        return range(0 if last is None else last + 1)

    def _count(self, number: int) -> int:
        generations = self.generations(number)
        if not generations:
            return 0
        with self._store.read() as connection:
            size: int = run(connection, _SIZE, (number, generations[-1])).scalar_one()
        return generations[-1] * GENERATION_ROWS + min(size, GENERATION_ROWS)
