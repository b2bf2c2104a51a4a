"""What no rollback takes back is never run to be measured, however a write reaches it."""

from collections.abc import Iterator

import pytest
from doors import Door, create, door, seed

from tools.errors import ApprovalInvalid, Refused, UnknownName
from tools.safety.pending import ApprovedBy, Measure, Undoable

MYISAM = ("CREATE TABLE m (id INTEGER PRIMARY KEY, v INTEGER) ENGINE = MyISAM", "INSERT INTO m VALUES (1, 1), (2, 2)")
LOGGED = "CREATE TRIGGER logged AFTER UPDATE ON t FOR EACH ROW "


@pytest.fixture
def shop(mysql_url: str, state_url: str) -> Iterator[Door]:
    with door(mysql_url, state_url) as opened:
        seed(opened)
        create(opened, *MYISAM)
        yield opened


@pytest.fixture
def elsewhere(shop: Door) -> Iterator[str]:
    """Another database of the same server."""
    name = f"{shop.database.target.url.database}_other"
    shop.sql(f"CREATE DATABASE {name}")
    yield name
    shop.sql(f"DROP DATABASE {name}")


WAYS = {
    "a view": (["CREATE VIEW v AS SELECT * FROM m"], "UPDATE v SET v = 9 WHERE id = 1"),
    "a view of a view": (
        ["CREATE VIEW v AS SELECT * FROM m", "CREATE VIEW w AS SELECT * FROM v"],
        "DELETE FROM w WHERE id = 1",
    ),
    "a trigger": ([LOGGED + "UPDATE m SET v = v + 1"], "UPDATE t SET amount = 0 WHERE id < 3"),
    "a trigger of a trigger": (
        [
            "CREATE TABLE between_them (n INTEGER)",
            LOGGED + "INSERT INTO between_them VALUES (new.id)",
            "CREATE TRIGGER again AFTER INSERT ON between_them FOR EACH ROW INSERT INTO m VALUES (new.n + 10, 1)",
        ],
        "UPDATE t SET amount = 0 WHERE id < 3",
    ),
    "a routine": (
        ["CREATE PROCEDURE p() UPDATE m SET v = 9", LOGGED + "CALL p()"],
        "UPDATE t SET amount = 0 WHERE id < 3",
    ),
    "a join": ([], "UPDATE t JOIN m ON m.id = t.id SET t.amount = 0, m.v = 0"),
    "a query": ([], "INSERT INTO m SELECT id + 10, amount FROM t"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_question_changes_nothing_and_says_so(shop: Door, way: str) -> None:
    more, sql = WAYS[way]
    create(shop, *more)
    before = (shop.rows("SELECT * FROM m ORDER BY id"), shop.rows("SELECT * FROM t ORDER BY id"))
    pending = shop.asked(sql)
    assert (shop.rows("SELECT * FROM m ORDER BY id"), shop.rows("SELECT * FROM t ORDER BY id")) == before
    assert (pending.effect.measure, pending.effect.undoable) == (Measure.COUNTED, Undoable.NONE)
    assert any("cannot be rehearsed or undone" in note for note in pending.effect.notes)
    shop.yes(pending)
    assert shop.rows("SELECT * FROM m ORDER BY id") != before[0]


def test_a_trigger_that_stays_among_tables_with_transactions_is_rehearsed(shop: Door) -> None:
    create(shop, "CREATE TABLE log (n INTEGER)", LOGGED + "INSERT INTO log VALUES (new.id)")
    assert shop.asked("UPDATE t SET amount = 0 WHERE id < 3").effect.measure is Measure.REHEARSED
    assert shop.one("SELECT COUNT(*) FROM log") == 0


def test_another_database_is_not_written_before_the_yes(shop: Door, elsewhere: str) -> None:
    create(shop, f"CREATE TABLE {elsewhere}.m (id INTEGER PRIMARY KEY, v INTEGER) ENGINE = MyISAM")
    shop.sql(f"INSERT INTO {elsewhere}.m VALUES (1, 1), (2, 2)")
    pending = shop.asked(f"UPDATE {elsewhere}.m SET v = 9 WHERE id = 1")
    assert shop.one(f"SELECT SUM(v) FROM {elsewhere}.m") == 3
    assert pending.effect.undoable is Undoable.NONE
    shop.yes(pending)
    assert shop.one(f"SELECT SUM(v) FROM {elsewhere}.m") == 11


def test_rows_of_another_database_that_follow_are_named(shop: Door, elsewhere: str) -> None:
    database = shop.database.target.url.database
    create(
        shop,
        f"CREATE TABLE {elsewhere}.c (id INTEGER PRIMARY KEY, t_id INTEGER,"
        f" FOREIGN KEY (t_id) REFERENCES {database}.t(id) ON DELETE CASCADE)",
    )
    effect = shop.asked("DELETE FROM t WHERE id = 1").effect
    assert effect.undoable is Undoable.PARTIAL
    assert any(f"{elsewhere}.c" in note for note in effect.notes)
    assert shop.asked("INSERT INTO t VALUES (50, 'x', 1)").effect.undoable is Undoable.FULL


def test_an_unknown_number_of_rows_needs_a_person(shop: Door) -> None:
    pending = shop.asked("INSERT INTO m SELECT id + 10, amount FROM t")
    assert pending.effect.max_rows is None
    for by in (ApprovedBy.YES_FLAG, ApprovedBy.ALWAYS):
        with pytest.raises(Refused):
            shop.gate.approve(pending, shop.caller, by)
    shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM m") == 14


def test_more_rows_than_counted_are_not_begun(shop: Door) -> None:
    pending = shop.asked("UPDATE m SET v = 9 WHERE id > 0")
    shop.sql("INSERT INTO m VALUES (3, 3), (4, 4)")
    with pytest.raises(ApprovalInvalid):
        shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM m WHERE v = 9") == 0


def test_a_table_that_is_not_there_is_still_named(shop: Door) -> None:
    with pytest.raises(UnknownName):
        shop.run("INSERT INTO nothing VALUES (1, 2)")
