"""Effects of statements whose rows cannot be cut out of their text, and of tables that cannot be rolled back."""

from collections.abc import Iterator

import pytest
from doors import Door, create, door, seed

from tools.errors import ApprovalInvalid, Refused
from tools.safety.pending import TableEffect, Undoable
from tools.settings import SafetySettings


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


UPSERT = {
    "sqlite": "INSERT INTO t VALUES (1, 'a', 0), (99, 'b', 0) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    "postgres": "INSERT INTO t VALUES (1, 'a', 0), (99, 'b', 0) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    "mysql": "INSERT INTO t VALUES (1, 'a', 0), (99, 'b', 0) ON DUPLICATE KEY UPDATE name = VALUES(name)",
}


@pytest.mark.parametrize("engine", UPSERT)
def test_an_upsert_is_measured_and_undone(engine: str, request: pytest.FixtureRequest, state_url: str) -> None:
    with door(request.getfixturevalue(f"{engine}_url"), state_url) as shop:
        seed(shop)
        before = shop.rows("SELECT * FROM t ORDER BY id")
        pending = shop.asked(UPSERT[engine])
        assert [(table.inserted, table.updated) for table in pending.effect.tables] == [(1, 1)]
        shop.yes(pending)
        assert shop.one("SELECT name FROM t WHERE id = 1") == "a"
        shop.undo()
        assert shop.rows("SELECT * FROM t ORDER BY id") == before


def test_a_large_upsert_is_counted_and_that_is_said(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url, SafetySettings(rehearse_max_rows=5, undo_max_rows=5)) as shop:
        seed(shop)
        pending = shop.asked(UPSERT["sqlite"])
        assert pending.effect.undoable is Undoable.NONE
        assert "the changed rows are counted, not identified" in pending.effect.notes
        shop.yes(pending)
        assert shop.one("SELECT COUNT(*) FROM t") == 13


def test_an_update_by_a_subquery_of_another_table(shop: Door) -> None:
    create(shop, "CREATE TABLE chosen (id INTEGER PRIMARY KEY)", "INSERT INTO chosen VALUES (2), (4)")
    pending = shop.asked("UPDATE t SET amount = 0 WHERE id IN (SELECT id FROM chosen) -- these")
    assert pending.effect.rows == 2
    shop.yes(pending)
    assert shop.rows("SELECT id FROM t WHERE amount = 0 ORDER BY id") == [(2,), (4,)]


