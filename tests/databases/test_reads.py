"""Reading: the text unchanged, streamed, capped, whole values of every type."""

import resource
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from tools.db.connection import Connection
from tools.db.database import Database
from tools.db.values import RawText
from tools.errors import DatabaseError, UnknownName
from tools.sql.statement import Dialect

ENDLESS = {
    Dialect.SQLITE: "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT n FROM g",
    Dialect.POSTGRES: "SELECT n FROM generate_series(1, 1000000000000) AS g(n)",
    Dialect.MYSQL: "SELECT seq AS n FROM seq_1_to_1000000000",
}


def test_an_endless_result_is_stopped_at_the_cap(database: Database, reader: Connection) -> None:
    endless = ENDLESS[database.dialect]
    if database.dialect is Dialect.POSTGRES:  # a function in FROM is computed whole first: 16 TB
        endless = "SELECT generate_series(1, 1000000000000) AS n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = reader.read(endless, max_rows=100)
    assert found.columns == ("n",)
    assert [row[0] for row in found.rows] == list(range(1, 101))
    assert found.truncated
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert reader.read("SELECT 1", max_rows=1).rows == ((1,),)


def test_a_result_that_fits_exactly_is_not_truncated(writer: Connection) -> None:
    writer.write("CREATE TABLE t (n INT)")
    writer.write("INSERT INTO t VALUES (1), (2)")
    assert not writer.read("SELECT n FROM t", max_rows=2).truncated
    assert writer.read("SELECT n FROM t", max_rows=1).truncated
    assert writer.read("SELECT n FROM t", max_rows=0).truncated


def test_an_empty_result_still_has_columns(database: Database, reader: Connection) -> None:
    name = database.strategy.placeholder("n")
    assert reader.read("SELECT 1 AS 一, 2 AS b WHERE 1 = 0", max_rows=5).columns == ("一", "b")
    assert reader.read(f"SELECT 1 AS a WHERE 1 = {name}", {"n": 0}, max_rows=5).columns == ("a",)


def test_the_text_runs_unchanged(reader: Connection) -> None:
    text = "SELECT 'a%b' LIKE 'a%', 5 % 3, ':c', '%(x)s', '?' -- done"
    assert reader.read(text, max_rows=1).rows[0][1:] == (2, ":c", "%(x)s", "?")


def test_parameters_are_values_never_text(database: Database, reader: Connection) -> None:
    evil = "'; DROP TABLE t; -- %s \\"
    name = database.strategy.placeholder("v")
    assert reader.read(f"SELECT {name} AS v", {"v": evil}, max_rows=1).rows == ((evil,),)


def test_a_second_statement_never_rides_along(writer: Connection, reader: Connection) -> None:
    writer.write("CREATE TABLE t (n INT)")
    writer.write("INSERT INTO t VALUES (1)")
    for connection in (reader, writer):
        with pytest.raises(DatabaseError):
            connection.read("SELECT 1; DELETE FROM t", max_rows=5)
        with pytest.raises(DatabaseError):
            connection.write("SELECT 1; DELETE FROM t")
        with pytest.raises(DatabaseError):
            connection.read("COMMIT; DELETE FROM t", max_rows=5)
    assert writer.read("SELECT count(*) FROM t", max_rows=1).rows == ((1,),)


def test_long_values_are_cut_only_when_asked(database: Database, reader: Connection) -> None:
    repeated = {
        Dialect.SQLITE: "SELECT replace(hex(zeroblob(1000000)), '00', 'x') AS v",
        Dialect.POSTGRES: "SELECT repeat('x', 1000000) AS v",
        Dialect.MYSQL: "SELECT repeat('x', 1000000) AS v",
    }[database.dialect]
    whole = reader.read(repeated, max_rows=1)
    assert whole.rows[0][0] == "x" * 1_000_000
    assert whole.clipped == 0
    cut = reader.read(repeated, max_rows=1, max_value_chars=100)
    assert str(cut.rows[0][0]).startswith("x" * 100 + "…")
    assert len(str(cut.rows[0][0])) < 200
    assert cut.clipped == 1


def test_large_values_do_not_pile_up(postgres_database: Database) -> None:
    with postgres_database.connect(readonly=True) as connection:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = connection.read(
            "SELECT repeat('x', 10000000) FROM generate_series(1, 30)", max_rows=100, max_value_chars=100
        )
        assert (len(found.rows), found.clipped) == (30, 30)
        grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown_kb < 150_000 * (1024 if sys.platform == "darwin" else 1)


def test_a_result_ends_at_its_size_too(database: Database, reader: Connection) -> None:
    endless = (
        ENDLESS[database.dialect] if database.dialect is not Dialect.POSTGRES else "SELECT generate_series(1, 10000000)"
    )
    found = reader.read(endless, max_rows=10_000_000, max_bytes=100_000)
    assert found.truncated
    assert 0 < len(found.rows) < 10_000


def test_a_huge_value_is_refused_by_sqlite_before_it_exists(sqlite_database: Database) -> None:
    with sqlite_database.connect(readonly=True) as connection, pytest.raises(DatabaseError, match="too big"):
        connection.read("SELECT replace(hex(zeroblob(60000000)), '00', 'xyz')", max_rows=1)


def test_unknown_names_say_which(writer: Connection) -> None:
    writer.write("CREATE TABLE t (n INT)")
    with pytest.raises(UnknownName) as table:
        writer.read("SELECT * FROM missing_one", max_rows=1)
    assert str(table.value.name).endswith("missing_one")
    with pytest.raises(UnknownName) as column:
        writer.read("SELECT nowhere FROM t", max_rows=1)
    assert column.value.name == "nowhere"


