"""PostgreSQL's other way to call a function: `t.f` and `(t).f` mean `f(t)` when `t` has no column `f`.

With the schema, a qualified name must be a column. Without it, a field of a whole row is refused: nobody needs it.
"""

from collections.abc import Iterator

from sqlglot import exp

from tools.db.schema import Schema
from tools.sql.lineage import sources_of
from tools.sql.statement import Dialect, Statement

_SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})


def calls_by_attribute(statement: Statement, schema: Schema | None) -> Iterator[str]:
    """One reason per name that may be a function."""
    if statement.dialect is not Dialect.POSTGRES:
        return
    for node in statement.tree.find_all(exp.Column, exp.Dot):
        if isinstance(node, exp.Column) and node.table and not isinstance(node.this, exp.Star):
            yield from _qualified(node, schema)
        elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            yield from _field(node)


def _qualified(column: exp.Column, schema: Schema | None) -> Iterator[str]:
    source = (
        next((s for s in sources_of(column, schema.default_schema) if s.alias == column.table.lower()), None)
        if schema
        else None
    )
    table = schema.table(source.table) if schema and source and source.table and not source.renamed else None
    if table is not None and column.name.lower() not in _SYSTEM_COLUMNS and table.column(column.name) is None:
        yield f"{table.name} has no column {column.name}, so {column.table}.{column.name} could call a function"


def _field(dot: exp.Dot) -> Iterator[str]:
    row = dot.this.this if isinstance(dot.this, exp.Paren) else dot.this
    if (
        isinstance(row, exp.Column)
        and not row.table
        and any(s.alias == row.name.lower() and s.table for s in sources_of(row, None))
    ):
        yield f"({row.name}).{dot.expression.name} could call a function; write {row.name}.{dot.expression.name}"
