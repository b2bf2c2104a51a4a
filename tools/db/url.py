"""Database addresses as people write them: URLs of three engines, or the path of a SQLite file.

`display` and `identity` never hold a password, and no error quotes the text that was given, because a
mistyped URL still holds one.
"""

import getpass
import re
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tools.errors import ToolError, Unreachable
from tools.sql.statement import Dialect

SCHEMES = {
    "sqlite": Dialect.SQLITE, "sqlite3": Dialect.SQLITE,
    "postgres": Dialect.POSTGRES, "postgresql": Dialect.POSTGRES,
    "mysql": Dialect.MYSQL, "mariadb": Dialect.MYSQL,
}  # fmt: skip
PORTS = {Dialect.POSTGRES: 5432, Dialect.MYSQL: 3306}
HOW_TO_WRITE = (
    "write postgres://user@host/name, mysql://user@host/name, sqlite:///file.db or the path of an existing file"
)


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a database is. `url` holds the password and is kept out of repr."""

    dialect: Dialect
    url: URL = field(repr=False)
    display: str  # for people
    identity: str  # dialect, host, port, name; the real path for SQLite: equal for the same database

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.url.database or "")


def parse_url(text: str) -> DatabaseUrl:
    """The address in `text`. A bare path must exist: a mistyped name must not become an empty database."""
    text = text.strip()
    scheme, separator, _ = text.partition("://")
    if not separator:
        return _file(text, must_exist=True)
    dialect = SCHEMES.get(scheme.lower().partition("+")[0])
    if dialect is None:
        raise ToolError(f"unknown kind of database: {scheme.lower()[:40]}://", hint=HOW_TO_WRITE)
    if dialect is Dialect.SQLITE:
        return _file(_sqlite_path(text), must_exist=False)
    return _server(dialect, text)


def _sqlite_path(text: str) -> str:
    path = text.partition("://")[2].partition("?")[0]
    if path and not path.startswith("/"):
        raise ToolError("a SQLite URL has three slashes", hint="write sqlite:///file.db or sqlite:////absolute/file.db")
    return path[1:]


def _file(path: str, *, must_exist: bool) -> DatabaseUrl:
    if not path or path == ":memory:":
        raise ToolError("an in-memory or nameless SQLite database cannot be opened", hint=HOW_TO_WRITE)
    place = Path(path).expanduser()
    if must_exist and not place.is_file():
        raise missing_file(place)
    real = place.resolve()
    return DatabaseUrl(Dialect.SQLITE, URL.create("sqlite", database=str(real)), str(path), f"sqlite://{real}")


def missing_file(path: Path) -> Unreachable:
    folder = path if path.is_dir() else path.parent
    near = sorted(other.name for other in folder.glob("*.db")) if folder.is_dir() else []
    hint = f"databases in that folder: {', '.join(near[:5])}" if near else HOW_TO_WRITE
    what = f"{path} is a folder, not a database" if path.is_dir() else f"there is no file {path}"
    return Unreachable(what, hint=hint)


def _server(dialect: Dialect, text: str) -> DatabaseUrl:
    try:
        parsed = make_url(re.sub(r"^[^:]+", dialect.value, text, count=1))
    except (ArgumentError, ValueError):
        # The reason quotes parts of the text, and the text may hold a password.
        raise ToolError(
            "the database URL cannot be read", hint=f"{HOW_TO_WRITE}; write @ in a password as %40"
        ) from None
    host = _option(parsed, "host") or _option(parsed, "unix_socket") or parsed.host or "localhost"
    port = parsed.port or PORTS[dialect]
    name = parsed.database or (parsed.username or getpass.getuser() if dialect is Dialect.POSTGRES else "")
    if not name:
        raise ToolError("the database URL names no database", hint=HOW_TO_WRITE)
    place = f"{host.lower()}:{port}/{name}"
    user = f"{parsed.username}@" if parsed.username else ""
    url = parsed.set(database=name, port=port)
    return DatabaseUrl(dialect, url, f"{dialect.value}://{user}{place}", f"{dialect.value}://{place}")


def _option(url: URL, name: str) -> str | None:
    option = url.query.get(name)
    return option if isinstance(option, str) else None
