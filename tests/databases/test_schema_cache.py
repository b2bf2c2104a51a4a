"""The remembered structure: fresh when it can be, stale and said so when not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import servers

from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.schema import SchemaCache
from tools.db.url import parse_url
from tools.errors import DatabaseError, Unreachable


@dataclass
class Clock:
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write(database: Database, statement: str) -> None:
    with database.connect(readonly=False) as connection:
        connection.write(statement)


def test_a_change_made_elsewhere_is_seen_after_a_second(database: Database, clock: Clock) -> None:
    cache = SchemaCache(database, 3600, clock)
    assert not cache.get().tables
    write(database, "CREATE TABLE t (n INT)")
    assert not cache.get().tables  # within the second: no look at all
    clock.passes(1.1)
    assert "t" in cache.get().tables
    same = cache.get()
    clock.passes(1.1)
    assert cache.get() is same


CHANGES = {
    "column": "ALTER TABLE child ADD COLUMN more INT",
    "foreign key": "ALTER TABLE child DROP CONSTRAINT parent;"
    "ALTER TABLE child ADD CONSTRAINT parent FOREIGN KEY (t_id) REFERENCES t(n) ON DELETE CASCADE",
    "check": "ALTER TABLE child ADD CONSTRAINT positive CHECK (m > 0)",
    "default": "ALTER TABLE child ALTER COLUMN m SET DEFAULT 7",
    "index": "CREATE UNIQUE INDEX one ON child (m)",
    "view": "CREATE VIEW v AS SELECT m FROM child",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_check_sees_any_change_made_a_moment_ago(
    engine: str, change: str, request: pytest.FixtureRequest, clock: Clock
) -> None:
    database = Database(parse_url(request.getfixturevalue(f"{engine}_url")), SessionLimits())
    request.addfinalizer(database.close)
    write(database, "CREATE TABLE t (n INT PRIMARY KEY)")
    write(
        database,
        "CREATE TABLE child (m INT, t_id INT, CONSTRAINT parent FOREIGN KEY (t_id) REFERENCES t(n) ON DELETE SET NULL)",
    )
    cache = SchemaCache(database, 3600, clock)
    before = cache.check()
    assert cache.check() is before
    for statement in CHANGES[change].split(";"):
        write(database, statement)
    assert cache.get() is before
    assert cache.check().version != before.version


def test_a_check_that_cannot_look_raises_whatever_is_remembered(sqlite_database: Database, clock: Clock) -> None:
    cache = SchemaCache(sqlite_database, 3600, clock)
    assert cache.check() is cache.get()
    sqlite_database.target.path.rename(sqlite_database.target.path.with_suffix(".away"))
    with pytest.raises(DatabaseError):
        cache.check()


def test_our_own_change_is_seen_at_once(database: Database, clock: Clock) -> None:
    cache = SchemaCache(database, 3600, clock)
    cache.get()
    write(database, "CREATE TABLE t (n INT)")
    cache.invalidate()
    assert "t" in cache.get().tables


def test_time_runs_out_even_without_a_change(sqlite_database: Database, clock: Clock) -> None:
    cache = SchemaCache(sqlite_database, 60, clock)
    first = cache.get()
    clock.passes(61)
    assert cache.get().read_at > first.read_at


def stopped(engine: str) -> tuple[Database, Callable[[], None]]:
    server = servers.obtain(engine)
    return Database(parse_url(server.create_database()), SessionLimits()), server.stop


@pytest.mark.parametrize("engine", ["postgres", "mariadb"])
def test_a_stopped_server_leaves_the_last_structure_marked_stale(
    request: pytest.FixtureRequest, clock: Clock, engine: str
) -> None:
    request.getfixturevalue(f"{engine}_server")  # skips where the engine cannot be had
    database, stop = stopped(engine)
    cache = SchemaCache(database, 3600, clock)
    try:
        write(database, "CREATE TABLE t (n INT)")
        version = cache.get().version
        assert cache.notice is None
    finally:
        stop()
    clock.passes(2)
    kept = cache.get()
    assert kept.stale
    assert kept.version == version
    assert "当前使用缓存元数据，可能与实际略有差异" in str(cache.notice)
    with pytest.raises(DatabaseError, match="无法获取数据库结构，请检查连接配置"):
        SchemaCache(database, 3600, clock).get()
    database.close()


def test_a_structure_that_becomes_readable_again_is_no_longer_stale(sqlite_database: Database, clock: Clock) -> None:
    cache = SchemaCache(sqlite_database, 3600, clock)
    cache.get()
    path = sqlite_database.target.path
    path.rename(path.with_suffix(".away"))
    clock.passes(2)
    assert cache.get().stale
    path.with_suffix(".away").rename(path)
    clock.passes(6)
    assert not cache.get().stale
    assert cache.notice is None


def test_without_any_structure_the_reason_stays_visible(tmp_path: object, clock: Clock) -> None:
    database = Database(parse_url(f"sqlite:///{tmp_path}/missing.db"), SessionLimits())
    # The fact stands first, in English; the seed's words follow.
    with pytest.raises(Unreachable, match=r"^[ -~]*missing\.db[ -~]*the structure cannot be read \(无法获取"):
        SchemaCache(database, 3600, clock).get()
