"""One replacement in a text, and what the rules need to look at tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.sql.token import Token


@dataclass(frozen=True, slots=True)
class Edit:
    """`text`, filled up with spaces, instead of what stands from `start` to `end`."""

    start: int
    end: int
    text: str = ""


def words(tokens: Sequence[Token], position: int, count: int) -> tuple[str, ...]:
    """The next unquoted words in upper case; '' for what is none."""
    return tuple(token.word for token in tokens[position : position + count])


def texts(tokens: Sequence[Token], position: int, count: int) -> tuple[str, ...]:
    """The next tokens as they stand, in upper case."""
    return tuple(token.text.upper() for token in tokens[position : position + count])


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Where the bracket at `opening` is closed; the last token when it is not."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position].text == "(") - (tokens[position].text == ")")
        if not depth:
            return position
    return len(tokens) - 1
