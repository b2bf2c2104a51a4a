"""Valid SQL that the parser does not know, written the way that it does.

Only for the tree that is looked at: the original text is what is fingerprinted, shown and executed. A replacement is
never longer than what it replaces, so every position stays; tables, columns and calls are never taken out.
"""

from collections.abc import Callable, Iterator, Sequence

from tools.sql.spelling import everywhere, mysql, postgres, sqlite
from tools.sql.spelling.edit import Edit
from tools.sql.statement import Dialect
from tools.sql.token import Token

Rule = Callable[[Sequence[Token], int], Iterator[Edit]]
_RULES: dict[Dialect, tuple[Rule, ...]] = {
    Dialect.POSTGRES: everywhere.RULES + postgres.RULES,
    Dialect.MYSQL: everywhere.RULES + mysql.RULES,
    Dialect.SQLITE: everywhere.RULES + sqlite.RULES,
}


def respelled(code: str, tokens: Sequence[Token], dialect: Dialect) -> str:
    """The code, of the same length, as the parser likes it."""
    edits = [edit for position in range(len(tokens)) for rule in _RULES[dialect] for edit in rule(tokens, position)]
    parts, done = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if edit.start >= done:  # else it stands inside of one before
            parts += [code[done : edit.start], edit.text.ljust(edit.end - edit.start)]
            done = edit.end
    return "".join((*parts, code[done:]))
