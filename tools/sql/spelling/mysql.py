"""Spellings of MySQL and MariaDB."""

from collections.abc import Iterator, Sequence

from tools.sql.functions.words import index_prefixes
from tools.sql.spelling.edit import Edit, closing, texts, words
from tools.sql.token import Token, TokenKind


def _arrow(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """f(a->'$.b'): the parser takes the arrow for that of an anonymous function. Any operator as tight will do."""
    if tokens[position].text == "->":
        yield Edit(tokens[position].start, tokens[position].end, "<<")


def _rows_examined(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """LIMIT 10 ROWS EXAMINED 1000"""
    limit = tokens[position + 2 : position + 3]
    if words(tokens, position, 2) == ("ROWS", "EXAMINED") and limit and limit[0].kind is TokenKind.NUMBER:
        yield Edit(tokens[position].start, limit[0].end)


def _json_table(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """JSON_TABLE(... COLUMNS (a INT PATH '$.a' DEFAULT '0' ON EMPTY NULL ON ERROR))"""
    if words(tokens, position, 1) != ("JSON_TABLE",) or position + 1 == len(tokens):
        return
    for at in range(position + 1, closing(tokens, position + 1)):
        if words(tokens, at, 2) == ("EXISTS", "PATH"):
            yield Edit(tokens[at].start, tokens[at].end)
        if words(tokens, at, 1) != ("ON",) or words(tokens, at + 1, 1) not in (("EMPTY",), ("ERROR",)):
            continue
        if tokens[at - 1].word in ("NULL", "ERROR"):
            yield Edit(tokens[at - 1].start, tokens[at + 1].end)
        elif tokens[at - 2].word == "DEFAULT" and tokens[at - 1].kind in (TokenKind.STRING, TokenKind.NUMBER):
            yield Edit(tokens[at - 2].start, tokens[at + 1].end)


def _index_prefix(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """KEY k (name(10))"""
    if position == 0:
        yield from (Edit(tokens[at + 1].start, tokens[at + 3].end) for at in index_prefixes(tokens))


def _partitions(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """CREATE TABLE t (...) PARTITION BY ..., unless a query or an option that reaches outside follows."""
    if position or words(tokens, 0, 2) != ("CREATE", "TABLE"):
        return
    while position < len(tokens) and words(tokens, position, 2) != ("PARTITION", "BY"):
        position += 1
    if position < len(tokens) and _NOT_IN_PARTITIONS.isdisjoint(token.word for token in tokens[position:]):
        yield Edit(tokens[position].start, tokens[-1].end)


_NOT_IN_PARTITIONS = frozenset(
    {"SELECT", "WITH", "AS", "TABLE", "DIRECTORY", "CONNECTION", "ENGINE", "TABLESPACE", "LIKE"}
)


def _modifiers(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """UPDATE LOW_PRIORITY IGNORE t, DELETE QUICK FROM t, CREATE FULLTEXT INDEX i"""
    before = tokens[position - 1].word if position else ""
    if position == 1 and words(tokens, position, 1)[0] in _MODIFIERS.get(before, ()):
        while position < len(tokens) and tokens[position].word in _MODIFIERS[before]:
            yield Edit(tokens[position].start, tokens[position].end)
            position += 1


_MODIFIERS = {
    "UPDATE": {"LOW_PRIORITY", "IGNORE"},
    "DELETE": {"LOW_PRIORITY", "QUICK", "IGNORE"},
    "INSERT": {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"},
    "REPLACE": {"LOW_PRIORITY", "DELAYED"},
    "CREATE": {"FULLTEXT", "SPATIAL"},
}


def _limited_concat(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """GROUP_CONCAT(a ORDER BY b SEPARATOR '|' LIMIT 3)"""
    found = words(tokens, position, 3)
    if found[::2] == ("SEPARATOR", "LIMIT") and tokens[position + 1].kind is TokenKind.STRING:
        yield Edit(tokens[position].start, tokens[position + 1].end)


def _values_query(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """WITH v AS (VALUES (1, 2), (3, 4)): to the parser VALUES is a function here; rows will do as columns."""
    if texts(tokens, position, 4) == ("AS", "(", "VALUES", "("):
        yield Edit(tokens[position + 2].start, tokens[position + 2].end, "SELECT")


RULES = (
    _arrow,
    _rows_examined,
    _json_table,
    _index_prefix,
    _partitions,
    _modifiers,
    _limited_concat,
    _values_query,
)
