"""The raw write floor: what the driver alone can write, in keyset batches of 1,000 rows a commit.

Each engine's best statement of that size (measured): a page is read by key, then written in one statement
with the guard that the cell is still empty.
"""

import contextlib
import sqlite3
import time
from typing import Any

from tables import Database
from texts import LABELS

_PAGE = "SELECT id, content FROM floor WHERE id > {mark} ORDER BY id LIMIT 1000"
Page = list[tuple[int, str]]


def rows_per_second(database: Database, count: int, *, many: bool = False) -> float:
    """Fills a table of its own in the same database; `many`: by the driver's executemany instead."""
    database.execute("DROP TABLE IF EXISTS floor")
    database.create(count, table="floor")
    best = {"postgres": _postgres, "mariadb": _mariadb, "sqlite": _sqlite}[database.engine]
    write = _many if many else best
    page_sql = _PAGE.format(mark="?" if database.engine == "sqlite" else "%s")
    began, last, written = time.monotonic(), 0, 0
    with contextlib.closing(database.connect()) as connection:
        cursor = connection.cursor()
        while True:
            cursor.execute(page_sql, (last,))
            pairs = [(key, LABELS[len(content) % len(LABELS)]) for key, content in cursor.fetchall()]
            if not pairs:
                break
            written += write(cursor, pairs)
            cursor.execute("COMMIT")
            last = pairs[-1][0]
    seconds = time.monotonic() - began
    if written != count:
        raise AssertionError(f"{written} of {count} rows written")
    return count / seconds


def _many(cursor: Any, pairs: Page) -> int:
    mark = "?" if isinstance(cursor, sqlite3.Cursor) else "%s"
    if isinstance(cursor, sqlite3.Cursor):
        cursor.execute("BEGIN IMMEDIATE")
    sql = f"UPDATE floor SET sentiment = {mark} WHERE id = {mark} AND sentiment IS NULL"
    cursor.executemany(sql, [(value, key) for key, value in pairs])
    return int(cursor.rowcount)


def _postgres(cursor: Any, pairs: Page) -> int:
    keys, values = (list(part) for part in zip(*pairs, strict=True))
    cursor.execute(
        "UPDATE floor SET sentiment = new.value FROM unnest(%b::bigint[], %b::text[]) AS new (id, value) "
        "WHERE floor.id = new.id AND floor.sentiment IS NULL",
        (keys, values),
    )
    return int(cursor.rowcount)


def _mariadb(cursor: Any, pairs: Page) -> int:
    cases = " ".join(["WHEN %s THEN %s"] * len(pairs))
    keys = [key for key, _ in pairs]
    cursor.execute(
        f"UPDATE floor SET sentiment = CASE id {cases} END "
        f"WHERE id IN ({', '.join(['%s'] * len(keys))}) AND sentiment IS NULL",
        [part for pair in pairs for part in pair] + keys,
    )
    return int(cursor.rowcount)


def _sqlite(cursor: Any, pairs: Page) -> int:
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute(
        f"UPDATE floor SET sentiment = new.column2 FROM (VALUES {', '.join(['(?, ?)'] * len(pairs))}) AS new "
        "WHERE floor.id = new.column1 AND floor.sentiment IS NULL",
        [part for pair in pairs for part in pair],
    )
    return int(cursor.rowcount)
