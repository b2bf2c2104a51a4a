"""What the door tells those who write in batches about the load, and the copy of a column before a run."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from doors import door, seed

from tools.safety.pressure import Pressure
from tools.settings import SafetySettings


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_those_who_wait_for_locks_are_counted(engine: str, request: pytest.FixtureRequest, state_url: str) -> None:
    url = str(request.getfixturevalue(f"{engine}_url"))
    with door(url, state_url, SafetySettings(lock_timeout_ms=30_000)) as shop, ThreadPoolExecutor(1) as pool:
        seed(shop)
        assert shop.gate.pressure() == Pressure(lock_waits=0)
        with shop.database.connect(readonly=False) as holder, shop.database.connect(readonly=False) as waiter:
            holder.begin()
            holder.write("UPDATE t SET amount = 1 WHERE id = 1")
            waiting = pool.submit(waiter.write, "UPDATE t SET amount = 2 WHERE id = 1")
            while shop.gate.pressure().lock_waits != 1:
                continue
            holder.commit()
            assert waiting.result() == 1
        assert shop.gate.pressure() == Pressure(lock_waits=0)


def test_an_engine_that_cannot_say_says_nothing(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        assert shop.gate.pressure() == Pressure()


def test_a_column_can_be_copied_into_a_table_before_a_run(any_url: str, state_url: str) -> None:
    with door(any_url, state_url) as shop:
        seed(shop)
        quote = shop.database.strategy.quote
        text = f"CREATE TABLE {quote('t_name_before_1a2b')} AS SELECT {quote('id')}, {quote('name')} FROM {quote('t')}"
        shop.yes(shop.prepare(text))
        assert shop.rows("SELECT id, name FROM t_name_before_1a2b ORDER BY id") == shop.rows(
            "SELECT id, name FROM t ORDER BY id"
        )
