"""Addresses as people write them, and what they are told when it does not work."""

import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tools.db.database import Database
from tools.db.limits import SessionLimits
from tools.db.url import parse_url
from tools.errors import AccessDenied, ToolError, Unreachable
from tools.sql.statement import Dialect

SECRET = "s3cret-pässwörd"


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("postgres://u:p@Host/shop", "postgres://host:5432/shop"),
        ("postgresql://host:5433/shop?sslmode=require", "postgres://host:5433/shop"),
        ("postgresql+psycopg://u@host/shop", "postgres://host:5432/shop"),
        ("mysql://u:p%40ss@host/shop", "mysql://host:3306/shop"),
        ("mariadb://host/shop", "mysql://host:3306/shop"),
        ("mysql+pymysql://u@host:3307/商店", "mysql://host:3307/商店"),
        ("sqlite:////tmp/shop.db", f"sqlite://{Path('/tmp/shop.db').resolve()}"),
        ("postgres://[::1]:5432/shop", "postgres://::1:5432/shop"),
    ],
)
def test_one_database_has_one_identity(text: str, identity: str) -> None:
    assert parse_url(text).identity == identity


def test_a_path_is_a_sqlite_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "my shop.db"
    file.touch()
    (tmp_path / "link.db").symlink_to(file)
    monkeypatch.chdir(tmp_path)
    identities = {parse_url(text).identity for text in (str(file), "my shop.db", "link.db", "sqlite:///my shop.db")}
    assert identities == {f"sqlite://{file.resolve()}"}
    assert parse_url("my shop.db").dialect is Dialect.SQLITE


@pytest.mark.parametrize(
    "text",
    [
        f"postgres://u:{SECRET}@host:port/shop", f"oracle://u:{SECRET}@host/x", f"postgres://u:{SECRET}/x@host:99:9/y",
        f"mysql://u:{SECRET}@host", f"sqlite://{SECRET}", "sqlite://", "sqlite:///:memory:", "",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ToolError) as error:
        parse_url(text)
    assert error.value.hint
    assert SECRET not in "".join(traceback.format_exception(error.value, limit=0))
    assert error.value.__cause__ is None


def test_a_missing_file_is_never_created(tmp_path: Path) -> None:
    (tmp_path / "shop.db").touch()
    with pytest.raises(Unreachable) as error:
        parse_url(str(tmp_path / "shp.db"))
    assert "shop.db" in str(error.value.hint)
    database = Database(parse_url(f"sqlite:///{tmp_path}/shp.db"), SessionLimits())
    for readonly in (True, False):
        with pytest.raises(Unreachable):
            database.connect(readonly=readonly)
    assert not (tmp_path / "shp.db").exists()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello " * 1000)
    database = Database(parse_url(str(tmp_path / "notes.txt")), SessionLimits())
    with pytest.raises(Unreachable, match="not a database"):
        database.connect(readonly=True)
    with pytest.raises(Unreachable):
        Database(parse_url(f"sqlite:///{tmp_path}"), SessionLimits()).connect(readonly=True)


def refused(url: str) -> ToolError:
    target = parse_url(url)
    assert SECRET not in repr(target)
    database = Database(target, SessionLimits())
    with pytest.raises((AccessDenied, Unreachable)) as error:
        database.connect(readonly=True)
    database.close()
    shown = "".join(traceback.format_exception(error.value)) + repr(error.value) + str(error.value.hint)
    assert SECRET not in shown
    assert "s3cret" not in shown
    assert "\n" not in error.value.message
    assert error.value.hint
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
    return error.value


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_wrong_password_is_told_and_never_shown(request: pytest.FixtureRequest, engine: str) -> None:
    url = make_url(request.getfixturevalue(f"{engine}_url")).set(password=SECRET)
    assert isinstance(refused(url.render_as_string(hide_password=False)), AccessDenied)


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_database_that_does_not_exist_is_named(request: pytest.FixtureRequest, engine: str) -> None:
    url = make_url(request.getfixturevalue(f"{engine}_url")).set(database="no_such_shop")
    error = refused(url.render_as_string(hide_password=False))
    assert isinstance(error, Unreachable)
    assert "no_such_shop" in error.message


@contextmanager
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:  # bound but not listening: nobody else can take it, and nobody answers
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("scheme", ["postgres", "mysql"])
def test_nobody_listening_is_unreachable(scheme: str) -> None:
    with closed_port() as port:
        assert isinstance(refused(f"{scheme}://u:{SECRET}@127.0.0.1:{port}/shop"), Unreachable)


@pytest.mark.parametrize("scheme", ["postgres", "mysql"])
def test_a_host_without_an_address_is_unreachable(scheme: str) -> None:
    assert isinstance(refused(f"{scheme}://u:{SECRET}@no-such-host.invalid/shop"), Unreachable)


def test_an_unknown_option_is_named(mysql_url: str) -> None:
    with pytest.raises(ToolError, match="colour"):
        Database(parse_url(f"{mysql_url}?colour=red"), SessionLimits()).connect(readonly=True)


def test_the_server_says_what_it_is(database: Database) -> None:
    names = {Dialect.SQLITE: "SQLite", Dialect.POSTGRES: "PostgreSQL", Dialect.MYSQL: "MariaDB"}
    assert database.server_version().startswith(names[database.dialect])


def test_many_threads_share_one_database(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def ask(number: int) -> object:
        with database.connect(readonly=True) as connection:
            return connection.read(f"SELECT {number}", max_rows=1).rows[0][0]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(64))) == list(range(64))
