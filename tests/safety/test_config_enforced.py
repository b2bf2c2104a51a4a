"""Every key of `safety`, written in a config.yaml, is enforced by the program that was built from it.

Each key has a look at the door that says whether its limit holds: it must under the key's value, and must not
under the other one, so that no key is only accepted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from doors import Clock, Door, caller, create, seed

from agent.app import App
from agent.settings import Settings
from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.url import parse_url
from tools.errors import AccessDenied, ApprovalInvalid, LockTimeout, Refused, StatementTimeout, TransactionLost
from tools.safety.pending import ApprovalRequired, ApprovedBy, Measure, Undoable
from tools.settings import SafetySettings

THREE_ROWS = "UPDATE t SET amount = 0 WHERE id <= 3"
ENDLESS = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT COUNT(*) FROM c"


def refused(shop: Door, sql: str) -> bool:
    """For good: not a question."""
    try:
        shop.run(sql)
    except ApprovalRequired:
        return False
    except Refused:
        return True
    return False


def times_out(shop: Door) -> bool:
    with pytest.raises(StatementTimeout):
        shop.run(ENDLESS)
    return True


def cuts_results(shop: Door) -> bool:
    outcome = shop.run("SELECT id FROM t")
    return (outcome.row_count, outcome.truncated) == (2, True)


def keeps_the_function_away(shop: Door) -> bool:
    try:
        assert shop.run("SELECT discount(amount) FROM t WHERE id = 1").rows == ((5,),)
    except Refused:
        return True
    return False


def reads_as_the_role(shop: Door) -> bool:
    try:
        shop.run("SELECT * FROM t")
    except AccessDenied:
        return True
    return False


def finds_the_name_elsewhere(shop: Door) -> bool:
    return shop.run("SELECT COUNT(*) FROM t").rows == ((0,),)


def counts_instead_of_rehearsing(shop: Door) -> bool:
    return shop.asked(THREE_ROWS).effect.measure is Measure.COUNTED


def rolls_back_when_idle(shop: Door) -> bool:
    shop.run("BEGIN")
    assert isinstance(shop.clock, Clock)
    shop.clock.advance(6)
    try:
        shop.run("SELECT 1")
    except TransactionLost:
        return True
    shop.run("ROLLBACK")
    return False


def forgets_the_yes(shop: Door) -> bool:
    pending = shop.asked(THREE_ROWS)
    approval = shop.gate.approve(pending, shop.caller, ApprovedBy.PERSON)
    assert isinstance(shop.clock, Clock)
    shop.clock.advance(6)
    try:
        shop.gate.execute(pending, approval, shop.caller)
    except ApprovalInvalid:
        return True
    return False


def gives_up_on_the_lock_first(shop: Door) -> bool:
    with shop.database.connect(readonly=False) as other, other.atomic():
        other.write("UPDATE t SET amount = 1 WHERE id = 1")
        try:
            shop.run(THREE_ROWS)
        except LockTimeout:
            return True
        except StatementTimeout:
            return False
    raise AssertionError("it did not wait")


def is_beyond_the_flag(shop: Door) -> bool:
    try:
        shop.yes(shop.asked(THREE_ROWS), ApprovedBy.YES_FLAG)
    except Refused:
        return True
    return False


def keeps_nothing_to_undo(shop: Door) -> bool:
    pending = shop.asked(THREE_ROWS)
    outcome = shop.yes(pending)[0]
    assert (outcome.undo_id is None) == (pending.effect.undoable is Undoable.NONE)
    return outcome.undo_id is None


@dataclass(frozen=True)
class Case:
    """`holds` is true under `limited` and false under `free` (None: that would take too long)."""

    limited: str
    holds: Callable[[Door], bool]
    free: str | None = ""
    engine: str = "sqlite"


CASES = {
    "mode": Case("mode: ask", lambda shop: refused(shop, "DELETE FROM t WHERE id = 1")),
    "query_timeout_seconds": Case("query_timeout_seconds: 0.3", times_out, free=None),
    "max_result_rows": Case("max_result_rows: 2", cuts_results),
    "blocked_tables": Case("blocked_tables: [t]", lambda shop: refused(shop, "SELECT name FROM t")),
    "blocked_columns": Case("blocked_columns: [t.amount]", lambda shop: refused(shop, "SELECT amount FROM t")),
    "blocked_functions": Case("blocked_functions: [upper]", lambda shop: refused(shop, "SELECT upper(name) FROM t")),
    # The other way round: the key gives.
    "allowed_functions": Case("", keeps_the_function_away, free="allowed_functions: [discount]", engine="postgres"),
    "allow_explain": Case("allow_explain: false", lambda shop: refused(shop, "EXPLAIN SELECT * FROM t")),
    "readonly_role": Case("readonly_role: columnist_config_reader", reads_as_the_role, engine="postgres"),
    "safe_search_path": Case("safe_search_path: [other]", finds_the_name_elsewhere, engine="postgres"),
    "rehearse_max_rows": Case("rehearse_max_rows: 2", counts_instead_of_rehearsing),
    "transaction_idle_s": Case("transaction_idle_s: 5", rolls_back_when_idle),
    "approval_ttl_s": Case("approval_ttl_s: 5", forgets_the_yes),
    "lock_timeout_ms": Case(
        "lock_timeout_ms: 100",
        gives_up_on_the_lock_first,
        free="lock_timeout_ms: 60000\n  query_timeout_seconds: 0.5",
        engine="postgres",
    ),
    "yes_max_rows": Case("yes_max_rows: 2", is_beyond_the_flag),
    "undo_max_rows": Case("undo_max_rows: 2", keeps_nothing_to_undo),
    "whole_table_writes": Case("whole_table_writes: deny", lambda shop: refused(shop, "DELETE FROM t")),
}
POSTGRES = (
    "CREATE SCHEMA other",
    "CREATE TABLE other.t (id INTEGER PRIMARY KEY)",
    "CREATE FUNCTION discount(n INTEGER) RETURNS INTEGER IMMUTABLE LANGUAGE SQL AS 'SELECT n / 2'",
    "DROP ROLE IF EXISTS columnist_config_reader",
    "CREATE ROLE columnist_config_reader",
)


@contextmanager
def configured(safety: str, url: str, folder: Path) -> Iterator[Door]:
    """The program as it is built from this config.yaml; another program has made the tables."""
    config = folder / "config.yaml"
    config.write_text(f"state:\n  url: sqlite:///{folder}/state.db\n" + (f"safety:\n  {safety}\n" if safety else ""))
    clock, database = Clock(), Database(parse_url(url), SessionLimits())
    app = App.build(Settings.load(config, env={}, folder=folder), url=url, clock=clock)
    shop = Door(gate=app.gate(), database=database, store=app.store, clock=clock, audit=app.audit, caller=caller())
    try:
        seed(shop)
        create(shop, *(POSTGRES if url.startswith("postgres") else ()))
        yield shop
    finally:
        app.close()
        database.close()


def test_the_table_has_every_key() -> None:
    assert set(CASES) == set(SafetySettings.model_fields)


@pytest.mark.parametrize("key", CASES)
def test_the_key_is_enforced(key: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    case = CASES[key]
    with configured(case.limited, request.getfixturevalue(f"{case.engine}_url"), tmp_path) as shop:
        assert case.holds(shop)


@pytest.mark.parametrize("key", [key for key, case in CASES.items() if case.free is not None])
def test_without_the_key_the_limit_is_not_there(key: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    case = CASES[key]
    assert case.free is not None
    with configured(case.free, request.getfixturevalue(f"{case.engine}_url"), tmp_path) as shop:
        assert not case.holds(shop)
