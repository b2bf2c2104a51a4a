"""`blocked_columns`, decided on the columns that the statement touches after aliases, `*`, CTEs and views are resolved.

What cannot be resolved counts as touched while a table of the statement may hold the column.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from tools.db.schema import Schema
from tools.errors import StatementError
from tools.safety.policy import Policy
from tools.safety.rules.relations import view_statement
from tools.sql.lineage import columns_used
from tools.sql.statement import Kind, Statement

_MAX_VIEW_DEPTH = 12


@dataclass(frozen=True, slots=True)
class _Blocked:
    table: str | None  # None: in any table
    column: str

    @classmethod
    def of(cls, entry: str) -> "_Blocked":
        table, _, column = entry.rpartition(".")
        return cls(table or None, column)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}" if self.table else self.column


@dataclass(frozen=True, slots=True)
class _Structure:
    """The schema, as the lineage asks for it."""

    schema: Schema

    def columns_of(self, table: str) -> tuple[str, ...] | None:
        found = self.schema.table(table)
        return tuple(column.name.lower() for column in found.columns) if found else None


def refused_columns(statement: Statement, policy: Policy, schema: Schema | None) -> Iterator[str]:
    """One reason per blocked column."""
    for entry in sorted(policy.blocked_columns):
        if _touches(statement, _Blocked.of(entry), schema, depth=0):
            yield f"the column {entry} is blocked by safety.blocked_columns; name the columns you need instead of *"


def _touches(statement: Statement, blocked: _Blocked, schema: Schema | None, *, depth: int) -> bool:
    if isinstance(statement.tree, exp.Command):
        return False
    holders = {name for name in (*statement.reads, *statement.writes) if _may_hold(name, blocked, schema)}
    if any(_view_touches(name, blocked, schema, depth=depth) for name in statement.reads):
        return True
    if not holders:
        return False
    if statement.kind is Kind.DDL and any(
        i.name.lower() == blocked.column for i in statement.tree.find_all(exp.Identifier)
    ):
        return True
    default = schema.default_schema if schema else None
    uses = columns_used(statement.tree, statement.dialect, default, _Structure(schema) if schema else None)
    return any(use.column in (blocked.column, "*") and (use.table is None or use.table in holders) for use in uses)


def _may_hold(name: str, blocked: _Blocked, schema: Schema | None) -> bool:
    folded = name.lower()
    if blocked.table is not None:
        default = schema.default_schema.lower() if schema else None
        return blocked.table in (folded, folded.rsplit(".", 1)[-1]) or blocked.table == f"{default}.{folded}"
    table = schema.table(name) if schema else None
    return table is None or table.column(blocked.column) is not None


def _view_touches(name: str, blocked: _Blocked, schema: Schema | None, *, depth: int) -> bool:
    try:
        view = view_statement(name, schema)
    except StatementError:
        return True
    if view is None:
        return False
    return depth >= _MAX_VIEW_DEPTH or _touches(view, blocked, schema, depth=depth + 1)
