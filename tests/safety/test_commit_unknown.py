"""The connection dies at COMMIT: kept or not, it is never run again, and what became of it is looked up and said."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cutting_proxy import Cut, CuttingProxy, cutting_proxy
from doors import Door, create, door, seed

from tools.errors import ApprovalInvalid, CommitUnknown, TransactionLost
from tools.safety.batch import BackfillTemplate, CellWrite
from tools.safety.pending import ApprovedBy

WRITE = "UPDATE t SET amount = 0 WHERE id <= 3"


@pytest.fixture(params=["postgres", "mysql"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@contextmanager
def shop_behind_a_proxy(url: str, folder: Path) -> Iterator[tuple[Door, CuttingProxy]]:
    with cutting_proxy(url) as (by_proxy, proxy), door(by_proxy, f"sqlite:///{folder}/state.db") as shop:
        seed(shop)
        yield shop, proxy


@pytest.mark.parametrize(
    ("cut", "changed", "found"), [(Cut.BEFORE, 0, "not committed"), (Cut.AFTER, 3, "was committed")]
)
def test_a_write_cut_at_its_commit_is_reported_and_never_run_again(
    url: str, tmp_path: Path, cut: Cut, changed: int, found: str
) -> None:
    with shop_behind_a_proxy(url, tmp_path) as (shop, proxy):
        pending = shop.asked(WRITE)
        approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
        proxy.cut = cut
        with pytest.raises(CommitUnknown):
            shop.gate.execute(pending, approval, shop.caller)
        (sentence,) = shop.gate.unfinished(shop.caller)
        assert "may have been committed" in sentence
        assert found in sentence
        assert ("execution", "failed") in shop.events()
        for again in (approval, shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)):
            with pytest.raises(ApprovalInvalid):
                shop.gate.execute(pending, again, shop.caller)
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == changed


@pytest.mark.parametrize(
    ("cut", "changed", "found"), [(Cut.BEFORE, 0, "not committed"), (Cut.AFTER, 3, "was committed")]
)
def test_a_transaction_cut_at_its_commit_is_over_and_nothing_runs_outside_of_it(
    url: str, tmp_path: Path, cut: Cut, changed: int, found: str
) -> None:
    with shop_behind_a_proxy(url, tmp_path) as (shop, proxy):
        shop.run("BEGIN")
        shop.run(WRITE)
        pending = shop.asked("COMMIT")
        proxy.cut = cut
        with pytest.raises(CommitUnknown):
            shop.yes(pending)
        assert shop.gate.transaction("session") is None
        with pytest.raises(TransactionLost):
            shop.run("UPDATE t SET amount = 0 WHERE id = 5")
        (sentence,) = shop.gate.unfinished(shop.caller)
        assert found in sentence
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == changed


@pytest.mark.parametrize("cut", Cut)
def test_a_batch_cut_at_its_commit_can_be_repeated(url: str, tmp_path: Path, cut: Cut) -> None:
    template = BackfillTemplate(
        source_table="t", key=("id",), source_columns=("name",), target_table="t", target_columns=("label",), max_rows=9
    )
    cells = [
        CellWrite(key=(number,), source=(f"row {number}",), expected=(None,), values=(f"v{number}",))
        for number in range(1, 5)
    ]
    with shop_behind_a_proxy(url, tmp_path) as (shop, proxy):
        create(shop, "ALTER TABLE t ADD COLUMN label VARCHAR(20)")
        pending = shop.gate.prepare_backfill(template, shop.caller)
        approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
        backfill = shop.gate.open_backfill(pending, approval, shop.caller)
        proxy.cut = cut
        with pytest.raises(CommitUnknown):
            backfill.write(cells)
        again = backfill.write(cells)
        assert (len(again.written), len(again.already)) == ((4, 0) if cut is Cut.BEFORE else (0, 4))
        backfill.close()
        assert shop.rows("SELECT label FROM t WHERE id < 6 ORDER BY id") == [
            ("v1",),
            ("v2",),
            ("v3",),
            ("v4",),
            (None,),
        ]
