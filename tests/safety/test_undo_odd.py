"""Undo and measuring where engines do more than the statement says: names, keys, collations, cascades of cascades."""

from collections.abc import Iterator

import pytest
from doors import Door, create, door

from tools.errors import Refused
from tools.safety.pending import Undoable
from tools.settings import SafetySettings


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        yield opened


@pytest.fixture
def sqlite(sqlite_url: str, state_url: str) -> Iterator[Door]:
    with door(sqlite_url, state_url) as opened:
        yield opened


@pytest.fixture
def postgres(postgres_url: str, state_url: str) -> Iterator[Door]:
    with door(postgres_url, state_url) as opened:
        yield opened


@pytest.fixture
def mariadb(mysql_url: str, state_url: str) -> Iterator[Door]:
    with door(mysql_url, state_url) as opened:
        yield opened


def undone(shop: Door, sql: str, *tables: str, changed: dict[str, int]) -> None:
    """The effect names `changed` rows per table, undo is full, and every table is as before."""
    pictures = [f"SELECT * FROM {table} ORDER BY 1, 2" for table in tables]
    before = [shop.rows(picture) for picture in pictures]
    pending = shop.asked(sql)
    assert {table.table: table.rows for table in pending.effect.tables} == changed
    assert pending.effect.undoable is Undoable.FULL
    shop.yes(pending)
    assert [shop.rows(picture) for picture in pictures] != before
    assert shop.undo().notices == ()
    assert [shop.rows(picture) for picture in pictures] == before


CHAIN = (
    "CREATE TABLE a (id INTEGER PRIMARY KEY, code VARCHAR(9) NOT NULL UNIQUE)",
    "CREATE TABLE b (id INTEGER PRIMARY KEY, a_code VARCHAR(9) NOT NULL UNIQUE,"
    " FOREIGN KEY (a_code) REFERENCES a(code) ON UPDATE CASCADE ON DELETE CASCADE)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, b_code VARCHAR(9),"
    " FOREIGN KEY (b_code) REFERENCES b(a_code) ON UPDATE CASCADE ON DELETE SET NULL)",
    "INSERT INTO a VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO b VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO c VALUES (1, 'x'), (2, 'x'), (3, 'y')",
)


@pytest.mark.parametrize("sql", ["UPDATE a SET code = 'z' WHERE id = 1", "DELETE FROM a WHERE id = 1"])
def test_a_cascade_is_followed_to_its_end_whatever_the_columns_are_called(shop: Door, sql: str) -> None:
    create(shop, *CHAIN)
    undone(shop, sql, "a", "b", "c", changed={"a": 1, "b": 1, "c": 2})


def test_a_cascade_that_gives_rows_another_key(shop: Door) -> None:
    create(
        shop,
        "CREATE TABLE o (id INTEGER PRIMARY KEY, code INTEGER NOT NULL UNIQUE)",
        "CREATE TABLE line (code INTEGER NOT NULL, n INTEGER NOT NULL, v INTEGER, PRIMARY KEY (code, n),"
        " FOREIGN KEY (code) REFERENCES o(code) ON UPDATE CASCADE)",
        "INSERT INTO o VALUES (1, 11), (2, 22)",
        "INSERT INTO line VALUES (11, 1, 1), (11, 2, 2), (22, 1, 3)",
    )
    undone(shop, "UPDATE o SET code = 33 WHERE id = 1", "o", "line", changed={"line": 2, "o": 1})


def test_children_that_spell_their_parent_differently_go_with_it(sqlite: Door) -> None:
    create(
        sqlite,
        "CREATE TABLE p (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, n INTEGER)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT, FOREIGN KEY (k) REFERENCES p(k) ON DELETE CASCADE)",
        "INSERT INTO p VALUES ('bob', 1), ('al', 2)",
        "INSERT INTO c VALUES (1, 'BOB'), (2, 'al')",
    )
    undone(sqlite, "DELETE FROM p WHERE k = 'bob'", "p", "c", changed={"c": 1, "p": 1})


