"""Many rows of one table in one statement: read again under lock by their keys, given new values by their keys.

Each engine has its own fastest form (`tools/db/*/bulk.py`). Every value is bound as a parameter; a value arrives
in its column as it would in a plain `UPDATE ... SET column = value`. `updates` is None where the form cannot
promise that: then the rows are written one by one.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.db.schema import Column, Table
from tools.db.values import Value


@dataclass(frozen=True)
class Command:
    """One statement; `rows`: once for each of them."""

    sql: str
    params: Sequence[Value] | None = None
    rows: Sequence[Sequence[Value]] = field(default=())


@dataclass(frozen=True, kw_only=True)
class BulkTable:
    """A table and the columns that identify its rows."""

    table: Table
    key: tuple[Column, ...]

    @property
    def key_index(self) -> str | None:
        """The index that finds these keys, by its name; "" for the primary key."""
        names = {column.name for column in self.key}
        if set(self.table.primary_key) == names:
            return ""
        unique = (index for index in self.table.indexes if index.unique and not index.partial)
        return next((index.name for index in unique if set(index.columns) == names), None)


class Bulk(ABC):
    """How one engine does it."""

    @abstractmethod
    def locked(self, of: BulkTable, columns: Sequence[Column], keys: Sequence[Sequence[Value]]) -> Iterator[Command]:
        """The rows with these keys, locked in the order of the keys; no key holds a NULL."""

    @abstractmethod
    def updates(
        self, of: BulkTable, columns: Sequence[Column], rows: Sequence[Sequence[Value]]
    ) -> Sequence[Command] | None:
        """Give each row these values. A row: its key, then the new values of `columns`."""