def test_a_trigger_is_named_and_makes_undo_partial(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        seed(shop)
        create(
            shop,
            "CREATE TABLE log (t_id INTEGER)",
            "CREATE TRIGGER logged AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.id); END",
        )
        effect = shop.asked("UPDATE t SET amount = 0 WHERE id = 1").effect
        assert effect.undoable is Undoable.PARTIAL
        assert any("logged" in note for note in effect.notes)


def test_tables_without_transactions_are_counted_and_never_rehearsed(mysql_url: str, state_url: str) -> None:
    with door(mysql_url, state_url) as shop:
        create(
            shop,
            "CREATE TABLE m (id INTEGER PRIMARY KEY, v INTEGER) ENGINE = MyISAM",
            "INSERT INTO m VALUES (1, 1), (2, 2)",
        )
        pending = shop.asked("UPDATE m SET v = 9 WHERE id = 1")
        assert shop.one("SELECT COUNT(*) FROM m WHERE v = 9") == 0
        assert any("cannot be rehearsed or undone" in note for note in pending.effect.notes)
        assert pending.effect.undoable is Undoable.NONE
        shop.yes(pending)
        assert shop.one("SELECT COUNT(*) FROM m WHERE v = 9") == 1
        with pytest.raises(Refused, match="cannot be rolled back"):
            shop.prepare("UPDATE m SET v = 8 WHERE id = 1", "UPDATE m SET v = 7 WHERE id = 1")
        shop.run("BEGIN")
        shop.asked("UPDATE m SET v = 5 WHERE id = 1")
        shop.run("ROLLBACK")
        assert shop.one("SELECT COUNT(*) FROM m WHERE v = 5") == 0


def test_returning_rows_reach_the_person(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        seed(shop)
        outcome = shop.confirm("DELETE FROM t WHERE id <= 2 RETURNING id, name")
        assert outcome.rows == ((1, "row 1"), (2, "row 2"))
        assert outcome.row_count == 2


def test_ddl_runs_after_its_yes_and_the_structure_is_read_again(shop: Door) -> None:
    shop.confirm("CREATE TABLE fresh (id INTEGER PRIMARY KEY)")
    assert shop.gate.schema.get().table("fresh")
    shop.confirm("INSERT INTO fresh VALUES (1)")
    assert shop.one("SELECT COUNT(*) FROM fresh") == 1


def test_serial_numbers_differ_between_rehearsal_and_run(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        create(shop, "CREATE TABLE s (id SERIAL PRIMARY KEY, at TIMESTAMP DEFAULT clock_timestamp())")
        pending = shop.asked("INSERT INTO s DEFAULT VALUES")
        assert pending.effect.tables == (TableEffect(table="s", inserted=1),)
        assert any("not taken back" in note for note in pending.effect.notes)
        shop.yes(pending)
        shop.undo()
        assert shop.one("SELECT COUNT(*) FROM s") == 0


@pytest.mark.parametrize(
    ("sql", "effect"),
    [
        ("WITH x AS (SELECT 1) DELETE FROM bare WHERE n > 1", TableEffect(table="bare", deleted=2)),
        ("WITH x AS (SELECT 1) UPDATE bare SET n = 9", TableEffect(table="bare", updated=3)),
        ("WITH x AS (SELECT 7 UNION SELECT 8) INSERT INTO bare SELECT * FROM x", TableEffect(table="bare", inserted=2)),
        ("WITH x AS (SELECT 1) DELETE FROM bare WHERE n > 5", TableEffect(table="bare")),
    ],
)
def test_a_change_behind_a_with_is_counted(sqlite_url: str, state_url: str, sql: str, effect: TableEffect) -> None:
    with door(sqlite_url, state_url) as shop:
        create(shop, "CREATE TABLE bare (n INTEGER)", "INSERT INTO bare VALUES (1), (2), (3)")
        pending = shop.asked(sql)
        assert pending.effect.tables == (effect,)
        (outcome,) = shop.yes(pending)
        assert outcome.row_count == effect.rows


def test_more_rows_behind_a_with_than_approved_are_not_changed(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        create(shop, "CREATE TABLE bare (n INTEGER)", "INSERT INTO bare VALUES (1), (2), (3)")
        pending = shop.asked("WITH x AS (SELECT 1) DELETE FROM bare WHERE n > 1")
        shop.sql("INSERT INTO bare VALUES (4)")
        with pytest.raises(ApprovalInvalid, match="2 rows then, 3 now"):
            shop.yes(pending)
        assert shop.one("SELECT count(*) FROM bare") == 4


def test_rows_of_its_own_table_that_follow_uncounted_are_named(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        # Its key may be NULL, so that rows are not told apart by it.
        create(
            shop,
            "CREATE TABLE tree (id TEXT PRIMARY KEY, above TEXT REFERENCES tree (id) ON DELETE CASCADE)",
            "INSERT INTO tree VALUES ('a', NULL), ('b', 'a'), ('c', 'b')",
        )
        pending = shop.asked("DELETE FROM tree WHERE id = 'a'")
        assert "rows of tree that follow by foreign key are not counted" in pending.effect.notes
        shop.yes(pending)
        assert shop.rows("SELECT * FROM tree") == []


@pytest.mark.parametrize(
    "sql",
    [
        "WITH d AS (DELETE FROM bare WHERE n > 1 RETURNING n) SELECT count(*) FROM d",
        "WITH d AS (DELETE FROM bare WHERE n > 1 RETURNING n) INSERT INTO counts SELECT count(*) FROM d",
        "WITH d AS (DELETE FROM bare WHERE n > 1) UPDATE counts SET n = 1 WHERE n = 2",
    ],
)
def test_a_change_inside_of_a_with_that_nobody_can_count_is_refused(
    postgres_url: str, state_url: str, sql: str
) -> None:
    with door(postgres_url, state_url) as shop:
        create(
            shop, "CREATE TABLE bare (n int)", "CREATE TABLE counts (n int)", "INSERT INTO bare VALUES (1), (2), (3)"
        )
        with pytest.raises(Refused, match="cannot be measured"):
            shop.asked(sql)
        shop.run("BEGIN")
        with pytest.raises(Refused, match="cannot be measured"):
            shop.run(sql)
        assert shop.run("SELECT count(*) FROM bare").rows == ((3,),)
        shop.run("COMMIT")
        assert shop.one("SELECT count(*) FROM bare") == 3
