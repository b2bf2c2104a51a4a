"""Writes at the door: rehearsed, asked about, executed once, and only if they still do what was approved."""

from collections.abc import Iterator

import pytest
from doors import CHILD, Door, create, door, seed

from tools.errors import ApprovalInvalid
from tools.safety.pending import Measure, TableEffect, Undoable


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


def test_a_write_is_asked_about_with_its_measured_effect_and_changes_nothing(shop: Door) -> None:
    pending = shop.asked("UPDATE t SET amount = amount + 1 WHERE id <= 5")
    assert pending.effect.measure is Measure.REHEARSED
    assert [(table.table, table.updated) for table in pending.effect.tables] == [("t", 5)]
    assert pending.effect.undoable is Undoable.FULL
    assert len(pending.effect.samples[0].changes) == 5
    assert shop.one("SELECT SUM(amount) FROM t") == 780


def test_an_approved_write_runs_and_is_audited(shop: Door) -> None:
    outcome = shop.confirm("UPDATE t SET amount = 0 WHERE id <= 5")
    assert outcome.row_count == 5
    assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 5
    assert ("execution", "success") in shop.events()
    assert [row.result_rows for row in shop.audited() if row.event == "execution"] == [5]


def test_an_approval_for_12_rows_does_not_execute_when_13_would_change(shop: Door) -> None:
    pending = shop.asked("UPDATE t SET amount = 0 WHERE amount > 0")
    shop.sql("INSERT INTO t VALUES (13, 'late', 5)")
    with pytest.raises(ApprovalInvalid, match="12 rows then, 13 now"):
        shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 0


def test_an_approval_does_not_execute_on_other_rows_of_the_same_number(shop: Door) -> None:
    pending = shop.asked("DELETE FROM t WHERE amount > 100")
    shop.sql("UPDATE t SET amount = 1 WHERE id = 12")
    shop.sql("UPDATE t SET amount = 500 WHERE id = 1")
    with pytest.raises(ApprovalInvalid, match="other rows"):
        shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t") == 12


def test_an_insert_is_measured_by_count_and_its_rows_are_sampled(shop: Door) -> None:
    pending = shop.asked("INSERT INTO t (id, name) VALUES (20, 'a'), (21, 'b')")
    assert pending.effect.tables == (TableEffect(table="t", inserted=2),)
    assert [change.before for change in pending.effect.samples[0].changes] == [None, None]
    shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t") == 14


def test_parameters_are_bound_and_the_percent_sign_stays(shop: Door) -> None:
    shop.sql("UPDATE t SET name = '100%' WHERE id = 1")
    pending = shop.asked("UPDATE t SET amount = :amount WHERE name LIKE '100%'", {"amount": 7})
    shop.yes(pending)
    assert shop.rows("SELECT id FROM t WHERE amount = 7") == [(1,)]


def test_cascaded_children_are_part_of_the_effect(shop: Door) -> None:
    create(
        shop,
        CHILD,
        "INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)",
    )
    pending = shop.asked("DELETE FROM t WHERE id = 1")
    assert [(table.table, table.deleted) for table in pending.effect.tables] == [("child", 2), ("t", 1)]
    shop.yes(pending)
    assert shop.rows("SELECT id FROM child") == [(3,)]


def test_several_writes_happen_all_or_none(shop: Door) -> None:
    pending = shop.prepare("UPDATE t SET amount = 0 WHERE id = 1", "DELETE FROM t WHERE amount = 0")
    assert [step.rows for step in pending.steps] == [1, 1]
    shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t") == 11
