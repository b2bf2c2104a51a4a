"""`blocked_columns`: every way to a column, and every way that only looks like one."""

from datetime import UTC, datetime

import pytest

from tools.db.schema import Column, Schema, Table, TableKind
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import Review, review_text
from tools.settings import Mode, SafetySettings
from tools.sql.statement import Dialect

P, M, S = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE


def judged(
    sql: str, dialect: Dialect = P, mode: Mode = Mode.OPERATE, schema: Schema | None = None, **settings: object
) -> Review:
    safety = SafetySettings.model_validate(settings)
    return review_text(sql, Policy.build(safety, mode, dialect), schema)


def columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, type="text") for name in names)


SCHEMA = Schema(
    dialect=P,
    default_schema="public",
    read_at=datetime(2026, 1, 1, tzinfo=UTC),
    tables={
        "users": Table(name="users", columns=columns("id", "name", "ssn", "country")),
        "orders": Table(name="orders", columns=columns("id", "user_id", "amount", "country")),
        "open_names": Table(
            name="open_names",
            kind=TableKind.VIEW,
            columns=columns("id", "name"),
            definition="SELECT id, name FROM users",
        ),
        "renamed": Table(
            name="renamed",
            kind=TableKind.VIEW,
            columns=columns("id", "code"),
            definition="SELECT id, ssn AS code FROM users;",
        ),
        "nested": Table(
            name="nested", kind=TableKind.VIEW, columns=columns("code"), definition="SELECT code FROM renamed"
        ),
        "odd": Table(name="odd", kind=TableKind.VIEW, columns=columns("x"), definition="not sql at all"),
    },
)


TOUCHES = [
    "SELECT ssn FROM users",
    "SELECT u.ssn FROM users u",
    "SELECT * FROM users",
    "SELECT u.* FROM users u",
    "TABLE users",
    "SELECT u FROM users u",
    "SELECT users FROM users",
    "SELECT u::text FROM users u",
    "SELECT row_to_json(u) FROM users u",
    "SELECT (u).ssn FROM users u",
    "SELECT u.to_jsonb FROM users u",
    "SELECT count(u) FROM users u",
    "SELECT id FROM users WHERE ssn = '1'",
    "SELECT id FROM users ORDER BY ssn",
    "SELECT count(*) FROM users GROUP BY ssn",
    "SELECT t.c FROM users AS t (a, b, c)",
    "SELECT a FROM (SELECT ssn AS a FROM users) x",
    "WITH x AS (SELECT * FROM users) SELECT id FROM x",
    "SELECT id FROM users NATURAL JOIN orders",
    "SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = o.id AND ssn = 'x')",
    "SELECT rank() OVER (PARTITION BY ssn ORDER BY id) FROM users",
    "SELECT max(ssn) FROM users",
    'SELECT "ssn" FROM users',
    "SELECT SSN FROM users",
    "SELECT lower(u.ssn || 'x') FROM users u",
    "SELECT o.id FROM orders o JOIN users u USING (ssn)",
    "SELECT code FROM renamed",
    "SELECT id FROM renamed",
    "SELECT * FROM nested",
    "SELECT x FROM odd",
    "INSERT INTO users VALUES (1, 'a', 'b')",
    "INSERT INTO users (id, ssn) VALUES (1, 'x')",
    "UPDATE users SET ssn = 'x' WHERE id = 1",
    "UPDATE users SET name = ssn WHERE id = 1",
    "UPDATE users SET name = 'x' WHERE id = 1 RETURNING *",
    "DELETE FROM users WHERE ssn = 'x'",
    "CREATE TABLE c AS SELECT * FROM users",
    "CREATE INDEX i ON users (ssn)",
    "SELECT id FROM users UNION SELECT ssn FROM users",
    "SELECT o.id FROM orders o, LATERAL (SELECT u.ssn FROM users u) x",
    "SELECT u.ssn FROM orders o JOIN users u ON u.id = o.user_id",
    "EXPLAIN ANALYZE SELECT ssn FROM users",
    "SELECT json_agg(u) FROM users u",
    "SELECT x.* FROM users x WHERE false",
    "SELECT CASE WHEN ssn > 'a' THEN 1 END FROM users",
    "ALTER TABLE users DROP COLUMN ssn",
    "SELECT id FROM users HAVING max(ssn) > 'a'",
    "SELECT (SELECT ssn) FROM users",
    "SELECT (SELECT u.ssn FROM orders LIMIT 1) FROM users u",
    "SELECT q.id FROM users q WHERE q IS NOT NULL",
]
DOES_NOT_TOUCH = [
    "SELECT id, name FROM users",
    "SELECT count(*) FROM users",
    "SELECT u.id FROM users u WHERE u.name = 'ssn'",
    "SELECT * FROM orders",
    "SELECT o.* FROM orders o JOIN users u ON u.id = o.user_id",
    "SELECT name FROM open_names",
    "SELECT * FROM open_names",
    "SELECT * FROM (SELECT id, name FROM users) x",
    "WITH x AS (SELECT id FROM users) SELECT * FROM x",
    "SELECT 'ssn' AS note FROM users",
    "SELECT x.ssn FROM (SELECT 1 AS ssn) x",
    "DELETE FROM users WHERE id = 1",
    "UPDATE users SET name = 'x' WHERE id = 1",
    "INSERT INTO users (id, name) VALUES (1, 'a')",
    "SELECT country, count(*) FROM users GROUP BY country ORDER BY 2",
    "SELECT u.country FROM users u JOIN orders o USING (id)",
    "SELECT id FROM users INTERSECT SELECT user_id FROM orders",
    "SELECT name, row_number() OVER (ORDER BY id) FROM users",
]


@pytest.mark.parametrize("entry", ["ssn", "users.ssn", "public.users.ssn"])
@pytest.mark.parametrize("sql", TOUCHES)
def test_a_blocked_column_cannot_be_reached(sql: str, entry: str) -> None:
    assert judged(sql, schema=SCHEMA, blocked_columns=[entry]).verdict is Verdict.DENY


@pytest.mark.parametrize("entry", ["ssn", "users.ssn"])
@pytest.mark.parametrize("sql", DOES_NOT_TOUCH)
def test_other_columns_stay_open(sql: str, entry: str) -> None:
    answer = judged(sql, schema=SCHEMA, blocked_columns=[entry])
    assert answer.verdict is not Verdict.DENY, answer.reasons


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM users",
        "SELECT u FROM users u",
        "SELECT ssn FROM users",
        "SELECT u.to_jsonb FROM users u",
        "INSERT INTO users VALUES (1)",
    ],
)
def test_without_a_schema_every_table_may_hold_the_blocked_column(sql: str) -> None:
    assert judged(sql, blocked_columns=["ssn"]).verdict is Verdict.DENY
    assert judged("SELECT id FROM users", blocked_columns=["ssn"]).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (S, "SELECT 1 WHERE 2 IN users"),
        (S, "SELECT id FROM users WHERE users MATCH 'x'"),
        (M, "SELECT SSN FROM users"),
        (M, "SELECT `SsN` FROM users"),
    ],
)
def test_dialects_have_their_own_ways_to_a_column(dialect: Dialect, sql: str) -> None:
    assert judged(sql, dialect, blocked_columns=["users.ssn"]).verdict is Verdict.DENY
