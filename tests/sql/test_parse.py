import pytest

from tools.errors import StatementError
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Kind

P, M, S = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE

NAMES = [
    (P, "SELECT * FROM users u JOIN s.orders o ON true", ("s.orders", "users"), ()),
    (P, 'SELECT * FROM public.users, Users, "Users"', ("Users", "users"), ()),
    (P, "TABLE users", ("users",), ()),
    (P, "WITH a AS (SELECT * FROM t) SELECT * FROM a JOIN b ON a.id = b.id", ("b", "t"), ()),
    (P, "WITH users AS (SELECT * FROM users) SELECT * FROM users", ("users",), ()),
    (P, "WITH RECURSIVE t AS (SELECT 1 UNION SELECT * FROM t) SELECT * FROM t", (), ()),
    (P, "WITH a AS (SELECT 1) SELECT * FROM public.a", ("a",), ()),
    (P, "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", ("b",), ()),
    (P, "SELECT * FROM generate_series(1, 3) g, unnest(ARRAY[1]) u", (), ()),
    (P, "SELECT * FROM information_schema.tables", ("information_schema.tables",), ()),
    (P, "INSERT INTO a SELECT * FROM b", ("b",), ("a",)),
    (P, "UPDATE a SET x = b.x FROM b WHERE a.id = b.id", ("b",), ("a",)),
    (P, "UPDATE a SET x = 1 WHERE id IN (SELECT id FROM a)", ("a",), ("a",)),
    (P, "DELETE FROM a USING b WHERE a.id = b.id", ("b",), ("a",)),
    (P, "WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", (), ("a",)),
    (P, "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = 1", ("b",), ("a",)),
    (P, "CREATE TABLE c AS SELECT * FROM a", ("a",), ("c",)),
    (P, "CREATE TABLE c (id int REFERENCES a (id))", (), ("c",)),
    (P, "SELECT * INTO c FROM a", ("a",), ("c",)),
    (P, "CREATE VIEW v AS SELECT * FROM a", ("a",), ("v",)),
    (P, "CREATE INDEX i ON a (x)", (), ("a",)),
    (P, "TRUNCATE a, b", (), ("a", "b")),
    (P, "DROP TABLE a, b", (), ("a", "b")),
    (P, "ALTER TABLE a ADD COLUMN x int", (), ("a",)),
    (P, "SELECT * FROM 订单", ("订单",), ()),
    (P, "EXPLAIN SELECT * FROM a", ("a",), ()),
    (P, "EXPLAIN DELETE FROM a", (), ()),
    (M, "SELECT * FROM Shop.Users", ("Shop.Users",), ()),
    (M, "UPDATE a JOIN b ON a.id = b.id SET a.x = 1", ("b",), ("a",)),
    (M, "UPDATE users u, orders o SET u.x = 1, o.y = 2 WHERE u.id = o.id", (), ("orders", "users")),
    (M, "DELETE a FROM a JOIN b ON a.id = b.id", ("b",), ("a",)),
    (M, "DELETE u FROM users u JOIN orders o ON u.id = o.id", ("orders",), ("users",)),
    (M, "DELETE FROM u USING users u JOIN orders o ON u.id = o.id", ("orders",), ("users",)),
    (M, "REPLACE INTO a SELECT * FROM b", ("b",), ("a",)),
    (M, "RENAME TABLE a TO b, s.c TO d", (), ("a", "b", "d", "s.c")),
    (M, "DROP INDEX i ON a", (), ("a",)),
    (S, "SELECT 1 WHERE 2 IN payroll", ("payroll",), ()),
    (S, "SELECT 1 WHERE 2 IN main.payroll", ("payroll",), ()),
    (S, "SELECT 1 WHERE 2 IN 'payroll'", ("payroll",), ()),
    (S, "WITH m AS (SELECT 1) SELECT 1 WHERE 2 IN m", (), ()),
    (S, "SELECT * FROM main.users, temp.x", ("temp.x", "users"), ()),
    (S, "UPDATE OR IGNORE a SET x = 1", (), ("a",)),
    (S, "SELECT * FROM pragma_table_info('users')", (), ()),
]


