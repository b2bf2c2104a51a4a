"""Comparisons that come out the same for every row, because both sides hang on the same value of the row.

`id + 1 > id`, `id = ANY (ARRAY[id])`, `name LIKE '%'`, `length(name) >= 0`: told by their form alone.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

from sqlglot import exp

from tools.sql.constants import constant, plain

VARYING = (exp.Rand, exp.Randn)
_ORDERED: dict[type[exp.Expr], Callable[[Decimal, Decimal], bool]] = {
    exp.EQ: eq,
    exp.NEQ: ne,
    exp.GT: gt,
    exp.GTE: ge,
    exp.LT: lt,
    exp.LTE: le,
}
_ANY_TEXT = ("", ".*", "^", "$", "^.*", ".*$", "^.*$", ".?", "^.*?")


def same(a: exp.Expr, b: exp.Expr) -> bool:
    """The same value for the same row: equal but for spelling, and without chance."""
    a, b = plain(a), plain(b)
    if next(a.find_all(*VARYING), None) is not None:
        return False
    if isinstance(a, exp.Column) and isinstance(b, exp.Column):
        tables = {column.table.lower() for column in (a, b)} - {""}
        return a.name.lower() == b.name.lower() and len(tables) < 2
    return a == b


def is_among(condition: exp.In) -> bool:
    """id IN (5, id)"""
    return any(same(condition.this, item) for item in _items(condition))


def surrounds(condition: exp.Between) -> bool:
    """id BETWEEN id - 1 AND id + 1"""
    low, high = _shift(condition.args["low"], condition.this), _shift(condition.args["high"], condition.this)
    return low is not None and high is not None and low <= 0 <= high


def matches_all(condition: exp.Expr) -> bool:
    """name LIKE '%', name ~ '.*'"""
    pattern = constant(condition.expression)
    if isinstance(condition, exp.RegexpLike | exp.RegexpILike):
        return pattern in _ANY_TEXT
    return isinstance(pattern, str) and pattern != "" and set(pattern) <= {"%"} | {"*"}


def decided_by_shift(condition: exp.Expr) -> bool | None:
    """id + 1 > id: how it comes out; None when that depends on the row."""
    if type(condition) not in _ORDERED or not isinstance(condition, exp.Binary):
        return None
    by = _shift(condition.this, condition.expression)
    return None if by is None else _ORDERED[type(condition)](by, Decimal(0))


def equals_itself(condition: exp.EQ) -> bool:
    """id = ANY (ARRAY[id]), id = (SELECT id)"""
    other = condition.expression
    if isinstance(other, exp.Any) and isinstance(array := plain(other.this), exp.Array):
        return any(same(condition.this, item) for item in array.expressions)
    inner = other.this if isinstance(other, exp.Subquery) else None
    if not isinstance(inner, exp.Select) or inner.args.get("from_") or len(inner.expressions) != 1:
        return False
    return same(condition.this, inner.expressions[0])


def is_no_length(condition: exp.GTE | exp.GT) -> bool:
    """length(name) >= 0, abs(n) > -1"""
    bound = constant(condition.expression)
    if not isinstance(plain(condition.this), exp.Length | exp.Abs) or not isinstance(bound, Decimal):
        return False
    return (isinstance(condition, exp.GTE) and bound <= 0) or (isinstance(condition, exp.GT) and bound < 0)


def _items(condition: exp.In) -> Iterator[exp.Expr]:
    for item in condition.expressions:
        rows = item.expressions if isinstance(item, exp.Values) else ()
        yield from (row.expressions[0] for row in rows if isinstance(row, exp.Tuple))
        yield item


def _shift(a: exp.Expr, b: exp.Expr) -> Decimal | None:
    """By how much `a` is more than `b`, when that is the same for every row: 1 for id + 1 and id."""
    (base, by), (other, less) = _base(a), _base(b)
    return by - less if same(base, other) else None


def _base(node: exp.Expr) -> tuple[exp.Expr, Decimal]:
    node = plain(node)
    if isinstance(node, exp.Add | exp.Sub) and isinstance(by := constant(node.expression), Decimal):
        return plain(node.this), by if isinstance(node, exp.Add) else -by
    return node, Decimal(0)
