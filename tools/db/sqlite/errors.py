"""What SQLite's errors mean."""

import re
import sqlite3

from tools.db.url import DatabaseUrl
from tools.errors import (
    AccessDenied,
    Cancelled,
    ConstraintViolated,
    DatabaseError,
    LockTimeout,
    UnknownName,
    Unreachable,
)

UNKNOWN_NAME = re.compile(r"no such (?:table|column|view|index): (\S+)|has no column named (\S+)")
BY_CODE: dict[int, type[DatabaseError]] = {
    sqlite3.SQLITE_INTERRUPT: Cancelled,
    sqlite3.SQLITE_BUSY: LockTimeout,
    sqlite3.SQLITE_LOCKED: LockTimeout,
    sqlite3.SQLITE_CONSTRAINT: ConstraintViolated,
    sqlite3.SQLITE_READONLY: AccessDenied,
    sqlite3.SQLITE_AUTH: AccessDenied,
    sqlite3.SQLITE_PERM: AccessDenied,
    sqlite3.SQLITE_CANTOPEN: Unreachable,
    sqlite3.SQLITE_NOTADB: Unreachable,
    sqlite3.SQLITE_CORRUPT: Unreachable,
}
HINTS = {
    sqlite3.SQLITE_NOTADB: "the file exists but is not a SQLite database (or it is encrypted)",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup or try the sqlite3 shell's .recover",
    sqlite3.SQLITE_CANTOPEN: "check that it is a file and that you may read it and write in its folder",
    sqlite3.SQLITE_BUSY: "another program is writing to the file; try again, or raise safety.lock_timeout_ms",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "rows of another table refer to these, or these refer to rows that are not "
    "there; /schema TABLE shows the foreign keys",
}


def translate(error: Exception, target: DatabaseUrl) -> DatabaseError:
    message = str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the driver before SQLite saw the statement
        return DatabaseError(message)
    primary = code & 0xFF
    if unknown := UNKNOWN_NAME.search(message):
        return UnknownName(message, name=unknown[1] or unknown[2])
    kind = BY_CODE.get(primary, DatabaseError)
    if kind is Unreachable:
        message = f"{target.display}: {message}"
    return kind(message, hint=HINTS.get(code) or HINTS.get(primary))
