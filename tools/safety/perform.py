"""Runs writes in the open transaction and tells all of their effect; foresees those that are not to be run first.

The same code performs a rehearsal and the execution, so that their effects can be compared.
"""

import math
import time
from dataclasses import replace

from sqlglot import exp

from tools.db.schema import Schema
from tools.safety.consequences import Consequences, cuts_columns, empties, of_ddl, of_rows
from tools.safety.effect import Change
from tools.safety.lasting import lasting
from tools.safety.measure import Measured, Measurer
from tools.safety.reviewed import Reviewed
from tools.safety.statements import Statements
from tools.settings import SafetySettings
from tools.sql.affected import affected_rows
from tools.sql.statement import Dialect, Kind

# A counted approval covers this much more than was counted: rows keep coming while a person reads.
SLACK = 0.01


class Performer:
    """Performs writes, one after the other, on one connection inside one transaction."""

    def __init__(
        self, statements: Statements, schema: Schema, settings: SafetySettings, *, insert_returning: bool
    ) -> None:
        self._statements = statements
        self._schema = schema
        self._settings = settings
        limit = max(settings.rehearse_max_rows, settings.undo_max_rows)
        self._measurer = Measurer(statements, schema, limit=limit, insert_returning=insert_returning)

    def perform(self, write: Reviewed) -> Measured:
        started = time.monotonic()
        measured = self._perform(write)
        return replace(measured, duration_ms=(time.monotonic() - started) * 1000)

    def _perform(self, write: Reviewed) -> Measured:
        if write.statement.kind is Kind.DDL:
            foreseen = self._foresee_ddl(write)
            bound = write.bind()
            return replace(foreseen, row_count=self._statements.write(bound.text, bound.values))
        measured = self._measurer.run(write)
        touched = {*write.statement.writes, *(change.table for change in measured.changes)}
        return _told(measured, of_rows(self._schema, write.statement, sorted(touched)))

    def foresee(self, write: Reviewed) -> Measured | None:
        """What it would do, without running it; None: it can and should be rehearsed."""
        if write.statement.kind is Kind.DDL:
            return self._foresee_ddl(write)
        count = self._count(write)
        if not self.outlasts_rollback(write) and (count is None or count <= self._settings.rehearse_max_rows):
            return None
        self._require_all(write)
        rows = count or 0
        kind = write.statement.kind
        change = Change(
            table=write.statement.writes[0],
            inserted=rows if kind is Kind.INSERT else 0,
            updated=rows if kind is Kind.UPDATE else 0,
            deleted=rows if kind is Kind.DELETE else 0,
            identified=False,
        )
        unknown = ("how many rows it changes is not known before it runs",) if count is None else ()
        measured = Measured(row_count=rows, changes=(change,), notes=unknown, bounded=count is not None)
        return _told(measured, of_rows(self._schema, write.statement, write.statement.writes))

    def _require_all(self, write: Reviewed) -> None:
        """Raises UnknownName: counting the values of an INSERT has not looked at its table."""
        for name in write.statement.writes:
            if self._schema.table(name) is None:
                self._statements.read(f"SELECT 1 FROM {self._name(name)}", max_rows=0)

    def outlasts_rollback(self, write: Reviewed) -> bool:
        """Whether a rollback leaves its changes in place."""
        return bool(lasting(self._schema, write.statement.writes))

    def _foresee_ddl(self, write: Reviewed) -> Measured:
        tables = [name for name in write.statement.writes if self._schema.table(name)]
        rows = {name: self._statements.count(f"SELECT COUNT(*) FROM {self._name(name)}") for name in tables}
        notes = tuple(f"{name} holds {count:,} row{'' if count == 1 else 's'}" for name, count in rows.items())
        emptied, cut = empties(write.statement), cuts_columns(write.statement)
        changes = tuple(
            Change(table=name, deleted=rows[name] if emptied else 0, updated=rows[name] if cut else 0, identified=False)
            for name in tables
            if emptied or cut
        )
        measured = Measured(row_count=sum(change.rows for change in changes), changes=changes, notes=notes)
        return _told(measured, of_ddl(self._schema, write.statement))

    def _count(self, write: Reviewed) -> int | None:
        affected = affected_rows(write.statement)
        if affected is None:
            values = write.statement.tree.args.get("expression")
            return len(values.expressions) if isinstance(values, exp.Values) else None
        where = f"WHERE ({affected.condition}\n)" if affected.condition else ""
        bound = write.bind(f"{affected.prefix}SELECT COUNT(*) FROM {affected.source}\n{where}")
        return self._statements.count(bound.text, bound.values)

    def _name(self, table: str) -> str:
        return self._statements.strategy.quote_table(table)


def most_rows(rows: int) -> int:
    return rows + math.ceil(rows * SLACK)


def commits_by_itself(write: Reviewed) -> bool:
    """MySQL and MariaDB end the transaction before and after a change of structure."""
    return write.statement.dialect is Dialect.MYSQL and write.statement.kind is Kind.DDL


def _told(measured: Measured, consequences: Consequences) -> Measured:
    notes = tuple(dict.fromkeys((*measured.notes, *consequences.notes)))
    return replace(measured, notes=notes, losses=(*measured.losses, *consequences.losses))
