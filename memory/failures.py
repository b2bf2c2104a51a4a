"""What a driver's error means for the store: one clear sentence and the way out, never a password or a value."""

import sqlalchemy as sa

from memory.errors import StateUnavailable
from memory.state_url import StateUrl

_ELSEWHERE = "or name another place with COLUMNIST_STATE_URL (state.url in config.yaml)"
_FULL = (
    "cannot be written: the disk is full",
    "free some space and run it again; nothing was executed without a record",
)
_READ_ONLY = ("cannot be written: it is read-only", f"make it writable for you, {_ELSEWHERE}")
_CLOSED = ("cannot be opened", f"make the file and its folder readable and writable for you, {_ELSEWHERE}")
_DAMAGED = (
    "is damaged or is not a state store",
    "move the file away and run again: a new one is made, without the old audit, jobs and undo",
)
_BUSY = ("is held by another process", "end that process or wait for it, then run it again")
_DISK = ("cannot be read or written: the disk reported an error", f"check the disk, {_ELSEWHERE}")
_USER = ("refused the user or the password", f"correct the address, {_ELSEWHERE}")
_RIGHTS = ("refuses this user the right to do that", "grant it the right to create and change tables there")
_MISSING = ("does not exist", "create that database first; its tables are made at the first start")
_GONE = ("cannot be reached", f"start the server, correct the address, {_ELSEWHERE}")

# By prefix of the driver's own code: SQLite's name, PostgreSQL's SQLSTATE, MySQL's number.
_MEANINGS = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _CLOSED,
    "SQLITE_AUTH": _CLOSED,
    "SQLITE_CANTOPEN": _CLOSED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_PROTOCOL": _BUSY,
    "SQLITE_IOERR": _DISK,
    "08": _GONE,
    "57P": _GONE,
    "28": _USER,
    "3D000": _MISSING,
    "42501": _RIGHTS,
    "25006": _READ_ONLY,
    "53100": _FULL,
    "55P03": _BUSY,
    "40": _BUSY,
    "1045": _USER,
    "1698": _USER,
    "1044": _RIGHTS,
    "1142": _RIGHTS,
    "1049": _MISSING,
    "1021": _FULL,
    "1114": _FULL,
    "1290": _READ_ONLY,
    "1792": _READ_ONLY,
    "1836": _READ_ONLY,
    "1205": _BUSY,
    "1213": _BUSY,
    "2002": _GONE,
    "2003": _GONE,
    "2006": _GONE,
    "2013": _GONE,
}
# libpq gives no SQLSTATE for a failed connection, only words.
_WORDS = {
    "password authentication failed": _USER,
    "no password supplied": _USER,
    "does not exist": _MISSING,
    "could not translate host name": _GONE,
    "failed to resolve host": _GONE,
    "connection refused": _GONE,
    "connection timeout": _GONE,
    "server closed the connection": _GONE,
    "connection failed": _GONE,
}


def unavailable(error: sa.exc.SQLAlchemyError, address: StateUrl) -> StateUnavailable:
    """The error to raise instead of the driver's."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    words = _first_line(cause, address)
    meaning = _meaning(cause) or _by_words(words)
    if meaning is None:
        return StateUnavailable(f"The state store {address.display} failed: {words}", hint=f"correct it, {_ELSEWHERE}")
    return StateUnavailable(f"The state store {address.display} {meaning[0]}.", hint=meaning[1])


def _meaning(cause: BaseException | None) -> tuple[str, str] | None:
    """By the driver's code: MySQL's number is finer than its SQLSTATE, so it is asked first."""
    number = str(cause.args[0]) if cause is not None and cause.args else ""
    codes = (number, getattr(cause, "sqlite_errorname", None) or "", getattr(cause, "sqlstate", None) or "")
    return next(
        (meaning for code in codes for prefix, meaning in _MEANINGS.items() if code.startswith(prefix)),
        None,
    )


def _by_words(words: str) -> tuple[str, str] | None:
    return next((meaning for phrase, meaning in _WORDS.items() if phrase in words.lower()), None)


def _first_line(cause: BaseException | None, address: StateUrl) -> str:
    # libpq repeats its words once per address that it tried; the first line says it all.
    line = str(cause).strip().partition("\n")[0]
    password = address.url.password
    return line.replace(str(password), "***") if password else line
