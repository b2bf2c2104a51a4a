"""The audit keeps every fact exactly and lets nobody change one."""

import hashlib
import json

import pytest
import sqlalchemy as sa
from fixed_clock import FixedClock

from memory.audit import AuditEntry, AuditEvent, AuditLog, AuditStatus
from memory.errors import UnknownRecord
from memory.principal import Principal
from memory.store import StateStore
from memory.tables import audit_log

SEED_COLUMNS = {
    *("id", "request_id", "trace_id", "tenant_id", "user_id", "session_id"),
    *("question", "question_hash", "context_summary"),
    *("model_version", "prompt_hash", "generated_sql", "sql_hash", "confidence", "references", "lineage_summary"),
    *("executed", "execution_time", "result_rows", "result_size", "risk_level"),
    *("status", "error_code", "error_message", "feedback_score", "feedback_text", "created_at", "updated_at"),
}
OUR_COLUMNS = {"event", "database", "statement", "fingerprint", "verdict", "approval_id", "job_id"}


def entry(**changes: object) -> AuditEntry:
    values: dict[str, object] = {
        "event": AuditEvent.EXECUTION,
        "request_id": "r1",
        "session_id": "s1",
        "principal": Principal(name="ann", tenant="acme"),
        "database": "postgres://host:5432/shop",
        "statement": "UPDATE t SET a = 'x'",
        "fingerprint": "f" * 16,
        "verdict": "confirm",
    }
    return AuditEntry(**{**values, **changes})


def test_the_table_has_the_columns_and_indexes_of_the_seed(store: StateStore) -> None:
    with store.read() as connection:
        there = sa.inspect(connection)
        assert {column["name"] for column in there.get_columns("ai_audit_log")} == SEED_COLUMNS | OUR_COLUMNS
        indexes = {index["name"]: index["column_names"] for index in there.get_indexes("ai_audit_log")}
    assert indexes["idx_request_id"] == ["request_id"]
    assert indexes["idx_trace_id"] == ["trace_id"]
    assert indexes["idx_tenant_user"] == ["tenant_id", "user_id"]
    assert indexes["idx_created_at"] == ["created_at"]
    assert indexes["idx_sql_hash"] == ["sql_hash"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a'  --  b\n\t;",
        "SELECT '你好', '🎉', '%s', ':x'",
        "SELECT 1\x00",
        "SELECT '\udcff'",
        "SELECT " + "1," * 60_000,
    ],
    ids=["white space", "wide", "nul", "not unicode", "long"],
)
def test_the_statement_is_kept_exactly(store: StateStore, statement: str) -> None:
    AuditLog(store).append(entry(statement=statement))
    row = AuditLog(store).recent(limit=1)[0]
    assert row.statement == statement
    assert row.sql_hash == hashlib.sha256(statement.encode("utf-8", "surrogatepass")).hexdigest()


def test_who_where_and_what_are_recorded(fixed_store: StateStore, clock: FixedClock) -> None:
    AuditLog(fixed_store).append(entry(question="how many?", model_version="m", approval_id="a", job_id="j"))
    row = AuditLog(fixed_store).recent(limit=1)[0]
    assert (row.user_id, row.tenant_id, row.session_id, row.request_id) == ("ann", "acme", "s1", "r1")
    assert (row.question, row.approval_id, row.job_id, row.trace_id) == ("how many?", "a", "j", "r1")
    assert row.generated_sql == row.statement  # a model wrote it
    assert (row.status, row.executed, row.created_at) == (AuditStatus.STARTED, False, clock())


def test_a_statement_typed_by_a_person_is_not_called_generated(store: StateStore) -> None:
    AuditLog(store).append(entry(model_version=None))
    assert AuditLog(store).recent(limit=1)[0].generated_sql is None


def test_the_outcome_touches_only_its_own_columns(fixed_store: StateStore, clock: FixedClock) -> None:
    log = AuditLog(fixed_store)
    audit_id = log.append(entry())
    before = log.recent(limit=1)[0].as_json()
    clock.advance(2)
    log.outcome(audit_id, status=AuditStatus.SUCCESS, rows=12, duration_ms=34)
    after = log.recent(limit=1)[0].as_json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"status", "executed", "result_rows", "execution_time", "updated_at"}
    assert (after["status"], after["executed"], after["result_rows"], after["execution_time"]) == (
        "success",
        True,
        12,
        34,
    )


def test_the_outcome_of_a_failure_says_why(store: StateStore) -> None:
    log = AuditLog(store)
    audit_id = log.append(entry())
    log.outcome(audit_id, status=AuditStatus.FAILED, error_code="LockTimeout", error_message="held", executed=False)
    row = log.recent(limit=1)[0]
    assert (row.status, row.error_code, row.error_message, row.executed) == ("failed", "LockTimeout", "held", False)


def test_an_outcome_without_its_row_is_an_error(store: StateStore) -> None:
    with pytest.raises(UnknownRecord):
        AuditLog(store).outcome(7, status=AuditStatus.SUCCESS)


def test_rows_come_newest_first_and_by_request_and_session(store: StateStore) -> None:
    log = AuditLog(store)
    ids = [log.append(entry(request_id=request, session_id=session)) for request, session in ["ax", "bx", "ay"]]
    assert ids == sorted(ids)
    assert [row.id for row in log.recent(limit=2)] == [ids[2], ids[1]]
    assert [row.id for row in log.recent(limit=9, request_id="a")] == [ids[2], ids[0]]
    assert [row.id for row in log.recent(limit=9, session_id="x")] == [ids[1], ids[0]]
    assert [row.id for row in log.recent(limit=9, request_id="a", session_id="x")] == [ids[0]]


def test_an_id_is_never_given_twice(store: StateStore) -> None:
    log = AuditLog(store)
    first = log.append(entry())
    with store.atomic() as connection:
        connection.execute(audit_log.delete())
    assert log.append(entry()) > first


def test_a_row_leaves_as_json_under_all_its_column_names(store: StateStore) -> None:
    log = AuditLog(store)
    audit_id = log.append(entry())
    with store.atomic() as connection:
        connection.execute(
            audit_log.update().where(audit_log.c.id == audit_id).values(references='["m1"]', confidence=0.85)
        )
    row = json.loads(json.dumps(log.recent(limit=1)[0].as_json()))
    assert set(row) == SEED_COLUMNS | OUR_COLUMNS
    assert (row["references"], row["confidence"], row["executed"]) == (["m1"], 0.85, False)
    assert row["created_at"].endswith("+00:00")
