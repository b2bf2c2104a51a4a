"""The structure of a database as it was read, and the cache that keeps it.

Names are bare in the default schema, else `schema.name`. `Schema.version` changes when the structure does; row
estimates do not count. The cache never stops the agent: if the structure cannot be read again, the last one is
served as stale, with a notice.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from tools.errors import DatabaseError
from tools.sql.statement import Dialect

log = logging.getLogger(__name__)

STALE = (
    "using the remembered structure; it may differ slightly from the real one (当前使用缓存元数据，可能与实际略有差异)"
)
NO_STRUCTURE = "the structure cannot be read (无法获取数据库结构，请检查连接配置)"
CHECK_EVERY = timedelta(seconds=1)  # between two cheap looks for changes
RETRY_AFTER = timedelta(seconds=5)  # after a failed one


class TableKind(StrEnum):
    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN = "foreign table"  # rows live on another server; no rollback reaches them
    VIRTUAL = "virtual table"  # SQLite: a module answers


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    type: str  # as the database writes it
    nullable: bool = True  # what can really be there: false for an INTEGER PRIMARY KEY of SQLite
    default: str | None = None  # for a generated column its expression
    comment: str | None = None
    generated: bool = False  # computed; cannot be written
    identity: bool = False  # numbered by the database: identity, serial, AUTO_INCREMENT, rowid
    identity_always: bool = False  # PostgreSQL GENERATED ALWAYS: written only with OVERRIDING SYSTEM VALUE
    enum: tuple[str, ...] | None = None  # the values it can take


@dataclass(frozen=True, kw_only=True)
class ForeignKey:
    name: str | None
    columns: tuple[str, ...]
    table: str  # the one referred to
    referred_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"


@dataclass(frozen=True, kw_only=True)
class Index:
    name: str
    columns: tuple[str, ...]  # an expression stands as its text
    unique: bool = False
    partial: bool = False  # has a WHERE, or covers only a prefix


@dataclass(frozen=True, kw_only=True)
class Check:
    name: str | None
    text: str  # the condition


@dataclass(frozen=True, kw_only=True)
class Table:
    name: str
    kind: TableKind = TableKind.TABLE
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()  # of plain columns, without a condition
    foreign_keys: tuple[ForeignKey, ...] = ()
    followers_elsewhere: tuple[str, ...] = ()  # MySQL: tables of other databases that its rows take along
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str | None = None
    row_estimate: int | None = None  # None: the database does not know
    inherited: bool = False  # PostgreSQL: it shows the rows of other tables too, which its keys know nothing of
    transactional: bool = True  # False: changes stay after a rollback (MyISAM, Aria, MEMORY, foreign)
    triggers: tuple[str, ...] = ()
    triggers_stay: bool = False  # MySQL: they may write where no rollback reaches
    definition: str | None = None  # of a view
    rowid_alias: str | None = None  # SQLite: the INTEGER PRIMARY KEY column
    without_rowid: bool = False  # SQLite
    replaces: bool = False  # SQLite: ON CONFLICT REPLACE, rows in the way of others are deleted
    engine: str | None = None  # MySQL

    def column(self, name: str) -> Column | None:
        """By its exact name, else ignoring case."""
        exact = next((column for column in self.columns if column.name == name), None)
        folded = name.casefold()
        return exact or next((column for column in self.columns if column.name.casefold() == folded), None)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify every row: no part can be NULL. The primary key if it does; () if none does."""
        if self.inherited:
            return ()
        optional = {column.name for column in self.columns if column.nullable}
        candidates = [self.primary_key, *sorted(self.unique_keys, key=len)]
        return next((key for key in candidates if key and not optional & set(key)), ())


