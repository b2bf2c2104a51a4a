"""Which tables may not be touched: blocked ones, those that hold secrets, and (for writing) the engine's own."""

from collections.abc import Iterator

from sqlglot import exp

from tools.db.schema import Schema
from tools.errors import StatementError
from tools.safety.policy import Policy
from tools.safety.rules.catalogues import is_secret, is_system
from tools.sql.names import table_name
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Statement
from tools.sql.tables import is_cte

_MAX_VIEWS = 200
_TELLS = "holds credentials, values of other tables or server internals, which are never read"


def refused_relations(statement: Statement, policy: Policy, schema: Schema | None) -> Iterator[str]:
    """One reason per table."""
    for name in sorted(named_relations(statement, schema)):
        if policy.blocks_table(name):
            yield f"the table {name} is blocked by safety.blocked_tables"
        elif is_secret(name, statement.dialect):
            yield f"{name} {_TELLS}"
        elif elsewhere := _by_search_path(name, policy, schema):
            yield f"{name} is found in another schema, where something is blocked: write {elsewhere}"
    yield from _secret_words(statement)
    if statement.writes and (dotted := sorted({t.name for t in statement.tree.find_all(exp.Table) if "." in t.name})):
        yield f'"{dotted[0]}" cannot be told from a table in another schema, so it is not written here'
    for name in statement.writes:
        if is_system(name, statement.dialect):
            yield f"{name} belongs to the database engine and is never written"


def _by_search_path(name: str, policy: Policy, schema: Schema | None) -> str | None:
    """The full name, where the rules must see it: a bare name stands for a table outside the default schema."""
    table = schema.table(name) if schema and "." not in name else None
    hidden = table is not None and "." in table.name
    return table.name if table and hidden and (policy.blocks_table(table.name) or policy.blocked_columns) else None


def _secret_words(statement: Statement) -> Iterator[str]:
    """The names of secrets anywhere in the text, whatever the parser made of them."""
    tokens = statement.tokens
    for position, token in enumerate(tokens):
        name = token.name.lower()
        after = tokens[position + 1 : position + 3]
        dotted = f"{name}.{after[1].name.lower()}" if len(after) == 2 and after[0].text == "." else ""
        if statement.dialect is Dialect.MYSQL:
            secret = name == "mysql" and after[:1] and after[0].text == "." and is_secret(dotted, Dialect.MYSQL)
        else:
            secret = name.startswith(("pg_", "sqlite_")) and is_secret(name, statement.dialect)
        if secret:
            yield f"{dotted or name} {_TELLS}"


def named_relations(statement: Statement, schema: Schema | None) -> frozenset[str]:
    """Every relation that the text names, and those behind its views as far as the schema tells."""
    default = schema.default_schema if schema else None
    named = {
        table_name(table, statement.dialect, default)
        for table in statement.tree.find_all(exp.Table)
        if table.name and not is_cte(table, statement.dialect)
    }
    if not isinstance(statement.tree, exp.Command):
        return _with_views({*named, *statement.reads, *statement.writes}, schema)
    tokens = statement.tokens
    dotted = {
        f"{a.name}.{b.name}" for a, dot, b in zip(tokens, tokens[1:], tokens[2:], strict=False) if dot.text == "."
    }
    return frozenset({*statement.writes, *dotted, *(token.name for token in tokens[1:] if token.name)})


def view_statement(name: str, schema: Schema | None) -> Statement | None:
    """What a view selects; None when `name` is no view. Raises StatementError when it cannot be understood."""
    table = schema.table(name) if schema else None
    if schema is None or table is None or not table.definition:
        return None
    text = table.definition.strip()
    return parse(text, schema.dialect, default_schema=schema.default_schema)


def _with_views(names: set[str], schema: Schema | None) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting and len(seen) < _MAX_VIEWS:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            view = view_statement(name, schema)
        except StatementError:
            continue  # what a view hides beyond our understanding is the business of the rule for columns
        waiting += view.reads if view else ()
    return frozenset(seen)
