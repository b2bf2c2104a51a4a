"""Savepoints of a session's own, the forms of BEGIN, and tables that live no longer than a transaction."""

from collections.abc import Iterator

import pytest
from doors import Door, door, seed

from tools.errors import Refused


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


def test_savepoints_take_their_part_of_the_effect_back(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    shop.run("SAVEPOINT here")
    shop.run("UPDATE t SET amount = 0 WHERE id = 2")
    shop.run("ROLLBACK TO SAVEPOINT here")
    pending = shop.asked("COMMIT")
    assert pending.effect.rows == 1
    shop.yes(pending)
    assert shop.rows("SELECT id FROM t WHERE amount = 0") == [(1,)]


def test_an_unknown_savepoint_leaves_the_transaction_as_it_is(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    for text in ("ROLLBACK TO nowhere", "RELEASE SAVEPOINT nowhere"):
        with pytest.raises(Refused, match="no savepoint nowhere"):
            shop.run(text)
    shop.yes(shop.asked("COMMIT"))
    assert shop.one("SELECT amount FROM t WHERE id = 1") == 0


@pytest.mark.parametrize("name", ["columnist_statement", "columnist_read", "columnist_restore", "columnist_mark_1"])
def test_a_savepoint_may_be_called_like_ours(shop: Door, name: str) -> None:
    shop.run("BEGIN")
    shop.run(f"SAVEPOINT {name}")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    shop.run("SELECT COUNT(*) FROM t")
    shop.run("UPDATE t SET amount = 0 WHERE id = 2")
    shop.run(f"ROLLBACK TO SAVEPOINT {name}")
    shop.run(f"RELEASE SAVEPOINT {name}")
    shop.run("UPDATE t SET amount = 0 WHERE id = 3")
    shop.yes(shop.asked("COMMIT"))
    assert shop.rows("SELECT id FROM t WHERE amount = 0") == [(3,)]


def test_savepoints_of_one_name_stand_before_each_other(shop: Door) -> None:
    shop.run("BEGIN")
    for number in (1, 2):
        shop.run("SAVEPOINT Here")
        shop.run(f"UPDATE t SET amount = 0 WHERE id = {number}")
    shop.run("ROLLBACK TO hERE")
    assert shop.run("SELECT id FROM t WHERE amount = 0").rows == ((1,),)
    shop.run("RELEASE here")
    shop.run("ROLLBACK TO here")
    assert shop.run("SELECT id FROM t WHERE amount = 0").rows == ()
    shop.run("COMMIT")


def test_a_transaction_that_only_reads_is_one(shop: Door) -> None:
    shop.run("START TRANSACTION READ ONLY")
    assert shop.run("SELECT COUNT(*) FROM t").rows == ((12,),)
    with pytest.raises(Refused, match="only reads"):
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    shop.run("ROLLBACK")


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        "BEGIN EXCLUSIVE",
        "START TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ",
    ],
)
def test_what_cannot_be_kept_of_a_begin_is_refused_and_not_ignored(shop: Door, text: str) -> None:
    with pytest.raises(Refused):
        shop.run(text)
    assert shop.gate.transaction("session") is None


def test_a_temporary_table_lives_in_a_transaction_and_hides_no_other(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        seed(shop)
        for text in ("CREATE TEMPORARY TABLE x (id INTEGER)", "CREATE TABLE temp.x (id INTEGER)"):
            with pytest.raises(Refused):
                shop.asked(text)
        shop.run("BEGIN")
        shop.run("CREATE TEMPORARY TABLE x (id INTEGER)")
        shop.run("INSERT INTO x VALUES (1)")
        with pytest.raises(Refused, match="in the place of"):
            shop.run("CREATE TEMPORARY TABLE t (id INTEGER)")
        shop.run("ROLLBACK")


@pytest.mark.parametrize("text", ["CREATE TEMP TABLE x AS SELECT 1 AS n", "SELECT 1 AS n INTO TEMP x"])
def test_a_temporary_table_of_postgres_needs_a_transaction(text: str, postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        with pytest.raises(Refused, match="gone with its connection"):
            shop.asked(text)
        shop.run("BEGIN")
        shop.run(text)
        assert shop.run("SELECT n FROM x").rows == ((1,),)
