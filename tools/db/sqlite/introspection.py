"""Reads the structure of a SQLite database in a constant number of statements."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tools.db.connection import Connection
from tools.db.results import Rows
from tools.db.schema import Check, Column, ForeignKey, Index, Schema, Table, TableKind
from tools.db.sqlite.checks import check_conditions
from tools.db.values import Value
from tools.errors import DatabaseError
from tools.sql.statement import Dialect

MANY = 1_000_000
COUNTED = 10_000  # rows are counted up to here; beyond, the largest rowid is the estimate
TABLES_PER_COUNT = 200  # parts of one compound SELECT; SQLite takes 500

CHANGE_MARK = "PRAGMA schema_version"
# Shadow tables hold what a virtual table keeps; nobody asks for them by name.
TABLES = """
SELECT l.name, l.type, l.wr, m.sql FROM pragma_table_list l JOIN sqlite_master m ON m.name = l.name
WHERE l.schema = 'main' AND l.type <> 'shadow' AND m.type IN ('table', 'view')
  AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY l.name"""
COLUMNS = """
SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = '{kind}' {only} ORDER BY m.name, c.cid"""
INDEXES = """
SELECT m.name, i.name, i."unique", i.origin, i.partial, x.name
FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) x
WHERE m.type = 'table' ORDER BY m.name, i.name, x.seqno"""
FOREIGN_KEYS = """
SELECT m.name, f.id, f."table", f."from", f."to", f.on_delete, f.on_update
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq"""
TRIGGERS = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
STATISTICS = "SELECT tbl, stat FROM sqlite_stat1"

# A comment or a text that says so makes writes of the table slower to measure, no more.
REPLACES = re.compile(r"\bON\s+CONFLICT\s+REPLACE\b", re.IGNORECASE)

Grouped = dict[str, list[tuple[Value, ...]]]


def change_mark(connection: Connection) -> str:
    return str(connection.read(CHANGE_MARK, max_rows=1).rows[0][0])


def read_schema(connection: Connection, at: datetime) -> Schema:
    tables = _rows(connection, TABLES).rows
    columns = _by_table(_rows(connection, COLUMNS.format(kind="table", only="")))
    columns |= _view_columns(connection, [str(row[0]) for row in tables if row[1] == "view"])
    indexes = _by_table(_rows(connection, INDEXES))
    keys = _by_table(_rows(connection, FOREIGN_KEYS))
    triggers = _by_table(_rows(connection, TRIGGERS))
    names = {str(row[0]).casefold(): str(row[0]) for row in tables}
    primary = {name: _primary_key(rows) for name, rows in columns.items()}
    estimates = _estimates(connection, [row for row in tables if row[1] == "table"])
    found: dict[str, Table] = {}
    for raw_name, kind, without_rowid, sql in tables:
        name = str(raw_name)
        rowid_alias = None if without_rowid else _rowid_alias(columns.get(name, []))
        found[name] = Table(
            name=name,
            kind={"view": TableKind.VIEW, "virtual": TableKind.VIRTUAL}.get(str(kind), TableKind.TABLE),
            columns=tuple(_column(row, rowid_alias, bool(without_rowid)) for row in columns.get(name, [])),
            primary_key=primary.get(name, ()),
            unique_keys=tuple(index.columns for index in _indexes(indexes.get(name, []), keys_only=True)),
            foreign_keys=tuple(_foreign_keys(keys.get(name, []), names, primary)),
            indexes=tuple(_indexes(indexes.get(name, []), keys_only=False)),
            checks=tuple(Check(name=None, text=text) for text in check_conditions(str(sql or ""))),
            row_estimate=estimates.get(name),
            triggers=tuple(str(row[1]) for row in triggers.get(name, [])),
            definition=str(sql) if kind == "view" else None,
            rowid_alias=rowid_alias,
            without_rowid=bool(without_rowid),
            replaces=bool(REPLACES.search(str(sql or ""))),
        )
    return Schema(dialect=Dialect.SQLITE, default_schema="main", tables=found, read_at=at, fold_tables=True)


def _rows(connection: Connection, sql: str) -> Rows:
    return connection.read(sql, max_rows=MANY)


def _by_table(rows: Rows) -> Grouped:
    grouped: Grouped = defaultdict(list)
    for row in rows.rows:
        grouped[str(row[0])].append(row)
    return dict(grouped)


def _view_columns(connection: Connection, views: list[str]) -> Grouped:
    """A view whose table is gone fails the statement for all views: then they are read one by one."""
    try:
        return _by_table(_rows(connection, COLUMNS.format(kind="view", only=""))) if views else {}
    except DatabaseError:
        readable: Grouped = {}
        for view in views:
            only = f"AND m.name = '{view.replace(chr(39), chr(39) * 2)}'"
            try:
                readable |= _by_table(_rows(connection, COLUMNS.format(kind="view", only=only)))
            except DatabaseError:
                continue  # listed without columns
        return readable


def _primary_key(columns: list[tuple[Value, ...]]) -> tuple[str, ...]:
    parts = sorted((row[5], str(row[1])) for row in columns if isinstance(row[5], int) and row[5])
    return tuple(name for _, name in parts)


def _rowid_alias(columns: list[tuple[Value, ...]]) -> str | None:
    parts = [row for row in columns if row[5]]
    alias = len(parts) == 1 and str(parts[0][2]).upper() == "INTEGER"
    return str(parts[0][1]) if alias else None


def _column(row: tuple[Value, ...], rowid_alias: str | None, without_rowid: bool) -> Column:
    _, name, declared, not_null, default, pk, hidden = row
    never_null = bool(not_null) or name == rowid_alias or (without_rowid and bool(pk))
    return Column(
        name=str(name), type=str(declared), nullable=not never_null, default=None if default is None else str(default),
        generated=hidden in (2, 3), identity=name == rowid_alias,
    )  # fmt: skip


def _indexes(rows: Iterable[tuple[Value, ...]], *, keys_only: bool) -> list[Index]:
    grouped: dict[str, list[tuple[Value, ...]]] = defaultdict(list)
    for row in rows:
        grouped[str(row[1])].append(row)
    indexes = []
    for name, parts in grouped.items():
        _, _, unique, origin, partial, _ = parts[0]
        plain = all(part[5] is not None for part in parts)
        if keys_only and not (unique and plain and not partial and origin != "pk"):
            continue
        columns = tuple("(expression)" if part[5] is None else str(part[5]) for part in parts)
        indexes.append(Index(name=name, columns=columns, unique=bool(unique), partial=bool(partial)))
    return indexes


def _foreign_keys(
    rows: Iterable[tuple[Value, ...]], names: dict[str, str], primary: dict[str, tuple[str, ...]]
) -> Iterable[ForeignKey]:
    grouped: dict[Value, list[tuple[Value, ...]]] = defaultdict(list)
    for row in rows:
        grouped[row[1]].append(row)
    for parts in grouped.values():
        _, _, parent, _, to, on_delete, on_update = parts[0]
        table = names.get(str(parent).casefold(), str(parent))
        # Without named columns the key refers to the parent's primary key.
        referred = primary.get(table, ()) if to is None else tuple(str(part[4]) for part in parts)
        yield ForeignKey(
            name=None, columns=tuple(str(part[3]) for part in parts), table=table, referred_columns=referred,
            on_delete=str(on_delete), on_update=str(on_update),
        )  # fmt: skip


def _estimates(connection: Connection, tables: list[tuple[Value, ...]]) -> dict[str, int]:
    estimates = _statistics(connection)
    unknown = [(str(row[0]), bool(row[2])) for row in tables if str(row[0]) not in estimates]
    for start in range(0, len(unknown), TABLES_PER_COUNT):
        parts = [_count_of(name, without_rowid) for name, without_rowid in unknown[start : start + TABLES_PER_COUNT]]
        try:
            counted = connection.read(" UNION ALL ".join(parts), max_rows=MANY).rows
        except DatabaseError:
            continue  # damaged or locked: no estimate is better than no structure
        estimates |= {str(name): rows for name, rows in counted if isinstance(rows, int)}
    return estimates


def _statistics(connection: Connection) -> dict[str, int]:
    try:
        rows = connection.read(STATISTICS, max_rows=MANY).rows
    except DatabaseError:
        return {}  # ANALYZE never ran
    counts = ((str(table), str(stat).partition(" ")[0]) for table, stat in rows)
    return {table: int(count) for table, count in counts if count.isdigit()}


def _count_of(name: str, without_rowid: bool) -> str:
    table = '"' + name.replace('"', '""') + '"'
    literal = "'" + name.replace("'", "''") + "'"
    counted = f"(SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {COUNTED}))"
    if without_rowid:
        return f"SELECT {literal}, {counted}"
    return f"SELECT {literal}, CASE WHEN {counted} < {COUNTED} THEN {counted} ELSE (SELECT max(rowid) FROM {table}) END"
