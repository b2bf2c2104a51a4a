"""Reads the structure of a MySQL or MariaDB database from information_schema in a constant number of statements."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from tools.db.connection import Connection
from tools.db.schema import Check, Column, ForeignKey, Index, Schema, Table, TableKind
from tools.db.values import Value
from tools.errors import DatabaseError
from tools.sql.statement import Dialect

MANY = 5_000_000
HERE = "table_schema = DATABASE()"
# The creation time moves with an ALTER, but has whole seconds (and MySQL does not always move it); views have none.
CHANGE_MARK = f"""
SELECT (SELECT CONCAT(COUNT(*), ':',
      COALESCE(SUM(CRC32(CONCAT_WS('|', table_name, table_type, engine, create_time, table_comment))), 0))
    FROM information_schema.tables WHERE {HERE}),
  (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', table_name, column_name, column_type, is_nullable,
      column_default, column_comment, extra))), 0)) FROM information_schema.columns WHERE {HERE}),
  (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', table_name, index_name, non_unique, seq_in_index,
      column_name))), 0)) FROM information_schema.statistics WHERE {HERE}),
  (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(view_definition)), 0)) FROM information_schema.views WHERE {HERE}),
  (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', trigger_name, action_statement))), 0))
    FROM information_schema.triggers WHERE trigger_schema = DATABASE()),
  (SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', table_name, constraint_name, referenced_table_name,
      delete_rule, update_rule))), 0))
    FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE())"""
CHECKS_MARK = """
SELECT CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', constraint_name, check_clause))), 0))
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()"""
SERVER = "SELECT DATABASE(), @@lower_case_table_names"
TABLES = f"""
SELECT t.table_name, t.table_type, t.engine, t.table_rows, t.table_comment, e.transactions
FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
WHERE t.{HERE} AND t.table_type <> 'SEQUENCE' ORDER BY t.table_name"""
COLUMNS = f"""
SELECT table_name, column_name, column_type, is_nullable, column_default, column_comment, extra, generation_expression
FROM information_schema.columns WHERE {HERE} ORDER BY table_name, ordinal_position"""
INDEXES = f"""
SELECT table_name, index_name, non_unique, column_name, sub_part
FROM information_schema.statistics WHERE {HERE} ORDER BY table_name, index_name, seq_in_index"""
FOREIGN_KEYS = """
SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name,
  k.referenced_column_name, r.delete_rule, r.update_rule, DATABASE()
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema
  AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position"""
FOLLOWERS = """
SELECT DISTINCT k.referenced_table_name, k.table_schema, k.table_name
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema
  AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.referenced_table_schema = DATABASE() AND k.table_schema <> DATABASE()
  AND (r.delete_rule IN ('CASCADE', 'SET NULL') OR r.update_rule IN ('CASCADE', 'SET NULL'))
ORDER BY k.table_schema, k.table_name"""
CHECKS_MARIADB = """
SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints
WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name"""
CHECKS_MYSQL = """
SELECT t.table_name, c.constraint_name, c.check_clause FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema
  AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'
