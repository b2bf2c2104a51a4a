"""What PostgreSQL's errors mean."""

import re

import psycopg

from tools.db.url import DatabaseUrl
from tools.errors import (
    AccessDenied,
    Cancelled,
    ConstraintViolated,
    DatabaseError,
    LockTimeout,
    TransactionLost,
    UnknownName,
    Unreachable,
)

BY_STATE: dict[str, type[DatabaseError]] = {
    "57014": Cancelled,  # by request or by statement_timeout: the connection knows which
    "55P03": LockTimeout,
    "40P01": LockTimeout,
    "40001": LockTimeout,
    "25006": AccessDenied,  # read-only transaction
    "42501": AccessDenied,
    "25P03": TransactionLost,
    "25P04": TransactionLost,
    "42P01": UnknownName,
    "42703": UnknownName,
    "3F000": UnknownName,
    "3D000": Unreachable,
    "25P02": TransactionLost,
}
BY_CLASS: dict[str, type[DatabaseError]] = {
    "23": ConstraintViolated,
    "28": AccessDenied,
    "08": Unreachable,
    "57": Unreachable,  # shut down, crashed, not ready; 57014 is listed above
    "53": DatabaseError,
}
HINTS = {
    "55P03": "another transaction holds the rows; try again, or raise safety.lock_timeout_ms",
    "40P01": "two transactions waited for each other and this one was ended; try again",
    "25006": "this connection may only read",
}
QUOTED = re.compile(r'"([^"]+)"')
CONNECTING: tuple[tuple[str, type[DatabaseError], str], ...] = (
    ("authentication failed", AccessDenied, "check the user and the password in the URL"),
    ("no password supplied", AccessDenied, "the server wants a password: postgres://user:password@host/name"),
    ("pg_hba.conf", AccessDenied, "the server's pg_hba.conf does not let this user in from here"),
    ("database", Unreachable, "check the database's name; `psql -l` lists those that exist"),
    ("role", AccessDenied, "check the user in the URL"),
)


def translate(error: Exception, target: DatabaseUrl) -> DatabaseError:
    if not isinstance(error, psycopg.Error):
        return DatabaseError(_line(str(error)))
    state = error.sqlstate
    if state is None:
        return _without_state(error, target)
    message = error.diag.message_primary or _line(str(error))
    kind = BY_STATE.get(state) or BY_CLASS.get(state[:2]) or DatabaseError
    hint = HINTS.get(state) or error.diag.message_hint
    if kind is UnknownName:
        quoted = QUOTED.search(message)
        # An unqualified unknown column is quoted, a qualified one is not.
        name = quoted[1] if quoted else next(iter(re.findall(r"column (\S+)", message)), None)
        return UnknownName(message, hint=hint, name=name)
    if kind is ConstraintViolated and error.diag.message_detail:
        message = f"{message}: {error.diag.message_detail}"
    return kind(_line(message), hint=hint)


def _without_state(error: psycopg.Error, target: DatabaseUrl) -> DatabaseError:
    """The connection failed, broke, or the driver refused a value."""
    message = str(error)
    if not isinstance(error, psycopg.OperationalError):
        return DatabaseError(_line(message))
    fatal = message.rpartition("FATAL:")[2].strip() if "FATAL:" in message else ""
    for sign, kind, hint in CONNECTING:
        if fatal and sign in fatal:
            return kind(f"{target.display}: {_line(fatal)}", hint=hint)
    reason = _line(fatal or message.removeprefix("connection failed: "))
    return Unreachable(f"cannot reach {target.display}: {reason}", hint="check host and port, and that the server runs")


def _line(message: str) -> str:
    return next((line.strip() for line in message.splitlines() if line.strip()), "unknown error")