def test_postgres_values_arrive_whole(postgres_database: Database) -> None:
    texts = {
        "infinity": "'infinity'::date", "-infinity": "'-infinity'::timestamptz",
        "0044-03-15 BC": "'0044-03-15 BC'::date", "24:00:00": "'24:00'::time",
        '{"a":  1.50}': """'{"a":  1.50}'::json""", '{"a": 1.50}': """'{"a":  1.50}'::jsonb""",
        "1 mon 2 days 03:00:00": "'1 month 2 days 3 hours'::interval", "10.0.0.0/8": "'10.0.0.0/8'::cidr",
        "[1,5)": "int4range(1, 5)", "(1,2)": "point(1, 2)", "101": "B'101'", "(1,a)": "ROW(1, 'a')",
    }  # fmt: skip
    with postgres_database.connect(readonly=True) as connection:
        found = connection.read("SELECT " + ", ".join(texts.values()), max_rows=1)
        assert found.rows[0] == tuple(texts)
        values = connection.read(
            "SELECT 1.10::numeric, 'nan'::float8, '\\x00ff'::bytea, ARRAY[1, NULL], true, date '2026-01-02', "
            "'00000000-0000-0000-0000-000000000001'::uuid, 9223372036854775807, ''::text",
            max_rows=1,
        ).rows[0]
    assert str(values[0]) == "1.10"
    assert values[1] != values[1]
    assert values[2:] == (b"\x00\xff", [1, None], True, date(2026, 1, 2), UUID(int=1), 2**63 - 1, "")


def test_postgres_values_go_back_as_they_came(postgres_database: Database) -> None:
    types = {
        "j": ("json", "'{\"b\":  1, \"a\": [1.0]}'"), "b": ("jsonb", "'[1, \"x\"]'"),
        "i": ("interval", "'1 mon 1 day'"), "d": ("date", "'infinity'"),
        "r": ("int4range", "'[1,5)'"), "n": ("inet", "'::1'"), "a": ("text[]", "'{a,NULL}'"),
        "f": ("float4", "1.1"), "x": ("numeric", "'NaN'"), "t": ("timestamptz", "'2026-01-01 00:00:00.123456+08'"),
    }  # fmt: skip
    with postgres_database.connect(readonly=False) as connection:
        connection.write(f"CREATE TABLE v ({', '.join(f'{name} {kind}' for name, (kind, _) in types.items())})")
        connection.write(f"INSERT INTO v VALUES ({', '.join(value for _, value in types.values())})")
        (row,) = connection.read("SELECT * FROM v", max_rows=2).rows
        connection.write("INSERT INTO v VALUES (" + ", ".join(["%s"] * len(row)) + ")", row)
        texts = connection.read("SELECT v::text FROM v", max_rows=3).rows
    assert len(texts) == 2
    assert texts[0] == texts[1]


def test_mysql_values_arrive_whole(mysql_database: Database) -> None:
    with mysql_database.connect(readonly=False) as connection:
        connection.write(
            "CREATE TABLE v (d DATE, t DATETIME(6), j JSON, n DECIMAL(20, 10), b BLOB, s SET('a', 'b'), h TIME)"
        )
        connection.write(
            "INSERT INTO v VALUES ('0000-00-00', '2026-01-02 03:04:05.000006', '{\"a\":  1}', 1.5, x'00ff', 'a,b', "
            "'-800:00:01')"
        )
        (row,) = connection.read("SELECT * FROM v", max_rows=2).rows
        assert row == (
            "0000-00-00", datetime.fromisoformat("2026-01-02 03:04:05.000006"), '{"a":  1}',
            Decimal("1.5000000000"), b"\x00\xff", "a,b", timedelta(hours=-800, seconds=-1),
        )  # fmt: skip
        connection.write("INSERT INTO v VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
        assert connection.read("SELECT * FROM v", max_rows=3).rows == (row, row)


def test_text_that_is_not_utf8_arrives_as_its_bytes_and_is_not_taken_for_a_blob(sqlite_database: Database) -> None:
    with sqlite_database.connect(readonly=True) as connection:
        rows = connection.read("SELECT CAST(x'ff41' AS TEXT), '价格', x'ff'", max_rows=1).rows
    assert rows == ((RawText(b"\xffA"), "价格", b"\xff"),)


def test_sqlite_takes_every_kind_of_value(sqlite_database: Database) -> None:
    with sqlite_database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE v (n NUMERIC, d TEXT, t TEXT, u TEXT, j TEXT)")
        row = (Decimal("1.5"), date(2026, 1, 2), datetime.fromisoformat("2026-01-02 03:00"), UUID(int=1), {"a": [1]})
        assert connection.write("INSERT INTO v VALUES (?, ?, ?, ?, ?)", row) == 1
        assert connection.read("SELECT * FROM v", max_rows=1).rows == (
            (1.5, "2026-01-02", "2026-01-02 03:00:00", "00000000-0000-0000-0000-000000000001", '{"a": [1]}'),
        )
        with pytest.raises(DatabaseError):
            connection.write("INSERT INTO v (n) VALUES (:n)", {"n": 2**70})


def test_a_users_file_keeps_its_journal_mode(sqlite_database: Database) -> None:
    path = Path(sqlite_database.target.path)
    with sqlite_database.connect(readonly=False) as connection:
        connection.write("CREATE TABLE t (n INT)")
        assert connection.read("PRAGMA journal_mode", max_rows=1).rows == (("delete",),)
    assert list(path.parent.iterdir()) == [path]
