"""Every key of `safety` in config.yaml does what it says, at the door."""

import threading
from collections.abc import Iterator

import pytest
from doors import Clock, Door, caller, create, door, insert, seed

from tools.errors import AccessDenied, Cancelled, LockTimeout, Refused, StatementTimeout, UnknownName
from tools.safety.cancel import CancelToken
from tools.safety.pending import ApprovalRequired, ApprovedBy
from tools.settings import Mode, SafetySettings, WholeTableWrites

SLOW = {
    "sqlite": "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT COUNT(*) FROM c",
    "postgres": "SELECT COUNT(*) FROM generate_series(1, 2000000000) a",
    "mysql": "SELECT COUNT(*) FROM t a, t b, t c, t d, t e, t f, t g, t h, t i, t j",
}


@pytest.fixture
def url(any_url: str) -> str:
    return any_url


@pytest.fixture
def slow(request: pytest.FixtureRequest) -> str:
    return SLOW[request.node.callspec.params["any_url"]]


def test_mode_is_a_ceiling(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(mode=Mode.ASK)) as shop:
        seed(shop)
        with pytest.raises(Refused) as refused:
            shop.run("DELETE FROM t WHERE id = 1")
        assert not isinstance(refused.value, ApprovalRequired)


def test_query_timeout_seconds(url: str, state_url: str, slow: str) -> None:
    with door(url, state_url, SafetySettings(query_timeout_seconds=0.2)) as shop:
        seed(shop)
        with pytest.raises(StatementTimeout):
            shop.run(slow)
        assert shop.events()[-1] == ("execution", "timeout")


def test_max_result_rows(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(max_result_rows=5)) as shop:
        seed(shop)
        outcome = shop.run("SELECT id FROM t ORDER BY id")
        assert (outcome.row_count, outcome.truncated) == (5, True)
        assert shop.run("SELECT id FROM t", max_rows=100).row_count == 5
        assert shop.run("SELECT id FROM t", max_rows=2).row_count == 2


def test_blocked_tables(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(blocked_tables=("t",))) as shop:
        seed(shop)
        for sql in ("SELECT * FROM t", "DELETE FROM t WHERE id = 1"):
            with pytest.raises(Refused):
                shop.run(sql)
        with pytest.raises(Refused):
            shop.gate.explain("SELECT * FROM t", shop.caller)


def test_blocked_columns_are_neither_read_nor_shown_in_a_sample(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(blocked_columns=("t.amount",))) as shop:
        seed(shop)
        for sql in ("SELECT amount FROM t", "SELECT * FROM t"):
            with pytest.raises(Refused):
                shop.run(sql)
        sample = shop.asked("UPDATE t SET name = 'x' WHERE id = 1").effect.samples[0]
        assert sample.columns == ("id", "name")
        assert [len(change.before or ()) for change in sample.changes] == [2]


def test_blocked_and_allowed_functions(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(blocked_functions=("upper",))) as shop:
        seed(shop)
        with pytest.raises(Refused):
            shop.run("SELECT upper(name) FROM t")
        assert shop.run("SELECT lower(name) FROM t").row_count == 12


def test_allow_explain_concerns_what_people_write_and_not_the_door(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(allow_explain=False)) as shop:
        seed(shop)
        with pytest.raises(Refused):
            shop.run("EXPLAIN SELECT * FROM t")
        assert shop.gate.explain("SELECT * FROM t", shop.caller).text
    with door(url, state_url) as shop:
        assert shop.run("EXPLAIN SELECT * FROM t").row_count


