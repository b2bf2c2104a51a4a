"""Writes a SQLite file that does not exist yet, whole or not at all.

For databases of our own making (the demo shop). It never opens a file that is there: that is the door's to do.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.db.values import Value


@dataclass(frozen=True, kw_only=True)
class NewRows:
    """The rows that a new table starts with."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]


def replace_sqlite_file(path: Path, script: str, contents: Iterable[NewRows]) -> None:
    """Build the database beside `path` and move it there in one step; what was there before is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".new-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(f"BEGIN;\n{script}")
            for table in contents:
                names, marks = ", ".join(table.columns), ", ".join("?" * len(table.columns))
                connection.executemany(f"INSERT INTO {table.table} ({names}) VALUES ({marks})", table.rows)
            connection.execute("COMMIT")
        for suffix in ("-wal", "-shm", "-journal"):  # of the file that goes: they must not be replayed into this one
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)
