"""Spellings of more than one dialect."""

from collections.abc import Iterator, Sequence

from tools.sql.spelling.edit import Edit, closing, words
from tools.sql.token import Token

_CONFLICTS = {(word,) for word in ("ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE")}


def _replace(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """REPLACE INTO t: an INSERT to the parser."""
    before = tokens[position - 1].word if position else ""
    found = words(tokens, position, 2)
    if found[0] == "REPLACE" and before != "OR" and (position == 0 or found[1:] == ("INTO",)):
        yield Edit(tokens[position].start, tokens[position].end, "INSERT")


def _update_or(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """UPDATE OR IGNORE t"""
    found = words(tokens, position, 3)
    if found[:2] == ("UPDATE", "OR") and found[2:] in _CONFLICTS:
        yield Edit(tokens[position + 1].start, tokens[position + 2].end)


def _overriding(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """INSERT INTO t OVERRIDING SYSTEM VALUE"""
    found = words(tokens, position, 3)
    if found[::2] == ("OVERRIDING", "VALUE") and found[1] in ("SYSTEM", "USER"):
        yield Edit(tokens[position].start, tokens[position + 2].end)


def _limit_remainder(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """LIMIT 2 - n % 2: the parser takes the remainder for the sign of a percentage."""
    if words(tokens, position, 1) != ("LIMIT",):
        return
    at = position + 1
    while at < len(tokens) and tokens[at].text not in (")", ",", ";") and tokens[at].word not in _AFTER_LIMIT:
        if tokens[at].text == "%":
            yield Edit(tokens[at].start, tokens[at].end, "/")
        at = closing(tokens, at) + 1 if tokens[at].text == "(" else at + 1


_AFTER_LIMIT = frozenset({"OFFSET", "FETCH", "FOR"})
RULES = (_replace, _update_or, _overriding, _limit_remainder)
