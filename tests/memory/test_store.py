"""The store opens, once, whoever else opens it; what keeps it from working is said in one sentence."""

import os
import resource
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from other_process import StartProcess
from sqlalchemy.dialects import sqlite

from memory import schema
from memory.audit import AuditLog
from memory.columns import ExactText
from memory.errors import StateUnavailable
from memory.store import StateStore
from memory.tables import metadata, sessions

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def add_session(connection: sa.Connection, name: str = "one", *, title: str = "", at: datetime = NOON) -> None:
    connection.execute(
        sessions.insert().values(id=name, database="d", mode="ask", title=title, created_at=at, touched_at=at)
    )


def tables(store: StateStore) -> set[str]:
    with store.read() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_every_table_stands_after_the_first_open(store: StateStore) -> None:
    assert tables(store) == {*metadata.tables, "columnist_schema"}


def test_a_second_open_finds_what_the_first_has_written(any_state_url: str) -> None:
    first = StateStore.open(any_state_url)
    with first.atomic() as connection:
        add_session(connection)
    first.close()
    second = StateStore.open(any_state_url)
    with second.read() as connection:
        assert connection.scalar(sa.select(sessions.c.id)) == "one"
    second.close()


def test_processes_that_open_a_new_store_at_one_moment_all_succeed(
    any_state_url: str, other_process: StartProcess
) -> None:
    processes = [other_process("open", any_state_url) for _ in range(4)]
    for process in processes:
        process.tell()
    assert [process.line() for process in processes] == ["opened"] * 4
    store = StateStore.open(any_state_url)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT version FROM columnist_schema").all() == [(schema.current_version(),)]
    store.close()


def test_writers_in_several_processes_wait_for_each_other(any_state_url: str, other_process: StartProcess) -> None:
    processes = [other_process("append", any_state_url, "40") for _ in range(3)]
    for process in processes:
        process.tell()
    assert [process.line() for process in processes] == ["appended"] * 3
    store = StateStore.open(any_state_url)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM ai_audit_log").scalar() == 120
    store.close()


def test_what_was_kept_before_a_kill_is_there_after_it(any_state_url: str, other_process: StartProcess) -> None:
    process = other_process("append_on", any_state_url)
    process.tell()
    kept = [int(process.line()) for _ in range(20)]
    process.kill()
    store = StateStore.open(any_state_url)
    found = {row.id for row in AuditLog(store).recent(limit=100_000)}
    assert set(kept) <= found
    store.close()


def test_an_exception_inside_atomic_keeps_nothing(store: StateStore) -> None:
    def write_and_fail() -> None:
        with store.atomic() as connection:
            add_session(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(sessions)) == 0


def test_a_full_disk_is_found_before_anything_is_to_be_kept(tmp_path: Path) -> None:
    store = StateStore.open(f"sqlite:///{tmp_path / 'state.db'}")
    store.prove_writable()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(StateUnavailable):
            store.prove_writable()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.prove_writable()
    store.close()


def test_the_clock_of_the_store_is_aware_utc_and_comes_back_exactly(store: StateStore) -> None:
    now = store.now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=5)
    for moment in (now, datetime(1999, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=UTC)):
        with store.atomic() as connection:
            connection.execute(sessions.delete())
            add_session(connection, at=moment)
        with store.read() as connection:
            assert connection.scalar(sa.select(sessions.c.created_at)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "你好 🎉",
        "NUL \x00 inside",
        "lone \ud800 surrogate",
        "\ue0ff looks escaped",
        "x" * 200_000,
        "a\r\n\tb ",
    ],
    ids=["empty", "plain", "wide", "nul", "surrogate", "marker", "long", "white space"],
)
def test_any_text_comes_back_exactly(store: StateStore, text: str) -> None:
    with store.atomic() as connection:
        add_session(connection, title=text)
    with store.read() as connection:
        assert connection.scalar(sa.select(sessions.c.title)) == text
        assert isinstance(sessions.c.title.type, ExactText)


@given(text=st.text(st.characters(codec=None), max_size=40))
def test_whatever_text_there_is_is_escaped_and_back(text: str) -> None:
    column = ExactText()
    dialect = sqlite.dialect()
    stored = column.process_bind_param(text, dialect)
    assert stored is not None
    assert "\x00" not in stored
    stored.encode()
    assert column.process_result_value(stored, dialect) == text


def test_names_are_compared_exactly(store: StateStore) -> None:
    with store.atomic() as connection:
        for name in ("bob", "BOB"):
            add_session(connection, name)
    with store.read() as connection:
        assert connection.scalars(sa.select(sessions.c.id).where(sessions.c.id == "bob")).all() == ["bob"]


def test_the_folder_and_the_file_are_for_their_owner_only(tmp_path: Path) -> None:
    store = StateStore.open(f"sqlite:///{tmp_path}/new/deeper/state.db")
    assert stat.S_IMODE((tmp_path / "new" / "deeper").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new" / "deeper").iterdir()}
    assert modes == {"state.db": 0o600, "state.db-wal": 0o600, "state.db-shm": 0o600}
    store.close()


def test_without_an_address_the_store_is_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    store = StateStore.open()
    if os.uname().sysname == "Linux":
        assert store.path == tmp_path / "columnist" / "state.db"
    store.close()


def test_a_commit_is_on_the_disk_when_it_returns(state_url: str) -> None:
    store = StateStore.open(state_url)
    with store.atomic() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.close()


def test_a_write_waits_for_another_one_in_the_same_process(state_url: str) -> None:
    store = StateStore.open(state_url)
    with store.atomic() as connection:
        assert connection.connection.dbapi_connection.in_transaction  # BEGIN IMMEDIATE has been said
        other = sa.create_engine(state_url, connect_args={"timeout": 0, "isolation_level": None})
        with other.connect() as second, pytest.raises(sa.exc.OperationalError, match="locked"):
            second.exec_driver_sql("BEGIN IMMEDIATE")
        other.dispose()
    store.close()
