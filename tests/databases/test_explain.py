"""Plans: which tables are read from end to end, and nothing is executed."""

import pytest

from tools.db.database import Database
from tools.db.explain import explain
from tools.errors import DatabaseError
from tools.sql.statement import Dialect


@pytest.fixture
def shop(database: Database) -> Database:
    with database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
        connection.write_many(
            f"INSERT INTO t VALUES ({database.strategy.placeholder('id')}, 1)", [{"id": id} for id in range(500)]
        )
        connection.write("ANALYZE t" if database.dialect is not Dialect.MYSQL else "SELECT 1")
    return database


def test_a_full_scan_is_named(shop: Database) -> None:
    with shop.connect(readonly=True) as connection:
        plan = explain(connection, "SELECT * FROM t WHERE n = 1 OR n = 2")
        assert plan.full_scans == ("t",)
        assert "t" in plan.text
        if shop.dialect is not Dialect.SQLITE:
            assert plan.rows is not None
            assert 300 < plan.rows < 700


def test_a_lookup_by_key_scans_nothing(shop: Database) -> None:
    key = shop.strategy.placeholder("id")
    with shop.connect(readonly=True) as connection:
        assert explain(connection, f"SELECT * FROM t WHERE id = {key}", {"id": 5}).full_scans == ()
        assert explain(connection, "SELECT 1").full_scans == ()


def test_explaining_a_write_writes_nothing(shop: Database) -> None:
    with shop.connect(readonly=shop.dialect is Dialect.POSTGRES) as connection:
        assert explain(connection, "DELETE FROM t WHERE n = 1").text
        with pytest.raises(DatabaseError):
            explain(connection, "SELECT 1; DELETE FROM t")
        assert connection.read("SELECT count(*) FROM t", max_rows=1).rows == ((500,),)