@pytest.mark.parametrize(("dialect", "sql", "reads", "writes"), NAMES)
def test_tables_are_read_and_written_by_their_real_names(dialect, sql, reads, writes) -> None:
    statement = parse(sql, dialect)
    assert (statement.reads, statement.writes) == (reads, writes)


def test_the_given_schema_is_the_default_one() -> None:
    assert parse("SELECT * FROM shop.users", M, default_schema="shop").reads == ("users",)
    assert parse("SELECT * FROM s.users, public.x", P, default_schema="s").reads == ("public.x", "users")


KINDS = [
    (P, "SELECT 1", Kind.SELECT, "select"),
    (P, "(SELECT 1)", Kind.SELECT, "select"),
    (P, "WITH a AS (SELECT 1) SELECT 1", Kind.SELECT, "with"),
    (P, "VALUES (1)", Kind.SELECT, "values"),
    (P, "TABLE a", Kind.SELECT, "table"),
    (P, "INSERT INTO a VALUES (1)", Kind.INSERT, "insert"),
    (M, "REPLACE INTO a VALUES (1)", Kind.INSERT, "replace"),
    (P, "WITH x AS (UPDATE a SET b = 1 RETURNING *) SELECT 1", Kind.UPDATE, "update"),
    (P, "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE", Kind.DELETE, "merge"),
    (P, "MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED THEN INSERT VALUES (1)", Kind.INSERT, "merge"),
    (P, "CREATE TABLE a (b int)", Kind.DDL, "create table"),
    (P, "TRUNCATE a", Kind.DDL, "truncate"),
    (P, "SELECT 1 INTO a", Kind.DDL, "select into"),
    (P, "BEGIN", Kind.TRANSACTION, "begin"),
    (P, "START TRANSACTION ISOLATION LEVEL SERIALIZABLE", Kind.TRANSACTION, "begin"),
    (P, "END", Kind.TRANSACTION, "commit"),
    (P, "ABORT", Kind.TRANSACTION, "rollback"),
    (P, "ROLLBACK TO SAVEPOINT a", Kind.TRANSACTION, "rollback to"),
    (P, 'SAVEPOINT "A b"', Kind.TRANSACTION, "savepoint"),
    (P, "RELEASE a", Kind.TRANSACTION, "release"),
    (P, "EXPLAIN SELECT 1", Kind.OTHER, "explain"),
    (P, "EXPLAIN (ANALYZE, BUFFERS) SELECT 1", Kind.OTHER, "explain analyze"),
    (M, "DESC users", Kind.OTHER, "describe"),
    (M, "DESC SELECT 1", Kind.OTHER, "explain"),
    (M, "SHOW TABLES", Kind.OTHER, "show"),
    (S, "PRAGMA user_version", Kind.OTHER, "pragma"),
]


@pytest.mark.parametrize(("dialect", "sql", "kind", "action"), KINDS)
def test_kind_and_action(dialect: Dialect, sql: str, kind: Kind, action: str) -> None:
    statement = parse(sql, dialect)
    assert (statement.kind, statement.action) == (kind, action)


