import pytest

from tools.sql.fingerprint import fingerprint, normalized
from tools.sql.parse import parse
from tools.sql.statement import Dialect

SAME = [
    ("SELECT * FROM users WHERE id = 1", "select  *\nfrom USERS where ID=42 -- x"),
    ("SELECT a FROM t WHERE x IN (1, 2, 3)", "SELECT a FROM t WHERE x IN (7)"),
    ("SELECT a FROM t WHERE x = 'a'", "SELECT a FROM t WHERE x = 'it''s'"),
    ("SELECT a FROM t WHERE x = -1", "SELECT a FROM t WHERE x = 1"),
    ("SELECT a FROM t WHERE x = true", "SELECT a FROM t WHERE x = FALSE"),
    ("SELECT a FROM t LIMIT 10", "SELECT a FROM t LIMIT 20;"),
    ("INSERT INTO t (a, b) VALUES (1, 2), (3, 4)", "INSERT INTO t (a, b) VALUES (5, 6)"),
    ("SELECT a /* one */ FROM t", "SELECT a FROM /* two */ t ;"),
    ("SELECT a FROM t WHERE x != 1", "SELECT a FROM t WHERE x <> 1"),
    ("SELECT 1.5e3, 'x'", "SELECT 2, 'y'"),
    ("SELECT (-5), a - 5 FROM t", "SELECT (5), a - 7 FROM t"),
]
DIFFERENT = [
    ("SELECT a FROM t", "SELECT b FROM t"),
    ("SELECT a FROM t WHERE x = 1", "SELECT a FROM t WHERE y = 1"),
    ("SELECT a FROM t WHERE x = 1", "SELECT a FROM t WHERE x > 1"),
    ("SELECT a FROM t WHERE x = 1 AND y = 1", "SELECT a FROM t WHERE x = 1 OR y = 1"),
    ("SELECT a FROM t WHERE x IS NULL", "SELECT a FROM t WHERE x IS NOT NULL"),
    ("SELECT a FROM t WHERE x IS TRUE", "SELECT a FROM t WHERE x IS FALSE"),
    ("SELECT a - 1 FROM t", "SELECT a + 1 FROM t"),
    ("SELECT f(1) FROM t", "SELECT f(1, 2) FROM t"),
    ("DELETE FROM t WHERE id = 1", "DELETE FROM t"),
    ("SELECT a FROM s.t", "SELECT a FROM t"),
]


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize(("one", "other"), SAME)
def test_literals_layout_and_case_do_not_count(dialect: Dialect, one: str, other: str) -> None:
    assert fingerprint(one, dialect) == fingerprint(other, dialect), normalized(one, dialect)


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_everything_else_counts(dialect: Dialect, one: str, other: str) -> None:
    assert fingerprint(one, dialect) != fingerprint(other, dialect), normalized(one, dialect)


def test_names_are_normalised_as_the_dialect_does() -> None:
    assert fingerprint('SELECT "id" FROM t', Dialect.POSTGRES) == fingerprint("SELECT ID FROM t", Dialect.POSTGRES)
    assert fingerprint('SELECT "Id" FROM t', Dialect.POSTGRES) != fingerprint("SELECT Id FROM t", Dialect.POSTGRES)
    assert fingerprint("SELECT `Id` FROM t", Dialect.MYSQL) == fingerprint("SELECT id FROM t", Dialect.MYSQL)
    assert fingerprint("SELECT [id], `id` FROM t", Dialect.SQLITE) == fingerprint(
        "SELECT id, id FROM t", Dialect.SQLITE
    )
    assert fingerprint('SELECT "a" FROM t', Dialect.MYSQL) == fingerprint("SELECT 'b' FROM t", Dialect.MYSQL)
    assert fingerprint('SELECT "select" FROM t', Dialect.POSTGRES) != fingerprint(
        "SELECT select FROM t", Dialect.POSTGRES
    )


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect.POSTGRES, "$1"),
        (Dialect.POSTGRES, ":id"),
        (Dialect.MYSQL, "?"),
        (Dialect.SQLITE, ":id"),
        (Dialect.SQLITE, "?2"),
    ],
)
def test_a_parameter_is_a_placeholder_too(dialect: Dialect, text: str) -> None:
    assert fingerprint(f"SELECT a FROM t WHERE id = {text}", dialect) == fingerprint(
        "SELECT a FROM t WHERE id = 5", dialect
    )


def test_the_statement_carries_the_same_fingerprint() -> None:
    text = "SELECT a FROM t WHERE x IN (1, 2)"
    statement = parse(text, Dialect.POSTGRES)
    assert statement.fingerprint == fingerprint(text, Dialect.POSTGRES)
    assert len(statement.fingerprint) == 16
    assert len(statement.sha256) == 64


def test_dialects_do_not_share_fingerprints() -> None:
    assert len({fingerprint("SELECT 1", dialect) for dialect in Dialect}) == 3
