"""SQLite: files that must exist, opened per use."""

import sqlite3
from typing import ClassVar
from urllib.parse import quote as url_quote

from tools.db.bulk import Bulk
from tools.db.dialect import Session, Strategy
from tools.db.limits import SessionLimits
from tools.db.sqlite.bulk import SqliteBulk
from tools.db.sqlite.errors import translate
from tools.db.sqlite.session import SqliteSession
from tools.db.url import DatabaseUrl, missing_file
from tools.db.values import RawText, Value
from tools.errors import DatabaseError
from tools.sql.statement import Dialect


class SqliteStrategy(Strategy):
    dialect: ClassVar[Dialect] = Dialect.SQLITE
    pooled: ClassVar[bool] = False  # opening a file is cheap, and nothing can leak from one user to the next
    errors: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError)
    or_fail: ClassVar[str] = " OR ABORT"
    row_lock_suffix: ClassVar[str] = ""
    version_query = "SELECT 'SQLite ' || sqlite_version()"

    def open(self, target: DatabaseUrl, limits: SessionLimits, *, readonly: bool) -> Session:
        if not target.path.is_file():
            raise missing_file(target.path)
        raw = sqlite3.connect(
            f"file:{url_quote(str(target.path))}?mode=rw", uri=True, isolation_level=None, check_same_thread=False,
            timeout=limits.lock_timeout_ms / 1000,
        )  # fmt: skip
        return SqliteSession(raw, limits, readonly=readonly)

    @property
    def bulk(self) -> Bulk:
        return SqliteBulk(self)

    def translate(self, error: Exception, target: DatabaseUrl) -> DatabaseError:
        return translate(error, target)

    def quote(self, identifier: str) -> str:
        return '"' + identifier.replace('"', '""') + '"'

    def quote_table(self, name: str) -> str:
        return self.quote(name)  # all tables are those of `main`; a dot is part of the name

    def placeholder(self, name: str) -> str:
        return f":{name}"

    def escape(self, text: str) -> str:
        return text

    def slot(self, name: str, value: Value, /) -> str:
        # The driver binds bytes as a blob; the cast changes no byte of them.
        return f"CAST(:{name} AS TEXT)" if isinstance(value, RawText) else f":{name}"
