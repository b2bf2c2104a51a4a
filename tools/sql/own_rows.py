"""Subqueries that give back what the statement's own table holds: `id IN (SELECT id FROM t)` leaves no row of t out.

Where it cannot tell, a subquery is taken to give something else.
"""

from collections.abc import Sequence

from sqlglot import exp

from tools.sql.constants import plain
from tools.sql.tables import CHANGES

_LESS_THAN_ALL = ("limit", "offset", "group", "having", "joins", "laterals", "qualify", "sample")
_CLAUSES_OF_A_TABLE = ("sample", "partition", "joins")


def in_own_rows(membership: exp.In) -> bool:
    """id IN (SELECT id FROM the same table), plainly or through a WITH, a derived table or a UNION."""
    query = membership.args.get("query")
    return query is not None and _holds_all(query, _names(membership.this), membership)


def equals_some_own_row(comparison: exp.EQ) -> bool:
    """id = ANY (SELECT id FROM the same table)"""
    some = comparison.expression
    return isinstance(some, exp.Any) and _holds_all(some.this, _names(comparison.this), comparison)


def within_own_bounds(comparison: exp.GTE | exp.LTE) -> bool:
    """id >= (SELECT min(id) FROM the same table), id <= (SELECT max(id) ...)"""
    bound, query = comparison.expression, None
    if isinstance(bound, exp.Subquery) and isinstance(bound.this, exp.Select):
        query = bound.this
    extreme = exp.Min if isinstance(comparison, exp.GTE) else exp.Max
    if query is None or len(query.expressions) != 1 or not isinstance(query.expressions[0], extreme):
        return False
    names = _names(comparison.this)
    return bool(names) and _names(query.expressions[0].this) == names and _gives_all(query, names, comparison)


def exists_for_own_row(condition: exp.Exists) -> bool:
    """EXISTS (SELECT 1 FROM the same table AS o WHERE o.id = t.id)"""
    query, target = condition.this, _target(condition)
    where = query.args.get("where") if isinstance(query, exp.Select) else None
    if where is None or target is None or not _is_all_of(query, target):
        return False
    inner = query.args["from_"].this.alias_or_name.lower()
    conditions = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    return all(_joins(part, inner, target.alias_or_name.lower()) for part in conditions)


def _joins(part: exp.Expr, inner: str, outer: str) -> bool:
    if not isinstance(part, exp.EQ):
        return False
    a, b = part.this, part.expression
    columns = isinstance(a, exp.Column) and isinstance(b, exp.Column) and a.name.lower() == b.name.lower()
    return columns and inner != outer and {a.table.lower(), b.table.lower()} == {inner, outer}


def _holds_all(query: exp.Expr, names: Sequence[str], place: exp.Expr) -> bool:
    """Whether the rows of `query` are those of the target in these columns, or more."""
    if isinstance(query, exp.Subquery):
        return not query.args.get("limit") and _holds_all(query.this, names, place)
    if isinstance(query, exp.Union):
        return _holds_all(query.this, names, place) or _holds_all(query.expression, names, place)
    if not isinstance(query, exp.Select) or not names:
        return False
    given = [_output(column) for column in query.expressions]
    return given in (list(names), ["*"]) and _gives_all(query, names, place)


def _gives_all(query: exp.Select, names: Sequence[str], place: exp.Expr) -> bool:
    where = query.args.get("where")
    if any(query.args.get(part) for part in _LESS_THAN_ALL) or (where is not None and not _keeps(where.this, names)):
        return False
    source, target = query.args.get("from_"), _target(place)
    inner = source.this if isinstance(source, exp.From) else None
    if isinstance(inner, exp.Subquery):
        return _holds_all(inner, names, place)
    if isinstance(inner, exp.Table) and (defined := _definition(query, inner.name.lower())) is not None:
        return _holds_all(defined, names, place)
    return target is not None and _is_all_of(query, target)


def _is_all_of(query: exp.Select, target: exp.Table) -> bool:
    source = query.args.get("from_")
    inner = source.this if isinstance(source, exp.From) else None
    return (
        isinstance(inner, exp.Table)
        and inner.name.lower() == target.name.lower()
        and (not inner.db or not target.db or inner.db.lower() == target.db.lower())
        and not any(query.args.get(part) for part in _LESS_THAN_ALL)
        and not any(inner.args.get(part) for part in _CLAUSES_OF_A_TABLE)
    )


def _keeps(condition: exp.Expr, names: Sequence[str]) -> bool:
    """`id IS NOT NULL` leaves out no row that could have been met, and `id = id` does not either."""
    condition = plain(condition)
    if isinstance(condition, exp.Not) and isinstance(condition.this, exp.Is):
        presence = condition.this
        return isinstance(presence.expression, exp.Null) and _names(presence.this) == [*names][:1]
    return isinstance(condition, exp.EQ) and condition.this == condition.expression


def _definition(query: exp.Select, name: str) -> exp.Expr | None:
    """What WITH says that the name means here."""
    scope: exp.Expr | None = query
    while scope is not None:
        clause = scope.args.get("with_")
        for expression in clause.expressions if isinstance(clause, exp.With) else ():
            if expression.alias.lower() == name and isinstance(expression.this, exp.Query):
                return expression.this
        scope = scope.parent
    return None


def _target(place: exp.Expr) -> exp.Table | None:
    outer = place.find_ancestor(*CHANGES, exp.Select)
    target = outer.this if isinstance(outer, exp.Update | exp.Delete) else None
    return target if isinstance(target, exp.Table) else None


def _names(node: exp.Expr) -> list[str]:
    """The columns of `id` or `(id, name)`; nothing if there is anything else."""
    while isinstance(node, exp.Paren):
        node = node.this
    parts = node.expressions if isinstance(node, exp.Tuple) else [node]
    return [part.name.lower() for part in parts] if all(isinstance(part, exp.Column) for part in parts) else []


def _output(column: exp.Expr) -> str:
    if isinstance(column, exp.Star) or (isinstance(column, exp.Column) and isinstance(column.this, exp.Star)):
        return "*"
    return column.name.lower() if isinstance(column, exp.Column) and not column.alias else ""
