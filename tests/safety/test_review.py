"""Verdicts beyond the corpus: modes, red, settings, EXPLAIN, blocked names, and what only the schema can tell."""

from datetime import UTC, datetime

import pytest

from tools.db.schema import Column, Schema, Table, TableKind
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import Review, review_text
from tools.settings import Mode, SafetySettings, WholeTableWrites
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


CHANGES = [
    (P, "INSERT INTO t VALUES (1)", False),
    (P, "UPDATE t SET a = 1 WHERE id = 1", False),
    (P, "UPDATE t SET a = 1", True),
    (P, "UPDATE t SET a = 1 WHERE 1 = 1", True),
    (P, "DELETE FROM t WHERE id = id", True),
    (P, "DELETE FROM t WHERE id = 1", False),
    (P, "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", True),
    (P, "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", True),
    (P, "TRUNCATE t", True),
    (P, "DROP TABLE t", True),
    (P, "DROP VIEW v", True),
    (P, "DROP INDEX i", True),
    (P, "ALTER TABLE t DROP COLUMN a", True),
    (P, "ALTER TABLE t DROP CONSTRAINT a", True),
    (M, "ALTER TABLE t DROP PRIMARY KEY", True),
    (P, "ALTER TABLE t ADD COLUMN a text", False),
    (P, "CREATE TABLE t (a int)", False),
    (P, "CREATE TABLE t AS SELECT 1 AS a", False),
    (P, "CREATE TABLE t (LIKE users INCLUDING ALL)", False),
    (P, "CREATE VIEW v AS SELECT 1 AS a", False),
    (P, "CREATE UNIQUE INDEX i ON t (lower(a)) WHERE b > 1", False),
    (P, "CREATE TYPE m AS ENUM ('a')", False),
    (P, "CREATE SCHEMA x", False),
    (P, "COMMENT ON COLUMN t.a IS 'x'", False),
    (P, "SELECT 1 AS a INTO t", False),
    (P, "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)", False),
    (M, "RENAME TABLE a TO b", False),
    (M, "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)", False),
    (M, "CREATE TABLE t (a int, KEY k (a), UNIQUE KEY u (a)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4", False),
    (M, "ALTER TABLE t MODIFY a varchar(20), ADD INDEX i (a)", False),
    (S, "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID", False),
    (S, "INSERT OR REPLACE INTO t VALUES (1)", False),
    (P, "COMMIT", False),
]


@pytest.mark.parametrize(("dialect", "sql", "red"), CHANGES)
def test_changes_wait_for_a_yes(dialect: Dialect, sql: str, red: bool) -> None:
    answer = judged(sql, dialect)
    assert (answer.verdict, answer.red) == (Verdict.CONFIRM, red), answer.reasons
    assert answer.reasons
    assert judged(sql, dialect, Mode.ASK).verdict is Verdict.DENY


@pytest.mark.parametrize(("dialect", "sql", "red"), [case for case in CHANGES if case[2]])
def test_whole_table_writes_can_be_denied(dialect: Dialect, sql: str, red: bool) -> None:
    answer = judged(sql, dialect, whole_table_writes=WholeTableWrites.DENY)
    assert answer.verdict is Verdict.DENY
    assert any("whole_table_writes" in reason for reason in answer.reasons)


