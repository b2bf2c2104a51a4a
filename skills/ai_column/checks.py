"""Labels that a CHECK of the form `column IN ('a', 'b')` allows, as far as the schema tells."""

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from tools.db.schema import Table
from tools.sql.statement import Dialect


def allowed_by_check(table: Table, column: str, dialect: Dialect) -> tuple[str, ...]:
    """Empty: no such check, or one that says it in another way. The database still enforces it on every write."""
    if not table.definition:
        return ()
    try:
        tree = parse_one(table.definition, dialect=dialect.value)
    except SqlglotError:
        return ()
    for check in tree.find_all(exp.CheckColumnConstraint):
        labels = _labels(check.this, column)
        if labels:
            return labels
    return ()


def _labels(condition: exp.Expression, column: str) -> tuple[str, ...]:
    listed = condition.unnest()
    if not isinstance(listed, exp.In) or not isinstance(listed.this, exp.Column):
        return ()
    literals = [item for item in listed.expressions if isinstance(item, exp.Literal) and item.is_string]
    if listed.this.name.casefold() != column.casefold() or len(literals) != len(listed.expressions):
        return ()
    return tuple(literal.name for literal in literals)
