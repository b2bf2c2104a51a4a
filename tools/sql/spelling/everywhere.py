"""Spellings of more than one dialect."""

from collections.abc import Iterator, Sequence

from tools.sql.spelling.edit import Edit, words
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


RULES = (_replace, _update_or, _overriding)
