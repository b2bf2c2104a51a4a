"""Batches of a backfill that meet other transactions: a deadlock and a held lock are waited out or reported."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from doors import Door, create, door, seed

from tools.db.connection import Connection
from tools.errors import LockTimeout
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate, BatchOutcome, CellWrite
from tools.safety.pending import ApprovedBy
from tools.settings import SafetySettings

TEMPLATE = BackfillTemplate(
    source_table="t", key=("id",), source_columns=("name",), target_table="t", target_columns=("label",), max_rows=12
)
CELLS = [
    CellWrite(key=(number,), source=(f"row {number}",), expected=(None,), values=(f"v{number}",))
    for number in range(1, 7)
]
WAITING = {
    "postgres": "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')",
    # information_schema.innodb_trx would be remembered for as long as it is asked.
    "mysql": "SELECT VARIABLE_VALUE FROM information_schema.global_status"
    " WHERE VARIABLE_NAME = 'INNODB_ROW_LOCK_CURRENT_WAITS'",
}


@pytest.fixture(params=["postgres", "mysql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(engine: str, request: pytest.FixtureRequest, state_url: str) -> Iterator[Door]:
    url = request.getfixturevalue(f"{engine}_url")
    with door(url, state_url, SafetySettings(lock_timeout_ms=300)) as opened:
        seed(opened)
        create(opened, "ALTER TABLE t ADD COLUMN label VARCHAR(20)")
        yield opened


@pytest.fixture
def backfill(shop: Door) -> Backfill:
    pending = shop.gate.prepare_backfill(TEMPLATE, shop.caller)
    return shop.gate.open_backfill(pending, shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON), shop.caller)


def until(condition: Callable[[], bool]) -> None:
    """Asks the server again and again; a test that hangs here says that it never came to that."""
    while not condition():
        continue


def waiting(shop: Door, engine: str) -> int:
    return int(str(shop.one(WAITING[engine])))


def batch_in_a_thread(pool: ThreadPoolExecutor, backfill: Backfill) -> "Future[BatchOutcome]":
    return pool.submit(backfill.write, CELLS)


def test_a_batch_waits_out_a_lock_that_is_held_longer_than_its_timeout(
    shop: Door, engine: str, backfill: Backfill
) -> None:
    with ThreadPoolExecutor(1) as pool, shop.database.connect(readonly=False) as other:
        other.begin()
        other.write("UPDATE t SET amount = 1 WHERE id = 5")
        batch = batch_in_a_thread(pool, backfill)
        until(lambda: waiting(shop, engine) == 1)
        until(lambda: waiting(shop, engine) == 0)  # its lock timeout has struck
        other.commit()
        assert len(batch.result().written) == 6
    assert shop.one("SELECT COUNT(*) FROM t WHERE label IS NOT NULL") == 6
    assert [(row.event, row.status, row.result_rows) for row in shop.audited() if row.event == "batch"] == [
        ("batch", "success", 6)
    ]


def test_a_lock_that_is_never_given_back_fails_the_batch_and_writes_nothing(shop: Door, backfill: Backfill) -> None:
    with shop.database.connect(readonly=False) as other:
        other.begin()
        other.write("UPDATE t SET amount = 1 WHERE id = 5")
        with pytest.raises(LockTimeout):
            backfill.write(CELLS)
        other.rollback()
    assert shop.one("SELECT COUNT(*) FROM t WHERE label IS NOT NULL") == 0
    assert ("batch", "failed") in shop.events()
    assert len(backfill.write(CELLS).written) == 6


def test_a_batch_that_is_the_victim_of_a_deadlock_is_tried_again(shop: Door, engine: str, backfill: Backfill) -> None:
    """The batch locks rows 1 to 6 in order. It holds 1 and waits for 3; another transaction holds 5 and waits for 1;
    when 3 becomes free, the batch walks into 5 and closes the circle."""
    if engine == "postgres":
        # Whoever waits for this long looks for a circle: the batch at once, the others never.
        shop.sql(f"ALTER DATABASE {shop.database.target.url.database} SET deadlock_timeout = '10ms'")
    shop.database.close()
    holds_three, holds_five = (shop.database.connect(readonly=False) for _ in range(2))
    with ThreadPoolExecutor(2) as pool, holds_three, holds_five:
        for connection in (holds_three, holds_five):
            _be_patient(connection, engine)
            connection.begin()
        holds_three.write("UPDATE t SET amount = 1 WHERE id = 3")
        # Many changed rows: MariaDB ends the transaction that has changed less.
        holds_five.write("UPDATE t SET amount = 1 WHERE id = 5 OR id > 6")
        batch = batch_in_a_thread(pool, backfill)
        until(lambda: waiting(shop, engine) >= 1)
        circle = pool.submit(holds_five.write, "UPDATE t SET amount = 1 WHERE id = 1")
        until(lambda: waiting(shop, engine) >= 2 or circle.done())
        holds_three.commit()
        circle.result()
        holds_five.commit()
        assert len(batch.result().written) == 6
    assert shop.one("SELECT COUNT(*) FROM t WHERE label IS NOT NULL") == 6
    assert shop.one("SELECT amount FROM t WHERE id = 1") == 1
    _assert_a_deadlock_was_found(shop, engine)


def _be_patient(connection: Connection, engine: str) -> None:
    if engine == "postgres":
        connection.write("SET deadlock_timeout = '60s'")
        connection.write("SET lock_timeout = 0")
    else:
        connection.write("SET innodb_lock_wait_timeout = 60")


def _assert_a_deadlock_was_found(shop: Door, engine: str) -> None:
    if engine == "postgres":
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        until(lambda: int(str(shop.one(counted))) > 0)
    else:
        counted = "SELECT VARIABLE_VALUE FROM information_schema.global_status WHERE VARIABLE_NAME = 'INNODB_DEADLOCKS'"
        assert int(str(shop.one(counted))) > 0
