"""SQL text -> tokens, by each engine's own lexical rules.

Where a string, a quoted name or a comment ends decides what an engine executes, so it is decided here, exactly as
the engine does it (comments nest in PostgreSQL only, `--` needs a space in MySQL, ...). Comments are dropped. What
cannot be read to its end, or would be read otherwise under another server setting, is refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.errors import StatementError
from tools.sql.statement import Dialect
from tools.sql.token import Token, TokenKind


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, kept only for the guard to look at."""

    text: str
    start: int
    end: int


Lexeme = Token | Comment

_SPACE = " \t\r\n"
_WORD = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*")
# MySQL names may start with a digit or a dollar sign; 0x1f and 1e5 are still numbers.
_MYSQL_WORD = re.compile(
    r"[A-Za-z_$\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*"
    r"|(?!0[xb][0-9A-Fa-f]+\b)\d+(?![eE][+-]?\d)[A-Za-z_$\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*"
)
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?")
_DOLLAR_TAG = re.compile(r"\$(?:[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*)?\$")
_VARIABLE = re.compile(r"@@?(?:[\w$.\u0080-\U0010ffff]+|(?=[`'\"]))")
_PARAMETER = {
    Dialect.POSTGRES: re.compile(r"\$\d+"),
    Dialect.MYSQL: re.compile(r"\?"),
    Dialect.SQLITE: re.compile(r"\?\d*|[:@$][A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*"),
}
_SYMBOL = re.compile(r"::|:=|<=>|->>|->|#>>|#>|\|\||<>|!=|<=|>=|==|<<|>>|&&|@>|<@|.", re.DOTALL)
_PREFIXES = {
    Dialect.POSTGRES: frozenset({"E", "B", "X", "N"}),
    Dialect.MYSQL: frozenset({"B", "X", "N"}),
    Dialect.SQLITE: frozenset({"X"}),
}


def lex(text: str, dialect: Dialect) -> tuple[Lexeme, ...]:
    """Every token and comment of `text`, in order."""
    escapes = dialect is Dialect.MYSQL
    lexemes = tuple(_Lexer(text, dialect, escapes=escapes).lexemes())
    if _has_escaped_quote(lexemes, dialect) and _other_reading(text, dialect, escapes=not escapes) not in (
        None,
        lexemes,
    ):
        raise StatementError(
            "a backslash before a quote makes the end of a string depend on a server setting",
            hint="double the quote ('') instead",
        )
    return lexemes


def tokens_of(text: str, dialect: Dialect) -> tuple[Token, ...]:
    """The tokens of `text`; comments are left out."""
    return tuple(lexeme for lexeme in lex(text, dialect) if isinstance(lexeme, Token))


def _has_escaped_quote(lexemes: tuple[Lexeme, ...], dialect: Dialect) -> bool:
    if dialect is Dialect.SQLITE:
        return False
    return any(
        isinstance(lexeme, Token) and lexeme.text[0] in "'\"" and re.search(r"\\['\"]", lexeme.text) is not None
        for lexeme in lexemes
    )


def _other_reading(text: str, dialect: Dialect, *, escapes: bool) -> tuple[Lexeme, ...] | None:
    """The text under the other meaning of backslashes; None when an engine would reject that at once."""
    try:
        lexemes = tuple(_Lexer(text, dialect, escapes=escapes).lexemes())
    except StatementError:
        return None
    return None if any(isinstance(lexeme, Token) and lexeme.text == "\\" for lexeme in lexemes) else lexemes


