"""The database side of the benches: tables of reviews on each engine, filled by the driver, read back and checked.

Durability is each engine's default; SQLite is WAL with synchronous=NORMAL, as the promise says.
"""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import servers
from loopback.answers import value_of
from servers import Server
from sqlalchemy.engine import make_url
from texts import LABELS, text_of

ENGINES = ("postgres", "mariadb", "sqlite")
CHUNK = 5_000
_TUNING = {
    # The test servers are small; these are the engines' own defaults again.
    "postgres": (
        "ALTER SYSTEM SET autovacuum = on",
        "ALTER SYSTEM SET max_wal_size = '1GB'",
        "SELECT pg_reload_conf()",
    ),
    "mariadb": (
        "SET GLOBAL innodb_buffer_pool_size = 134217728",
        "SET GLOBAL innodb_log_file_size = 100663296",
    ),
}
_DURABLE = {
    "postgres": ("fsync", "full_page_writes", "synchronous_commit"),
    "mariadb": ("innodb_flush_log_at_trx_commit", "innodb_doublewrite"),
}
_DDL = "CREATE TABLE {table} (id {integer} PRIMARY KEY, content {text} NOT NULL, touched INTEGER DEFAULT 0{columns})"


class NotDurable(Exception):
    """A server does not keep what it has committed; its numbers would be worth nothing."""


@dataclass(frozen=True)
class Database:
    """A fresh database of one engine."""

    engine: str
    url: str

    @classmethod
    def at(cls, url: str) -> "Database":
        names = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mariadb"}
        return cls(names[make_url(url).get_backend_name()], url)

    def connect(self) -> Any:
        """A driver's connection, not in autocommit."""
        address = make_url(self.url)
        if self.engine == "sqlite":
            connection = sqlite3.connect(str(address.database), isolation_level=None)
            connection.execute("PRAGMA synchronous = NORMAL")
            return connection
        known: dict[str, Any] = {
            "host": address.host, "port": address.port, "user": address.username, "password": address.password,
        }  # fmt: skip
        if self.engine == "postgres":
            return psycopg.connect(dbname=address.database, **known)
        return pymysql.connect(database=address.database, charset="utf8mb4", **known)

    def create(
        self, count: int, *, texts: Sequence[str] | None = None, table: str = "reviews",
        columns: Sequence[str] = ("sentiment",),
    ) -> None:  # fmt: skip
        """A table of `count` reviews: the texts in turn, or a different one for each."""
        integer, text = ("BIGINT", "VARCHAR(400)") if self.engine != "sqlite" else ("INTEGER", "TEXT")
        more = "".join(f", {column} VARCHAR(40)" for column in columns)
        numbers = range(1, count + 1)
        rows = ((number, texts[number % len(texts)] if texts else text_of(number)) for number in numbers)
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            if self.engine == "sqlite":
                cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute(_DDL.format(table=table, integer=integer, text=text, columns=more))
            while chunk := list(itertools.islice(rows, CHUNK)):
                self._insert(cursor, table, chunk)
            if self.engine == "sqlite":
                return
            cursor.execute(f"ANALYZE {'TABLE ' if self.engine == 'mariadb' else ''}{table}")
            connection.commit()

    def _insert(self, cursor: Any, table: str, rows: list[tuple[int, str]]) -> None:
        if self.engine == "postgres":
            with cursor.copy(f"COPY {table} (id, content) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        mark = "?" if self.engine == "sqlite" else "%s"
        if self.engine == "sqlite":
            cursor.execute("BEGIN")
        cursor.executemany(f"INSERT INTO {table} (id, content) VALUES ({mark}, {mark})", rows)
        cursor.execute("COMMIT")

    def execute(self, sql: str) -> None:
        with contextlib.closing(self.connect()) as connection:
            connection.cursor().execute(sql)
            connection.commit()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def check(self, column: str = "sentiment") -> "Cells":
        """Every cell against what the server says for its text."""
        schema = {"type": "string", "enum": list(LABELS)}
        empty = wrong = count = 0
        for content, value in self.rows(f"SELECT content, {column} FROM reviews"):
            count += 1
            empty += value is None
            wrong += value is not None and value != value_of({"content": content}, column, schema)
        return Cells(count=count, empty=empty, wrong=wrong)


@dataclass(frozen=True, kw_only=True)
class Cells:
    count: int
    empty: int
    wrong: int

    @property
    def right(self) -> bool:
        return self.empty == self.wrong == 0


class Databases:
    """Servers that are started when the first database of their engine is asked for, and stopped at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, Server] = {}
        self._numbers = itertools.count()

    @contextlib.contextmanager
    def fresh(self, engine: str) -> Iterator[Database]:
        if engine == "sqlite":
            path = self._folder / f"bench{next(self._numbers)}.db"
            path.touch()
            yield Database.at(f"sqlite:///{path}")
            for file in self._folder.glob(f"{path.name}*"):
                file.unlink()
            return
        server = self._server(engine)
        url = server.create_database()
        yield Database.at(url)
        server.drop_database(url)

    def close(self) -> None:
        for server in self._servers.values():
            server.stop()

    def _server(self, engine: str) -> Server:
        if engine not in self._servers:
            server = self._servers[engine] = servers.obtain(engine, durable=True)
            server.execute(*_TUNING[engine])
            self._check_durable(server)
        return self._servers[engine]

    def _check_durable(self, server: Server) -> None:
        database = Database.at(server.create_database())
        for name in _DURABLE[server.engine]:
            ask = f"SHOW {name}" if server.engine == "postgres" else f"SELECT @@{name}"
            value = str(database.rows(ask)[0][0]).lower()
            if value not in ("on", "1"):
                raise NotDurable(f"{server.engine}: {name} is {value}")
        server.drop_database(database.url)
