"""Spellings of PostgreSQL."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tools.sql.spelling.edit import Edit, closing, texts, words
from tools.sql.token import Token, TokenKind

_OPERATOR_CHARACTERS = frozenset("+-*/<>=~!@#%^&|`?")
_MAY_END_IN_A_SIGN = frozenset("~!@#%^&|`?")
_KNOWN_TO_THE_PARSER = """
+ - * / < > = ~ ! @ # % ^ & | ? <> != <= >= << >> || && ->> #> #>> @> <@ ?| ?& @? @@ #- |/ ||/ !! <-> <=>
~~ ~~* !~~ !~~* ~* !~ !~* &< &> -|- ^@ => ?- <% %%
"""
_KNOWN = frozenset(_KNOWN_TO_THE_PARSER.split())
# Every other operator becomes one of these, or @>.
_ALIKE = {"->": "#>", "<<=": "<=", ">>=": ">=", "*=": "=", "*<>": "<>", "~=": "=", "~<=~": "<=", "~>=~": ">="}
_PREFIXES = frozenset({"@-@", "?|", "#", "@"})
_TYPE_NAMES = """
BOX LSEG LINE POLYGON CIRCLE CIDR MACADDR MACADDR8 TSQUERY TSVECTOR JSONPATH VARBIT PG_LSN LTREE LQUERY CUBE CITEXT
GEOMETRY GEOGRAPHY VECTOR
"""
_TYPES = frozenset(_TYPE_NAMES.split())
_KEYWORDS = "SELECT AND OR NOT WHERE ON WHEN THEN ELSE HAVING BY DISTINCT ALL LIMIT OFFSET IN LIKE"
_NOT_OPERANDS = frozenset(_KEYWORDS.split())


def _operator(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """a <<= b, a ## b, @-@ a: read to their end as PostgreSQL does, then written as @> or -."""
    if not _is_operator(tokens[position]) or (position and _touch(tokens[position - 1], tokens[position])):
        return
    end = position + 1
    while end < len(tokens) and _touch(tokens[end - 1], tokens[end]):
        end += 1
    operator = "".join(token.text for token in tokens[position:end])
    while len(operator) > 1 and operator[-1] in "+-" and _MAY_END_IN_A_SIGN.isdisjoint(operator):
        operator = operator[:-1]
    start = tokens[position].start
    if operator in _PREFIXES and not _ends_an_operand(tokens[position - 1] if position else None):
        yield Edit(start, start + len(operator), "-")
    elif len(operator) > 1 and (alike := _known_alike(operator)) != operator:
        yield Edit(start, start + len(operator), alike)


def _known_alike(operator: str) -> str:
    # `->`: in a call the parser takes it for the arrow of an anonymous function.
    if operator in _ALIKE or operator not in _KNOWN:
        return _ALIKE.get(operator, "@>")
    return operator


def _is_operator(token: Token) -> bool:
    return token.kind is TokenKind.SYMBOL and _OPERATOR_CHARACTERS.issuperset(token.text)


def _touch(before: Token, token: Token) -> bool:
    return before.end == token.start and _is_operator(before) and _is_operator(token)


def _ends_an_operand(token: Token | None) -> bool:
    if token is None:
        return False
    return token.text in (")", "]") or (token.kind is not TokenKind.SYMBOL and token.word not in _NOT_OPERANDS)


def _qualified_operator(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """a OPERATOR(pg_catalog.~) b, as psql writes it; other schemas may hold anybody's operators."""
    if texts(tokens, position, 4) != ("OPERATOR", "(", "PG_CATALOG", "."):
        return
    close = closing(tokens, position + 1)
    if tokens[close].text == ")" and close > position + 4 and all(map(_is_operator, tokens[position + 4 : close])):
        operator = "".join(token.text for token in tokens[position + 4 : close])
        yield Edit(tokens[position].start, tokens[close].end, _known_alike(operator))


def _typed_string(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """box '((0,0),(1,1))'"""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if tokens[position].word in _TYPES and following is not None and following.kind is TokenKind.STRING:
        yield Edit(tokens[position].start, tokens[position].end)


def _using_alias(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """JOIN b USING (x) AS j"""
    if texts(tokens, position, 2) != ("USING", "("):
        return
    close = closing(tokens, position + 1)
    names = tokens[position + 2 : close]
    if all(token.name if at % 2 == 0 else token.text == "," for at, token in enumerate(names)) and (
        words(tokens, close + 1, 1) == ("AS",) and close + 2 < len(tokens)
    ):
        yield Edit(tokens[close + 1].start, tokens[close + 2].end)


def _xml(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """The words inside of XML functions."""
    match texts(tokens, position, 3):
        case ("XMLPARSE" | "XMLSERIALIZE", "(", "DOCUMENT" | "CONTENT"):
            yield _without(tokens[position + 2])
        case ("XMLPI", "(", "NAME"):
            yield _without(tokens[position + 2])
        case ("XMLROOT", "(", _):
            inside = tokens[position + 2 : closing(tokens, position + 1)]
            yield from (_without(b) for a, b in pairwise(inside) if (a.text, b.word) == (",", "VERSION"))
        case ("PASSING", "BY", "REF" | "VALUE"):
            yield Edit(tokens[position + 1].start, tokens[position + 2].end)
    if words(tokens, position, 2) == ("IS", "DOCUMENT") or words(tokens, position, 3) == ("IS", "NOT", "DOCUMENT"):
        document = tokens[position + 1] if tokens[position + 1].word == "DOCUMENT" else tokens[position + 2]
        yield Edit(document.start, document.end, "NULL")


def _xml_exists(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """xmlexists('//a' PASSING doc)"""
    if texts(tokens, position, 2) == ("XMLEXISTS", "("):
        for token in tokens[position + 2 : closing(tokens, position + 1)]:
            if token.word == "PASSING":
                yield Edit(token.start, token.end, ",")


def _without(token: Token) -> Edit:
    return Edit(token.start, token.end)


def _json_object(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """json_object('{a,1}'): the parser wants pairs of keys and values."""
    if texts(tokens, position, 2) != ("JSON_OBJECT", "("):
        return
    inside = tokens[position + 2 : closing(tokens, position + 1)]
    if inside and not any(token.text in (",", ":") or token.word == "VALUE" for token in inside):
        yield Edit(tokens[position].start, tokens[position].end, "TO_JSON")


def _partitioned(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """CREATE TABLE t (...) PARTITION BY RANGE (d); the one of a window stands in a bracket."""
    if position or words(tokens, 0, 1) != ("CREATE",):
        return
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if not depth and words(tokens, at, 2) == ("PARTITION", "BY") and texts(tokens, at + 3, 1) == ("(",):
            yield Edit(token.start, tokens[closing(tokens, at + 3)].end)
            return


def _with_data(tokens: Sequence[Token], position: int) -> Iterator[Edit]:
    """CREATE MATERIALIZED VIEW m AS ... WITH NO DATA"""
    last = words(tokens, position, 3) in _WITH_DATA and words(tokens, 0, 1) == ("CREATE",)
    if last and position in (len(tokens) - 2, len(tokens) - 3):
        yield Edit(tokens[position].start, tokens[-1].end)


_WITH_DATA = {("WITH", "DATA"), ("WITH", "NO", "DATA")}
RULES = (
    _operator, _qualified_operator, _typed_string, _using_alias, _xml, _xml_exists, _json_object, _partitioned,
    _with_data,
)  # fmt: skip
