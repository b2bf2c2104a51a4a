"""A table by its name and in words: one line for a prompt, a page for a closer look."""

from tools.db.schema import Column, ForeignKey, Schema, Table
from tools.errors import UnknownName

MAX_DEFINITION_CHARS = 2000
MAX_ENUM_VALUES = 12
NO_ACTION = "NO ACTION"

# The same types in fewer words; every engine that writes the long ones knows the short ones.
SHORT_TYPES = (
    ("character varying", "varchar"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("time without time zone", "time"),
)


def find_table(schema: Schema, name: str) -> Table:
    table = schema.table(name)
    if table is None:
        near = schema.nearest(name)
        raise UnknownName(f"there is no table {name!r}", hint=f"nearest: {', '.join(near)}" if near else None)
    return table


def table_line(table: Table) -> str:
    """`table(col type, ...) -- comment`: keys, references and enums included."""
    references = {key.columns[0]: key for key in table.foreign_keys if len(key.columns) == 1}
    columns = ", ".join(_column(column, table, references.get(column.name)) for column in table.columns)
    kind = "" if table.kind.value == "table" else f"{table.kind.value} "
    comment = f" -- {_one_line(table.comment)}" if table.comment else ""
    return f"{kind}{table.name}({columns}){comment}"


def table_page(table: Table, schema: Schema) -> str:
    """Everything known about a table."""
    lines = [f"{table.kind.value} {table.name}"]
    if table.comment:
        lines.append(f"  comment: {_one_line(table.comment)}")
    if table.row_estimate is not None:
        lines.append(f"  about {table.row_estimate} rows")
    lines.append("columns:")
    lines += [f"  {_column_page(column)}" for column in table.columns]
    if table.primary_key:
        lines.append(f"primary key: {', '.join(table.primary_key)}")
    lines += [f"foreign key: {_reference(key)}" for key in table.foreign_keys]
    lines += [f"referenced by: {child.name}({', '.join(key.columns)})" for child, key in schema.referencing(table.name)]
    for index in table.indexes:
        lines.append(f"{'unique ' if index.unique else ''}index {index.name}: {', '.join(index.columns)}")
    lines += [f"check: {_one_line(check.text)}" for check in table.checks]
    if table.triggers:
        lines.append(f"triggers: {', '.join(table.triggers)}")
    if table.definition:
        lines.append(f"definition: {table.definition[:MAX_DEFINITION_CHARS]}")
    return "\n".join(lines)


def _column(column: Column, table: Table, key: ForeignKey | None) -> str:
    words = [column.name, _short(_type(column))]
    if column.name in table.primary_key:
        words.append("pk")
    if key is not None:
        words.append(f"-> {key.table}")
    if column.comment:
        words.append(f"/* {_one_line(column.comment)} */")
    return " ".join(words)


def _column_page(column: Column) -> str:
    words = [column.name, _type(column)]
    if not column.nullable:
        words.append("not null")
    if column.default is not None:
        words.append(f"default {column.default}")
    if column.generated:
        words.append("generated")
    if column.identity:
        words.append("identity")
    if column.comment:
        words.append(f"-- {_one_line(column.comment)}")
    return " ".join(words)


def _type(column: Column) -> str:
    if not column.enum:
        return column.type
    values = "|".join(column.enum[:MAX_ENUM_VALUES])
    return f"{column.type}({values}{'|…' if len(column.enum) > MAX_ENUM_VALUES else ''})"


def _short(type_name: str) -> str:
    for long, short in SHORT_TYPES:
        type_name = type_name.replace(long, short)
    return type_name


def _reference(key: ForeignKey) -> str:
    actions = [f"on delete {key.on_delete}"] if key.on_delete != NO_ACTION else []
    actions += [f"on update {key.on_update}"] if key.on_update != NO_ACTION else []
    target = f"{key.table}({', '.join(key.referred_columns)})"
    return " ".join([f"({', '.join(key.columns)}) -> {target}", *(action.lower() for action in actions)])


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