class _Lexer:
    """One pass over one text."""

    def __init__(self, text: str, dialect: Dialect, *, escapes: bool) -> None:
        self._text = text
        self._dialect = dialect
        self._escapes = escapes  # whether a backslash escapes in an ordinary string
        self._word = _MYSQL_WORD if dialect is Dialect.MYSQL else _WORD
        # The first rule that matches wins; the order is part of the grammar.
        self._rules: tuple[Callable[[int], Lexeme | None], ...] = (
            self._comment,
            self._string,
            self._quoted,
            self._named,
            self._number,
        )

    def lexemes(self) -> Iterator[Lexeme]:
        position = 0
        while position < len(self._text):
            if self._text[position] in _SPACE:
                position += 1
                continue
            lexeme = next(found for rule in (*self._rules, self._symbol) if (found := rule(position)) is not None)
            yield lexeme
            position = lexeme.end

    def _comment(self, at: int) -> Comment | None:
        if self._text.startswith("/*", at):
            end = self._block_comment_end(at)
        elif self._text.startswith("--", at):
            if self._dialect is Dialect.MYSQL and self._text[at + 2 : at + 3] not in ("", *_SPACE):
                raise StatementError(
                    "`--` without a space after it is not a comment in MySQL", hint="write `-- ` or `- -`"
                )
            end = self._line_end(at)
        elif self._dialect is Dialect.MYSQL and self._text[at] == "#":
            end = self._line_end(at)
        else:
            return None
        return Comment(self._text[at:end], at, end)

    def _line_end(self, at: int) -> int:
        if self._dialect is Dialect.POSTGRES:
            found = re.compile(r"[\r\n]").search(self._text, at)
            return found.start() if found else len(self._text)
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _block_comment_end(self, at: int) -> int:
        depth, position = 1, at + 2
        nests = self._dialect is Dialect.POSTGRES
        while depth:
            close = self._text.find("*/", position)
            if close < 0:
                raise StatementError("a comment is not closed", hint="end it with */")
            inner = self._text.find("/*", position, close) if nests else -1
            depth, position = (depth + 1, inner + 2) if inner >= 0 else (depth - 1, close + 2)
        return position

    def _string(self, at: int) -> Token | None:
        if self._dialect is Dialect.POSTGRES and self._text[at] == "$":
            return self._dollar_string(at)
        prefixed = self._text[at + 1 : at + 2] == "'" and self._text[at].upper() in _PREFIXES[self._dialect]
        quote = at + 1 if prefixed else at
        doubles = self._dialect is Dialect.MYSQL and self._text[quote] == '"'
        if self._text[quote] != "'" and not doubles:
            return None
        escapes = self._escapes or (prefixed and self._dialect is Dialect.POSTGRES and self._text[at] in "eE")
        return self._token(TokenKind.STRING, at, self._quote_end(quote, escapes=escapes))

    def _dollar_string(self, at: int) -> Token | None:
        tag = _DOLLAR_TAG.match(self._text, at)
        if tag is None:
            return None
        end = self._text.find(tag[0], tag.end())
        if end < 0:
            raise StatementError("a dollar-quoted string is not closed", hint=f"end it with {tag[0]}")
        return self._token(TokenKind.STRING, at, end + len(tag[0]))

    def _quote_end(self, quote: int, *, escapes: bool) -> int:
        mark, position = self._text[quote], quote + 1
        while position < len(self._text):
            if escapes and self._text[position] == "\\":
                position += 2
            elif self._text[position] != mark:
                position += 1
            elif self._text[position + 1 : position + 2] == mark:
                position += 2
            else:
                return position + 1
        raise StatementError("a quoted string or name is not closed", hint=f"end it with {mark}")

    def _quoted(self, at: int) -> Token | None:
        mark = self._text[at]
        if mark == "[" and self._dialect is Dialect.SQLITE:
            end = self._text.find("]", at) + 1
            if not end:
                raise StatementError("a quoted name is not closed", hint="end it with ]")
        elif (mark == "`" and self._dialect is not Dialect.POSTGRES) or mark == '"':
            end = self._quote_end(at, escapes=False)
        else:
            return None
        return self._token(TokenKind.QUOTED, at, end)

    def _named(self, at: int) -> Token | None:
        if self._dialect is Dialect.MYSQL and (found := _VARIABLE.match(self._text, at)):
            return self._token(TokenKind.VARIABLE, at, found.end())
        if found := self._word.match(self._text, at):
            return self._token(TokenKind.WORD, at, found.end())
        if found := _PARAMETER[self._dialect].match(self._text, at):
            return self._token(TokenKind.PARAMETER, at, found.end())
        return None

    def _number(self, at: int) -> Token | None:
        found = _NUMBER.match(self._text, at)
        return self._token(TokenKind.NUMBER, at, found.end()) if found else None

    def _symbol(self, at: int) -> Token:
        found = _SYMBOL.match(self._text, at)
        return self._token(TokenKind.SYMBOL, at, found.end() if found else at + 1)

    def _token(self, kind: TokenKind, start: int, end: int) -> Token:
        return Token(kind, self._text[start:end], start, end)
