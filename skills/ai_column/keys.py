"""Which columns name a row of a table, for paging and for writing back.

A key is unique and NOT NULL in every part (SQLite lets several NULLs into most primary keys; the schema says
which columns really can be NULL), and its values compare exactly.
"""

import re

from skills.errors import TaskInvalid, TaskRefused
from tools.db.schema import Table

_INEXACT = re.compile(r"float|double|real", re.IGNORECASE)


def row_key(table: Table, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The key to use: the one asked for if it will do, else the primary key, else a unique one."""
    candidates = [key for key in (table.primary_key, *table.unique_keys) if key]
    usable = [key for key in candidates if _names_rows(table, key)]
    if wanted:
        return _wanted(table, wanted, usable)
    if usable:
        return usable[0]
    raise TaskRefused(f"table {table.name} has no usable key: {_why(candidates)}", hint=_way_out(table))


def _wanted(table: Table, wanted: tuple[str, ...], usable: list[tuple[str, ...]]) -> tuple[str, ...]:
    for key in usable:
        if {part.casefold() for part in key} == {part.casefold() for part in wanted}:
            return key
    offered = "; ".join(", ".join(key) for key in usable)
    raise TaskInvalid(
        f"({', '.join(wanted)}) is not a key of {table.name}: a key is unique and NOT NULL in every part",
        hint=f"keys that will do: {offered}" if offered else _way_out(table),
    )


def _names_rows(table: Table, key: tuple[str, ...]) -> bool:
    columns = [table.column(name) for name in key]
    return all(column is not None and not column.nullable and not _INEXACT.search(column.type) for column in columns)


def _why(candidates: list[tuple[str, ...]]) -> str:
    if not candidates:
        return "neither a primary key nor a unique one"
    return f"({', '.join(candidates[0])}) may hold NULL or inexact numbers"


def _way_out(table: Table) -> str:
    return f"add a primary key to {table.name}, or make a unique key NOT NULL in every part"
