"""Which functions a statement calls, by the engine's own syntax, and which of them are known to be harmless.

Every call in the three dialects is written `name (`, so the calls are read off the tokens and do not depend on how the
parser names them; what the parser says is added, never taken away.
"""

from sqlglot import exp

from tools.sql.functions import mysql, postgres, sqlite
from tools.sql.functions.words import index_prefixes, is_query_free_definition, is_structure
from tools.sql.names import fold
from tools.sql.statement import Dialect
from tools.sql.token import Token, TokenKind

ALLOWED = {Dialect.POSTGRES: postgres.ALLOWED, Dialect.MYSQL: mysql.ALLOWED, Dialect.SQLITE: sqlite.ALLOWED}
_BUILT_IN_SCHEMAS = {
    Dialect.POSTGRES: frozenset({"pg_catalog"}),
    Dialect.MYSQL: frozenset(),
    Dialect.SQLITE: frozenset(),
}


def called_functions(tokens: tuple[Token, ...], tree: exp.Expr, dialect: Dialect, *, changes: bool) -> frozenset[str]:
    """Every function called: lower case, `schema.name` when the schema is not the engine's own."""
    defined = _names_before_column_lists(tree, changes=changes)
    partitions = changes and is_query_free_definition(tokens)
    prefixes = index_prefixes(tokens) if dialect is Dialect.MYSQL else frozenset()
    calls = set()
    for position, token in enumerate(tokens[:-1]):
        if (
            tokens[position + 1].text != "("
            or token.start in defined
            or position in prefixes
            or is_structure(tokens, position, changes=changes, partitions=partitions)
        ):
            continue
        if name := _called_name(token, dialect):
            calls.add(_qualified(name, tokens, position, dialect))
    unknown = {node.name.lower() for node in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc) if node.name}
    return frozenset(
        calls
        | {name for name in unknown if not any(call.split(".")[-1].lower() == name for call in calls)}
        - {"values", "row", "all", "any", "some"}
    )


def parser_names(tree: exp.Expr) -> frozenset[str]:
    """The names by which the parser knows the functions: more names for the deny-list of a configuration."""
    return frozenset(name.lower() for node in tree.find_all(exp.Func) for name in type(node).sql_names() if name) - {
        "anonymous"
    }


def _called_name(token: Token, dialect: Dialect) -> str:
    if token.kind is TokenKind.STRING and dialect is Dialect.SQLITE:
        return token.text.strip("'").lower()  # SQLite takes a string where it wants a name
    if token.kind is TokenKind.PARAMETER:
        return token.text.lstrip(":@$?").lower()
    if token.kind is TokenKind.QUOTED and dialect is Dialect.POSTGRES:
        return token.name  # "Lower" is another function than lower
    return fold(token.name)


def _qualified(name: str, tokens: tuple[Token, ...], position: int, dialect: Dialect) -> str:
    parts = [name]
    while position >= 2 and tokens[position - 1].text == "." and tokens[position - 2].name:
        position -= 2
        parts.insert(0, _called_name(tokens[position], dialect))
    if len(parts) == 2 and parts[0] in _BUILT_IN_SCHEMAS[dialect]:
        return name
    return ".".join(parts)


def _names_before_column_lists(tree: exp.Expr, *, changes: bool) -> frozenset[int]:
    """Where names stand that are followed by a list of columns: aliases, CTEs, and targets of a change."""
    starts = set()
    for identifier in tree.find_all(exp.Identifier):
        parent = identifier.parent
        if isinstance(parent, exp.TableAlias) or (
            changes
            and isinstance(
                parent, exp.Table | exp.Index | exp.Constraint | exp.IndexColumnConstraint | exp.UniqueColumnConstraint
            )
        ):
            starts.add(identifier.meta.get("start", -1))
    return frozenset(starts)
