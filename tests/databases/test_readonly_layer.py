"""The engine-side read-only layer alone, with no parser in front of it: what gets past a review must stop here."""

import pytest

from tools.db.connection import Connection
from tools.db.database import Database
from tools.db.mysql.read_text import require_read
from tools.errors import AccessDenied, DatabaseError
from tools.sql.statement import Dialect

WRITES = (
    "INSERT INTO t VALUES (9)",
    "UPDATE t SET n = 9",
    "DELETE FROM t",
    "CREATE TABLE x (n INT)",
    "DROP TABLE t",
    "ALTER TABLE t ADD COLUMN m INT",
    "CREATE INDEX i ON t (n)",
    "CREATE VIEW v AS SELECT 1",
)
# Each is tried first, through read and write; then a DELETE must still fail.
TRICKS = {
    Dialect.SQLITE: (
        "PRAGMA query_only = OFF", "PRAGMA writable_schema = ON", "COMMIT", "END", "BEGIN", "BEGIN IMMEDIATE",
        "ATTACH '{folder}/other.db' AS other", "VACUUM INTO '{folder}/copy.db'", "VACUUM", "REINDEX",
        "PRAGMA journal_mode = WAL", "PRAGMA user_version = 5", "SELECT load_extension('x')", "ANALYZE",
        "CREATE TEMP TABLE x (n INT)", "SELECT writefile('{folder}/f', 'x')", "SAVEPOINT s", "PRAGMA wal_checkpoint",
        "WITH d AS (SELECT 1) DELETE FROM t", "REPLACE INTO t VALUES (1)", "SELECT fts3_tokenizer('simple')",
        "PRAGMA temp_store_directory = '/tmp'", "DETACH main", "UPDATE sqlite_master SET sql = ''",
    ),
    Dialect.POSTGRES: (
        "COMMIT", "ROLLBACK", "END", "SET TRANSACTION READ WRITE", "SET default_transaction_read_only = off",
        "SELECT set_config('default_transaction_read_only', 'off', false)",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "BEGIN READ WRITE", "RESET ALL", "DISCARD ALL",
        "DO $$ BEGIN COMMIT; DELETE FROM t; END $$", "DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM t; END $$",
        "DO $$ BEGIN PERFORM set_config('transaction_read_only', 'off', true); DELETE FROM t; END $$",
        "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "SELECT * INTO x FROM t", "SELECT nextval('s')",
        "SELECT * FROM t FOR UPDATE", "SELECT setval('s', 5)", "TRUNCATE t", "LOCK TABLE t",
        "PREPARE p AS DELETE FROM t", "EXPLAIN ANALYZE DELETE FROM t", "CALL wipe()", "SELECT wiped()",
    ),
    Dialect.MYSQL: (
        "COMMIT", "ROLLBACK", "START TRANSACTION READ WRITE", "SET SESSION TRANSACTION READ WRITE",
        "SET TRANSACTION READ WRITE", "SET SESSION tx_read_only = 0", "SET autocommit = 0", "ANALYZE TABLE t",
        "XA START 'x'", "SELECT * FROM t FOR UPDATE", "TRUNCATE t", "REPLACE INTO t VALUES (1)",
        "CREATE TEMPORARY TABLE x (n INT)", "SELECT NEXTVAL(s)", "LOCK TABLES t WRITE", "UNLOCK TABLES", "CALL wipe()",
        "SELECT wiped()", "PREPARE p FROM 'DELETE FROM t'", "EXECUTE p", "ANALYZE DELETE FROM t",
        "SET STATEMENT tx_read_only = 0 FOR DELETE FROM t", "/*!50000 DELETE FROM t */",
        "BEGIN NOT ATOMIC SET SESSION TRANSACTION READ WRITE; DELETE FROM t; END",
        "BEGIN NOT ATOMIC COMMIT; START TRANSACTION READ WRITE; DELETE FROM t; COMMIT; END",
        "EXECUTE IMMEDIATE 'DELETE FROM t'",
    ),
}  # fmt: skip
HELPERS = {
    Dialect.SQLITE: (),
    Dialect.POSTGRES: (
        "CREATE SEQUENCE s",
        "CREATE PROCEDURE wipe() LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; END'",
        "CREATE FUNCTION wiped() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM t; RETURN 1; END'",
    ),
    Dialect.MYSQL: (
        "CREATE SEQUENCE s",
        "CREATE PROCEDURE wipe() DELETE FROM t",
        "CREATE FUNCTION wiped() RETURNS INT DETERMINISTIC BEGIN DELETE FROM t; RETURN 1; END",
    ),
}


@pytest.fixture
def table(database: Database) -> Database:
    with database.connect(readonly=False) as connection:
        for statement in ("CREATE TABLE t (n INT)", "INSERT INTO t VALUES (1), (2)", *HELPERS[database.dialect]):
            connection.write(statement)
    return database


def rows_left(database: Database) -> int:
    with database.connect(readonly=False) as connection:
        (row,) = connection.read("SELECT count(*) FROM t WHERE n IN (1, 2)", max_rows=1).rows
    return int(str(row[0]))


def test_a_write_is_refused_by_the_engine_itself(table: Database) -> None:
    for statement in WRITES:
        with table.connect(readonly=True) as connection:
            with pytest.raises(AccessDenied):
                connection.write(statement)
            with pytest.raises(DatabaseError):
                connection.read(statement, max_rows=1)
            connection.begin()
            with pytest.raises(DatabaseError):
                connection.write(statement)
        assert rows_left(table) == 2, statement


