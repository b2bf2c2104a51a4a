"""The statements that add missing target columns, and the check that its type is a type and nothing more."""

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from skills.ai_column.paging import quote, quoted_table
from skills.ai_column.target import Target, TargetColumn
from skills.errors import TaskInvalid


def add_column_sql(target: Target) -> tuple[str, ...]:
    """One statement per missing column. Raises TaskInvalid for a type such as `TEXT, DROP COLUMN x`."""
    return tuple(_add(column, target) for column in target.missing)


def _add(column: TargetColumn, target: Target) -> str:
    name = quote(column.name, target.dialect)
    text = f"ALTER TABLE {quoted_table(target.table, target.dialect)} ADD COLUMN {name} {column.create_type}"
    try:
        statements = parse(text, dialect=target.dialect.value)
    except SqlglotError as error:
        raise _not_a_type(column) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Alter):
        raise _not_a_type(column)
    actions = statements[0].args.get("actions") or []
    if len(actions) != 1 or not isinstance(actions[0], exp.ColumnDef):
        raise _not_a_type(column)
    if not isinstance(actions[0].args.get("kind"), exp.DataType) or actions[0].args.get("constraints"):
        raise _not_a_type(column)
    return text


def _not_a_type(column: TargetColumn) -> TaskInvalid:
    return TaskInvalid(
        f"{column.create_type!r} is not a column type alone", hint="write one like VARCHAR(500), INTEGER or DATE"
    )
