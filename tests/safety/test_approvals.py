"""A yes covers exactly what was shown, in time, once, by the one who gave it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from doors import Clock, Door, caller, create, door, seed

from tools.errors import ApprovalInvalid, Refused, ToolError
from tools.safety import plan
from tools.safety.pending import ApprovedBy, Pending
from tools.settings import Mode, SafetySettings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(sqlite_url: str, state_url: str, clock: Clock) -> Iterator[Door]:
    with door(sqlite_url, state_url, SafetySettings(yes_max_rows=5), clock) as opened:
        seed(opened)
        yield opened


UPDATE = "UPDATE t SET amount = :amount WHERE id <= 3"


def unchanged(shop: Door) -> bool:
    return shop.one("SELECT SUM(amount) FROM t") == 780


def test_a_second_use_is_refused(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    shop.gate.execute(pending, approval, shop.caller)
    shop.sql("UPDATE t SET amount = id * 10")
    with pytest.raises(ApprovalInvalid, match="was used"):
        shop.gate.execute(pending, approval, shop.caller)
    assert unchanged(shop)
    assert shop.events()[-1] == ("refusal", "rejected")


def test_an_expired_yes_is_refused(shop: Door, clock: Clock) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    clock.advance(601)
    with pytest.raises(ApprovalInvalid, match="expired"):
        shop.gate.execute(pending, approval, shop.caller)
    assert unchanged(shop)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: replace(p, steps=(replace(p.steps[0], sql="UPDATE t SET amount = :amount WHERE id <= 4"),)),
        lambda p: replace(p, steps=(replace(p.steps[0], params={"amount": 1}),)),
        lambda p: replace(p, principal="other"),
        lambda p: replace(p, schema_version="other"),
        lambda p: replace(p, row_cap=1000),
        lambda p: replace(p, effect=replace(p.effect, max_rows=1000)),
    ],
    ids=["text", "parameter", "principal", "schema", "row cap", "effect"],
)
@pytest.mark.parametrize("rehash", [False, True])
def test_a_changed_plan_is_refused(shop: Door, change: object, rehash: bool) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    other: Pending = change(pending)  # type: ignore[operator]
    if rehash:
        other = replace(other, plan_hash=plan.plan_hash(other))
    with pytest.raises(ApprovalInvalid):
        shop.gate.execute(other, approval, shop.caller)
    assert unchanged(shop)


def test_another_principal_is_refused(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    other = caller(name="eve")
    with pytest.raises(Refused):
        shop.gate.approve(pending, other, ApprovedBy.PERSON)
    with pytest.raises(ApprovalInvalid):
        shop.gate.execute(pending, shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON), other)
    assert unchanged(shop)


def test_another_database_is_refused(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    with pytest.raises(Refused, match="another database"):
        shop.gate.execute(replace(pending, database="sqlite:///elsewhere"), approval, shop.caller)


def test_a_changed_structure_is_refused(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    shop.sql("ALTER TABLE t ADD COLUMN more TEXT")
    with pytest.raises(ApprovalInvalid, match="structure"):
        shop.yes(pending)
    assert unchanged(shop)


def test_ask_mode_does_not_execute_what_operate_mode_approved(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    with pytest.raises(Refused):
        shop.gate.execute(pending, approval, caller(mode=Mode.ASK))
    assert unchanged(shop)


def test_a_pending_survives_its_json(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    again = plan.load(plan.dump(pending))
    assert again == pending
    shop.yes(again)
    assert not unchanged(shop)


def test_two_executions_of_one_approval_run_once(any_url: str, state_url: str) -> None:
    with door(any_url, state_url) as shop:
        seed(shop)
        pending = shop.asked("UPDATE t SET amount = amount + 1 WHERE id = 1")
        approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
        refused: list[ToolError] = []
        together = threading.Barrier(2)

        def execute() -> None:
            together.wait()
            try:
                shop.gate.execute(pending, approval, shop.caller)
            except ToolError as error:
                refused.append(error)

        threads = [threading.Thread(target=execute) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert shop.one("SELECT amount FROM t WHERE id = 1") == 11


def test_two_surfaces_that_say_yes_to_one_question_run_it_once(any_url: str, any_state_url: str) -> None:
    with door(any_url, any_state_url) as one, door(any_url, any_state_url) as other:
        seed(one)
        create(one, "CREATE TABLE u (n INTEGER)")
        pending = one.asked("INSERT INTO u VALUES (1)")
        together = threading.Barrier(2)

        def execute(shop: Door) -> str:
            approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
            together.wait()
            try:
                shop.gate.execute(pending, approval, shop.caller)
            except ApprovalInvalid as error:
                return error.message
            return "done"

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(execute, (one, other)))
        assert results[0] == "done"
        assert "another yes" in results[1]
        assert one.one("SELECT COUNT(*) FROM u") == 1
        late = one.gate.approve(pending, one.caller, ApprovedBy.PERSON)
        with pytest.raises(ApprovalInvalid, match="another yes"):
            one.gate.execute(pending, late, one.caller)
        assert one.one("SELECT COUNT(*) FROM u") == 1


def test_the_same_statement_asked_again_is_another_question(shop: Door) -> None:
    first, second = (shop.asked("INSERT INTO t VALUES (70, 'new', 0)") for _ in range(2))
    approval = shop.gate.approve(first, shop.caller, ApprovedBy.PERSON)
    with pytest.raises(ApprovalInvalid):
        shop.gate.execute(second, approval, shop.caller)
    with pytest.raises(ApprovalInvalid):
        shop.gate.execute(replace(first, id=second.id), approval, shop.caller)
    shop.gate.execute(first, approval, shop.caller)


def test_yes_flag_covers_up_to_yes_max_rows(shop: Door) -> None:
    shop.yes(shop.asked("UPDATE t SET amount = 0 WHERE id <= 5"), ApprovedBy.YES_FLAG)
    pending = shop.asked("UPDATE t SET amount = 0 WHERE id <= 6")
    with pytest.raises(Refused, match="6 rows are more than --yes covers"):
        shop.yes(pending, ApprovedBy.YES_FLAG)
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 1 WHERE id <= 6")
    with pytest.raises(Refused, match="yes_max_rows"):
        shop.yes(shop.asked("COMMIT"), ApprovedBy.YES_FLAG)


def test_always_covers_the_exact_statement_and_its_shape_up_to_the_rows_approved(shop: Door) -> None:
    shop.yes(shop.asked("UPDATE t SET amount = 1 WHERE id <= 3"), ApprovedBy.ALWAYS)
    assert shop.gate.standing(shop.asked("UPDATE t SET amount = 1 WHERE id <= 3"), shop.caller)
    assert shop.gate.standing(shop.asked("UPDATE t SET amount = 2 WHERE id <= 2"), shop.caller)
    assert shop.gate.standing(shop.asked("UPDATE t SET amount = 2 WHERE id <= 4"), shop.caller) is None
    assert shop.gate.standing(shop.asked("UPDATE t SET name = 'x' WHERE id <= 3"), shop.caller) is None
    other = caller("another session")
    pending = replace(shop.asked("UPDATE t SET amount = 1 WHERE id <= 3"), session_id=other.session_id)
    assert shop.gate.standing(pending, other) is None


def test_always_never_covers_what_is_red(shop: Door) -> None:
    pending = shop.asked("DELETE FROM t")
    assert pending.red
    with pytest.raises(Refused, match="red"):
        shop.gate.approve(pending, shop.caller, ApprovedBy.ALWAYS)


def test_a_no_is_audited(shop: Door) -> None:
    shop.gate.decline(shop.asked("DELETE FROM t WHERE id = 1"), shop.caller)
    assert shop.events()[-1] == ("approval", "rejected")


def test_when_the_audit_cannot_be_written_nothing_runs(shop: Door) -> None:
    pending = shop.asked(UPDATE, {"amount": 0})
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    with shop.store.atomic() as connection:
        connection.exec_driver_sql("ALTER TABLE ai_audit_log RENAME TO gone")
    with pytest.raises(Exception, match="state"):
        shop.gate.execute(pending, approval, shop.caller)
    with pytest.raises(Exception, match="state"):
        shop.run("SELECT 1")
    assert unchanged(shop)


def test_above_rehearse_max_rows_the_approval_is_an_upper_bound(any_url: str, state_url: str) -> None:
    with door(any_url, state_url, SafetySettings(rehearse_max_rows=5)) as shop:
        seed(shop)
        pending = shop.asked("UPDATE t SET amount = 0 WHERE amount > 20")
        assert (pending.effect.measure, pending.effect.rows, pending.effect.max_rows) == ("counted", 10, 11)
        shop.sql("INSERT INTO t VALUES (20, 'a', 99)")
        shop.yes(pending)
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 11
        shop.sql("UPDATE t SET amount = 30")
        again = shop.asked("UPDATE t SET amount = 0 WHERE amount > 20 AND id < 12")
        shop.sql("INSERT INTO t VALUES (-1, 'b', 99), (-2, 'c', 99)")
        with pytest.raises(ApprovalInvalid, match="at most 12"):
            shop.yes(again)
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 0


def test_dropping_a_table_that_has_grown_asks_again(any_url: str, state_url: str) -> None:
    with door(any_url, state_url) as shop:
        seed(shop)
        create(shop, "CREATE VIEW seen AS SELECT id FROM t")
        pending = shop.asked("DROP TABLE t")
        assert pending.red
        assert "t holds 12 rows" in pending.effect.notes
        assert any("seen depends on t" in note for note in pending.effect.notes)
        shop.sql("INSERT INTO t VALUES (13, 'late', 5)")
        with pytest.raises(ApprovalInvalid, match="12 rows then, 13 now"):
            shop.yes(pending)
        assert shop.one("SELECT COUNT(*) FROM t") == 13


def test_yes_flag_bounds_the_rows_that_lose_a_value_or_their_table(any_url: str, state_url: str) -> None:
    with door(any_url, state_url, SafetySettings(yes_max_rows=5)) as shop:
        seed(shop)
        for sql in ("ALTER TABLE t DROP COLUMN amount", "DROP TABLE t"):
            pending = shop.asked(sql)
            assert (pending.effect.rows, pending.red) == (12, True)
            with pytest.raises(Refused, match="12 rows are more"):
                shop.yes(pending, ApprovedBy.YES_FLAG)
        assert shop.one("SELECT COUNT(amount) FROM t") == 12
        shop.confirm("ALTER TABLE t DROP COLUMN amount")
