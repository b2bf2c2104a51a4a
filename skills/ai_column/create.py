"""The statement that adds a missing target column, and the check that its type is a type and nothing more."""

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from skills.ai_column.paging import quote, quoted_table
from skills.ai_column.target import Target
from skills.errors import TaskInvalid


def add_column_sql(target: Target) -> str:
    """Raises TaskInvalid for a type such as `TEXT, DROP COLUMN x` or `TEXT REFERENCES y`."""
    name = quote(target.column, target.dialect)
    text = f"ALTER TABLE {quoted_table(target.table, target.dialect)} ADD COLUMN {name} {target.create_type}"
    try:
        statements = parse(text, dialect=target.dialect.value)
    except SqlglotError as error:
        raise _not_a_type(target) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Alter):
        raise _not_a_type(target)
    actions = statements[0].args.get("actions") or []
    if len(actions) != 1 or not isinstance(actions[0], exp.ColumnDef):
        raise _not_a_type(target)
    if not isinstance(actions[0].args.get("kind"), exp.DataType) or actions[0].args.get("constraints"):
        raise _not_a_type(target)
    return text


def _not_a_type(target: Target) -> TaskInvalid:
    return TaskInvalid(
        f"{target.create_type!r} is not a column type alone", hint="write one like VARCHAR(500), INTEGER or DATE"
    )
