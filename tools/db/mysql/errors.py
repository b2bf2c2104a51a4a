"""What MySQL's and MariaDB's errors mean."""

import re

import pymysql
from pymysql.constants import CR, ER

from tools.db.url import DatabaseUrl
from tools.errors import (
    AccessDenied,
    Cancelled,
    ConstraintViolated,
    DatabaseError,
    LockTimeout,
    StatementTimeout,
    TransactionLost,
    UnknownName,
    Unreachable,
)

CONNECTION_KILLED = 1927
READ_ONLY_TRANSACTION = 1792
BY_CODE: dict[int, type[DatabaseError]] = {
    ER.QUERY_INTERRUPTED: Cancelled,
    ER.STATEMENT_TIMEOUT: StatementTimeout,  # MariaDB
    ER.QUERY_TIMEOUT: StatementTimeout,  # MySQL
    ER.LOCK_WAIT_TIMEOUT: LockTimeout,
    3572: LockTimeout,  # NOWAIT
    ER.LOCK_DEADLOCK: TransactionLost,  # the server has rolled back all of it
    READ_ONLY_TRANSACTION: AccessDenied,
    1290: AccessDenied,  # the server itself is read-only
    ER.ACCESS_DENIED_ERROR: AccessDenied,
    ER.DBACCESS_DENIED_ERROR: AccessDenied,
    ER.TABLEACCESS_DENIED_ERROR: AccessDenied,
    ER.COLUMNACCESS_DENIED_ERROR: AccessDenied,
    ER.SPECIFIC_ACCESS_DENIED_ERROR: AccessDenied,
    1370: AccessDenied,
    1698: AccessDenied,
    3819: ConstraintViolated,  # MySQL: CHECK
    4025: ConstraintViolated,  # MariaDB: CHECK
    ER.NO_SUCH_TABLE: UnknownName,
    ER.BAD_TABLE_ERROR: UnknownName,
    ER.BAD_FIELD_ERROR: UnknownName,
    ER.BAD_DB_ERROR: Unreachable,
    CONNECTION_KILLED: Unreachable,
    1053: Unreachable,
    1040: Unreachable,
    CR.CR_CONNECTION_ERROR: Unreachable,
    CR.CR_CONN_HOST_ERROR: Unreachable,
    CR.CR_SERVER_GONE_ERROR: Unreachable,
    CR.CR_SERVER_LOST: Unreachable,
    0: Unreachable,  # the driver: the connection is closed
}
HINTS = {
    ER.ACCESS_DENIED_ERROR: "check the user and the password in the URL",
    ER.BAD_DB_ERROR: "check the database's name; SHOW DATABASES lists those that exist",
    CR.CR_CONN_HOST_ERROR: "check host and port, and that the server runs",
    ER.LOCK_WAIT_TIMEOUT: "another transaction holds the rows; try again, or raise safety.lock_timeout_ms",
    ER.LOCK_DEADLOCK: "two transactions waited for each other and this one was rolled back; try again",
    READ_ONLY_TRANSACTION: "this connection may only read",
}
NAME = re.compile(r"(?:Table|column|table) '([^']+)'")


def translate(error: Exception, target: DatabaseUrl) -> DatabaseError:
    if not isinstance(error, pymysql.err.MySQLError):
        return DatabaseError(f"the parameters do not fit the statement: {_line(str(error))}")
    code = error.args[0] if error.args and isinstance(error.args[0], int) else -1
    message = _line(str(error.args[1] if len(error.args) > 1 else error)) or "the connection is closed"
    kind = BY_CODE.get(code)
    if kind is None:
        kind = ConstraintViolated if isinstance(error, pymysql.err.IntegrityError) else DatabaseError
    if kind is UnknownName:
        named = NAME.search(message)
        return UnknownName(message, name=named[1] if named else None)
    if kind is Unreachable:
        message = f"cannot reach {target.display}: {message}"
    return kind(message, hint=HINTS.get(code))


def _line(message: str) -> str:
    return " ".join(message.split())
