"""PostgreSQL through psycopg 3."""

from dataclasses import dataclass
from typing import ClassVar

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import make_conninfo

from tools.db.bulk import Bulk
from tools.db.dialect import CONNECT_TIMEOUT_S, Session, Strategy
from tools.db.limits import SessionLimits
from tools.db.postgresql.bulk import PostgresBulk
from tools.db.postgresql.errors import translate
from tools.db.postgresql.loaders import adapters
from tools.db.postgresql.session import PostgresSession, Raw
from tools.db.url import DatabaseUrl
from tools.errors import DatabaseError
from tools.sql.statement import Dialect

# A dead network must not look like a slow statement for ever.
KEEPALIVE = {"keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}


@dataclass(frozen=True)
class Context:
    """What psycopg takes its adapters from."""

    adapters: AdaptersMap
    connection: None = None


class PostgresStrategy(Strategy):
    dialect: ClassVar[Dialect] = Dialect.POSTGRES
    pooled: ClassVar[bool] = True
    errors: ClassVar[tuple[type[Exception], ...]] = (psycopg.Error, UnicodeError)
    row_lock_suffix: ClassVar[str] = " FOR UPDATE"
    version_query = "SELECT 'PostgreSQL ' || current_setting('server_version')"

    def __init__(self) -> None:
        self._context = Context(adapters())

    def open(self, target: DatabaseUrl, limits: SessionLimits, *, readonly: bool) -> Session:
        url = target.url
        address = {"host": url.host, "user": url.username, "password": url.password, "dbname": url.database}
        options = {key: value for key, value in url.query.items() if isinstance(value, str)}
        given = {key: value for key, value in address.items() if value} | KEEPALIVE | options
        if url.port:
            given.setdefault("port", str(url.port))
        conninfo = make_conninfo("", **{"application_name": "columnist"} | given)
        raw: Raw = psycopg.connect(
            conninfo, autocommit=True, context=self._context, prepare_threshold=None,
            connect_timeout=CONNECT_TIMEOUT_S, client_encoding="utf8",
        )  # fmt: skip
        return PostgresSession(raw, limits, readonly=readonly)

    @property
    def bulk(self) -> Bulk:
        return PostgresBulk(self)

    def translate(self, error: Exception, target: DatabaseUrl) -> DatabaseError:
        return translate(error, target)

    def quote(self, identifier: str) -> str:
        return '"' + identifier.replace('"', '""') + '"'

    def placeholder(self, name: str) -> str:
        return f"%({name})s"
