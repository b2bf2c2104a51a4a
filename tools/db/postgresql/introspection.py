"""Reads the structure of a PostgreSQL database from its catalogs in a constant number of statements."""

from collections import defaultdict
from datetime import datetime

from tools.db.connection import Connection
from tools.db.postgresql import catalog
from tools.db.schema import Check, Column, ForeignKey, Index, Schema, Table, TableKind
from tools.db.values import Value
from tools.sql.statement import Dialect

MANY = 5_000_000
KINDS = {
    "r": TableKind.TABLE, "p": TableKind.TABLE, "v": TableKind.VIEW, "m": TableKind.MATERIALIZED_VIEW,
    "f": TableKind.FOREIGN,
}  # fmt: skip
ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

Grouped = dict[int, list[tuple[Value, ...]]]


def change_mark(connection: Connection) -> str:
    return str(connection.read(catalog.CHANGE_MARK, max_rows=1).rows[0])


def read_schema(connection: Connection, at: datetime) -> Schema:
    current, path = connection.read(catalog.DEFAULT_SCHEMA, max_rows=1).rows[0]
    default_schema = str(current or "public")
    columns = _by_table(connection, catalog.COLUMNS)
    constraints = _by_table(connection, catalog.CONSTRAINTS)
    indexes = _by_table(connection, catalog.INDEXES)
    triggers = _by_table(connection, catalog.TRIGGERS)
    found: dict[str, Table] = {}
    for oid, schema, bare, kind, comment, estimate, *traits, definition in _rows(connection, catalog.TABLES):
        assert isinstance(oid, int)
        transactional, inherited = traits
        own = constraints.get(oid, [])
        name = _name(schema, bare, default_schema)
        found[name] = Table(
            name=name,
            kind=KINDS[str(kind)],
            columns=tuple(_column(row) for row in columns.get(oid, [])),
            primary_key=next((_names(row[3]) for row in own if row[2] == "p"), ()),
            unique_keys=_unique_keys(own, indexes.get(oid, [])),
            foreign_keys=tuple(_foreign_key(row, default_schema) for row in own if row[2] == "f"),
            indexes=tuple(_index(row) for row in indexes.get(oid, [])),
            checks=tuple(Check(name=str(row[1]), text=str(row[9])) for row in own if row[2] == "c"),
            comment=_text(comment),
            row_estimate=round(estimate) if isinstance(estimate, float) and estimate >= 0 else None,
            transactional=bool(transactional),
            inherited=bool(inherited),
            triggers=tuple(str(row[1]) for row in triggers.get(oid, [])),
            definition=_text(definition),
        )
    return Schema(
        dialect=Dialect.POSTGRES, default_schema=default_schema, tables=found, read_at=at, search_path=_names(path)
    )


def _rows(connection: Connection, sql: str) -> tuple[tuple[Value, ...], ...]:
    return connection.read(sql, max_rows=MANY).rows


def _by_table(connection: Connection, sql: str) -> Grouped:
    grouped: Grouped = defaultdict(list)
    for row in _rows(connection, sql):
        assert isinstance(row[0], int)
        grouped[row[0]].append(row)
    return grouped


def _name(schema: Value, table: Value, default_schema: str) -> str:
    return str(table) if schema == default_schema else f"{schema!s}.{table!s}"


def _names(array: Value) -> tuple[str, ...]:
    return tuple(str(name) for name in array) if isinstance(array, list) else ()


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _column(row: tuple[Value, ...]) -> Column:
    _, name, type_name, not_null, default, comment, generated, identity, labels = row
    text = _text(default)
    return Column(
        name=str(name), type=str(type_name), nullable=not not_null, default=text, comment=_text(comment),
        generated=bool(generated), identity=bool(identity) or (text or "").startswith("nextval("),
        identity_always=identity == "a", enum=_names(labels) or None,
    )  # fmt: skip


def _foreign_key(row: tuple[Value, ...], default_schema: str) -> ForeignKey:
    _, name, _, columns, schema, table, referred, on_delete, on_update, _ = row
    return ForeignKey(
        name=str(name), columns=_names(columns), table=_name(schema, table, default_schema),
        referred_columns=_names(referred), on_delete=ACTIONS[str(on_delete)], on_update=ACTIONS[str(on_update)],
    )  # fmt: skip


def _index(row: tuple[Value, ...]) -> Index:
    _, name, unique, partial, columns, _ = row
    return Index(name=str(name), columns=_names(columns), unique=bool(unique), partial=bool(partial))


def _unique_keys(constraints: list[tuple[Value, ...]], indexes: list[tuple[Value, ...]]) -> tuple[tuple[str, ...], ...]:
    """Constraints and plain unique indexes; a deferrable constraint can be violated for a while, so it is no key."""
    keys = [_names(row[3]) for row in constraints if row[2] == "u"]
    keys += [_names(row[4]) for row in indexes if row[2] and not row[3] and row[5] == "key"]
    return tuple(dict.fromkeys(keys))
