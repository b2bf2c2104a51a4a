"""What keeps the store from working leaves as StateUnavailable: one sentence, a way out, no password."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from memory import schema
from memory.audit import AuditEntry, AuditEvent, AuditLog
from memory.errors import StateUnavailable
from memory.principal import LOCAL
from memory.store import StateStore

PASSWORD = "s3cret-Pa55"
ENTRY = AuditEntry(
    event=AuditEvent.EXECUTION, request_id="r", session_id="s", principal=LOCAL, database="d", statement="x" * 4000
)


def refusal(url: str) -> StateUnavailable:
    with pytest.raises(StateUnavailable) as raised:
        StateStore.open(url)
    assert raised.value.hint
    assert "\n" not in raised.value.message
    assert PASSWORD not in raised.value.message + raised.value.hint
    return raised.value


@pytest.mark.parametrize(
    "url",
    [
        "oracle://host/name",
        "postgres://host:port/name",
        f"postgres://u:{PASSWORD}@host:x/y",
        "postgres://host",
        "sqlite://",
        "sqlite:///:memory:",
        ":memory:",
        "://",
        "a\x00b.db",
        "~nobody-of-this-name/state.db",
        f"mysql://u:{PASSWORD}@127.0.0.1:1/name?unknown=1",
        f"mysql://u:{PASSWORD}@127.0.0.1:1/name?connect_timeout=soon",
        f"mysql://u:{PASSWORD}@127.0.0.1:1/name?ssl_ca=/nowhere",
        f"postgres://u:{PASSWORD}@127.0.0.1:1/name?unknown=1",
    ],
)
def test_an_address_that_cannot_hold_a_store_is_refused(url: str) -> None:
    refusal(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "mysql", "mariadb"])
def test_a_server_that_is_not_there(scheme: str) -> None:
    message = refusal(f"{scheme}://u:{PASSWORD}@127.0.0.1:1/name").message
    assert "127.0.0.1:1/name" in message
    assert "cannot be reached" in message


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_wrong_password(engine: str, request: pytest.FixtureRequest) -> None:
    url = sa.make_url(request.getfixturevalue(f"{engine}_url"))
    wrong = url.set(password=PASSWORD).render_as_string(hide_password=False)
    message = refusal(wrong).message
    assert "refused the user or the password" in message


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_database_that_does_not_exist(engine: str, request: pytest.FixtureRequest) -> None:
    url = sa.make_url(request.getfixturevalue(f"{engine}_url"))
    wrong = url.set(database="nowhere").render_as_string(hide_password=False)
    message = refusal(wrong).message
    assert "does not exist" in message


def test_a_database_that_cannot_hold_every_text(postgres_url: str) -> None:
    url = sa.make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE DATABASE narrow ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
        try:
            address = url.set(drivername="postgres", database="narrow").render_as_string(hide_password=False)
            assert "SQL_ASCII" in refusal(address).message
        finally:
            connection.exec_driver_sql("DROP DATABASE narrow")
    engine.dispose()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"this is a letter to my aunt\n" * 200)
    assert "is damaged or is not a state store" in refusal(str(path)).message
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    StateStore.open(str(path)).close()
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    assert "is damaged" in refusal(str(path)).message


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    assert "is not a file" in refusal(str(tmp_path)).message


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be created" in refusal(str(tmp_path / "file" / "state.db")).message


def test_someone_elses_database_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.execute("CREATE TABLE jobs (title TEXT)")
    theirs.commit()
    theirs.close()
    assert "holds a table jobs that is not Columnist's" in refusal(str(path)).message
    theirs = sqlite3.connect(path)
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("jobs",)]
    theirs.close()


def test_a_store_of_a_newer_program_is_left_alone(any_state_url: str) -> None:
    store = StateStore.open(any_state_url)
    with store.atomic() as connection:
        connection.exec_driver_sql(f"UPDATE columnist_schema SET version = {schema.current_version() + 1}")
    store.close()
    assert "newer Columnist" in refusal(any_state_url).message


def test_a_writer_that_never_ends_is_named(state_url: str) -> None:
    store = StateStore.open(state_url)
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")  # of the one pooled connection
    holder = sqlite3.connect(store.path or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateUnavailable, match="held by another process"):
        AuditLog(store).append(ENTRY)
    holder.close()
    AuditLog(store).append(ENTRY)
    store.close()


FILL = """
import resource, sys
from memory.audit import AuditLog, AuditEntry, AuditEvent
from memory.errors import StateUnavailable
from memory.principal import LOCAL
from memory.store import StateStore

store = StateStore.open(sys.argv[1])
log = AuditLog(store)
entry = AuditEntry(event=AuditEvent.EXECUTION, request_id="r", session_id="s", principal=LOCAL,
                   database="d", statement="x" * 4000)
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
rows = 0
try:
    while rows < 2000:
        log.append(entry)
        rows += 1
except StateUnavailable as error:
    print(rows, error.message, error.hint, sep="|")
store.close()
"""


def fill(path: Path, *arguments: str) -> list[str]:
    """Appends audit rows in a process of its own until the store refuses; the rows kept, the message, the hint."""
    command = [sys.executable, "-P", "-c", FILL, str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    return done.stdout.strip().split("|")


def kept(path: Path) -> int:
    store = StateStore.open(str(path))
    rows = len(AuditLog(store).recent(limit=10_000))
    store.close()
    return rows


def test_a_file_that_may_not_grow_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    rows, message, hint = fill(path, "600000")
    assert "cannot be read or written" in message or "the disk is full" in message
    assert hint
    assert kept(path) == int(rows) > 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB; needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def test_a_full_disk_is_said_and_loses_nothing_that_was_kept(small_disk: Path) -> None:
    path = small_disk / "state.db"
    rows, message, hint = fill(path)
    assert "the disk is full" in message
    assert "free some space" in hint
    resize(small_disk, "8m")
    assert kept(path) == int(rows) > 0


def test_an_open_store_goes_on_once_the_disk_has_room_again(small_disk: Path) -> None:
    store = StateStore.open(str(small_disk / "state.db"))
    log = AuditLog(store)
    ids: list[int] = []

    def append_until_full() -> None:
        while True:
            ids.append(log.append(ENTRY))

    with pytest.raises(StateUnavailable, match="disk is full"):
        append_until_full()
    with pytest.raises(StateUnavailable, match="disk is full"):
        log.append(ENTRY)
    resize(small_disk, "8m")
    ids.append(log.append(ENTRY))
    assert [row.id for row in log.recent(limit=10_000)] == ids[::-1]
    store.close()


def test_a_store_cannot_begin_on_a_full_disk(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "ballast").write_bytes(b"x" * 2_000_000)
    assert "the disk is full" in refusal(str(small_disk / "state.db")).message
    resize(small_disk, "8m")
    assert kept(small_disk / "state.db") == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    StateStore.open(str(path)).close()
    subprocess.run(["chmod", "-R", "a+rX", str(tmp_path)], check=True)
    script = f"""
import os
import sqlalchemy.dialects.sqlite, sqlite3, encodings.idna
from memory.store import StateStore
from memory.errors import StateUnavailable
os.setuid(65534)
for place in ({str(path)!r}, {str(tmp_path / "new" / "state.db")!r}):
    try:
        StateStore.open(place)
    except StateUnavailable as error:
        print(error.message)
"""
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == 2, done.stderr
    assert "cannot be" in lines[0]
    assert "cannot be created: Permission denied" in lines[1]
