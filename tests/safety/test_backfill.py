"""Batches of a backfill: compare-and-set per row, bounded by the approved template, safe to repeat."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from doors import Door, create, door, seed

from tools.errors import ApprovalInvalid, Refused
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate, CellWrite
from tools.safety.pending import ApprovedBy
from tools.settings import SafetySettings

TEMPLATE = BackfillTemplate(
    source_table="t", key=("id",), source_columns=("name",), target_table="t", target_columns=("label",), max_rows=12
)
JOINED = BackfillTemplate(
    source_table="t",
    key=("id",),
    source_columns=("name",),
    target_table="labels",
    target_columns=("label",),
    join=(("t_id", "id"),),
    max_rows=12,
    only_null=False,
)


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url, SafetySettings(yes_max_rows=1)) as opened:
        seed(opened)
        create(
            opened,
            "ALTER TABLE t ADD COLUMN label VARCHAR(20)",
            "CREATE TABLE labels (t_id INTEGER PRIMARY KEY, label VARCHAR(20))",
        )
        yield opened


def opened(shop: Door, template: BackfillTemplate = TEMPLATE) -> Backfill:
    pending = shop.gate.prepare_backfill(template, shop.caller)
    return shop.gate.open_backfill(pending, shop.gate.approve(pending, shop.caller, ApprovedBy.YES_FLAG), shop.caller)


def cell(number: int, value: str, *, source: str | None = None, expected: str | None = None) -> CellWrite:
    return CellWrite(key=(number,), source=(source or f"row {number}",), expected=(expected,), values=(value,))


def test_a_batch_writes_and_is_one_audit_row(shop: Door) -> None:
    backfill = opened(shop)
    outcome = backfill.write([cell(number, f"v{number}") for number in range(1, 6)])
    backfill.close()
    assert outcome.written == ((1,), (2,), (3,), (4,), (5,))
    assert shop.one("SELECT COUNT(*) FROM t WHERE label IS NOT NULL") == 5
    assert [(row.event, row.result_rows) for row in shop.audited() if row.event == "batch"] == [("batch", 5)]


def test_each_row_is_compared_before_it_is_written(shop: Door) -> None:
    shop.sql("UPDATE t SET name = 'other' WHERE id = 1")
    shop.sql("UPDATE t SET label = 'mine' WHERE id = 2")
    shop.sql("UPDATE t SET label = 'v3' WHERE id = 3")
    shop.sql("DELETE FROM t WHERE id = 4")
    outcome = opened(shop).write([cell(number, f"v{number}") for number in range(1, 6)])
    assert outcome.source_changed == ((1,),)
    assert outcome.target_changed == ((2,),)
    assert outcome.already == ((3,),)
    assert outcome.gone == ((4,),)
    assert outcome.written == ((5,),)
    assert shop.rows("SELECT label FROM t WHERE id <= 5 ORDER BY id") == [(None,), ("mine",), ("v3",), ("v5",)]


def test_only_null_never_overwrites_whatever_was_expected(shop: Door) -> None:
    shop.sql("UPDATE t SET label = 'mine' WHERE id = 1")
    assert opened(shop).write([cell(1, "new", expected="mine")]).target_changed == ((1,),)


def test_a_repeated_batch_does_no_harm(shop: Door) -> None:
    backfill = opened(shop)
    batch = [cell(1, "a"), cell(2, "b")]
    backfill.write(batch)
    assert backfill.write(batch).already == ((1,), (2,))


def test_more_rows_than_approved_are_refused(shop: Door) -> None:
    backfill = opened(shop)
    with pytest.raises(Refused, match="12 approved rows"):
        backfill.write([cell(number, "x") for number in range(13)])
    with pytest.raises(Refused, match="columns of the approved template"):
        backfill.write([CellWrite(key=(1,), source=("row 1",), expected=(None, None), values=("x", "y"))])


def test_another_table_is_upserted_by_the_join(shop: Door) -> None:
    shop.sql("INSERT INTO labels VALUES (2, 'old'), (3, 'other')")
    outcome = opened(shop, JOINED).write([cell(1, "a"), cell(2, "b", expected="old"), cell(3, "c", expected="old")])
    assert outcome.written == ((1,), (2,))
    assert outcome.target_changed == ((3,),)
    assert shop.rows("SELECT t_id, label FROM labels ORDER BY t_id") == [(1, "a"), (2, "b"), (3, "other")]


def test_a_job_goes_on_under_the_approval_that_it_claimed(shop: Door) -> None:
    pending = shop.gate.prepare_backfill(TEMPLATE, shop.caller)
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    first = shop.gate.open_backfill(pending, approval, shop.caller)
    first.write([cell(1, "a")])
    first.close(finished=False)
    second = shop.gate.open_backfill(pending, approval, shop.caller, written=1)
    second.write([cell(2, "b")])
    second.close()
    with pytest.raises(ApprovalInvalid):
        shop.gate.open_backfill(pending, approval, shop.caller)
    assert shop.gate.unfinished(shop.caller) == ()


def test_a_template_that_cannot_be_kept_is_refused(shop: Door) -> None:
    for template in (
        replace(TEMPLATE, key=("name",)),
        replace(TEMPLATE, target_columns=("lable",)),
        replace(TEMPLATE, target_columns=("id",)),
        replace(JOINED, join=()),
        replace(JOINED, join=(("label", "name"),), target_columns=("t_id",)),
    ):
        with pytest.raises(Refused):
            shop.gate.prepare_backfill(template, shop.caller)


def test_blocked_columns_are_not_read_for_a_model(any_url: str, state_url: str) -> None:
    with door(any_url, state_url, SafetySettings(blocked_columns=("t.name",))) as shop:
        seed(shop)
        create(shop, "ALTER TABLE t ADD COLUMN label VARCHAR(20)")
        with pytest.raises(Refused):
            shop.gate.prepare_backfill(TEMPLATE, shop.caller)
