"""The tables are created and upgraded once, and what was interrupted is finished."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from memory import schema
from memory.columns import BIG_ID, ExactText, UtcTime
from memory.jobs import Answer, AnswerStatus, JobStore
from memory.sessions import Sessions
from memory.store import StateStore
from memory.tables import answer_origins, approvals, job_answers, jobs, metadata, prompts

WHEN = datetime(2026, 7, 1, 12, 30, 1, 123456, tzinfo=UTC)

old_answers = sa.Table(
    "job_answers",
    sa.MetaData(),
    sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.String(64), nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False),
    sa.Column("target", sa.String(255), nullable=False),
    sa.Column("key_json", ExactText, nullable=False),
    sa.Column("input_hash", sa.String(64), nullable=False),
    sa.Column("answer_json", ExactText),
    sa.Column("model", sa.String(255), nullable=False),
    sa.Column("prompt_version", sa.String(64), nullable=False),
    sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
    sa.Column("completion_tokens", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("reused", sa.Boolean, nullable=False),
    sa.Column("reason", ExactText),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.UniqueConstraint("job_id", "key_hash", "target", name="uq_job_answers_cell"),
    sa.Index("idx_job_answers_status", "job_id", "status", "id"),
    sa.Index("idx_job_answers_input", "input_hash", "prompt_version"),
    sqlite_autoincrement=True,
    mysql_charset="utf8mb4",
    mariadb_charset="utf8mb4",
)


def add_colour(connection: sa.Connection) -> None:
    names = {column["name"] for column in sa.inspect(connection).get_columns("sessions")}
    if "colour" not in names:
        connection.exec_driver_sql("ALTER TABLE sessions ADD COLUMN colour VARCHAR(16)")


def add_shape(connection: sa.Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE shapes (id INTEGER PRIMARY KEY)")


def stop(connection: sa.Connection) -> None:
    raise ZeroDivisionError


def version(store: StateStore) -> int | None:
    with store.read() as connection:
        return connection.exec_driver_sql("SELECT version FROM columnist_schema").scalar_one()


def names(store: StateStore, table: str) -> set[str]:
    with store.read() as connection:
        return {column["name"] for column in sa.inspect(connection).get_columns(table)}


@pytest.fixture
def fresh_store(any_state_url: str) -> Iterator[StateStore]:
    """A store of its own on each engine in turn, since its tables are changed."""
    with closing(StateStore.open(any_state_url)) as opened:
        yield opened


def test_an_older_store_is_upgraded_step_by_step_and_keeps_its_rows(fresh_store: StateStore) -> None:
    session_id = Sessions(fresh_store).create("shop", "ask")
    for later in ([add_colour], [add_colour, add_shape], [add_colour, add_shape]):
        upgrades = [*schema.UPGRADES, *later]
        with fresh_store.atomic() as connection:
            schema.bring_up_to_date(connection, upgrades)
        assert version(fresh_store) == 1 + len(upgrades)
    assert "colour" in names(fresh_store, "sessions")
    assert names(fresh_store, "shapes") == {"id"}
    assert Sessions(fresh_store).get(session_id) is not None
    with fresh_store.read() as connection:
        assert schema.is_current(connection, upgrades)
        assert not schema.is_current(connection)


def test_an_upgrade_that_fails_is_begun_again(fresh_store: StateStore) -> None:
    def upgrade(last: schema.Upgrade) -> None:
        with fresh_store.atomic() as connection:
            schema.bring_up_to_date(connection, [*schema.UPGRADES, add_colour, last])

    with pytest.raises(ZeroDivisionError):
        upgrade(stop)
    assert version(fresh_store) == schema.current_version()
    upgrade(add_shape)
    assert version(fresh_store) == schema.current_version() + 2


def test_a_store_of_the_first_version_learns_to_claim_a_plan_once(any_state_url: str) -> None:
    with closing(StateStore.open(any_state_url)) as store, store.atomic() as connection:
        index = next(index for index in approvals.indexes if index.unique)
        index.drop(connection)
        connection.exec_driver_sql("ALTER TABLE approvals DROP COLUMN claimed_plan")
        connection.exec_driver_sql("UPDATE columnist_schema SET version = 1")
    with closing(StateStore.open(any_state_url)) as store:
        assert version(store) == schema.current_version()
        assert "claimed_plan" in names(store, "approvals")
        with store.read() as connection:
            unique = [
                index["column_names"] for index in sa.inspect(connection).get_indexes("approvals") if index["unique"]
            ]
        assert unique == [["claimed_plan"]]


def test_answers_that_were_kept_by_cell_are_kept_by_row(any_state_url: str) -> None:
    with closing(StateStore.open(any_state_url)) as store:
        job_id = as_of_version_2(store)
        with store.atomic() as connection:
            connection.execute(old_answers.insert(), [old_answer(number, job_id) for number in range(2500)])
    with closing(StateStore.open(any_state_url)) as store:
        assert version(store) == schema.current_version()
        assert_upgraded(JobStore(store), job_id)
        with store.read() as connection:
            assert "job_answer_cells" not in sa.inspect(connection).get_table_names()
            assert {index["name"] for index in sa.inspect(connection).get_indexes("job_answers")} >= {
                "uq_job_answers_row",
                "idx_job_answers_open",
            }


def test_an_upgrade_of_the_answers_that_was_interrupted_is_done_once(any_state_url: str) -> None:
    """MySQL may keep the copies and lose the end of the step."""
    with closing(StateStore.open(any_state_url)) as store:
        job_id = as_of_version_2(store)
        with store.atomic() as connection:
            connection.execute(old_answers.insert(), [old_answer(number, job_id) for number in range(2500)])
            connection.exec_driver_sql("ALTER TABLE job_answers RENAME TO job_answer_cells")
            job_answers.create(connection)
            copy = {"job": 1, "row_key": b"[0]", "key_json": "[0]", "origin": 1, "generation": 0, "input_key": 0}
            copy |= {"input_hash": b"x", "prompt_tokens": 0, "completion_tokens": 0, "status": "written"}
            connection.execute(job_answers.insert().values(**copy, reused=False, answered_at=0))
    with closing(StateStore.open(any_state_url)) as store:
        assert_upgraded(JobStore(store), job_id)


def assert_upgraded(store: JobStore, job_id: str) -> None:
    assert store.get(job_id).status_text is None
    page = [answer for _, answer in store.of_status(job_id, list(AnswerStatus), limit=5000)]
    assert [answer.key_json for answer in page] == [f"[{number}]" for number in range(2500)]
    assert page[0] == Answer(
        key_json="[0]",
        input_hash=f"{0:064x}",
        answer_json='["b\\u0000\x00"]',
        model="m",
        prompt_version="p",
        prompt_tokens=3,
        completion_tokens=4,
        status=AnswerStatus.WRITTEN,
        reused=True,
        answered_at=WHEN,
    )
    assert (page[1].answer_json, page[1].status, page[1].reason) == (None, AnswerStatus.FAILED, "it would not say")
    assert page[2].answer_json == "[null]"
    assert [found.key_json for found in store.answered_inputs("p", "m", [f"{2:064x}"])] == ["[2]"]


def old_answer(number: int, job_id: str) -> dict[str, object]:
    failed = number % 3 == 1
    return {
        "job_id": job_id,
        "key_hash": f"{number:064}",
        "target": "t",
        "key_json": f"[{number}]",
        "input_hash": f"{number:064x}",
        "answer_json": None if failed else ('"b\\u0000\x00"' if number % 3 == 0 else "null"),
        "model": "m",
        "prompt_version": "p",
        "prompt_tokens": 3,
        "completion_tokens": 4,
        "status": "failed" if failed else "written",
        "reused": number % 3 == 0,
        "reason": "it would not say" if failed else None,
        "created_at": WHEN,
    }


def as_of_version_2(store: StateStore) -> str:
    """Takes the store back to when an answer was a cell; the id of a job in it."""
    job = JobStore(store).create(
        kind="k", identity="i", database="d", session_id="s", principal="p", spec_json="", plan_json="",
        approval_json="",
    )  # fmt: skip
    with store.atomic() as connection:
        for table in (job_answers, answer_origins, prompts):
            table.drop(connection)
        connection.exec_driver_sql("ALTER TABLE jobs DROP COLUMN status_text")
        old_answers.create(connection)
        connection.exec_driver_sql("UPDATE columnist_schema SET version = 2")
    return job.id


def test_a_creation_that_was_interrupted_is_finished(any_state_url: str) -> None:
    store = StateStore.open(any_state_url)
    indexes = {index.name for index in jobs.indexes}
    with store.atomic() as connection:
        for index in jobs.indexes:
            index.drop(connection)
        metadata.tables["spend"].drop(connection)
        connection.exec_driver_sql("UPDATE columnist_schema SET version = 0")
    store.close()
    again = StateStore.open(any_state_url)
    assert version(again) == schema.current_version()
    with again.read() as connection:
        there = sa.inspect(connection)
        assert indexes <= {index["name"] for index in there.get_indexes("jobs")}
        assert set(metadata.tables) < set(there.get_table_names())
    again.close()


def test_a_creation_that_had_only_begun_is_finished(any_state_url: str) -> None:
    store = StateStore.open(any_state_url)
    with store.atomic() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DELETE FROM columnist_schema")
    store.close()
    again = StateStore.open(any_state_url)
    assert version(again) == schema.current_version()
    again.close()