@pytest.mark.parametrize(
    "sql", ["BEGIN", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO a", "RELEASE a", "SELECT 1", "SELECT 1 FOR UPDATE"]
)
def test_operate_mode_runs_these_at_once(sql: str) -> None:
    assert judged(sql).verdict is Verdict.ALLOW


NEVER = [
    (P, "GRANT ALL ON t TO bob"),
    (P, "CREATE ROLE x"),
    (P, "SET ROLE x"),
    (P, "COPY t FROM '/x'"),
    (P, "DO $$ x $$"),
    (P, "VACUUM"),
    (P, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    (P, "DROP SCHEMA x CASCADE"),
    (P, "DROP DATABASE x"),
    (P, "CREATE EXTENSION x"),
    (P, "CREATE TYPE m AS (a int)"),
    (P, "INSERT INTO pg_class VALUES (1)"),
    (P, "UPDATE pg_catalog.pg_proc SET proname = 'x' WHERE oid = 1"),
    (P, "INSERT INTO t SELECT pg_sleep(1)"),
    (P, "UPDATE t SET a = evil(a) WHERE id = 1"),
    (P, "INSERT INTO t SELECT rolpassword FROM pg_authid"),
    (P, "CREATE TABLE t (a int DEFAULT evil(1))"),
    (P, "CREATE INDEX i ON t (evil(a))"),
    (P, "CREATE VIEW v AS SELECT pg_read_file('x')"),
    (P, "ALTER TABLE t ALTER COLUMN a TYPE int USING evil(a)"),
    (P, "ALTER TABLE t OWNER TO bob"),
    (P, "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()"),
    (P, "CREATE RULE r AS ON SELECT TO t DO INSTEAD DELETE FROM u"),
    (P, "CREATE POLICY p ON t"),
    (P, "ALTER SYSTEM SET x = 1"),
    (P, "CREATE FOREIGN TABLE t (a int) SERVER s"),
    (P, "EXPLAIN ANALYZE DELETE FROM t WHERE id = 1"),
    (P, "INSERT INTO t VALUES (nextval('s'))"),
    (M, "CREATE TABLE t (a int) ENGINE=CONNECT"),
    (M, "CREATE TABLE t (a int) ENGINE=FEDERATED CONNECTION='x'"),
    (M, "CREATE DEFINER=root@localhost VIEW v AS SELECT 1"),
    (M, "CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1"),
    (M, "DELETE FROM mysql.user WHERE user = 'x'"),
    (M, "INSERT INTO t SELECT LOAD_FILE('/x')"),
    (M, "UPDATE t SET a = @b := 1 WHERE id = 1"),
    (M, "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t"),
    (M, "DROP DATABASE x"),
    (M, "ANALYZE DELETE FROM t WHERE id = 1"),
    (M, "UPDATE t SET a = SLEEP(1) WHERE id = 1"),
    (S, "CREATE VIRTUAL TABLE t USING csv (filename='/x')"),
    (S, "UPDATE sqlite_master SET sql = 'x' WHERE name = 'y'"),
    (S, "ATTACH 'x' AS y"),
    (S, "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"),
    (S, "PRAGMA writable_schema = 1"),
    (S, "INSERT INTO t VALUES (load_extension('x'))"),
    (S, "VACUUM INTO 'x'"),
]


@pytest.mark.parametrize(("dialect", "sql"), NEVER)
def test_some_things_never_run_whoever_asks(dialect: Dialect, sql: str) -> None:
    answer = judged(sql, dialect)
    assert (answer.verdict, answer.red) == (Verdict.DENY, False)
    assert judged(sql, dialect, Mode.ASK).verdict is Verdict.DENY


def test_the_mode_of_the_configuration_is_a_ceiling() -> None:
    assert Policy.build(SafetySettings(mode=Mode.ASK), Mode.OPERATE, P).mode is Mode.ASK
    assert Policy.build(SafetySettings(mode=Mode.OPERATE), Mode.ASK, P).mode is Mode.ASK
    assert Policy.build(SafetySettings(), Mode.OPERATE, P).mode is Mode.OPERATE


def test_explain_can_be_switched_off() -> None:
    assert judged("EXPLAIN SELECT 1", mode=Mode.ASK).verdict is Verdict.ALLOW
    assert judged("EXPLAIN SELECT 1", mode=Mode.ASK, allow_explain=False).verdict is Verdict.DENY
    assert judged("EXPLAIN DELETE FROM t WHERE id = 1").verdict is Verdict.ALLOW
    assert judged("EXPLAIN DELETE FROM t WHERE id = 1", mode=Mode.ASK).verdict is Verdict.DENY


def test_functions_can_be_allowed_and_blocked() -> None:
    assert judged("SELECT my_rank(a) FROM t").verdict is Verdict.DENY
    assert "safety.allowed_functions" in judged("SELECT my_rank(a) FROM t").reasons[0]
    assert judged("SELECT my_rank(a) FROM t", allowed_functions=["MY_RANK"]).verdict is Verdict.ALLOW
    assert judged("SELECT app.my_rank(a) FROM t", allowed_functions=["my_rank"]).verdict is Verdict.DENY
    assert judged("SELECT app.my_rank(a) FROM t", allowed_functions=["app.my_rank"]).verdict is Verdict.ALLOW
    assert judged("SELECT md5(a) FROM t", blocked_functions=["md5"]).verdict is Verdict.DENY
    assert judged("SELECT ceiling(a) FROM t", blocked_functions=["CEIL"]).verdict is Verdict.DENY


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM secret",
        "SELECT 1 FROM a JOIN public.secret s ON true",
        "SELECT (SELECT max(x) FROM SECRET)",
        "DELETE FROM secret WHERE id = 1",
        "INSERT INTO a SELECT * FROM secret",
        "CREATE TABLE c (a int REFERENCES secret (id))",
        "WITH s AS (TABLE secret) SELECT * FROM s",
        "EXPLAIN SELECT * FROM secret",
        "SELECT * FROM other.secret",
    ],
)
def test_a_blocked_table_cannot_be_touched(sql: str) -> None:
    assert judged(sql, blocked_tables=["secret"]).verdict is Verdict.DENY
    assert judged(sql.lower().replace("secret", "open"), blocked_tables=["secret"]).verdict is not Verdict.DENY


def test_a_blocked_table_is_blocked_behind_views_and_in_mysql_looks() -> None:
    assert judged("SELECT * FROM nested", schema=SCHEMA, blocked_tables=["users"]).verdict is Verdict.DENY
    assert judged("SHOW CREATE TABLE secret", M, blocked_tables=["secret"]).verdict is Verdict.DENY
    assert judged("SELECT * FROM b.secret", blocked_tables=["a.secret"]).verdict is Verdict.ALLOW
    assert judged("WITH secret AS (SELECT 1) SELECT * FROM secret", blocked_tables=["secret"]).verdict is Verdict.ALLOW


def test_with_the_schema_a_qualified_name_must_be_a_column() -> None:
    assert judged("SELECT u.wipe FROM users u", schema=SCHEMA).verdict is Verdict.DENY
    assert judged("SELECT (u).wipe FROM users u").verdict is Verdict.DENY
    assert judged("SELECT u.name, u.ctid, (u.name).x FROM users u", schema=SCHEMA).verdict is Verdict.ALLOW


def test_reasons_are_stable_and_unique() -> None:
    sql = "SELECT evil(1), evil(2), pg_sleep(1) FROM pg_authid, pg_shadow"
    first = judged(sql).reasons
    assert first == judged(sql).reasons
    assert len(first) == len(set(first)) == 4


def test_text_that_cannot_be_parsed_is_refused_with_the_way_out() -> None:
    answer = judged("SELEC 1")
    assert (answer.statement, answer.verdict) == (None, Verdict.DENY)
    assert len(answer.reasons) == 1
