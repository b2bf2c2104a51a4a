"""Is a line SQL or a question? Decided by its first words alone, so that a person can predict it.

Many verbs open both ("update products set price = 1", "update all prices"); what follows them decides. In doubt it
is a question. A line that begins with such a verb and ends with a semicolon is always SQL, and so is `/sql ...`.
Verbs that only some engines have (DESCRIBE, SHOW, PRAGMA, ...) begin a question everywhere else.
"""

import re

_NAME = r"[\w.\"`\[\]]+"
_SHAPES = re.compile(
    rf"""
      select\s+(?!(the|me|a|an|some|every|only|which|any)\s)\S
    | select\s*[*('"]
    | with\s+(recursive\s+)?{_NAME}\s*(\([^)]*\)\s*)?as\s
    | values\s*\(
    | (insert|replace)\s+(or\s+\w+\s+|ignore\s+)?into\s+{_NAME}\s*(\(|values\b|select\b|default\b|set\b|with\b)
    | update\s+{_NAME}(\s+(as\s+)?\w+)?\s+set\s+{_NAME}\s*=
    | delete\s+from\s+{_NAME}(\s+(where|using|as|order|limit|returning)\b|\s*$)
    | (create|alter|drop)\s+((or\s+replace|temp|temporary|unique|virtual|materialized)\s+)*
      (table|view|index|trigger|schema|database|type|sequence)\s+(if\s+(not\s+)?exists\s+)?
      {_NAME}(\s*$|\s*\(|\s+(as|on|using|add|drop|rename|alter|modify|change|cascade|restrict|owner|set)\b)
    | (explain|analyze)\s+(query\s+plan\s+|analyze\s+|\([^)]*\)\s*)?(select|with|insert|update|delete|values|table)\b
    | (begin|commit|rollback|end)(\s+(transaction|work))?\s*$
    | (savepoint|release|rollback\s+to)(\s+savepoint)?\s+\w+\s*$
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TRUNCATE = (
    rf"truncate\s+(table\s+)?{_NAME}(\s*,\s*{_NAME})*(\s+(restart|continue)\s+identity)?(\s+(cascade|restrict))?\s*$"
)
_OF_SERVERS = rf"{_TRUNCATE}|start\s+transaction\b|table\s+{_NAME}\s*$|set\s+{_NAME}\s*(=|\sto\s)"
_OF_ONE_ENGINE = {
    "sqlite": rf"pragma\s+{_NAME}",
    "postgres": rf"""{_OF_SERVERS}|set\s+(session|local)\s+{_NAME}\s*(=|\sto\s)
        |show\s+(all|search_path|timezone|\w+_(version|timeout))\s*$""",
    "mysql": rf"""{_OF_SERVERS}|(describe|desc)\s+{_NAME}\s*$|set\s+(session\s+|local\s+|global\s+|@@?){_NAME}\s*=
        |show\s+(full\s+)?(tables|databases|schemas|variables|status|processlist|warnings|errors|columns|index|create)\b""",
}
_SHAPES_OF = {name: re.compile(shapes, re.IGNORECASE | re.VERBOSE) for name, shapes in _OF_ONE_ENGINE.items()}
_VERBS = re.compile(
    r"(select|with|values|insert|replace|update|delete|create|alter|drop|truncate|explain|analyze|show|describe|desc"
    r"|table|pragma|set|begin|commit|rollback|end|start|savepoint|release|grant|revoke|call|merge|comment|vacuum"
    r"|attach|detach|reindex|copy|lock|do|execute|prepare|use)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(\s+|--[^\n]*(\n|$)|/\*.*?\*/|\()*", re.DOTALL)


def is_sql(line: str, dialect: str | None = None) -> bool:
    """Whether the line runs as a statement instead of being asked as a question; `dialect` None: on any engine."""
    bare = line[_LEADING.match(line).end() :].strip()  # type: ignore[union-attr]  # matches the empty text too
    if bare.endswith(";") and _VERBS.match(bare):
        return True
    of_engines = _SHAPES_OF.values() if dialect is None else (_SHAPES_OF[dialect],)
    return any(shapes.match(bare) for shapes in (_SHAPES, *of_engines))
