"""Statements written by hand: one text for every engine, and few texts, so that drivers prepare them once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa

Item = TypeVar("Item")
Row: TypeAlias = tuple[object, ...]

_ROW_GROUPS = (512, 64, 8, 1)
_LIST_SIZES = (1, 4, 16, 64, 256, 1024)


def run(connection: sa.Connection, text: str, parameters: Row) -> sa.CursorResult[*tuple[Any, ...]]:
    """One statement; `?` is a parameter on every engine."""
    return connection.exec_driver_sql(_marked(text, connection.dialect.paramstyle), parameters)


def add_rows(connection: sa.Connection, text: str, rows: list[Row]) -> None:
    """`text`: an INSERT or REPLACE up to its VALUES."""
    slots = f"({places(len(rows[0]))})"
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_marked(f"{text} {slots}", connection.dialect.paramstyle), rows)
        return
    # Many rows in one statement: the driver gives up Python's lock for each statement, and among busy threads has
    # to wait for it again each time.
    start = 0
    for size in _ROW_GROUPS:
        while len(rows) - start >= size:
            values = tuple(chain.from_iterable(rows[start : start + size]))
            connection.exec_driver_sql(_repeated(text, slots, size), values)
            start += size


@lru_cache(maxsize=32)
def _repeated(text: str, slots: str, times: int) -> str:
    return f"{text} {', '.join([slots] * times)}"


def lists(items: Sequence[Item], most: int = _LIST_SIZES[-1]) -> Iterator[tuple[Item, ...]]:
    """The items in pieces, each filled up with its last item to one of a few lengths."""
    for start in range(0, len(items), most):
        piece = tuple(items[start : start + most])
        length = next(size for size in _LIST_SIZES if size >= len(piece))
        yield piece + piece[-1:] * (length - len(piece))


@lru_cache
def places(count: int) -> str:
    return ", ".join("?" * count)


@lru_cache(maxsize=256)
def _marked(text: str, paramstyle: str) -> str:
    return text if paramstyle == "qmark" else text.replace("?", "%s")
