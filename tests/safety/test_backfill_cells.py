"""Several target columns at once: each cell is compared and written by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from doors import Door, create, door, seed

from tools.db.values import Value
from tools.errors import ConstraintViolated, DatabaseError
from tools.safety.backfill import Backfill
from tools.safety.batch import KEEP, BackfillTemplate, Cell, CellWrite
from tools.safety.pending import ApprovedBy
from tools.settings import SafetySettings

TEMPLATE = BackfillTemplate(
    source_table="t", key=("id",), source_columns=("name",), target_table="t", target_columns=("a", "b"),
    max_rows=100, only_null=False,
)  # fmt: skip
JOINED = replace(TEMPLATE, target_table="labels", join=(("t_id", "id"),))


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url, SafetySettings(lock_timeout_ms=500)) as opened:
        seed(opened, rows=6)
        create(
            opened,
            "ALTER TABLE t ADD COLUMN a VARCHAR(20)",
            "ALTER TABLE t ADD COLUMN b INTEGER",
            "CREATE TABLE labels (t_id INTEGER PRIMARY KEY, a VARCHAR(20) DEFAULT 'default', b INTEGER)",
        )
        yield opened


def opened(shop: Door, template: BackfillTemplate = TEMPLATE) -> Backfill:
    pending = shop.gate.prepare_backfill(template, shop.caller)
    return shop.gate.open_backfill(pending, shop.gate.approve(pending, shop.caller, ApprovedBy.YES_FLAG), shop.caller)


def cell(number: int, *values: Cell, expected: tuple[Value, ...] = (None, None)) -> CellWrite:
    return CellWrite(key=(number,), source=(f"row {number}",), expected=expected, values=values)


def held(shop: Door, table: str = "t", key: str = "id") -> list[tuple[Value, ...]]:
    return shop.rows(f"SELECT {key}, a, b FROM {table} WHERE a IS NOT NULL OR b IS NOT NULL ORDER BY {key}")


def test_each_cell_is_written_or_left_by_what_it_holds(shop: Door) -> None:
    shop.sql("UPDATE t SET a = 'mine' WHERE id IN (2, 4)")
    shop.sql("UPDATE t SET b = 7 WHERE id IN (3, 4)")
    outcome = opened(shop).write(
        [cell(1, "x", 1), cell(2, "x", 2), cell(3, "x", 7), cell(4, "x", 7), cell(5, KEEP, 5), cell(6, KEEP, KEEP)]
    )
    assert outcome.written == ((1,), (2,), (3,), (5,))
    assert outcome.kept == (((2,), (0,)),)
    assert outcome.target_changed == ((4,),)
    assert outcome.already == ((6,),)
    assert held(shop) == [(1, "x", 1), (2, "mine", 2), (3, "x", 7), (4, "mine", 7), (5, None, 5)]


def test_a_cell_that_is_kept_is_not_looked_at(shop: Door) -> None:
    shop.sql("UPDATE t SET a = 'mine' WHERE id = 1")
    outcome = opened(shop).write([cell(1, KEEP, 1, expected=("something else", None))])
    assert (outcome.written, outcome.kept) == (((1,),), ())
    assert held(shop) == [(1, "mine", 1)]


def test_what_was_expected_is_overwritten_and_null_is_a_value(shop: Door) -> None:
    shop.sql("UPDATE t SET a = 'old', b = id WHERE id <= 3")
    shop.sql("UPDATE t SET a = 'edited' WHERE id = 2")
    outcome = opened(shop).write([cell(n, "new", None, expected=("old", n)) for n in (1, 2, 4)])
    assert outcome.written == ((1,), (2,))
    assert outcome.kept == (((2,), (0,)),)
    assert outcome.target_changed == ((4,),)
    assert held(shop) == [(1, "new", None), (2, "edited", None), (3, "old", 3)]


def test_nothing_is_written_where_the_source_has_changed(shop: Door) -> None:
    shop.sql("UPDATE t SET name = 'other' WHERE id IN (1, 2)")
    shop.sql("UPDATE t SET a = 'x', b = 2 WHERE id = 2")
    outcome = opened(shop).write([cell(1, "x", KEEP), cell(2, "x", 2), cell(3, "x", 3)])
    assert (outcome.source_changed, outcome.already, outcome.written) == (((1,),), ((2,),), ((3,),))
    assert held(shop) == [(2, "x", 2), (3, "x", 3)]


def test_the_same_row_twice_in_a_batch_is_written_one_after_the_other(shop: Door) -> None:
    outcome = opened(shop).write([cell(1, "x", KEEP), cell(1, "y", 1, expected=("x", None))])
    assert outcome.written == ((1,), (1,))
    assert held(shop) == [(1, "y", 1)]


def test_a_row_that_was_deleted_stays_deleted(shop: Door) -> None:
    shop.sql("DELETE FROM t WHERE id = 2")
    outcome = opened(shop).write([cell(n, "x", n) for n in (1, 2, 3)])
    assert (outcome.written, outcome.gone) == (((1,), (3,)), ((2,),))
    assert shop.one("SELECT COUNT(*) FROM t") == 5


def test_rows_of_another_table_are_inserted_where_missing(shop: Door) -> None:
    shop.sql("INSERT INTO labels VALUES (2, NULL, 2), (3, 'mine', NULL)")
    outcome = opened(shop, JOINED).write([cell(1, "x", KEEP), cell(2, "x", 2), cell(3, "x", 3), cell(4, None, 4)])
    assert outcome.written == ((1,), (2,), (3,), (4,))
    assert outcome.kept == (((3,), (0,)),)
    assert shop.rows("SELECT * FROM labels ORDER BY t_id") == [
        (1, "x", None),
        (2, "x", 2),
        (3, "mine", 3),
        (4, None, 4),
    ]


def test_a_batch_that_goes_wrong_leaves_the_next_one_alone(shop: Door) -> None:
    create(shop, "CREATE UNIQUE INDEX no_two_alike ON t (a)")
    backfill = opened(shop)
    with pytest.raises(ConstraintViolated):
        backfill.write([cell(1, "x", 1), cell(2, "x", 2)])
    assert held(shop) == []
    assert backfill.write([cell(1, "x", 1)]).written == ((1,),)
    assert held(shop) == [(1, "x", 1)]


def test_no_transaction_is_open_between_batches(shop: Door) -> None:
    backfill = opened(shop)
    backfill.write([cell(1, "x", 1)])
    shop.sql("UPDATE t SET a = 'mine' WHERE id = 1")
    assert backfill.write([cell(1, "x", 1)]).target_changed == ((1,),)
    assert held(shop) == [(1, "mine", 1)]


def test_batches_from_several_threads_wait_for_each_other(shop: Door) -> None:
    backfill = opened(shop)
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda n: backfill.write([cell(n, "x", n)]), range(1, 7)))
    assert [outcome.written for outcome in outcomes] == [((n,),) for n in range(1, 7)]
    assert held(shop) == [(n, "x", n) for n in range(1, 7)]


def test_a_trigger_that_drops_a_row_fails_its_batch(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        seed(shop, rows=3)
        create(
            shop,
            "ALTER TABLE t ADD COLUMN a VARCHAR(20), ADD COLUMN b INTEGER",
            "CREATE FUNCTION drop_two() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN IF NEW.id = 2 THEN RETURN NULL; END IF; NEW.a = upper(NEW.a); RETURN NEW; END'",
            "CREATE TRIGGER dropping BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION drop_two()",
        )
        backfill = opened(shop)
        with pytest.raises(DatabaseError, match="triggers"):
            backfill.write([cell(1, "x", 1), cell(2, "x", 2)])
        assert held(shop) == []
        assert backfill.write([cell(1, "x", 1)]).written == ((1,),)
        assert held(shop) == [(1, "X", 1)]


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_connection_that_died_between_batches_is_replaced(
    engine: str, request: pytest.FixtureRequest, state_url: str
) -> None:
    with door(str(request.getfixturevalue(f"{engine}_url")), state_url) as shop:
        seed(shop, rows=3)
        create(shop, "ALTER TABLE t ADD COLUMN a VARCHAR(20)", "ALTER TABLE t ADD COLUMN b INTEGER")
        backfill = opened(shop)
        backfill.write([cell(1, "x", 1)])
        _cut_all_others(shop, engine)
        assert backfill.write([cell(2, "x", 2)]).written == ((2,),)


def _cut_all_others(shop: Door, engine: str) -> None:
    with shop.database.connect(readonly=False) as connection:
        if engine == "postgres":
            connection.read(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()",
                max_rows=100,
            )
            return
        found = connection.read(
            "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = DATABASE()",
            max_rows=100,
        )
        for (number,) in found.rows:
            connection.write(f"KILL {number}")


def test_the_time_of_a_batch_is_that_of_its_transaction(shop: Door) -> None:
    outcome = opened(shop).write([cell(1, "x", 1)])
    assert 0 < outcome.duration_ms < 60_000
    assert 0 <= outcome.waited_ms < 60_000
