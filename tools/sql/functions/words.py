"""Words of the SQL language that stand before an opening bracket without being a function call.

Unreserved words count only where the grammar expects them, so that a function that happens to have such a name is
still seen as one.
"""

from collections.abc import Sequence

from tools.sql.token import Token, TokenKind

_RESERVED = frozenset(
    [
        "ALL",
        "AND",
        "ANY",
        "ARRAY",
        "AS",
        "BETWEEN",
        "BOTH",
        "CASE",
        "DISTINCT",
        "DIV",
        "ELSE",
        "END",
        "ESCAPE",
        "EXCEPT",
        "EXISTS",
        "FETCH",
        "FROM",
        "GLOB",
        "HAVING",
        "ILIKE",
        "IN",
        "INTERSECT",
        "INTO",
        "IS",
        "ISNULL",
        "JOIN",
        "LATERAL",
        "LEADING",
        "LIKE",
        "LIMIT",
        "MATCH",
        "NOT",
        "NOTNULL",
        "OFFSET",
        "ON",
        "ONLY",
        "OR",
        "PLACING",
        "REGEXP",
        "RETURNING",
        "RLIKE",
        "ROW",
        "SELECT",
        "SIMILAR",
        "SOME",
        "STRAIGHT_JOIN",
        "THEN",
        "TO",
        "TRAILING",
        "UNION",
        "USING",
        "VALUES",
        "VARIADIC",
        "WHEN",
        "WHERE",
        "WITH",
        "XOR",
        "AGAINST",
        "COLLATE",
        "INTERVAL",
        "MINUS",
        "SYMMETRIC",
        "ASYMMETRIC",
        "OF",
        "FOR",
        "SET",
    ]
)
_AFTER = {  # the word: what must stand right before it
    "FILTER": {")"},
    "OVER": {")", "NULLS"},
    "BY": {"GROUP", "ORDER", "PARTITION", "SIBLINGS"},
    "SETS": {"GROUPING"},
    "ROLLUP": {"BY", ",", "(", "DISTINCT", "ALL"},
    "CUBE": {"BY", ",", "(", "DISTINCT", "ALL"},
    "GROUP": {"WITHIN"},
    "ZONE": {"TIME"},
    "SYSTEM": {"TABLESAMPLE"},
    "BERNOULLI": {"TABLESAMPLE"},
    "REPEATABLE": {")"},
    "MATERIALIZED": {"AS", "NOT"},
    "INDEX": {"USE", "FORCE", "IGNORE"},
    "KEY": {"USE", "FORCE", "IGNORE"},
    "PARTITION": None,
    "COLUMNS": None,
    "PATH": None,
    "BINARY": None,
    "RECURSIVE": {"WITH"},
}
# Types take a length or a scale.
_TYPES = frozenset(
    [
        "BIGINT",
        "BINARY",
        "BIT",
        "BLOB",
        "CHAR",
        "CHARACTER",
        "DATETIME",
        "DEC",
        "DECIMAL",
        "DOUBLE",
        "ENUM",
        "FLOAT",
        "INT",
        "INTEGER",
        "INTERVAL",
        "MEDIUMINT",
        "NCHAR",
        "NUMERIC",
        "NVARCHAR",
        "REAL",
        "SMALLINT",
        "TEXT",
        "TIME",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "TIMETZ",
        "TINYINT",
        "VARBINARY",
        "VARBIT",
        "VARCHAR",
        "VARYING",
        "YEAR",
        "BPCHAR",
        "PRECISION",
        "UNSIGNED",
        "SIGNED",
        "NATIONAL",
    ]
)
# Only in statements that change something.
_IN_CHANGES = frozenset(
    [
        "CHECK",
        "CONFLICT",
        "UNIQUE",
        "KEY",
        "INDEX",
        "REFERENCES",
        "DEFAULT",
        "ADD",
        "COLUMN",
        "FULLTEXT",
        "SPATIAL",
        "INCLUDE",
        "TABLE",
        "MERGE",
        "INSERT",
        "ALWAYS",
        "IDENTITY",
        "EXCLUDE",
        "VALUE",
        "GENERATED",
        "PARTITION",
        "ENUM",
        "SERIAL",
        "STORED",
        "VIRTUAL",
        "BTREE",
        "HASH",
        "GIN",
        "GIST",
        "BRIN",
        "SPGIST",
        "RTREE",
    ]
)