@dataclass(frozen=True, kw_only=True)
class Schema:
    dialect: Dialect
    default_schema: str
    tables: Mapping[str, Table]
    read_at: datetime
    stale: bool = False
    search_path: tuple[str, ...] = ()  # PostgreSQL: where a bare name is looked for, in this order
    fold_tables: bool = False  # table names are the same in any case
    version: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        digest = hashlib.sha256()
        for name in sorted(self.tables):
            digest.update(repr(replace(self.tables[name], row_estimate=None)).encode("utf-8", "surrogatepass"))
        object.__setattr__(self, "version", digest.hexdigest()[:16])

    def table(self, name: str) -> Table | None:
        """By the name a statement uses, qualified or not."""
        bare = name.removeprefix(f"{self.default_schema}.")
        if found := self.tables.get(bare):
            return found
        if self.dialect is Dialect.POSTGRES:
            elsewhere = [f"{schema}.{bare}" for schema in self.search_path] if "." not in bare else []
            return next((self.tables[key] for key in (bare.lower(), *elsewhere) if key in self.tables), None)
        folded = bare.casefold()
        matches = (table for key, table in self.tables.items() if key.casefold() == folded)
        return next(matches, None) if self.fold_tables else None

    def nearest(self, name: str, n: int = 3) -> list[str]:
        """Table names that look like `name`, the most alike first."""
        return _nearest(name, list(self.tables), n)

    def column_nearest(self, name: str, table: str | None = None, n: int = 3) -> list[str]:
        """Columns (`table.column`, or bare ones of `table`) that look like `name`."""
        if table is not None:
            found = self.table(table)
            return _nearest(name, [column.name for column in found.columns] if found else [], n)
        columns = {
            f"{owner.name}.{column.name}": column.name for owner in self.tables.values() for column in owner.columns
        }
        near = _nearest(name.rpartition(".")[2], list(dict.fromkeys(columns.values())), n)
        return [full for wanted in near for full, bare in columns.items() if bare == wanted][:n]

    def referencing(self, table: str) -> list[tuple[Table, ForeignKey]]:
        """The foreign keys that point at `table`, with the tables that hold them."""
        target = self.table(table)
        name = target.name if target else table
        return [(child, key) for child in self.tables.values() for key in child.foreign_keys if key.table == name]


def _nearest(name: str, known: list[str], n: int) -> list[str]:
    by_folded = {other.casefold(): other for other in known}
    return [by_folded[match] for match in get_close_matches(name.casefold(), by_folded, n, cutoff=0.5)]


class SchemaSource(Protocol):
    """A database that can describe itself."""

    def read_schema(self, at: datetime) -> Schema: ...

    def change_mark(self) -> str:
        """Cheap to get, and another one after the structure has changed."""


class SchemaCache:
    """The structure of one database, read again when its time is up or a cheap check says that it changed."""

    def __init__(self, database: SchemaSource, ttl_s: float, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ttl = timedelta(seconds=ttl_s)
        self._clock = clock
        self._lock = threading.Lock()
        self._schema: Schema | None = None
        self._mark: str | None = None  # None: read again at the next occasion
        self._next_check: datetime | None = None
        self.notice: str | None = None  # what to tell the person, while the structure is stale

    def get(self) -> Schema:
        """The present structure, or the last known one with `stale` set. Raises only when there is none at all."""
        with self._lock:
            now = self._clock()
            if self._schema and self._next_check and now < self._next_check:
                return self._schema
            return self._renewed(now, force=False)

    def refresh(self) -> Schema:
        """Read it now."""
        with self._lock:
            return self._renewed(self._clock(), force=True)

    def check(self) -> Schema:
        """The structure as it certainly is: looks for changes now. Raises if it cannot look, whatever is remembered."""
        with self._lock:
            return self._looked_at(self._clock(), force=False)

    def invalidate(self) -> None:
        """We changed the structure ourselves: the next `get` reads it."""
        with self._lock:
            self._mark = None
            self._next_check = None

    def _renewed(self, now: datetime, *, force: bool) -> Schema:
        try:
            return self._looked_at(now, force=force)
        except DatabaseError as error:
            return self._remembered(error, now)

    def _looked_at(self, now: datetime, *, force: bool) -> Schema:
        # Taken before reading: a change in between is then seen at the next look.
        mark = self._database.change_mark()
        fresh = self._schema is not None and now - self._schema.read_at < self._ttl and mark == self._mark
        if self._schema is None or force or not fresh:
            self._schema = self._database.read_schema(now)
        self._schema = replace(self._schema, stale=False) if self._schema.stale else self._schema
        self._mark, self._next_check, self.notice = mark, now + CHECK_EVERY, None
        return self._schema

    def _remembered(self, error: DatabaseError, now: datetime) -> Schema:
        if self._schema is None:
            raise type(error)(f"{error.message}; {NO_STRUCTURE}", hint=error.hint) from None
        log.warning("structure not readable, serving the remembered one", extra={"reason": type(error).__name__})
        self._schema = replace(self._schema, stale=True)
        self._next_check, self.notice = now + RETRY_AFTER, STALE
        return self._schema