REFUSED = [
    (P, ""),
    (P, "   "),
    (P, ";"),
    (P, "-- nothing"),
    (P, "SELECT 1; SELECT 2"),
    (P, "SELECT 'a"),
    (P, "SELECT (1"),
    (P, "SELECT 1)"),
    (P, "SELECT\x00 1"),
    (P, "SELECT '\x00'"),
    (P, "SELECT\u200b1"),
    (P, "SELECT '\u202e'"),
    (P, "SELECT\u00a01"),
    (P, "SELECT\u30001"),
    (P, "SELECT\x0c1"),
    (P, "SELECT " + "(" * 101 + "1" + ")" * 101),
    (P, "SELECT " + "ARRAY[" * 9 + "1" + "]" * 9),
    (P, "SELECT '" + "x" * 100_001 + "'"),
    (P, 'SELECT U&"\\0061"'),
    (P, "SELECT U&'\\0061'"),
    (P, "SELECT E'a'\n'b\\'', pg_sleep(1), '...'"),
    (P, "CHECKPOINT"),
    (P, "LISTEN x"),
    (P, "FROM t"),
    (P, "COMMIT AND CHAIN"),
    (P, "COMMIT PREPARED 'x'"),
    (P, "ROLLBACK PREPARED 'x'"),
    (P, "BEGIN; SELECT 1"),
    (M, "SELECT 1 /*! , SLEEP(1) */"),
    (M, "SELECT 1 /*M! , SLEEP(1) */"),
    (M, "SELECT 1 --SLEEP(1)"),
    (M, "SELECT '\\' , SLEEP(1) -- '"),
    (M, "SELECT 1 /* /* */ , */"),
    (S, "SELECT [a"),
    (S, "SELECT /* a"),
    (S, "SELECT 1;;SELECT 2"),
    (P, "SELECT '\ud800'"),
]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT id FROM t WHERE", "something is missing after `WHERE` at line 1, column 22"),
        ("SELECT (1", "`)` is expected after `1`"),
        ("SELECT *\nFORM t", "`t` is not expected at line 2"),
    ],
)
def test_a_fault_is_named_in_words_and_with_its_place(text: str, fault: str) -> None:
    with pytest.raises(StatementError) as refusal:
        parse(text, Dialect.POSTGRES)
    assert fault in str(refusal.value)
    assert "sqlglot" not in str(refusal.value)


@pytest.mark.parametrize(("dialect", "text"), REFUSED)
def test_what_cannot_be_read_safely_is_refused(dialect: Dialect, text: str) -> None:
    with pytest.raises(StatementError):
        parse(text, dialect)


ACCEPTED = [
    (P, "SELECT 1;;"),
    (P, "SELECT 1 ; -- done"),
    (P, "SELECT '\u200d👩\u200d👧'"),
    (P, "SELECT '\\', x, '\\' FROM t"),
    (P, "SELECT E'\\''"),
    (P, "SELECT $a$ ; ' \" $a$"),
    (P, "SELECT 1 /* ; /* ; */ */"),
    (M, "SELECT 'it\\'s'"),
    (M, "SELECT 1 # ; x"),
    (M, "SELECT a->'$.x', a->>'$.y' FROM t"),
    (M, "SELECT 1--\n+1"),
    (S, "SELECT 'a\\'"),
    (S, "SELECT [a;b] FROM t"),
    (P, "SELECT '　全角空格　'"),
    (P, "SELECT 'a\tb\nc'"),
]


@pytest.mark.parametrize(("dialect", "text"), ACCEPTED)
def test_strange_but_clear_text_is_understood(dialect: Dialect, text: str) -> None:
    assert parse(text, dialect).text == text


def test_functions_are_known_by_every_name() -> None:
    statement = parse('SELECT PG_CATALOG.Abs(a), Ceiling(a), "Foo"(1), s.bar(2) FROM t', P)
    assert statement.calls == ("Foo", "abs", "ceiling", "s.bar")
    assert {"ceiling", "ceil"} <= set(statement.functions)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH q(a) AS (SELECT 1) SELECT a FROM q AS r(b)",
        "SELECT 1 WHERE 1 IN (1) AND EXISTS (SELECT 1)",
        "INSERT INTO t (a) VALUES (1)",
        "CREATE TABLE t (a varchar(10), PRIMARY KEY (a), UNIQUE (a), CHECK (a > 1), FOREIGN KEY (a) REFERENCES u (b))",
        "CREATE INDEX i ON t (a)",
        "SELECT CAST(a AS numeric(10, 2)), sum(a) FILTER (WHERE b) OVER (PARTITION BY c) FROM t",
        "SELECT sum(a) FROM t GROUP BY GROUPING SETS ((a), ())",
    ],
)
def test_grammar_is_not_taken_for_calls(sql: str) -> None:
    assert set(parse(sql, P).calls) <= {"cast", "sum"}
