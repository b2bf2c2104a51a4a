"""Transactions that end under us: nothing later may run outside them by accident."""

import threading
from collections.abc import Callable

import pytest

from tools.db.connection import Connection
from tools.db.database import Database
from tools.errors import (
    AccessDenied,
    Cancelled,
    CommitUnknown,
    ConstraintViolated,
    DatabaseError,
    LockTimeout,
    StatementTimeout,
    ToolError,
    TransactionLost,
    Unreachable,
)
from tools.sql.statement import Dialect

# Runs for minutes inside an UPDATE.
SLOW_UPDATE = {
    Dialect.SQLITE: "UPDATE t SET n = (WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g) "
    "SELECT max(i) FROM g)",
    Dialect.POSTGRES: "UPDATE t SET n = (SELECT 1 FROM pg_sleep(60))",
    Dialect.MYSQL: "UPDATE t SET n = SLEEP(60)",
}


@pytest.fixture
def table(writer: Connection) -> Connection:
    engine = " ENGINE=InnoDB" if writer.strategy.dialect is Dialect.MYSQL else ""
    writer.write(f"CREATE TABLE t (id INT PRIMARY KEY, n INT){engine}")
    writer.write("INSERT INTO t VALUES (1, 0), (2, 0)")
    return writer


def values(database: Database) -> list[tuple[object, ...]]:
    with database.connect(readonly=True) as connection:
        return list(connection.read("SELECT id, n FROM t ORDER BY id", max_rows=10).rows)


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[ToolError]]:
    raised: list[ToolError] = []

    def run() -> None:
        try:
            work()
        except ToolError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_atomic_keeps_all_or_nothing(database: Database, table: Connection) -> None:
    with table.atomic():
        assert table.write("UPDATE t SET n = 1") == 2
    assert values(database) == [(1, 1), (2, 1)]

    def twice() -> None:
        with table.atomic():
            table.write("UPDATE t SET n = 2")
            table.write("INSERT INTO t VALUES (1, 9)")

    with pytest.raises(ConstraintViolated):
        twice()
    assert values(database) == [(1, 1), (2, 1)]


def test_rolled_back_schema_changes_and_hidden_writes_are_gone(sqlite_database: Database) -> None:
    with sqlite_database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE t (id INT PRIMARY KEY, n INT)")
        connection.write("INSERT INTO t VALUES (1, 0)")
        connection.begin()
        connection.write("CREATE TABLE other (n INT)")
        connection.write("WITH gone AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM gone)")
        connection.rollback()
        assert connection.read("SELECT name FROM sqlite_master WHERE type = 'table'", max_rows=5).rows == (("t",),)
    assert values(sqlite_database) == [(1, 0)]


def test_savepoints_nest_inside_a_transaction(database: Database, table: Connection) -> None:
    table.begin()
    table.write("UPDATE t SET n = 1 WHERE id = 1")
    table.savepoint("one step")
    table.write("UPDATE t SET n = 1 WHERE id = 2")
    with pytest.raises(ConstraintViolated):
        table.write("INSERT INTO t VALUES (1, 9)")
    assert table.transaction_alive()
    table.rollback_to("one step")
    table.release("one step")
    table.commit()
    assert values(database) == [(1, 1), (2, 0)]


def test_a_truncated_or_failed_read_does_no_harm_to_the_transaction(database: Database, table: Connection) -> None:
    table.begin()
    table.write("UPDATE t SET n = 5")
    assert table.read("SELECT n FROM t", max_rows=1).truncated
    with pytest.raises(DatabaseError):
        table.read("SELECT wrong FROM t", max_rows=1)
    assert table.read("SELECT n FROM t", max_rows=5).rows == ((5,), (5,))
    assert table.transaction_alive()
    table.commit()
    assert values(database) == [(1, 5), (2, 5)]


def test_rows_are_counted_as_matched(table: Connection) -> None:
    assert table.write("UPDATE t SET n = 0") == 2  # nothing changes, two rows match
    assert table.write("DELETE FROM t WHERE id = 7") == 0


def test_leaving_a_connection_rolls_back(database: Database, table: Connection) -> None:
    with database.connect(readonly=False) as other:
        other.begin()
        other.write("UPDATE t SET n = 9")
    assert values(database) == [(1, 0), (2, 0)]


