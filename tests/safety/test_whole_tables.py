"""An UPDATE or DELETE that leaves no row out is red, whatever its WHERE looks like, on every engine."""

from collections.abc import Iterator

import pytest
from doors import Door, door

from tools.errors import Refused
from tools.settings import SafetySettings, WholeTableWrites

# What only the structure can tell: a key is never NULL.
NO_ROW_LEFT_OUT = (
    "id IS NOT NULL",
    "NOT id IS NULL",
    "id IS NOT NULL AND 1 = 1",
    "n = 1 OR id IS NOT NULL",
    "id IN (SELECT id FROM items WHERE id IS NOT NULL)",
)
SOME_LEFT_OUT = ("n IS NOT NULL", "id IS NOT NULL AND n = 1", "id IS NULL", "id IS NOT NULL AND n IS NULL")


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        create(opened)
        yield opened


def create(shop: Door) -> None:
    shop.sql("CREATE TABLE items (id INTEGER PRIMARY KEY, n INTEGER)")
    shop.sql("INSERT INTO items VALUES (1, 1), (2, 1), (3, NULL)")
    shop.gate.schema.refresh()


@pytest.mark.parametrize("condition", NO_ROW_LEFT_OUT)
def test_a_key_that_is_not_null_leaves_no_row_out(shop: Door, condition: str) -> None:
    for sql in (f"UPDATE items SET n = 5 WHERE {condition}", f"DELETE FROM items WHERE {condition}"):
        pending = shop.asked(sql)
        assert (pending.red, pending.effect.rows) == (True, 3), sql
        assert "no WHERE that narrows" in pending.reasons[0]


@pytest.mark.parametrize("condition", SOME_LEFT_OUT)
def test_what_can_leave_a_row_out_is_not_red(shop: Door, condition: str) -> None:
    assert not shop.gate.review(f"DELETE FROM items WHERE {condition}", shop.caller).red


def test_the_policy_can_refuse_them_all(sqlite_url: str, state_url: str) -> None:
    settings = SafetySettings(whole_table_writes=WholeTableWrites.DENY)
    with door(sqlite_url, state_url, settings) as shop:
        create(shop)
        for condition in NO_ROW_LEFT_OUT:
            with pytest.raises(Refused, match="whole_table_writes"):
                shop.run(f"DELETE FROM items WHERE {condition}")
        assert shop.one("SELECT count(*) FROM items") == 3
