"""What must hold for any text: no exception but StatementError, no hidden change allowed, a stable fingerprint."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import StatementError
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import review_text
from tools.settings import Mode
from tools.sql.fingerprint import fingerprint
from tools.sql.lexer import tokens_of
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Kind
from tools.sql.token import TokenKind

CORPUS = Path(__file__).parent / "corpus"
LEGITIMATE = {
    dialect: [
        line
        for line in (CORPUS / f"{dialect}_legitimate.sql").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith(("## ", "-- "))
    ]
    for dialect in Dialect
}
DANGERS = {
    Dialect.POSTGRES: [
        "pg_sleep(1)",
        "(WITH x AS (DELETE FROM t RETURNING 1) SELECT 1 FROM x)",
        "nextval('s')",
        '"pg_sleep"(1)',
        "evil.f(1)",
        "(SELECT 1 FROM t FOR UPDATE)",
        "(SELECT 1 FROM pg_shadow)",
        "pg_catalog.pg_read_file('x')",
    ],
    Dialect.MYSQL: [
        "SLEEP(1)",
        "`sleep`(1)",
        "@a := 1",
        "GET_LOCK('a', 1)",
        "LOAD_FILE('x')",
        "(SELECT 1 FROM t FOR UPDATE)",
        "(SELECT 1 FROM mysql.user)",
        "s.f(1)",
        "NEXT VALUE FOR s",
    ],
    Dialect.SQLITE: [
        "load_extension('x')",
        '"load_extension"(1)',
        "[writefile](1, 2)",
        "(1 IN sqlite_stat1)",
        "(SELECT 1 FROM sqlite_dbpage)",
        "fts3_tokenizer('x')",
        "zeroblob(1e9)",
    ],
}
POSITIONS = [
    "SELECT {}",
    "SELECT 1, {} AS x FROM users",
    "SELECT 1 FROM users WHERE {} = 1",
    "SELECT 1 FROM users ORDER BY {}",
    "SELECT 1 FROM users GROUP BY {}",
    "SELECT count(*) FROM users HAVING {} = 1",
    "SELECT coalesce({}, 1)",
    "SELECT CASE WHEN {} = 1 THEN 1 END",
    "SELECT CASE 1 WHEN 2 THEN {} ELSE {} END",
    "SELECT (SELECT {})",
    "SELECT 1 FROM (SELECT {} AS y) q",
    "WITH q AS (SELECT {}) SELECT 1 FROM q",
    "SELECT 1 UNION SELECT {}",
    "SELECT 1 FROM a JOIN b ON {} = 1",
    "SELECT sum({}) OVER (ORDER BY {})",
    "SELECT 1 WHERE 1 IN (1, {})",
    "SELECT 1 WHERE 1 BETWEEN {} AND 2",
    "SELECT 1 WHERE EXISTS (SELECT {})",
    "SELECT -({})",
    "SELECT (({}))",
    "SELECT CAST({} AS char(10))",
    "SELECT 1 LIMIT ({})",
    "EXPLAIN SELECT {}",
    "SELECT min(x) FROM t WHERE NOT ({} IS NULL)",
    "SELECT x FROM t WHERE x LIKE {}",
    "SELECT 1 /* c */ , /* d */ {} -- e",
]
some_case = st.sampled_from(list(Dialect)).flatmap(
    lambda dialect: st.tuples(st.just(dialect), st.sampled_from(LEGITIMATE[dialect]))
)
PIECES = [
    "SELECT",
    "FROM",
    "t",
    "(",
    ")",
    ",",
    "'",
    '"',
    "`",
    "[",
    "]",
    "--",
    "/*",
    "*/",
    ";",
    "\\",
    "$$",
    "$a$",
    "#",
    "E'",
    "U&'",
    "x'",
    "DELETE",
    "INTO",
    "INSERT",
    "UPDATE",
    "SET",
    "WITH",
    "AS",
    "VALUES",
    ":a",
    "?",
    "$1",
    "@x",
    ":=",
    "::",
    "1",
    "1e5",
    ".",
    "*",
    "\n",
    " ",
    "pg_sleep",
    "sleep",
    "中",
    "\x00",
    "\u200b",
    "EXPLAIN",
    "SHOW",
    "PRAGMA",
    "BEGIN",
    "CREATE",
    "TABLE",
    "DROP",
    "ALTER",
    "MERGE",
    "CASE",
    "WHEN",
    "END",
    "IN",
    "ARRAY[",
    "OVER",
    "{",
    "}",
    "%s",
]


@pytest.mark.parametrize("dialect", list(Dialect))
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_statement_error_leaves_the_parser(dialect: Dialect, data: st.DataObject) -> None:
    text = data.draw(
        st.one_of(
            st.text(max_size=60),
            st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
            st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
        )
    )
    try:
        statement = parse(text, dialect)
    except StatementError:
        return
    assert statement.text == text
    assert review_text(text, Policy(Mode.ASK, dialect), None).verdict is not Verdict.CONFIRM


@pytest.mark.parametrize("dialect", list(Dialect))
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_danger_is_refused_wherever_it_stands(dialect: Dialect, data: st.DataObject) -> None:
    danger = data.draw(st.sampled_from(DANGERS[dialect]))
    sql = data.draw(st.sampled_from(POSITIONS)).replace("{}", danger)
    for position in data.draw(st.lists(st.sampled_from(POSITIONS[4:20]), max_size=2)):
        if sql.upper().startswith("SELECT") and "--" not in sql:
            sql = position.replace("{}", f"({sql})")
    assert review_text(sql, Policy(Mode.ASK, dialect), None).verdict is Verdict.DENY, sql


CHANGES = [
    "DELETE FROM users",
    "INSERT INTO users VALUES (1)",
    "UPDATE users SET a = 1",
    "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
]


@given(case=some_case, change=st.sampled_from(CHANGES), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_change_spliced_into_a_query_is_never_allowed(
    case: tuple[Dialect, str], change: str, data: st.DataObject
) -> None:
    dialect, sql = case
    tokens = tokens_of(sql, dialect)
    at = data.draw(st.sampled_from([token.start for token in tokens] + [tokens[-1].end]))
    form = data.draw(st.sampled_from([" {} ", " ({}) ", " ; {} ; ", " WITH z AS ({}) ", " (WITH z AS ({}) SELECT 1) "]))
    spliced = sql[:at] + form.replace("{}", change) + sql[at:]
    assert review_text(spliced, Policy(Mode.ASK, dialect), None).verdict is Verdict.DENY, spliced


@given(case=some_case, data=st.data())
@settings(max_examples=300, deadline=None)
def test_layout_comments_and_case_do_not_change_fingerprint_or_verdict(
    case: tuple[Dialect, str], data: st.DataObject
) -> None:
    dialect, sql = case
    tokens = tokens_of(sql, dialect)
    # Beside an escaped quote, a quote in a comment decides where the string ends: such a text is refused.
    note = "note" if "\\" in sql else "'note"
    gaps = st.sampled_from([" ", "\n", "\t ", " /* DROP TABLE x; */ ", f" -- {note}\n"])
    spread = ""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        folds = [str.upper, str.lower] if token.kind is TokenKind.WORD and token.text.isascii() else [str]
        gap = data.draw(gaps) if after is not None and after.start > token.end else ""
        spread += data.draw(st.sampled_from(folds))(token.text) + gap
    if dialect is Dialect.SQLITE and ":" in sql:
        return  # its parameters are case-sensitive names
    assert fingerprint(spread, dialect) == fingerprint(sql, dialect), spread


@given(
    value=st.text(
        alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\\\u00ad"),
        max_size=30,
    )
)
@settings(max_examples=200, deadline=None)
def test_text_in_a_string_is_only_text(value: str) -> None:
    quoted = "'" + value.replace("'", "''") + "'"
    for dialect in Dialect:
        statement = parse(f"SELECT id FROM users WHERE name = {quoted}", dialect)
        assert (statement.kind, statement.reads, statement.calls) == (Kind.SELECT, ("users",), ())
