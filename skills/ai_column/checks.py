"""Labels that a CHECK such as `column IN ('a', 'b')` allows, as far as it can be read.

PostgreSQL keeps it as `column = ANY (ARRAY['a'::text, 'b'::text])`. A check that says it in another way is still
enforced by the database on every write.
"""

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from tools.db.schema import Table
from tools.sql.statement import Dialect


def allowed_by_check(table: Table, column: str, dialect: Dialect) -> tuple[str, ...]:
    """Empty: no such check."""
    for check in table.checks:
        try:
            condition = parse_one(check.text, dialect=dialect.value).unnest()
        except SqlglotError:
            continue
        if _is_column(condition.this, column):
            labels = _labels(condition)
            if labels:
                return labels
    return ()


def _is_column(side: object, column: str) -> bool:
    while isinstance(side, exp.Paren | exp.Cast):
        side = side.this
    return isinstance(side, exp.Column) and side.name.casefold() == column.casefold()


def _labels(condition: exp.Expr) -> tuple[str, ...]:
    if isinstance(condition, exp.In):
        return _texts(condition.expressions)
    if isinstance(condition, exp.EQ) and isinstance(condition.expression, exp.Any):
        array = condition.expression.find(exp.Array)
        return _texts(array.expressions) if array is not None else ()
    return ()


def _texts(items: list[exp.Expr]) -> tuple[str, ...]:
    """All of them if they are texts, else none."""
    bare = [item.this if isinstance(item, exp.Cast) else item for item in items]
    if not all(isinstance(item, exp.Literal) and item.is_string for item in bare):
        return ()
    return tuple(item.name for item in bare)
