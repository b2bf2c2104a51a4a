"""Every table of the state store.

ai_audit_log   one row per event at the door: who, what, with which verdict and outcome; append-only
approvals      one row per yes: what was approved, until when, claimed and closed once
undo_log       one row per write that can be undone; undo_images holds its before-images, cut into pieces
jobs           one row per long job: what it is, how far it is, who holds its lease
job_answers    one row per answered row of a job, committed before it is written to the person's table
answer_origins one row per model and prompt version that answers came from
prompts        one row per wording that was approved and can be used again
spend          one row per record of model use: tokens, calls, cost
sessions       one row per conversation, so that it can be resumed

Times are UTC. Columns ending in _json belong to their writer: nothing here looks into them. No password and no key
is ever in here; statements, questions, keys and before-images are, exactly as they were.

A change here needs a step in `memory.schema.UPGRADES`.
"""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from memory.columns import BIG_ID, ExactText, Money, UtcTime, short_bytes
from memory.short_keys import INPUT_HASH_BYTES, ROW_KEY_BYTES

metadata = sa.MetaData()

_ID = sa.String(64)
_HASH = sa.String(64)
_NAME = sa.String(255)
_WORD = sa.String(16)  # a member of an enum


def _counter(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, default=0)


def _table(name: str, *items: SchemaItem, sqlite_autoincrement: bool = True) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        *items,
        # A number is never given twice, so the order of ids is the order of events.
        sqlite_autoincrement=sqlite_autoincrement,
        # Exact comparison of names and ids: MySQL's default collation says 'bob' = 'BOB'.
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
    )


# Where the engine has partial indexes, one holds just what is still to be done and never grows large.
_NOT_WRITTEN = sa.text("status <> 'written'")

audit_log = _table(
    "ai_audit_log",
    sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("request_id", _NAME, nullable=False),
    sa.Column("trace_id", _NAME),
    sa.Column("tenant_id", _NAME, nullable=False),
    sa.Column("user_id", _NAME, nullable=False),
    sa.Column("session_id", _NAME),
    sa.Column("event", _WORD, nullable=False),
    sa.Column("database", ExactText, nullable=False),
    sa.Column("question", ExactText, nullable=False),
    sa.Column("question_hash", _HASH),
    sa.Column("context_summary", ExactText),
    sa.Column("model_version", _NAME),
    sa.Column("prompt_hash", _HASH),
    sa.Column("statement", ExactText, nullable=False),  # the exact text, whoever wrote it
    sa.Column("generated_sql", ExactText),  # the same text, if a model wrote it
    sa.Column("sql_hash", _HASH),  # sha256 of the exact text
    sa.Column("fingerprint", _HASH, nullable=False),
    sa.Column("verdict", _WORD, nullable=False),
    sa.Column("approval_id", _ID),
    sa.Column("job_id", _ID),
    sa.Column("confidence", sa.Numeric(3, 2, asdecimal=False)),
    sa.Column("references", ExactText),  # JSON
    sa.Column("lineage_summary", ExactText),  # JSON
    sa.Column("executed", sa.Boolean, nullable=False),
    sa.Column("execution_time", sa.BigInteger),  # ms
    sa.Column("result_rows", sa.BigInteger),
    sa.Column("result_size", sa.BigInteger),  # bytes
    sa.Column("risk_level", _WORD, nullable=False),
    sa.Column("status", _WORD, nullable=False),
    sa.Column("error_code", _NAME),
    sa.Column("error_message", ExactText),
    sa.Column("feedback_score", sa.SmallInteger),
    sa.Column("feedback_text", ExactText),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Index("idx_request_id", "request_id"),
    sa.Index("idx_trace_id", "trace_id"),
    sa.Index("idx_tenant_user", "tenant_id", "user_id"),
    sa.Index("idx_created_at", "created_at"),
    sa.Index("idx_sql_hash", "sql_hash"),
    sa.Index("idx_session_id", "session_id"),
)

