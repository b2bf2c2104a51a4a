"""Spellings of SQLite."""

from collections.abc import Iterator, Sequence

from tools.sql.spelling.edit import Edit, words
from tools.sql.token import Token, TokenKind


def _arrow(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """f(a->'$.b'): the parser takes the arrow for that of an anonymous function. Any operator as tight will do."""
    if tokens[position].text == "->":
        yield Edit(tokens[position].start, tokens[position].end, "<<")


def _parameter(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """?1, :name, @name, $name"""
    if tokens[position].kind is TokenKind.PARAMETER:
        yield Edit(tokens[position].start, tokens[position].end, "?")


def _table_options(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """CREATE TABLE t (...) STRICT, WITHOUT ROWID"""
    if position != len(tokens) - 1 or words(tokens, 0, 1) != ("CREATE",):
        return
    start = position + 1
    while start > 1:
        if tokens[start - 1].word == "STRICT":
            start -= 1
        elif words(tokens, start - 2, 2) == ("WITHOUT", "ROWID"):
            start -= 2
        else:
            break
        if tokens[start - 1].text != ",":
            break
        start -= 1
    if start <= position and tokens[start - 1].text == ")":
        yield Edit(tokens[start].start, tokens[position].end)


RULES = (_arrow, _parameter, _table_options)