def test_the_engine_refuses_even_what_no_one_looked_at(table: Database) -> None:
    with table.connect(readonly=True) as connection:
        session = connection._session
        for statement in WRITES:
            session.start(5)
            with pytest.raises(table.strategy.errors):
                session.command(statement)
    assert rows_left(table) == 2


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT 'a into b', \"into\", `into` FROM t -- into", True),
        ("  # hello\n/* into */ (SELECT 1)", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("EXPLAIN INSERT INTO t SELECT 1", True),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", False),
        ("SELECT '\\'' INTO @x", False),
        ("SELECT 1 --into\n", False),  # MySQL wants a blank after --
        ("/*! DELETE FROM t */", False),
        ("SELECT 1 /*M!100000 INTO @x */", False),
        ("SET STATEMENT tx_read_only = 0 FOR DELETE FROM t", False),
        ("CALL p()", False),
        ("-- nothing", False),
    ],
)
def test_only_plain_reads_pass_the_words_of_mysql(sql: str, reads: bool) -> None:
    if reads:
        require_read(sql)
    else:
        with pytest.raises(AccessDenied):
            require_read(sql)


def tries(connection: Connection, statement: str) -> None:
    for attempt in (lambda: connection.read(statement, max_rows=5), lambda: connection.write(statement)):
        try:
            attempt()
        except DatabaseError:
            continue


def test_no_statement_makes_the_connection_writable(table: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("reach")
    for template in TRICKS[table.dialect]:
        trick = template.replace("{folder}", str(folder))
        with table.connect(readonly=True) as connection:
            tries(connection, trick)
            tries(connection, "DELETE FROM t")
            connection.rollback()
            connection.begin()
            tries(connection, trick)
            tries(connection, "DELETE FROM t")
            tries(connection, "COMMIT")
        with table.connect(readonly=True) as connection:  # the next user of the pooled one
            tries(connection, "DELETE FROM t")
        assert rows_left(table) == 2, trick
        assert list(folder.iterdir()) == [], trick


def test_settings_of_one_reader_do_not_reach_the_next(database: Database) -> None:
    leaks = {
        Dialect.SQLITE: ("PRAGMA foreign_keys = OFF", "SELECT 1", "PRAGMA foreign_keys"),
        Dialect.POSTGRES: ("SET application_name = 'leak'", "PREPARE p AS SELECT 1", "SHOW application_name"),
        Dialect.MYSQL: ("SET @leak = 1", "SELECT GET_LOCK('leak', 0)", "SELECT @leak IS NULL AND IS_FREE_LOCK('leak')"),
    }[database.dialect]
    with database.connect(readonly=True) as connection:
        for statement in leaks[:2]:
            tries(connection, statement)
    with database.connect(readonly=True) as connection:
        (row,) = connection.read(leaks[2], max_rows=1).rows
    assert row in ((1,), ("columnist",))


def test_a_role_is_taken_for_every_read(postgres_server: object, postgres_database: Database) -> None:
    from tools.db.limits import SessionLimits

    with postgres_database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE secret (n INT)")
        connection.write("CREATE TABLE open (n INT)")
        connection.write('CREATE ROLE "looks only"')
        connection.write('GRANT SELECT ON open TO "looks only"')
    limited = Database(postgres_database.target, SessionLimits(readonly_role="looks only"))
    try:
        with limited.connect(readonly=True) as connection:
            assert connection.read("SELECT * FROM open", max_rows=1).rows == ()
            tries(connection, "RESET ROLE")
            with pytest.raises(AccessDenied):
                connection.read("SELECT * FROM secret", max_rows=1)
    finally:
        limited.close()
        with postgres_database.connect(readonly=False) as connection:
            connection.write('DROP OWNED BY "looks only"')
            connection.write('DROP ROLE "looks only"')


def test_search_path_is_set_on_every_connection(postgres_database: Database) -> None:
    from tools.db.limits import SessionLimits

    limited = Database(postgres_database.target, SessionLimits(safe_search_path=("my schema", "public")))
    with limited.connect(readonly=True) as connection:
        assert connection.read("SHOW search_path", max_rows=1).rows == (('"my schema", public',),)
    limited.close()


def test_ordinary_reads_pass_the_layer(sqlite_database: Database) -> None:
    with sqlite_database.connect(readonly=False) as connection:
        for statement in (
            "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)", "INSERT INTO t VALUES (1, '{\"a\": [1, 2]}')",
            "CREATE VIEW v AS WITH c AS (SELECT * FROM t) SELECT * FROM c",
            "CREATE VIRTUAL TABLE words USING fts5(body)", "INSERT INTO words VALUES ('hello world')",
            "CREATE VIRTUAL TABLE boxes USING rtree(id, low, high)", "INSERT INTO boxes VALUES (1, 0, 1)",
        ):  # fmt: skip
            connection.write(statement)
    with sqlite_database.connect(readonly=True) as connection:
        for statement in (
            "SELECT * FROM v", "SELECT value FROM t, json_each(note, '$.a')", "PRAGMA table_info(t)",
            "SELECT highlight(words, 0, '<', '>') FROM words WHERE words MATCH 'hello'", "SELECT * FROM boxes",
            "SELECT row_number() OVER (ORDER BY id), group_concat(note) FROM t GROUP BY id", "EXPLAIN SELECT 1",
            "SELECT name FROM pragma_table_info('t')", "SELECT date('now'), printf('%d', 1)", "PRAGMA quick_check",
            "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g LIMIT 3) SELECT * FROM g",
        ):  # fmt: skip
            assert connection.read(statement, max_rows=5).rows
