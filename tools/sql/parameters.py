"""Named parameters in the text (`:name`) -> what the driver of each dialect takes.

A name counts only where a value can stand: not in strings, comments, quoted names, casts (`::int`) or array slices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tools.errors import StatementError
from tools.sql.lexer import tokens_of
from tools.sql.statement import Dialect
from tools.sql.token import TokenKind

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class BoundSql(Generic[ValueT]):
    """What goes to the driver."""

    text: str
    values: Mapping[str, ValueT]


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    start: int
    end: int


def bind(text: str, params: Mapping[str, ValueT], dialect: Dialect) -> BoundSql[ValueT]:
    """Put the parameters into the driver's style. A name without a value is refused; one too many is dropped."""
    places = list(_places(text, dialect, params))
    if missing := sorted({place.name for place in places} - set(params)):
        raise StatementError(f"there is no value for :{missing[0]}", hint="give every named parameter a value")
    values = {place.name: params[place.name] for place in places}
    if dialect is Dialect.SQLITE:
        return BoundSql(text, values)
    pieces, end = [], 0
    for place in places:
        pieces += [text[end : place.start].replace("%", "%%"), f"%({place.name})s"]
        end = place.end
    return BoundSql("".join(pieces) + text[end:].replace("%", "%%"), values)


def _places(text: str, dialect: Dialect, params: Mapping[str, ValueT]) -> Iterator[_Place]:
    depth = 0
    before = None
    for token in tokens_of(text, dialect):
        depth += (token.text == "[") - (token.text == "]")
        if token.kind is TokenKind.PARAMETER and token.text[0] == ":":
            yield _Place(token.text[1:], token.start, token.end)
        elif token.kind is TokenKind.WORD and before is not None and before.text == ":" and before.end == token.start:
            # In brackets it may be the end of a slice: tags[1:n].
            yield from [_Place(token.text, before.start, token.end)] if depth == 0 or token.text in params else []
        before = token