@pytest.mark.parametrize("stop", ["cancel", "timeout"])
def test_a_stopped_write_leaves_nothing_behind(database: Database, table: Connection, stop: str) -> None:
    slow = SLOW_UPDATE[database.dialect]
    table.begin()
    table.write("UPDATE t SET n = 5 WHERE id = 1")
    if stop == "cancel":
        threading.Timer(0.3, table.cancel).start()
        with pytest.raises(Cancelled):
            table.write(slow)
    else:
        with pytest.raises(StatementTimeout):
            table.write(slow, timeout_s=0.3)
    if table.transaction_alive():
        assert database.dialect is not Dialect.SQLITE  # whose interrupt rolls back everything
        table.rollback()
    else:
        with pytest.raises(TransactionLost):
            table.write("UPDATE t SET n = 7")
        with pytest.raises(TransactionLost):
            table.commit()
        table.rollback()
    assert values(database) == [(1, 0), (2, 0)]
    table.begin()
    table.write("UPDATE t SET n = 8")
    table.commit()
    assert values(database) == [(1, 8), (2, 8)]


def test_a_deadlock_ends_the_transaction_and_everyone_is_told(mysql_database: Database) -> None:
    database = mysql_database
    with database.connect(readonly=False) as first, database.connect(readonly=False) as second:
        first.write("CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB")
        first.write("INSERT INTO t VALUES (1, 0), (2, 0)")
        for connection, own in ((first, 1), (second, 2)):
            connection.begin()
            connection.write(f"UPDATE t SET n = n + 1 WHERE id = {own}")
        thread, raised = in_thread(lambda: first.write("UPDATE t SET n = n + 1 WHERE id = 2"))
        try:
            second.write("UPDATE t SET n = n + 1 WHERE id = 1")
        except TransactionLost as error:
            raised.append(error)
        thread.join()
        assert [type(error) for error in raised] == [TransactionLost]
        (loser, winner) = (first, second) if not first.transaction_alive() else (second, first)
        with pytest.raises(TransactionLost):
            loser.write("INSERT INTO t VALUES (3, 0)")  # would commit by itself
        with pytest.raises(TransactionLost):
            loser.savepoint("s")
        with pytest.raises(TransactionLost):
            loser.commit()
        loser.rollback()
        winner.commit()
    assert values(database) == [(1, 1), (2, 1)]


def test_a_deadlock_on_postgres_keeps_the_rest_out(postgres_database: Database) -> None:
    database = postgres_database
    with database.connect(readonly=False) as first, database.connect(readonly=False) as second:
        first.write("CREATE TABLE t (id INT PRIMARY KEY, n INT)")
        first.write("INSERT INTO t VALUES (1, 0), (2, 0)")
        for connection, own in ((first, 1), (second, 2)):
            connection.write("SET deadlock_timeout = '50ms'")
            connection.begin()
            connection.write(f"UPDATE t SET n = n + 1 WHERE id = {own}")
        thread, raised = in_thread(lambda: first.write("UPDATE t SET n = n + 1 WHERE id = 2"))
        try:
            second.write("UPDATE t SET n = n + 1 WHERE id = 1")
        except LockTimeout as error:
            raised.append(error)
        thread.join()
        assert [type(error) for error in raised] == [LockTimeout]
        (loser, winner) = (first, second) if first._session.failed() else (second, first)
        with pytest.raises(TransactionLost):  # COMMIT of a failed transaction rolls back without a word
            loser.commit()
        winner.commit()
    (one, two) = values(database)
    assert one[1] == two[1] == 1


def test_an_implicit_commit_is_noticed_at_once(mysql_database: Database) -> None:
    with mysql_database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE t (id INT PRIMARY KEY, n INT)")
        connection.begin()
        connection.write("INSERT INTO t VALUES (1, 0)")
        with pytest.raises(CommitUnknown):
            connection.write("CREATE TABLE other (n INT)")
        with pytest.raises(TransactionLost):
            connection.write("INSERT INTO t VALUES (2, 0)")
        connection.rollback()
    assert values(mysql_database) == [(1, 0)]


def test_waiting_for_a_lock_has_an_end(database: Database, table: Connection) -> None:
    table.begin()
    table.write("UPDATE t SET n = 1")
    with database.connect(readonly=False) as other:
        with pytest.raises(LockTimeout):
            other.write("UPDATE t SET n = 2")
        table.rollback()
        assert other.write("UPDATE t SET n = 3") == 2