def test_readonly_role(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as owner:
        seed(owner)
        create(
            owner,
            "DROP ROLE IF EXISTS columnist_reader",
            "CREATE ROLE columnist_reader",
            "CREATE TABLE open_to_all (id INTEGER)",
            "GRANT SELECT ON open_to_all TO columnist_reader",
        )
        with door(postgres_url, state_url, SafetySettings(readonly_role="columnist_reader")) as shop:
            assert shop.run("SELECT * FROM open_to_all").rows == ()
            with pytest.raises(AccessDenied):
                shop.run("SELECT * FROM t")
            shop.confirm("UPDATE t SET amount = 0 WHERE id = 1")
        owner.sql("DROP OWNED BY columnist_reader")
        owner.sql("DROP ROLE columnist_reader")


def test_safe_search_path(postgres_url: str, state_url: str) -> None:
    with door(postgres_url, state_url) as shop:
        create(shop, "CREATE SCHEMA safe", "CREATE TABLE safe.only_here (id INTEGER)")
    with door(postgres_url, state_url, SafetySettings(safe_search_path=("safe",))) as shop:
        assert shop.run("SELECT * FROM only_here").rows == ()


def test_lock_timeout_ms(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(lock_timeout_ms=100)) as shop:
        seed(shop)
        with shop.database.connect(readonly=False) as other:
            other.begin()
            other.write("UPDATE t SET amount = 1 WHERE id = 1")
            with pytest.raises(LockTimeout):
                shop.run("UPDATE t SET amount = 2 WHERE id = 1")
            other.rollback()


def test_whole_table_writes_deny(url: str, state_url: str) -> None:
    with door(url, state_url, SafetySettings(whole_table_writes=WholeTableWrites.DENY)) as shop:
        seed(shop)
        for sql in ("DELETE FROM t", "UPDATE t SET amount = 0 WHERE 1 = 1", "DROP TABLE t"):
            with pytest.raises(Refused) as refused:
                shop.run(sql)
            assert not isinstance(refused.value, ApprovalRequired)


def test_cancel_stops_a_statement_on_the_server(url: str, state_url: str, slow: str) -> None:
    with door(url, state_url) as shop:
        seed(shop)
        token = CancelToken()
        timer = threading.Timer(0.2, token.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            shop.run(slow, cancel=token)
        timer.join()
        assert shop.run("SELECT COUNT(*) FROM t").rows == ((12,),)


def test_an_unknown_name_is_answered_with_the_nearest(url: str, state_url: str) -> None:
    with door(url, state_url) as shop:
        create(shop, "CREATE TABLE customers (id INTEGER PRIMARY KEY, country VARCHAR(20))")
        for sql, near in (("SELECT id FROM custmers", "customers"), ("SELECT contry FROM customers", "country")):
            with pytest.raises((UnknownName, Refused)) as raised:
                shop.run(sql)
            assert near in f"{raised.value.message} {raised.value.hint}"


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


def test_280_rows_are_not_updated_unasked(shop: Door) -> None:
    shop.sql("DELETE FROM t")
    insert(shop, "t", [(number, "x", 1) for number in range(280)])
    with pytest.raises(ApprovalRequired):
        shop.run("UPDATE t SET amount = 2 WHERE amount = 1")
    assert shop.one("SELECT COUNT(*) FROM t WHERE amount = 2") == 0


def test_text_that_mentions_grant_is_only_text(shop: Door) -> None:
    shop.confirm("UPDATE t SET name = 'GRANT ALL; DROP TABLE t' WHERE id = 1")
    assert shop.one("SELECT name FROM t WHERE id = 1") == "GRANT ALL; DROP TABLE t"


def test_a_refusal_is_audited_with_its_reasons(shop: Door) -> None:
    with pytest.raises(Refused):
        shop.gate.run("DELETE FROM t WHERE id = 1", caller(mode=Mode.ASK))
    last = shop.audited()[-1]
    assert (last.event, last.status, last.verdict) == ("refusal", "rejected", "deny")
    assert last.error_message


def test_a_standing_transaction_is_shown_with_its_idle_time(any_url: str, state_url: str) -> None:
    clock = Clock()
    with door(any_url, state_url, clock=clock) as shop:
        seed(shop)
        shop.run("BEGIN")
        shop.run("UPDATE t SET amount = 0 WHERE id = 1")
        clock.advance(30)
        shown = shop.gate.transaction("session")
        assert shown is not None
        assert (shown.statements, shown.tables, shown.idle_s, shown.idle_limit_s) == (1, ("t",), 30, 120)
        shop.gate.rollback(shop.caller)
        assert shop.gate.transaction("session") is None


def test_a_write_that_fails_is_reported_and_its_approval_is_spent(shop: Door) -> None:
    pending = shop.asked("INSERT INTO t (id, name) VALUES (40, 'a')")
    shop.sql("INSERT INTO t (id, name) VALUES (40, 'b')")
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        shop.yes(pending, ApprovedBy.PERSON)
    assert ("execution", "failed") in shop.events()
    assert shop.gate.unfinished(shop.caller) == ()