# In a definition a name follows these, and its columns follow the name.
_BEFORE_NAMES = frozenset({"KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL"})


def is_query_free_definition(tokens: Sequence[Token]) -> bool:
    """A CREATE or ALTER without a query in it."""
    return tokens[0].word in ("CREATE", "ALTER") and not any(token.word == "SELECT" for token in tokens)


def index_prefixes(tokens: Sequence[Token]) -> frozenset[int]:
    """MySQL's `KEY k (name(10))`: the first characters of the column are indexed. No calls, whatever their names."""
    if not is_query_free_definition(tokens):
        return frozenset()
    found, opened = set(), [0]
    for position, token in enumerate(tokens):
        if token.text == "(":
            if _is_prefix(tokens, position - 1) and _opens_index_columns(tokens, opened[-1]):
                found.add(position - 1)
            opened.append(position)
        elif token.text == ")" and len(opened) > 1:
            opened.pop()
    return frozenset(found)


def _is_prefix(tokens: Sequence[Token], position: int) -> bool:
    after = [token.text for token in tokens[position + 2 : position + 4]]
    listed = position > 0 and tokens[position].name != "" and tokens[position - 1].text in ("(", ",")
    return listed and len(after) == 2 and after[0].isdigit() and after[1] == ")"


def _opens_index_columns(tokens: Sequence[Token], opening: int) -> bool:
    """KEY (, INDEX name (, and ON table ( of a CREATE INDEX; not UNIQUE CHECK ( or KEY DEFAULT (."""
    before = tokens[opening - 1]
    if opening < 2 or before.word in ("CHECK", "DEFAULT", "AS"):
        return False
    starts = {"KEY", "INDEX", "UNIQUE"}
    if tokens[0].word == "CREATE" and "TABLE" not in {token.word for token in tokens[1:5]}:
        starts.add("ON")
    return before.word in starts - {"ON"} or (before.name != "" and tokens[opening - 2].word in starts)


def is_structure(tokens: tuple[Token, ...], position: int, *, changes: bool, partitions: bool) -> bool:
    """Whether the token at `position`, which an opening bracket follows, is grammar and not a call.

    `partitions`: the statement may hold PARTITION BY RANGE (...).
    """
    token = tokens[position]
    if token.kind is TokenKind.SYMBOL or token.kind is TokenKind.NUMBER or token.kind is TokenKind.VARIABLE:
        return True
    before = tokens[position - 1] if position else None
    if changes and before is not None and before.word in _BEFORE_NAMES:
        return True
    if token.kind is TokenKind.QUOTED or not token.word:
        return False
    if before is not None and before.text == ".":
        return False
    if token.word == "OPERATOR" and tokens[position + 2 : position + 3] and tokens[position + 2].word == "PG_CATALOG":
        return True
    if partitions and _is_partitioning(tokens, position):
        return True
    if token.word in _RESERVED or token.word in _TYPES or (changes and token.word in _IN_CHANGES):
        return True
    if token.word not in _AFTER:
        return False
    expected = _AFTER[token.word]
    return expected is None or (before is not None and before.text.upper() in expected)


def _is_partitioning(tokens: tuple[Token, ...], position: int) -> bool:
    """CREATE TABLE t (...) PARTITION BY RANGE (d) (PARTITION p VALUES LESS THAN (5)): never inside of a query."""
    before = tuple(token.word for token in tokens[max(position - 2, 0) : position])
    if tokens[position].word in ("RANGE", "LIST"):
        return before == ("PARTITION", "BY")
    return tokens[position].word == "THAN" and before == ("VALUES", "LESS")
