"""MySQL and MariaDB through pymysql."""

import socket
import threading
from typing import Any, ClassVar

import pymysql
from pymysql.constants import CLIENT

from tools.db.bulk import Bulk
from tools.db.dialect import CONNECT_TIMEOUT_S, Session, Strategy
from tools.db.limits import SessionLimits
from tools.db.mysql.bulk import MysqlBulk
from tools.db.mysql.errors import translate
from tools.db.mysql.session import MysqlSession, Raw
from tools.db.url import DatabaseUrl
from tools.errors import DatabaseError, ToolError
from tools.sql.statement import Dialect

OPTIONS = {"ssl_ca": "ssl_ca", "ssl_cert": "ssl_cert", "ssl_key": "ssl_key", "unix_socket": "unix_socket"}
DROPPED = frozenset({"charset"})  # always utf8mb4


class MysqlStrategy(Strategy):
    dialect: ClassVar[Dialect] = Dialect.MYSQL
    pooled: ClassVar[bool] = True
    # The driver formats parameters itself and lets Python's own errors out when they do not fit.
    errors: ClassVar[tuple[type[Exception], ...]] = (pymysql.err.MySQLError, TypeError, ValueError, KeyError, OSError)
    # A key of 0 would be numbered anew, and days such as the 31st of February are stored where they were allowed once.
    before_restoring: ClassVar[str] = (
        "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES')"
    )
    row_lock_suffix: ClassVar[str] = " FOR UPDATE"
    version_query = "SELECT IF(VERSION() LIKE '%MariaDB%', CONCAT('MariaDB ', VERSION()), CONCAT('MySQL ', VERSION()))"

    def open(self, target: DatabaseUrl, limits: SessionLimits, *, readonly: bool) -> Session:
        raw: Raw = pymysql.connect(**_arguments(target), defer_connect=True)
        try:
            driver_line = _dial(target)
        except OSError as error:
            raise pymysql.err.OperationalError(2003, error.strerror or str(error)) from None
        line = driver_line.dup()
        # A port that accepts and then says nothing would hold us for ever: the driver has no limit for it.
        patience = threading.Timer(CONNECT_TIMEOUT_S, line.shutdown, (socket.SHUT_RDWR,))
        patience.daemon = True
        patience.start()
        try:
            raw.connect(driver_line)
        except BaseException:
            driver_line.close()
            line.close()
            raise
        finally:
            patience.cancel()
        return MysqlSession(raw, limits, readonly=readonly, line=line, second=lambda: _plain(target))

    @property
    def bulk(self) -> Bulk:
        return MysqlBulk(self)

    def translate(self, error: Exception, target: DatabaseUrl) -> DatabaseError:
        return translate(error, target)

    def quote(self, identifier: str) -> str:
        return "`" + identifier.replace("`", "``") + "`"

    def placeholder(self, name: str) -> str:
        return f"%({name})s"


def _plain(target: DatabaseUrl) -> Raw:
    return pymysql.connect(**_arguments(target))


def _arguments(target: DatabaseUrl) -> dict[str, Any]:
    url = target.url
    unknown = set(url.query) - set(OPTIONS) - DROPPED
    if unknown:
        raise ToolError(f"unknown option in the database URL: {min(unknown)}", hint=f"known: {', '.join(OPTIONS)}")
    options = {OPTIONS[key]: value for key, value in url.query.items() if key in OPTIONS}
    return {
        "host": url.host or "localhost", "port": url.port or 3306, "user": url.username, "password": url.password or "",
        "database": url.database, "charset": "utf8mb4", "autocommit": True, "local_infile": False,
        "client_flag": CLIENT.FOUND_ROWS, "connect_timeout": CONNECT_TIMEOUT_S, **options,
    }  # fmt: skip


def _dial(target: DatabaseUrl) -> socket.socket:
    """The connection's own socket, so that another thread can cut it when the server has gone silent."""
    path = target.url.query.get("unix_socket")
    if isinstance(path, str):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_TIMEOUT_S)
        line.connect(path)
    else:
        line = socket.create_connection((target.url.host or "localhost", target.url.port or 3306), CONNECT_TIMEOUT_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    line.settimeout(None)
    return line
