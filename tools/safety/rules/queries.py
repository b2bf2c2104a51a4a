"""What a query may not do besides reading: checked on the words of the text, independently of the parser's tree."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from tools.settings import Mode
from tools.sql.statement import Dialect, Kind, Statement
from tools.sql.token import Token

_PAIRS = {  # a word, and what must not follow it in a query
    "DELETE": {"FROM"},
    "INSERT": {"INTO", "IGNORE", "OR", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"},
    "MERGE": {"INTO"},
    "REPLACE": {"INTO"},
    "NEXT": {"VALUE"},
    "PREVIOUS": {"VALUE"},
    "PROCEDURE": {"ANALYSE"},
    "HANDLER": {"OPEN"},
}
_LOCKS = {"FOR": {"UPDATE", "SHARE", "NO", "KEY"}, "LOCK": {"IN"}}
_UPDATE_REACH = 8  # UPDATE ONLY s.t AS a SET


def hidden_effects(statement: Statement, mode: Mode) -> Iterator[str]:
    """Reasons against a statement that reads as a query."""
    if statement.kind is not Kind.SELECT:
        return
    tokens = statement.tokens
    for position, token in enumerate(tokens):
        if position and tokens[position - 1].text == ".":
            continue  # x.delete is a column
        following = tokens[position + 1].word if position + 1 < len(tokens) else ""
        if token.word == "INTO" or following in _PAIRS.get(token.word, ()) or _is_update(tokens, position):
            yield f"a query must not hold {token.word} {following}".rstrip()
        if token.text == ":=" and statement.dialect is Dialect.MYSQL:
            yield "a query must not set a variable (:=)"
        if mode is Mode.ASK and following in _LOCKS.get(token.word, ()):
            yield _LOCK_REASON
    if mode is Mode.ASK and next(statement.tree.find_all(exp.Lock), None) is not None:
        yield _LOCK_REASON


_LOCK_REASON = "a query must not lock rows (FOR UPDATE, FOR SHARE) in ask mode; leave the clause out"


def _is_update(tokens: Sequence[Token], position: int) -> bool:
    if tokens[position].word != "UPDATE":
        return False
    for token in tokens[position + 1 : position + _UPDATE_REACH]:
        if token.word == "SET":
            return True
        if not token.name and token.text not in (".", "*"):
            return False
    return False