WHERE c.constraint_schema = DATABASE() ORDER BY t.table_name, c.constraint_name"""
VIEWS = f"SELECT table_name, view_definition FROM information_schema.views WHERE {HERE}"
TRIGGERS = """
SELECT event_object_table, trigger_name, action_statement FROM information_schema.triggers
WHERE trigger_schema = DATABASE() ORDER BY event_object_table, trigger_name"""

WORD = re.compile(r"[\w$]+")
ELSEWHERE = re.compile(r"\bCALL\b|\b(?:INTO|UPDATE|FROM|JOIN)\s+[`\w$]+\s*\.", re.IGNORECASE)
LABEL = re.compile(r"'((?:[^']|'')*)'")
Grouped = dict[str, list[tuple[Value, ...]]]


def change_mark(connection: Connection) -> str:
    return str((*connection.read(CHANGE_MARK, max_rows=1).rows[0], _mark_of_checks(connection)))


def _mark_of_checks(connection: Connection) -> str:
    try:
        return str(connection.read(CHECKS_MARK, max_rows=1).rows[0][0])
    except DatabaseError:
        return ""  # MySQL before 8.0.16 has no checks


def read_schema(connection: Connection, at: datetime) -> Schema:
    default_schema, fold = connection.read(SERVER, max_rows=1).rows[0]
    columns, indexes = _by_table(connection, COLUMNS), _by_table(connection, INDEXES)
    foreign_keys, checks = _by_table(connection, FOREIGN_KEYS), _checks(connection)
    followers = _by_table(connection, FOLLOWERS)
    views, triggers = _by_table(connection, VIEWS), _by_table(connection, TRIGGERS)
    tables = connection.read(TABLES, max_rows=MANY).rows
    staying = _staying({str(row[0]) for row in tables if "VIEW" not in str(row[1]) and row[5] != "YES"}, triggers)
    found: dict[str, Table] = {}
    for raw_name, kind, engine, rows, comment, transactions in tables:
        name = str(raw_name)
        is_view = "VIEW" in str(kind)
        own = list(_indexes(indexes.get(name, [])))
        found[name] = Table(
            name=name,
            kind=TableKind.VIEW if is_view else TableKind.TABLE,
            columns=tuple(_column(row) for row in columns.get(name, [])),
            primary_key=next((index.columns for index in own if index.name == "PRIMARY"), ()),
            unique_keys=tuple(
                index.columns for index in own if index.unique and not index.partial and index.name != "PRIMARY"
            ),
            foreign_keys=tuple(_foreign_keys(foreign_keys.get(name, []))),
            indexes=tuple(own),
            checks=tuple(Check(name=str(row[1]), text=str(row[2])) for row in checks.get(name, [])),
            comment=str(comment) if comment and not is_view else None,
            row_estimate=rows if isinstance(rows, int) else None,
            transactional=is_view or transactions == "YES",
            followers_elsewhere=tuple(f"{row[1]!s}.{row[2]!s}" for row in followers.get(name, [])),
            triggers=tuple(str(row[1]) for row in triggers.get(name, [])),
            triggers_stay=name in triggers and name in staying,
            definition=str(views[name][0][1]) if name in views else None,
            engine=str(engine) if engine else None,
        )
    return Schema(
        dialect=Dialect.MYSQL, default_schema=str(default_schema), tables=found, read_at=at, fold_tables=bool(fold)
    )


def _staying(tables: set[str], triggers: Grouped) -> set[str]:
    """`tables` without transactions, and those whose triggers may reach one of them, another database or a routine."""
    bodies = {name: " ".join(str(row[2]) for row in rows) for name, rows in triggers.items()}
    words = {name: {word.casefold() for word in WORD.findall(body)} for name, body in bodies.items()}
    staying = tables | {name for name, body in bodies.items() if ELSEWHERE.search(body)}
    while more := {name for name in bodies.keys() - staying if words[name] & {other.casefold() for other in staying}}:
        staying |= more
    return staying


def _by_table(connection: Connection, sql: str) -> Grouped:
    grouped: Grouped = defaultdict(list)
    for row in connection.read(sql, max_rows=MANY).rows:
        grouped[str(row[0])].append(row)
    return dict(grouped)


def _checks(connection: Connection) -> Grouped:
    """MariaDB's view knows the table, MySQL's does not, and MySQL before 8.0.16 has neither."""
    for sql in (CHECKS_MARIADB, CHECKS_MYSQL):
        try:
            return _by_table(connection, sql)
        except DatabaseError:
            continue
    return {}


def _column(row: tuple[Value, ...]) -> Column:
    _, name, type_name, nullable, default, comment, extra, expression = row
    generated = bool(expression)
    declared = None if default is None or default == "NULL" else str(default)
    labels = LABEL.findall(str(type_name)) if str(type_name).startswith("enum(") else []
    return Column(
        name=str(name), type=str(type_name), nullable=nullable == "YES",
        default=str(expression) if generated else declared, comment=str(comment) if comment else None,
        generated=generated, identity="auto_increment" in str(extra).lower(),
        enum=tuple(label.replace("''", "'") for label in labels) or None,
    )  # fmt: skip


def _indexes(rows: Iterable[tuple[Value, ...]]) -> Iterable[Index]:
    grouped: dict[str, list[tuple[Value, ...]]] = defaultdict(list)
    for row in rows:
        grouped[str(row[1])].append(row)
    for name, parts in grouped.items():
        columns = tuple("(expression)" if part[3] is None else str(part[3]) for part in parts)
        partial = any(part[3] is None or part[4] is not None for part in parts)
        yield Index(name=name, columns=columns, unique=not parts[0][2], partial=partial)


def _foreign_keys(rows: Iterable[tuple[Value, ...]]) -> Iterable[ForeignKey]:
    grouped: dict[str, list[tuple[Value, ...]]] = defaultdict(list)
    for row in rows:
        grouped[str(row[1])].append(row)
    for name, parts in grouped.items():
        _, _, _, schema, table, _, on_delete, on_update, here = parts[0]
        yield ForeignKey(
            name=name, columns=tuple(str(part[2]) for part in parts),
            table=str(table) if schema == here else f"{schema!s}.{table!s}",
            referred_columns=tuple(str(part[5]) for part in parts), on_delete=str(on_delete), on_update=str(on_update),
        )  # fmt: skip
