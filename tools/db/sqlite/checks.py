"""CHECK conditions out of a CREATE TABLE text, which is the only place where SQLite keeps them."""

import re
from collections.abc import Iterator

# Strings, quoted names and comments are passed over whole.
TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^]]*]|--[^\n]*|/\*.*?\*/|\w+|[^\w\s]""", re.DOTALL)


def check_conditions(sql: str) -> Iterator[str]:
    """The text inside each `CHECK ( ... )`."""
    tokens = list(TOKEN.finditer(sql)) if "check" in sql.lower() else []
    for position, token in enumerate(tokens[:-1]):
        if token[0].lower() == "check" and tokens[position + 1][0] == "(":
            yield _inside(sql, tokens[position + 1 :])


def _inside(sql: str, tokens: list[re.Match[str]]) -> str:
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return sql[tokens[0].end() : token.start()].strip()
    return sql[tokens[0].end() :].strip()
