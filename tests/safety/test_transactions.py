"""Transactions of a session: real, asked about once at COMMIT, and never left half open by accident."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from doors import Clock, Door, caller, create, door, seed

from tools.errors import ApprovalInvalid, DatabaseError, Refused, TransactionLost
from tools.safety.cancel import CancelToken
from tools.safety.pending import ApprovalRequired, ApprovedBy
from tools.settings import Mode, SafetySettings


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


@pytest.fixture
def mariadb(mysql_url: str, state_url: str) -> Iterator[Door]:
    with door(mysql_url, state_url) as opened:
        seed(opened)
        yield opened


def test_begin_update_select_rollback_changes_nothing_and_is_audited(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    assert shop.run("SELECT amount FROM t WHERE id = 1").rows == ((0,),)
    shop.run("ROLLBACK")
    assert shop.one("SELECT amount FROM t WHERE id = 1") == 10
    audited = [(row.event, row.statement) for row in shop.audited() if row.event in ("transaction", "execution")]
    assert audited == [
        ("transaction", "BEGIN"),
        ("execution", "UPDATE t SET amount = 0 WHERE id = 1"),
        ("execution", "SELECT amount FROM t WHERE id = 1"),
        ("transaction", "ROLLBACK"),
    ]


def test_commit_asks_once_with_the_whole_effect(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    shop.run("DELETE FROM t WHERE id = 2")
    pending = shop.asked("COMMIT")
    assert [(table.updated, table.deleted) for table in pending.effect.tables] == [(1, 1)]
    assert shop.one("SELECT COUNT(*) FROM t") == 12
    shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t") == 11
    assert shop.gate.transaction("session") is None


def test_a_committed_transaction_is_undone_as_one(shop: Door) -> None:
    before = shop.rows("SELECT * FROM t ORDER BY id")
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id < 4")
    shop.run("UPDATE t SET amount = 1 WHERE id < 3")
    shop.run("DELETE FROM t WHERE id = 1")
    shop.run("INSERT INTO t VALUES (77, 'new', 7)")
    shop.yes(shop.asked("COMMIT"))
    shop.undo()
    assert shop.rows("SELECT * FROM t ORDER BY id") == before


def test_a_commit_approved_for_less_is_refused_and_the_transaction_stays(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    pending = shop.asked("COMMIT")
    shop.run("UPDATE t SET amount = 0 WHERE id = 2")
    with pytest.raises(ApprovalInvalid, match="1 rows then, 2 now"):
        shop.yes(pending)
    shop.yes(shop.asked("COMMIT"))
    assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 2


def test_a_commit_without_writes_needs_no_yes(shop: Door) -> None:
    shop.run("BEGIN")
    assert shop.run("SELECT COUNT(*) FROM t").rows == ((12,),)
    shop.run("COMMIT")
    assert shop.gate.transaction("session") is None


def test_a_red_write_inside_asks_first_and_runs_inside(shop: Door) -> None:
    shop.run("BEGIN")
    pending = shop.asked("DELETE FROM t")
    assert pending.red
    shop.yes(pending)
    assert shop.run("SELECT COUNT(*) FROM t").rows == ((0,),)
    shop.run("ROLLBACK")
    assert shop.one("SELECT COUNT(*) FROM t") == 12


def test_a_write_above_the_limit_inside_asks_first(any_url: str, state_url: str) -> None:
    with door(any_url, state_url, SafetySettings(rehearse_max_rows=5)) as shop:
        seed(shop)
        shop.run("BEGIN")
        pending = shop.asked("UPDATE t SET amount = 0 WHERE id < 10")
        assert pending.effect.max_rows == 10
        assert shop.run("SELECT COUNT(*) FROM t WHERE amount = 0").rows == ((0,),)
        shop.yes(pending)
        shop.run("ROLLBACK")


def test_a_failed_statement_takes_back_only_itself(shop: Door) -> None:
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = 0 WHERE id = 1")
    with pytest.raises(DatabaseError):
        shop.run("INSERT INTO t (id, name) VALUES (100, 'a'), (1, 'again')")
    assert shop.run("SELECT COUNT(*) FROM t").rows == ((12,),)
    shop.yes(shop.asked("COMMIT"))
    assert shop.one("SELECT amount FROM t WHERE id = 1") == 0


def test_idleness_rolls_back_and_tells_once(any_url: str, state_url: str) -> None:
    clock = Clock()
    with door(any_url, state_url, SafetySettings(transaction_idle_s=120), clock) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
        pending = shop.asked("COMMIT")
        clock.advance(121)
        assert shop.gate.transaction("session") is None
        with pytest.raises(TransactionLost, match="after 120 s idle; nothing changed"):
            shop.yes(pending)
        assert shop.one("SELECT amount FROM t WHERE id = 1") == 10
        with pytest.raises(Refused):
            shop.run("COMMIT")


def test_after_a_loss_no_standing_yes_covers_a_write_until_it_is_acknowledged(any_url: str, state_url: str) -> None:
    clock = Clock()
    with door(any_url, state_url, clock=clock) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
        clock.advance(1000)
        with pytest.raises(TransactionLost):
            shop.run("UPDATE t SET amount = 0 WHERE id = 2")
        pending = shop.asked("UPDATE t SET amount = 0 WHERE id = 3")
        with pytest.raises(Refused, match="lost"):
            shop.yes(pending, ApprovedBy.YES_FLAG)
        with pytest.raises(TransactionLost):
            shop.run("COMMIT")
        shop.yes(pending, ApprovedBy.YES_FLAG)
        assert shop.rows("SELECT id FROM t WHERE amount = 0") == [(3,)]


def test_the_approval_of_a_lost_transaction_does_not_run_outside_of_it(shop: Door) -> None:
    shop.run("BEGIN")
    pending = shop.asked("DELETE FROM t")
    shop.run("ROLLBACK")
    with pytest.raises(TransactionLost):
        shop.yes(pending)
    assert shop.one("SELECT COUNT(*) FROM t") == 12


def test_a_write_approved_outside_does_not_slip_into_a_transaction(shop: Door) -> None:
    pending = shop.asked("UPDATE t SET amount = 0 WHERE id = 1")
    shop.run("BEGIN")
    with pytest.raises(ApprovalInvalid, match="transaction was opened"):
        shop.yes(pending)


def test_a_mariadb_deadlock_ends_the_transaction_and_nothing_runs_outside_of_it(mariadb: Door) -> None:
    # The door's transaction holds row 1 and is made the victim: the other one is heavier.
    mariadb.run("BEGIN")
    mariadb.run("UPDATE t SET amount = 0 WHERE id = 1")
    holds_two, release = threading.Event(), threading.Event()

    def other() -> None:
        with mariadb.database.connect(readonly=False) as connection, connection.atomic():
            connection.write("UPDATE t SET amount = 5 WHERE id > 1")
            holds_two.set()
            connection.write("UPDATE t SET amount = 5 WHERE id = 1")
            release.set()

    thread = threading.Thread(target=other)
    thread.start()
    holds_two.wait()
    with pytest.raises(TransactionLost):
        mariadb.run("UPDATE t SET amount = 0 WHERE id = 2")
    thread.join()
    assert mariadb.gate.transaction("session") is None
    with pytest.raises(TransactionLost):
        mariadb.run("UPDATE t SET amount = 0 WHERE id = 3")
    assert mariadb.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 0


def test_a_sqlite_interrupt_ends_the_transaction(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        seed(shop)
        create(shop, "CREATE TABLE n (i INTEGER PRIMARY KEY, j INTEGER)")
        shop.sql(
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)"
            " INSERT INTO n SELECT i, 0 FROM c"
        )
        shop.run("BEGIN")
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
        token = CancelToken()
        timer = threading.Timer(0.3, token.cancel)
        timer.start()
        with pytest.raises(TransactionLost):
            shop.run("UPDATE n SET j = (SELECT COUNT(*) FROM n a, n b, n c) WHERE i > 0", cancel=token)
        timer.join()
        assert shop.gate.transaction("session") is None
        with pytest.raises(TransactionLost):
            shop.run("UPDATE t SET amount = 0 WHERE id = 2")
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 0


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_killed_connection_ends_the_transaction(engine: str, request: pytest.FixtureRequest, state_url: str) -> None:
    with door(request.getfixturevalue(f"{engine}_url"), state_url) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
        _kill_everyone_else(shop, engine)
        with pytest.raises(TransactionLost):
            shop.run("UPDATE t SET amount = 0 WHERE id = 2")
        with pytest.raises(TransactionLost):
            shop.run("UPDATE t SET amount = 0 WHERE id = 3")
        with pytest.raises(TransactionLost):
            shop.run("COMMIT")
        assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 0") == 0


def _kill_everyone_else(shop: Door, engine: str) -> None:
    if engine == "postgres":
        shop.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        return
    mine = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    with shop.database.connect(readonly=False) as connection:
        for (identifier,) in connection.read(mine, max_rows=100).rows:
            connection.write(f"KILL {identifier}")


def test_ddl_that_commits_by_itself_is_refused_inside_a_transaction(mariadb: Door) -> None:
    mariadb.run("BEGIN")
    with pytest.raises(Refused, match="commit the open transaction"):
        mariadb.run("CREATE TABLE other (id INTEGER PRIMARY KEY)")
    assert mariadb.gate.transaction("session") is not None
    mariadb.run("ROLLBACK")


def test_sessions_do_not_share_a_transaction(shop: Door) -> None:
    shop.run("BEGIN")
    other = caller("another")
    assert shop.gate.run("SELECT COUNT(*) FROM t", other).rows == ((12,),)
    with pytest.raises(Refused, match="no transaction"):
        shop.gate.run("COMMIT", other)
    shop.run("ROLLBACK")


def test_closing_the_gate_rolls_back(any_url: str, state_url: str) -> None:
    with door(any_url, state_url) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("DELETE FROM t WHERE id = 1")
    with door(any_url, state_url) as shop:
        assert shop.one("SELECT COUNT(*) FROM t") == 12
        assert ("transaction", "failed") in shop.events()


def test_a_read_inside_leaves_nothing_but_its_rows(shop: Door) -> None:
    shop.run("BEGIN")
    with pytest.raises(ApprovalRequired):
        shop.run("DELETE FROM t")
    assert shop.run("SELECT COUNT(*) FROM t").rows == ((12,),)
    shop.run("ROLLBACK")


def test_an_idle_transaction_is_rolled_back_without_anybody_asking(any_url: str, state_url: str) -> None:
    settings = SafetySettings(transaction_idle_s=0.2)
    with door(any_url, state_url, settings, clock=lambda: datetime.now(UTC)) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("DELETE FROM t WHERE id = 1")
        for thread in threading.enumerate():
            if thread.name == "idle-transactions":
                thread.join()
        assert ("transaction", "failed") in shop.events()
        shop.sql("UPDATE t SET amount = 0 WHERE id = 1")
        assert shop.one("SELECT COUNT(*) FROM t") == 12


def test_ask_mode_opens_no_transaction(shop: Door) -> None:
    for text in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT here"):
        with pytest.raises(Refused):
            shop.gate.run(text, caller(mode=Mode.ASK))
        assert shop.gate.transaction("session") is None
