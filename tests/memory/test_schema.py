"""The tables are created and upgraded once, and what was interrupted is finished."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from memory import schema
from memory.sessions import Sessions
from memory.store import StateStore
from memory.tables import approvals, jobs, metadata


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
