"""Which columns name a row of a table, for paging and for writing back.

A key is unique and NOT NULL in every part. SQLite lets several NULLs into most primary keys, so there the
key must be an INTEGER PRIMARY KEY, belong to a WITHOUT ROWID table, or be declared NOT NULL.
"""

import re

from skills.errors import TaskInvalid
from tools.db.schema import Column, Table
from tools.sql.statement import Dialect

_APPROXIMATE = re.compile(r"float|double|real", re.IGNORECASE)


def row_key(table: Table, wanted: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    """The key to use: the one asked for if it will do, else the primary key, else a unique one."""
    candidates = [key for key in (table.primary_key, *table.unique_keys) if key]
    usable = [key for key in candidates if _names_rows(table, key, dialect)]
    if wanted:
        return _wanted(table, wanted, usable)
    if usable:
        return usable[0]
    raise TaskInvalid(f"table {table.name} has no usable key: {_why(candidates)}", hint=_way_out(table))


def _wanted(table: Table, wanted: tuple[str, ...], usable: list[tuple[str, ...]]) -> tuple[str, ...]:
    for key in usable:
        if {part.casefold() for part in key} == {part.casefold() for part in wanted}:
            return key
    offered = "; ".join(", ".join(key) for key in usable)
    raise TaskInvalid(
        f"({', '.join(wanted)}) is not a key of {table.name}: a key is unique and NOT NULL in every part",
        hint=f"keys that will do: {offered}" if offered else _way_out(table),
    )


def _names_rows(table: Table, key: tuple[str, ...], dialect: Dialect) -> bool:
    columns = [column for column in table.columns if column.name in key]
    if len(columns) != len(key) or any(_APPROXIMATE.search(column.type) for column in columns):
        return False
    if dialect is Dialect.SQLITE and key == table.primary_key:
        return _sqlite_primary_key_is_not_null(table, columns)
    return not any(column.nullable for column in columns)


def _sqlite_primary_key_is_not_null(table: Table, columns: list[Column]) -> bool:
    if len(columns) == 1 and columns[0].type.strip().upper() == "INTEGER":
        return True
    without_rowid = re.search(r"WITHOUT\s+ROWID", (table.definition or "").rpartition(")")[2], re.IGNORECASE)
    return without_rowid is not None or not any(column.nullable for column in columns)


def _why(candidates: list[tuple[str, ...]]) -> str:
    if not candidates:
        return "neither a primary key nor a unique one"
    return f"({', '.join(candidates[0])}) may hold NULL or inexact numbers"


def _way_out(table: Table) -> str:
    return f"add a primary key to {table.name}, or make a unique key NOT NULL in every part"
