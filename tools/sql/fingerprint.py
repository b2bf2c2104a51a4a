"""The shape of a statement: what stays when literals, layout and spelling change.

Made from the tokens, so it does not change when the parser does. Literals and parameters become `?`, lists of them
collapse, keywords and names are lower-cased as far as the dialect does not distinguish them.
"""

import hashlib
import re
from collections.abc import Sequence

from tools.sql.lexer import tokens_of
from tools.sql.statement import Dialect
from tools.sql.token import Token, TokenKind

PLACEHOLDER = "?"
_SIMPLE_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_SPELLINGS = {"!=": "<>", "==": "="}
_CONSTANTS = frozenset({"true", "false"})
# Where a sign is arithmetic and not part of a number.
_OPERAND_END = re.compile(r"[\w\"`\]?)]$")
_CLAUSES = frozenset(
    {
        "select",
        "where",
        "and",
        "or",
        "not",
        "limit",
        "offset",
        "then",
        "else",
        "when",
        "between",
        "in",
        "by",
        "values",
        "set",
        "return",
        "returning",
        "like",
        "on",
        "having",
        "case",
    }
)
_RESERVED = _CLAUSES | frozenset(
    [
        "all",
        "any",
        "array",
        "as",
        "asc",
        "both",
        "cast",
        "check",
        "collate",
        "column",
        "constraint",
        "create",
        "cross",
        "current_date",
        "current_role",
        "current_time",
        "current_timestamp",
        "current_user",
        "default",
        "desc",
        "distinct",
        "do",
        "end",
        "except",
        "exists",
        "false",
        "fetch",
        "for",
        "foreign",
        "from",
        "full",
        "grant",
        "group",
        "inner",
        "insert",
        "intersect",
        "into",
        "is",
        "join",
        "key",
        "leading",
        "left",
        "natural",
        "null",
        "order",
        "outer",
        "over",
        "primary",
        "references",
        "right",
        "rows",
        "table",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "update",
        "user",
        "using",
        "values",
        "view",
        "window",
        "with",
        "index",
        "delete",
        "drop",
        "alter",
        "add",
    ]
)


def fingerprint(text: str, dialect: Dialect) -> str:
    """16 hex digits."""
    return hashlib.sha256(f"{dialect}:{normalized(text, dialect)}".encode()).hexdigest()[:16]


def normalized(text: str, dialect: Dialect) -> str:
    """The statement with placeholders, one space between tokens."""
    return normalized_tokens(tokens_of(text, dialect), dialect)


def fingerprint_of(tokens: Sequence[Token], dialect: Dialect) -> str:
    return hashlib.sha256(f"{dialect}:{normalized_tokens(tokens, dialect)}".encode()).hexdigest()[:16]


def normalized_tokens(tokens: Sequence[Token], dialect: Dialect) -> str:
    parts: list[str] = []
    for position, token in enumerate(tokens):
        part = _part(token, tokens[position - 1] if position else None, dialect)
        if part == PLACEHOLDER and parts and parts[-1] == PLACEHOLDER and token.kind is TokenKind.STRING:
            continue  # adjacent strings are one literal
        if (
            part
            and token.kind is TokenKind.WORD
            and parts
            and parts[-1] == ":"
            and tokens[position - 1].end == token.start
        ):
            parts[-1], part = PLACEHOLDER, ""  # :name
        if part == PLACEHOLDER and _is_sign(parts):
            parts.pop()
        if part:
            parts.append(part)
    while parts and parts[-1] == ";":
        parts.pop()
    return " ".join(_collapse(parts))


def _part(token: Token, before: Token | None, dialect: Dialect) -> str:
    match token.kind:
        case TokenKind.STRING | TokenKind.NUMBER | TokenKind.PARAMETER:
            return PLACEHOLDER
        case TokenKind.QUOTED:
            return _quoted(token, dialect)
        case TokenKind.WORD:
            return _word(token, before)
        case TokenKind.VARIABLE:
            return token.text.lower()
        case _:
            return _SPELLINGS.get(token.text, token.text)


def _word(token: Token, before: Token | None) -> str:
    word = "".join(letter.lower() if letter.isascii() else letter for letter in token.text)
    follows_is = before is not None and before.word in ("IS", "NOT")
    return PLACEHOLDER if word in _CONSTANTS and not follows_is else word


def _quoted(token: Token, dialect: Dialect) -> str:
    name = token.name if dialect is Dialect.POSTGRES else token.name.lower()
    if _SIMPLE_NAME.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def _is_sign(parts: list[str]) -> bool:
    """Whether the last part is the sign of the number that follows."""
    if not parts or parts[-1] not in ("-", "+"):
        return False
    return len(parts) == 1 or parts[-2] in _CLAUSES or _OPERAND_END.search(parts[-2]) is None


def _collapse(parts: list[str]) -> list[str]:
    """`in ( ? , ? )` and `array [ ? , ? ]` keep one placeholder, equal rows of VALUES become one."""
    text = " ".join(parts)
    text = re.sub(r"\b(in \(|array \[) \?(?: , \?)+ (\)|\])", r"\1 ? \2", text)
    text = re.sub(r"(\( [^()]*(?:\([^()]*\)[^()]*)* \))(?: , \1)+", r"\1", text) if "values (" in text else text
    return text.split(" ")