def test_a_reference_between_types(postgres: Door) -> None:
    create(
        postgres,
        "CREATE TABLE p (k NUMERIC(10, 2) PRIMARY KEY)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, k INTEGER REFERENCES p(k) ON DELETE CASCADE)",
        "INSERT INTO p VALUES (1.00), (2.00)",
        "INSERT INTO c VALUES (1, 1), (2, 2)",
    )
    postgres.sql("INSERT INTO c VALUES (3, NULL)")
    undone(postgres, "DELETE FROM p WHERE k = 1", "(SELECT k, k FROM p) AS p", "c", changed={"c": 1, "p": 1})


NAMES = {
    "sqlite": ('"50%s"', '"%(x)s"', '":c"'),
    "postgres": ('"50%s"', '"%(x)s"', '":c"'),
    "mysql": ("`50%s`", "`%(x)s`", "`:c`"),
}


@pytest.mark.parametrize("engine", NAMES)
def test_names_that_look_like_parameters(engine: str, request: pytest.FixtureRequest, state_url: str) -> None:
    table, key, column = NAMES[engine]
    with door(request.getfixturevalue(f"{engine}_url"), state_url) as shop:
        create(
            shop,
            f"CREATE TABLE {table} ({key} INTEGER PRIMARY KEY, {column} VARCHAR(20))",
            f"INSERT INTO {table} VALUES (1, 'a'), (2, 'b')",
        )
        for sql in (f"UPDATE {table} SET {column} = '5%' WHERE {key} = 1", f"DELETE FROM {table} WHERE {key} = 1"):
            undone(shop, sql, table, changed={table[1:-1]: 1})


def test_values_exchanged_under_a_unique_key(shop: Door) -> None:
    create(
        shop, "CREATE TABLE u (id INTEGER PRIMARY KEY, n VARCHAR(9) UNIQUE)", "INSERT INTO u VALUES (1, 'a'), (2, 'b')"
    )
    shop.run("BEGIN")
    for value, number in (("z", 1), ("a", 2), ("b", 1)):
        shop.run(f"UPDATE u SET n = '{value}' WHERE id = {number}")
    shop.yes(shop.asked("COMMIT"))
    assert shop.rows("SELECT n FROM u ORDER BY id") == [("b",), ("a",)]
    assert shop.undo().notices == ()
    assert shop.rows("SELECT n FROM u ORDER BY id") == [("a",), ("b",)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE u SET n = 'a' WHERE id = 2",
        "INSERT INTO u VALUES (3, 'a')",
        "UPDATE OR REPLACE u SET n = 'a' WHERE id = 2",
    ],
)
def test_rows_that_make_room_for_others_are_measured_and_come_back(sqlite: Door, sql: str) -> None:
    create(
        sqlite,
        "CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT UNIQUE ON CONFLICT REPLACE)",
        "INSERT INTO u VALUES (1, 'a'), (2, 'b')",
    )
    undone(sqlite, sql, "u", changed={"u": 2})


def test_undo_makes_no_room_by_deleting_what_came_since(sqlite: Door) -> None:
    create(
        sqlite,
        "CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT UNIQUE ON CONFLICT REPLACE)",
        "INSERT INTO u VALUES (1, 'a'), (2, 'b')",
    )
    sqlite.confirm("DELETE FROM u WHERE id = 1")
    sqlite.sql("INSERT INTO u VALUES (9, 'a')")
    with pytest.raises(Refused, match="in the way"):
        sqlite.undo()
    assert sqlite.rows("SELECT id FROM u ORDER BY id") == [(2,), (9,)]


