"""What is refused before any parsing: text that hides something from the reader or from the parser.

`guard` gives the tokens and the text with its comments blanked out (same length, same positions); the parser sees
nothing else, and `check_agreement` makes sure that it reads strings and quoted names as we do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import Token as ParserToken
from sqlglot import TokenType
from sqlglot.errors import SqlglotError

from tools.errors import StatementError
from tools.sql.lexer import Comment, lex
from tools.sql.statement import Dialect
from tools.sql.token import Token, TokenKind

MAX_CHARACTERS = 100_000
MAX_DEPTH = 100
# The parser doubles its time with every nested `ARRAY[` or `DECIMAL(`, and squares it with `a[1][1][1]...`.
MAX_DOUBLING_DEPTH = 8
MAX_SUBSCRIPTS = 50

# Never, not even in a string: they make a text look like another one or end it early for some reader.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udfff]"
)
# In a string they are text (emoji, Persian, Chinese); elsewhere engines and people disagree what they are.
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u200c\u200d\u202f\u205f\u3000]")
# Full-width semicolons: a statement ends there for some readers.
_ODD_END = re.compile("[\u037e\ufe54\uff1b]")
_HINT_WITH_SETTINGS = re.compile(r"\b(SET_VAR|SET|MAX_EXECUTION_TIME|RESOURCE_GROUP)\s*\(", re.IGNORECASE)
_QUOTED_TYPES = frozenset(
    {
        TokenType.STRING,
        TokenType.IDENTIFIER,
        TokenType.HEREDOC_STRING,
        TokenType.RAW_STRING,
        TokenType.BYTE_STRING,
        TokenType.HEX_STRING,
        TokenType.BIT_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.UNICODE_STRING,
    }
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text that may be parsed."""

    code: str  # the text, comments blanked, without trailing semicolons
    tokens: tuple[Token, ...]  # without trailing semicolons


def guard(text: str, dialect: Dialect) -> Guarded:
    """Refuse what cannot be read safely; see the module's promise."""
    _check_characters(text)
    lexemes = lex(text, dialect)
    tokens = [lexeme for lexeme in lexemes if isinstance(lexeme, Token)]
    code = text
    for lexeme in lexemes:
        if isinstance(lexeme, Comment):
            _check_comment(lexeme, dialect)
            code = code[: lexeme.start] + " " * (lexeme.end - lexeme.start) + code[lexeme.end :]
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise StatementError("there is no statement in the text", hint="write one SQL statement")
    _check_tokens(tokens, dialect)
    return Guarded(code[: tokens[-1].end], tuple(tokens))


def _check_characters(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise StatementError(f"the text is longer than {MAX_CHARACTERS} characters", hint="split the work")
    if found := _INVISIBLE.search(text):
        raise StatementError(
            f"the text holds an invisible or control character (U+{ord(found[0]):04X})",
            hint="remove it, or write chr()/char()",
        )


def _check_comment(comment: Comment, dialect: Dialect) -> None:
    if dialect is Dialect.MYSQL and re.match(r"/\*M?!", comment.text):
        raise StatementError("executable comments (/*! */) are refused", hint="write the code without the comment")
    if not comment.text.startswith("/*") and re.search(r"\r(?!\n|$)", comment.text):
        raise StatementError("a comment ends at a lone carriage return for some readers", hint="use line feeds")
    if comment.text.startswith(("/*+", "--+")) and _HINT_WITH_SETTINGS.search(comment.text):
        raise StatementError("an optimizer hint must not change settings", hint="leave the hint out")


def _check_tokens(tokens: list[Token], dialect: Dialect) -> None:
    _check_brackets(tokens, dialect)
    for position, token in enumerate(tokens):
        if token.text == ";":
            raise StatementError("the text holds more than one statement", hint="send one statement at a time")
        if token.kind is not TokenKind.STRING and (odd := _ODD_SPACE.search(token.text)):
            raise StatementError(
                f"a special space (U+{ord(odd[0]):04X}) stands in the code", hint="use an ordinary one"
            )
        if token.kind is TokenKind.WORD and _ODD_END.search(token.text):
            raise StatementError("a full-width semicolon stands in the code", hint="leave it out")
        if dialect is Dialect.POSTGRES and position:
            _check_string_forms(tokens[position - 1], token, tokens[position - 2] if position > 1 else None)


def _check_brackets(tokens: list[Token], dialect: Dialect) -> None:
    doubling = _doubling_words(dialect)
    opened: list[bool] = []
    subscripts = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.text in ("(", "["):
            opened.append(token.text == "[" or (before is not None and before.text.upper() in doubling))
            subscripts += before is not None and before.text == "]" and token.text == "["
            if len(opened) > MAX_DEPTH or sum(opened) > MAX_DOUBLING_DEPTH or subscripts > MAX_SUBSCRIPTS:
                raise StatementError("brackets are nested too deeply", hint="use common table expressions")
        elif token.text in (")", "]"):
            if not opened:
                raise StatementError("a closing bracket has no opening one")
            opened.pop()


@cache
def _doubling_words(dialect: Dialect) -> frozenset[str]:
    """Names of types: before a bracket the parser tries them twice, as a type and as a call."""
    known = sqlglot.Dialect.get_or_raise(dialect.value)
    types = known.parser_class.TYPE_TOKENS
    return frozenset(word for word, kind in known.tokenizer_class.KEYWORDS.items() if kind in types)


def _check_string_forms(before: Token, token: Token, earlier: Token | None) -> None:
    if token.kind not in (TokenKind.STRING, TokenKind.QUOTED):
        return
    if before.text == "&" and before.end == token.start and earlier is not None and earlier.word == "U":
        raise StatementError("U& strings and names are refused", hint="write the characters themselves")
    # The second part of a string continued on the next line takes over the escapes of the first.
    if token.kind is TokenKind.STRING and before.kind is TokenKind.STRING and before.text[0] != "'":
        raise StatementError("a prefixed string is continued by another string", hint="write it as one string")


def check_agreement(code: str, tokens: Sequence[Token], dialect: Dialect) -> None:
    """Refuse code whose strings and quoted names the parser would see elsewhere than we do."""
    ours = [
        (token.start, token.end)
        for token in tokens
        if token.kind in (TokenKind.STRING, TokenKind.QUOTED) and code[token.start : token.end].strip()
    ]
    theirs = [
        (token.start, token.end + 1)
        for token in _parser_tokens(code, dialect)
        if token.token_type in _QUOTED_TYPES and code[token.start] != "0"  # 0xff is a number to us
    ]
    if ours != theirs:
        raise StatementError(
            "strings or quoted names in the text can be read in two ways", hint="write them more plainly"
        )


def _parser_tokens(code: str, dialect: Dialect) -> list[ParserToken]:
    try:
        return sqlglot.tokenize(code, dialect=dialect.value)
    except SqlglotError as error:
        raise StatementError("the text cannot be read as SQL", hint="check quotes and brackets") from error
