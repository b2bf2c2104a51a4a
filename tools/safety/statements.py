"""Statements on one connection, each of which can be stopped on the server while it runs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tools.db.bulk import Command
from tools.db.connection import Connection
from tools.db.dialect import Strategy
from tools.db.results import MAX_RESULT_BYTES, Rows
from tools.db.values import Value
from tools.safety.worker import Running
from tools.sql.statement import Dialect

Row: TypeAlias = tuple[Value, ...]
Params: TypeAlias = Mapping[str, Value] | None


@dataclass(frozen=True, kw_only=True)
class Statements:
    """The connection, how its engine spells things, and the work on whose behalf it runs."""

    connection: Connection
    strategy: Strategy
    running: Running

    @property
    def dialect(self) -> Dialect:
        return self.strategy.dialect

    def read(
        self, sql: str, params: Params = None, *, max_rows: int, max_bytes: int = MAX_RESULT_BYTES, at_once: int = 1
    ) -> Rows:
        with self.running.statement(self.connection):
            return self.connection.read(sql, params, max_rows=max_rows, max_bytes=max_bytes, at_once=at_once)

    def read_all(self, sql: str, params: Params = None, *, max_rows: int = sys.maxsize) -> Rows:
        """Where a cap on bytes would be taken for rows that are not there."""
        return self.read(sql, params, max_rows=max_rows, max_bytes=sys.maxsize)

    def count(self, sql: str, params: Params = None) -> int:
        return int(str(self.read(sql, params, max_rows=1).rows[0][0]))

    def write(self, sql: str, params: Params = None) -> int:
        with self.running.statement(self.connection):
            return self.connection.write(sql, params)

    def write_many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> int:
        if not rows:
            return 0
        with self.running.statement(self.connection):
            return self.connection.write_many(sql, rows)

    def fetch(self, command: Command) -> Sequence[Row]:
        """The rows of a bulk read."""
        with self.running.statement(self.connection):
            return self.connection.fetch(command.sql, command.params)

    def perform(self, command: Command) -> int:
        """One statement of a bulk write; the number of rows matched."""
        with self.running.statement(self.connection):
            if command.rows:
                return self.connection.write_many(command.sql, command.rows)
            return self.connection.write(command.sql, command.params)