approvals = _table(
    "approvals",
    sa.Column("id", _ID, primary_key=True),
    sa.Column("plan_hash", _HASH, nullable=False),
    sa.Column("database", ExactText, nullable=False),
    sa.Column("approved_by", _WORD, nullable=False),
    sa.Column("principal", _NAME, nullable=False),
    sa.Column("approved_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("pending_json", ExactText, nullable=False),
    sa.Column("state", _WORD, nullable=False),
    sa.Column("claimed_at", UtcTime),
    sa.Column("claimed_by", ExactText),  # the worker, as JSON
    sa.Column("claimed_plan", _HASH),  # its plan_hash, from the claim on: of all yeses to one plan one is used
    sa.Column("closed_at", UtcTime),
    sa.Column("outcome_json", ExactText),
    sa.Index("idx_approvals_plan_hash", "plan_hash"),
    sa.Index("idx_approvals_state", "state"),
    sa.Index("uq_approvals_claimed_plan", "claimed_plan", unique=True),
)

undo_log = _table(
    "undo_log",
    sa.Column("seq", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("id", _ID, nullable=False, unique=True),
    sa.Column("database", ExactText, nullable=False),
    sa.Column("session_id", _NAME, nullable=False),
    sa.Column("principal", _NAME, nullable=False),
    sa.Column("statement", ExactText, nullable=False),
    sa.Column("header_json", ExactText, nullable=False),  # what the images are of; only its writer reads it
    sa.Column("image_count", sa.BigInteger, nullable=False),
    sa.Column("state", _WORD, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Index("idx_undo_session", "session_id"),
)

undo_images = _table(
    "undo_images",
    sa.Column("undo_id", _ID, primary_key=True),
    sa.Column("piece", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", ExactText, nullable=False),
)

jobs = _table(
    "jobs",
    sa.Column("seq", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("id", _ID, nullable=False, unique=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("identity", _HASH, nullable=False),
    sa.Column("database", ExactText, nullable=False),
    sa.Column("session_id", _NAME, nullable=False),
    sa.Column("principal", _NAME, nullable=False),
    sa.Column("spec_json", ExactText, nullable=False),
    sa.Column("plan_json", ExactText, nullable=False),
    sa.Column("approval_json", ExactText, nullable=False),
    sa.Column("state", _WORD, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("lease_owner", ExactText),  # the worker, as JSON; NULL: nobody works on it
    sa.Column("lease_until", UtcTime),
    sa.Column("fence", sa.BigInteger, nullable=False),  # grows with every acquisition
    sa.Column("cursor_json", ExactText),
    sa.Column("requested", _WORD),
    sa.Column("status_text", _NAME),  # what the worker is waiting for, in a few words
    _counter("filled"),
    _counter("failed"),
    _counter("reused"),
    _counter("calls"),
    _counter("retried"),
    _counter("prompt_tokens"),
    _counter("completion_tokens"),
    sa.Column("cost", Money, nullable=False),
    sa.Column("error", ExactText),
    sa.Index("idx_jobs_identity", "identity"),
)

answer_origins = _table(
    "answer_origins",
    sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("prompt_version", _HASH, nullable=False),
    sa.Column("model", _NAME, nullable=False),
    sa.Index("uq_answer_origins", "prompt_version", "model", unique=True),
)

# Written a million times in a run, so it is narrow, and its indexes grow where the last rows went: `row_key` follows
# the order in which rows are read, and of the inputs a generation is small.
job_answers = _table(
    "job_answers",
    sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("job", sa.BigInteger, nullable=False),  # jobs.seq
    sa.Column("row_key", short_bytes(ROW_KEY_BYTES), nullable=False),  # see memory.short_keys
    sa.Column("key_json", ExactText, nullable=False),
    sa.Column("origin", sa.BigInteger, nullable=False),  # answer_origins.id
    sa.Column("generation", sa.Integer, nullable=False),  # see memory.jobs.origins
    sa.Column("input_key", sa.Integer, nullable=False),  # the beginning of input_hash, as a number
    sa.Column("input_hash", short_bytes(INPUT_HASH_BYTES), nullable=False),
    sa.Column("answer_json", ExactText),  # a list of values, one per column; NULL: no usable answer
    sa.Column("previous_json", ExactText),  # the old values likewise; NULL: they were all NULL
    sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
    sa.Column("completion_tokens", sa.BigInteger, nullable=False),
    sa.Column("status", _WORD, nullable=False),
    sa.Column("reused", sa.Boolean, nullable=False),
    sa.Column("reason", ExactText),
    sa.Column("pack", _ID),  # the model call
    sa.Column("answered_at", sa.BigInteger, nullable=False),  # microseconds since 1970
    sa.Index("uq_job_answers_row", "job", "row_key", unique=True),
    # On SQLite every index ends with the id as it is.
    sa.Index("idx_job_answers_generation", "origin", "generation", "input_key").ddl_if(dialect="sqlite"),
    sa.Index("idx_job_answers_generation_id", "origin", "generation", "input_key", "id").ddl_if(
        dialect=("postgresql", "mysql", "mariadb")  # type: ignore[arg-type]  # a tuple is documented
    ),
    sa.Index("idx_job_answers_open", "job", "status", "id", sqlite_where=_NOT_WRITTEN, postgresql_where=_NOT_WRITTEN),
    # Rows are replaced, never taken away: the next number is always the highest.
    sqlite_autoincrement=False,
)

prompts = _table(
    "prompts",
    sa.Column("seq", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("name", _NAME, nullable=False, unique=True),
    sa.Column("intent", ExactText, nullable=False),
    sa.Column("spec_json", ExactText, nullable=False),  # labels, type, greatest length, ...
    sa.Column("source", _WORD, nullable=False),
    sa.Column("used", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("used_at", UtcTime),
)

spend = _table(
    "spend",
    sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("session_id", _NAME),
    sa.Column("job_id", _ID),
    sa.Column("model", _NAME, nullable=False),
    sa.Column("calls", sa.BigInteger, nullable=False),
    sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
    sa.Column("completion_tokens", sa.BigInteger, nullable=False),
    sa.Column("cost", Money),  # NULL: nobody knows this model's price
    sa.Index("idx_spend_session", "session_id"),
    sa.Index("idx_spend_job", "job_id"),
    sa.Index("idx_spend_at", "at"),
)

sessions = _table(
    "sessions",
    sa.Column("seq", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("id", _ID, nullable=False, unique=True),
    sa.Column("database", ExactText, nullable=False),
    sa.Column("mode", _WORD, nullable=False),
    sa.Column("title", ExactText, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("touched_at", UtcTime, nullable=False),
)
