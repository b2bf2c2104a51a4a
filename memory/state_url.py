"""Where the store is: the text of `state.url` -> an address, and a name for it that holds no password."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from platformdirs import user_state_path

from memory.errors import StateUnavailable

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_HINT = "write a path to a file, sqlite:///PATH, postgres://HOST/NAME or mysql://HOST/NAME"


@dataclass(frozen=True, kw_only=True)
class StateUrl:
    """The address of a store. `display` is what people are shown."""

    url: sa.URL
    path: Path | None  # of the SQLite file; None: a server
    display: str


def parse_state_url(text: str | None) -> StateUrl:
    """None: the default file in the person's state folder (XDG)."""
    if text is None:
        return _file(user_state_path("columnist", appauthor=False) / "state.db")
    if "://" not in text:
        return _file(Path(text))
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise StateUnavailable("The address of the state store cannot be understood.", hint=_HINT) from None
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        return _file(Path(url.database or ":memory:"))
    if backend not in _DRIVERS:
        raise StateUnavailable(f"A state store cannot be kept in {backend!r}.", hint=_HINT)
    return _server(url.set(drivername=_DRIVERS[backend]))


def _file(path: Path) -> StateUrl:
    if "\x00" in str(path):
        raise StateUnavailable("The path of the state store holds a NUL character.", hint=_HINT)
    if path.name in ("", ":memory:"):
        raise StateUnavailable(
            "The state store needs a file: what is not kept cannot be resumed or undone.", hint=_HINT
        )
    try:
        path = path.expanduser().absolute()
    except RuntimeError as error:
        raise StateUnavailable(f"The path of the state store leads nowhere: {error}", hint=_HINT) from error
    return StateUrl(url=sa.URL.create("sqlite", database=str(path)), path=path, display=str(path))


def _server(url: sa.URL) -> StateUrl:
    if not url.database:
        raise StateUnavailable("The address of the state store names no database.", hint=_HINT)
    if url.drivername != _DRIVERS["postgres"]:
        url = url.update_query_dict({"charset": "utf8mb4"})
    port = f":{url.port}" if url.port else ""
    backend = url.drivername.partition("+")[0]
    return StateUrl(url=url, path=None, display=f"{backend}://{url.host or ''}{port}/{url.database}")
