"""What the CHECKs of a column say of its values: the labels of `column IN ('a', 'b')`, or that they are JSON.

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
        condition = _condition(check.text, dialect)
        if condition is not None and _is_column(condition.this, column):
            labels = _labels(condition)
            if labels:
                return labels
    return ()


def holds_json(table: Table, column: str, dialect: Dialect) -> bool:
    """MariaDB keeps a JSON column as LONGTEXT with this check."""
    return any(
        isinstance(called := _condition(check.text, dialect), exp.Anonymous)
        and called.name.casefold() == "json_valid"
        and len(called.expressions) == 1
        and _is_column(called.expressions[0], column)
        for check in table.checks
    )


def _condition(text: str, dialect: Dialect) -> exp.Expr | None:
    try:
        return parse_one(text, dialect=dialect.value).unnest()
    except SqlglotError:
        return None


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
