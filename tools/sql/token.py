"""The smallest piece of SQL text."""

from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    WORD = "word"  # a keyword or an unquoted name
    QUOTED = "quoted"  # a quoted name
    STRING = "string"  # any kind of string literal, prefix included
    NUMBER = "number"
    PARAMETER = "parameter"  # what the engine itself takes as one: $1, ? or :name
    VARIABLE = "variable"  # MySQL's @name and @@name
    SYMBOL = "symbol"  # operators and punctuation


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands; `text` is the source text."""

    kind: TokenKind
    text: str
    start: int
    end: int  # exclusive

    @property
    def word(self) -> str:
        """The upper-case word, or '' when this is no unquoted word. Keywords are ASCII; `ſelect` is none."""
        return self.text.upper() if self.kind is TokenKind.WORD and self.text.isascii() else ""

    @property
    def name(self) -> str:
        """The name that a word or a quoted name stands for, as written; '' for anything else."""
        if self.kind is TokenKind.WORD:
            return self.text
        if self.kind is not TokenKind.QUOTED:
            return ""
        close = "]" if self.text[0] == "[" else self.text[0]
        inner = self.text[1:-1]
        return inner if close == "]" else inner.replace(close * 2, close)
