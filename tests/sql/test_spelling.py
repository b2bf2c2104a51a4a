"""Nothing hides in what is written differently for the parser."""

from pathlib import Path

import pytest

from tools.errors import StatementError
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import review_text
from tools.settings import Mode
from tools.sql.guard import guard
from tools.sql.parse import parse
from tools.sql.spelling import respelled
from tools.sql.statement import Dialect

CORPUS = Path(__file__).parent / "corpus"
HIDING_PLACES = {
    Dialect.MYSQL: [
        "CREATE TABLE x AS SELECT * FROM a JOIN b ON (evil(10))",
        "CREATE TABLE x SELECT * FROM a JOIN b ON abs (evil(10))",
        "INSERT INTO t SELECT * FROM a JOIN b ON (evil(10))",
        "CREATE TABLE t (a INT UNIQUE CHECK (sleep(10)))",
        "CREATE TABLE t (a INT KEY DEFAULT (sleep(10)))",
        "CREATE TABLE t (a INT, KEY k ((sleep(10))))",
        "CREATE TABLE t (a INT) PARTITION BY HASH (a) SELECT * FROM mysql.user",
        "CREATE TABLE t (a INT) PARTITION BY HASH (a) (PARTITION p DATA DIRECTORY = '/tmp')",
        "CREATE TABLE t (a INT) PARTITION BY LIST (sleep(9)) (PARTITION p VALUES IN (1))",
        "INSERT INTO t SELECT list(1) FROM t ORDER BY list(1)",
        "CREATE TABLE t AS SELECT a FROM t ORDER BY range(1)",
        "UPDATE IGNORE mysql.user SET a = 1",
        "DELETE QUICK FROM mysql.user",
        "SELECT COUNT(data->sleep(5)) FROM t",
        "SELECT a FROM t LIMIT 1 ROWS EXAMINED sleep(5)",
        "SELECT * FROM JSON_TABLE('[]', '$' COLUMNS (a INT PATH '$' DEFAULT sleep(5) ON EMPTY)) j",
    ],
    Dialect.POSTGRES: [
        "REFRESH MATERIALIZED VIEW m; DROP TABLE t",
        "REFRESH MATERIALIZED VIEW pg_catalog.pg_stats",
        "REFRESH MATERIALIZED VIEW m WITH evil()",
        "CREATE TABLE p PARTITION OF m FOR VALUES FROM (nextval('s')) TO (5)",
        "CREATE TABLE t (a int) PARTITION BY RANGE (pg_sleep(5))",
        "CREATE MATERIALIZED VIEW m AS SELECT pg_sleep(5) WITH NO DATA",
        "CREATE MATERIALIZED VIEW m AS SELECT * FROM pg_authid WITH DATA",
        "COMMENT ON COLUMN pg_authid.rolname IS 'x'",
        "SELECT a OPERATOR(pg_catalog.+) pg_sleep(1) FROM t",
        "SELECT a OPERATOR(public.+) b FROM t",
        "SELECT operator(pg_catalog.x)",
    ],
    Dialect.SQLITE: [
        "CREATE TABLE t (a) STRICT, WITHOUT ROWID, evil",
        "CREATE TABLE t (a DEFAULT (load_extension('x'))) STRICT",
        "DELETE FROM t WHERE data->load_extension('x')",
        "SELECT a -> '$.x' FROM sqlite_dbpage",
    ],
}


@pytest.mark.parametrize(("dialect", "sql"), [(d, sql) for d, texts in HIDING_PLACES.items() for sql in texts])
def test_nothing_hides_in_a_part_that_is_respelled(dialect: Dialect, sql: str) -> None:
    assert review_text(sql, Policy(Mode.OPERATE, dialect), None).verdict is Verdict.DENY


def test_an_operator_keeps_its_meaning_for_the_where() -> None:
    def narrows(sql: str) -> bool:
        statement = review_text(sql, Policy(Mode.OPERATE, Dialect.POSTGRES), None).statement
        assert statement is not None
        return statement.has_where

    assert not narrows("DELETE FROM t WHERE id OPERATOR(pg_catalog.=) id")
    assert not narrows("DELETE FROM t WHERE ip <<= ip")
    assert not narrows("DELETE FROM t WHERE 1 OPERATOR(pg_catalog.=) 1")
    assert narrows("DELETE FROM t WHERE ip <<= '10.0.0.0/8'")
    assert narrows("DELETE FROM t WHERE id OPERATOR(pg_catalog.=) 5")


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_text_that_ends_early_is_respelled_to_its_end(dialect: Dialect) -> None:
    for number, line in enumerate((CORPUS / f"{dialect}_forms.sql").read_text(encoding="utf-8").splitlines()):
        try:
            guarded = guard(line, dialect)
        except StatementError:
            continue  # a heading
        # All beginnings of some, the first words of all.
        for count in range(1, len(guarded.tokens) if number % 12 == 0 else min(4, len(guarded.tokens))):
            tokens = guarded.tokens[:count]
            code = guarded.code[: tokens[-1].end]
            assert len(respelled(code, tokens, dialect)) == len(code), code


@pytest.mark.parametrize(
    "sql", ["UPDATE IGNORE", "DELETE QUICK", "REPLACE DELAYED", "CREATE FULLTEXT", "DELETE HISTORY FROM t"]
)
def test_a_verb_with_nothing_or_with_history_behind_it_is_refused(sql: str) -> None:
    with pytest.raises(StatementError):
        parse(sql, Dialect.MYSQL)