def kill(database: Database, victim: Connection) -> None:
    ask = "SELECT pg_backend_pid()" if database.dialect is Dialect.POSTGRES else "SELECT CONNECTION_ID()"
    (row,) = victim.read(ask, max_rows=1).rows
    with database.connect(readonly=False) as killer:
        text = f"SELECT pg_terminate_backend({row[0]})" if database.dialect is Dialect.POSTGRES else f"KILL {row[0]}"
        killer.write(text)


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_killed_connection_loses_its_transaction(request: pytest.FixtureRequest, engine: str) -> None:
    database: Database = request.getfixturevalue(f"{engine}_database")
    with database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE t (id INT PRIMARY KEY, n INT)")
        connection.write("INSERT INTO t VALUES (1, 0)")
        connection.begin()
        connection.write("UPDATE t SET n = 1")
        kill(database, connection)
        assert not connection.transaction_alive()
        with pytest.raises(TransactionLost):
            connection.write("UPDATE t SET n = 2")
        with pytest.raises(TransactionLost):
            connection.commit()
        connection.rollback()
        with pytest.raises(Unreachable):
            connection.write("UPDATE t SET n = 3")
    assert values(database) == [(1, 0)]


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_pool_forgets_dead_connections(request: pytest.FixtureRequest, engine: str) -> None:
    database: Database = request.getfixturevalue(f"{engine}_database")
    with database.connect(readonly=False) as first, database.connect(readonly=False) as second:
        pids = [
            connection.read(
                "SELECT pg_backend_pid()" if engine == "postgres" else "SELECT CONNECTION_ID()", max_rows=1
            ).rows[0][0]
            for connection in (first, second)
        ]
    elsewhere = Database(database.target, database.limits)
    with elsewhere.connect(readonly=False) as killer:
        for pid in pids:
            killer.write(f"SELECT pg_terminate_backend({pid})" if engine == "postgres" else f"KILL {pid}")
    elsewhere.close()
    with database.connect(readonly=False) as connection:
        assert connection.read("SELECT 1", max_rows=1).rows == ((1,),)


def test_a_commit_whose_connection_dies_is_not_called_lost(postgres_database: Database) -> None:
    """The server holds the COMMIT back (a deferred trigger sleeps), and the line is cut meanwhile."""
    with postgres_database.connect(readonly=False) as connection:
        for statement in (
            "CREATE TABLE t (id INT PRIMARY KEY, n INT)",
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NEW; END'",
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION wait()",
        ):
            connection.write(statement)
        connection.begin()
        connection.write("INSERT INTO t VALUES (1, 1)")
        threading.Timer(0.3, connection._session.sever).start()
        with pytest.raises(CommitUnknown):
            connection.commit()
        connection.rollback()


def test_a_commit_that_the_server_holds_back_and_never_answers(mysql_database: Database) -> None:
    with mysql_database.connect(readonly=False) as connection, mysql_database.connect(readonly=False) as other:
        connection.write("CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB")
        connection.begin()
        connection.write("INSERT INTO t VALUES (1, 1)")
        other.write("FLUSH TABLES WITH READ LOCK")
        threading.Timer(0.3, connection._session.sever).start()
        with pytest.raises(CommitUnknown):
            connection.commit()
        other.write("UNLOCK TABLES")


def test_a_read_only_transaction_sees_one_moment(database: Database, table: Connection) -> None:
    with database.connect(readonly=True) as reader:
        reader.begin()
        assert reader.read("SELECT count(*) FROM t", max_rows=1).rows == ((2,),)
        with pytest.raises(AccessDenied):
            reader.write("DELETE FROM t")
        reader.rollback()


def test_write_many_adds_up(database: Database, table: Connection) -> None:
    n, key = database.strategy.placeholder("n"), database.strategy.placeholder("id")
    with table.atomic():
        changed = table.write_many(
            f"UPDATE t SET n = {n} WHERE id = {key}", [{"n": 5, "id": 1}, {"n": 6, "id": 2}, {"n": 7, "id": 3}]
        )
    assert changed == 2
    assert values(database) == [(1, 5), (2, 6)]