def test_a_key_of_zero_and_days_that_are_none_come_back(mariadb: Door) -> None:
    create(mariadb, "CREATE TABLE z (id INTEGER AUTO_INCREMENT PRIMARY KEY, d DATE NOT NULL)")
    with mariadb.database.connect(readonly=False) as connection:
        connection.write("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'")
        connection.write("INSERT INTO z VALUES (0, '2024-02-31'), (1, '0000-00-00')")
    before = mariadb.rows("SELECT id, CAST(d AS CHAR) FROM z ORDER BY id")
    mariadb.confirm("DELETE FROM z WHERE id < 5")
    mariadb.undo()
    assert mariadb.rows("SELECT id, CAST(d AS CHAR) FROM z ORDER BY id") == before


def test_every_digit_of_a_float_comes_back_whatever_the_database_shows(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        shop.sql(f"ALTER DATABASE {shop.database.target.url.database} SET extra_float_digits = 0")
    with door(postgres_url, state_url) as shop:
        create(shop, "CREATE TABLE f (id INTEGER PRIMARY KEY, d FLOAT8)", "INSERT INTO f VALUES (1, 0.1::float8 + 0.2)")
        shop.confirm("DELETE FROM f WHERE id = 1")
        shop.undo()
        assert shop.one("SELECT d = 0.1::float8 + 0.2 FROM f") is True


INHERITED = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, v INTEGER)",
    "CREATE TABLE kid (more TEXT) INHERITS (parent)",
    "INSERT INTO parent VALUES (1, 1), (2, 2)",
    "INSERT INTO kid VALUES (1, 1, 'x'), (9, 9, 'y')",
)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM parent WHERE id = 9", "UPDATE parent SET v = 0", "INSERT INTO parent VALUES (9, 0)"]
)
def test_rows_of_children_are_not_taken_for_the_parents_own(postgres: Door, sql: str) -> None:
    create(postgres, *INHERITED)
    effect = postgres.asked(sql).effect
    assert effect.undoable is Undoable.NONE
    assert any("inherit" in note for note in effect.notes)


def test_a_table_found_by_the_search_path_is_measured_and_its_blocks_hold(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        create(shop, "CREATE SCHEMA s", "CREATE TABLE s.hidden (id INTEGER PRIMARY KEY, n INTEGER)")
        shop.sql("INSERT INTO s.hidden VALUES (1, 1), (2, 2)")
        shop.sql(f"ALTER DATABASE {shop.database.target.url.database} SET search_path = public, s")
    with door(postgres_url, state_url) as shop:
        pending = shop.asked("UPDATE hidden SET n = 5 WHERE id = 1")
        assert [table.table for table in pending.effect.tables] == ["s.hidden"]
        assert pending.effect.undoable is Undoable.FULL
    for settings in (SafetySettings(blocked_tables=("s.hidden",)), SafetySettings(blocked_columns=("s.hidden.n",))):
        with door(postgres_url, state_url, settings) as shop, pytest.raises(Refused):
            shop.run("SELECT n FROM hidden")


def test_a_name_with_a_dot_is_not_written(postgres: Door) -> None:
    create(postgres, 'CREATE TABLE "a.b" (id INTEGER PRIMARY KEY)', "CREATE SCHEMA a", "CREATE TABLE a.b (id INTEGER)")
    with pytest.raises(Refused, match="cannot be told"):
        postgres.run('INSERT INTO "a.b" VALUES (1)')


def test_an_insert_is_not_undone_under_rows_that_refer_to_it_in_other_words(sqlite: Door) -> None:
    create(
        sqlite,
        "CREATE TABLE p (k TEXT COLLATE NOCASE NOT NULL PRIMARY KEY)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT, FOREIGN KEY (k) REFERENCES p(k) ON DELETE CASCADE)",
    )
    sqlite.confirm("INSERT INTO p VALUES ('bob')")
    sqlite.sql("INSERT INTO c VALUES (1, 'BOB')")
    with pytest.raises(Refused, match="refer to it now"):
        sqlite.undo()
    assert sqlite.one("SELECT COUNT(*) FROM c") == 1
