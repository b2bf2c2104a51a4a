"""How each dialect writes one and the same name."""

from sqlglot import exp

from tools.sql.statement import Dialect

DEFAULT_SCHEMA = {Dialect.POSTGRES: "public", Dialect.MYSQL: None, Dialect.SQLITE: "main"}


def fold(name: str) -> str:
    """Lower case as engines do it: ASCII letters only."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def written(identifier: exp.Expr, dialect: Dialect) -> str:
    """The name that the engine sees: PostgreSQL folds unquoted ASCII letters, the others keep what is written."""
    name = identifier.name
    if dialect is Dialect.POSTGRES and not identifier.args.get("quoted"):
        return fold(name)
    return name


def table_name(table: exp.Table, dialect: Dialect, default_schema: str | None = None) -> str:
    """Bare in the default schema, else `schema.table`."""
    name = written(table.this, dialect) if isinstance(table.this, exp.Identifier) else table.name
    schema = written(table.args["db"], dialect) if table.args.get("db") else ""
    default = default_schema or DEFAULT_SCHEMA[dialect]
    if not schema or (default is not None and schema.lower() == default.lower()):
        return name
    return f"{schema}.{name}"
