"""Every line of corpus/*.sql: attacks are refused in `ask` mode, analytics accepted and valid on the engine."""

import sqlite3
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy import make_url

from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import review_text
from tools.settings import Mode
from tools.sql.statement import Dialect

CORPUS = Path(__file__).parent / "corpus"


def lines(name: str) -> list[str]:
    """One statement a line; headings and empty lines are left out, a comment line belongs to the next statement."""
    statements, before = [], ""
    for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("## "):
            continue
        if line.startswith("-- "):
            before = line + "\n"
            continue
        statements.append(before + line)
        before = ""
    return statements


def cases(kind: str) -> list[object]:
    return [
        pytest.param(dialect, sql, id=f"{dialect}: {sql[:80]}")
        for dialect in Dialect
        for sql in lines(f"{dialect}_{kind}.sql")
    ]


@pytest.mark.parametrize(("dialect", "sql"), cases("legitimate") + cases("forms"))
def test_ordinary_analytics_are_accepted(dialect: Dialect, sql: str) -> None:
    answer = review_text(sql, Policy(Mode.ASK, dialect), None)
    assert (answer.verdict, answer.reasons) == (Verdict.ALLOW, ())


@pytest.mark.parametrize(("dialect", "sql"), cases("attacks"))
def test_attacks_are_refused_with_a_reason(dialect: Dialect, sql: str) -> None:
    answer = review_text(sql, Policy(Mode.ASK, dialect), None)
    assert answer.verdict is Verdict.DENY
    assert answer.reasons
    assert not answer.red


@pytest.mark.parametrize(("dialect", "sql"), cases("legitimate"))
def test_what_may_be_asked_may_be_asked_in_operate_mode_too(dialect: Dialect, sql: str) -> None:
    assert review_text(sql, Policy(Mode.OPERATE, dialect), None).verdict is Verdict.ALLOW


def unbound(name: str) -> list[str]:
    """The statements that can be sent as they are, without values for parameters."""
    return [sql for sql in lines(name) if "$1" not in sql and " = ?" not in sql]


def test_the_forms_are_valid_syntax_on_postgres(postgres_url: str) -> None:
    url = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        for sql in lines("postgres_forms.sql"):
            try:
                connection.execute(sql.encode(), prepare=False)
            except psycopg.errors.SyntaxError as error:
                pytest.fail(f"{sql}: {error}")
            except psycopg.Error:
                continue  # its tables are not there


def test_the_legitimate_corpus_is_valid_on_postgres(postgres_url: str) -> None:
    url = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        for sql in lines("postgres_schema.sql") + unbound("postgres_legitimate.sql"):
            connection.execute(sql.encode(), prepare=False)


def test_the_legitimate_corpus_is_valid_on_mariadb(mysql_url: str) -> None:
    url = make_url(mysql_url)
    connection = pymysql.connect(
        host=url.host or "localhost",
        port=url.port or 3306,
        user=url.username or "",
        password=url.password or "",
        database=url.database,
        charset="utf8mb4",
        autocommit=True,
    )
    with connection, connection.cursor() as cursor:
        for sql in lines("mysql_schema.sql") + unbound("mysql_legitimate.sql"):
            cursor.execute(sql)
            cursor.fetchall()


def test_the_legitimate_corpus_is_valid_on_sqlite() -> None:
    connection = sqlite3.connect(":memory:")
    try:
        for sql in lines("sqlite_schema.sql") + unbound("sqlite_legitimate.sql"):
            connection.execute(sql).fetchall()
    finally:
        connection.close()
