"""Whether a WHERE narrows: whether some row can be left out because of what is in it.

Constants, tautologies (`id = id`, `x = 1 OR x <> 1`, `NOT FALSE`) and conditions that do not look at the row at all do
not. Where it cannot tell, a condition on a column of the row is taken to narrow.
"""

from collections.abc import Collection, Sequence
from itertools import combinations

from sqlglot import exp

from tools.sql.constants import UNKNOWN, constant, plain
from tools.sql.own_rows import equals_some_own_row, exists_for_own_row, in_own_rows, within_own_bounds
from tools.sql.sameness import (
    VARYING,
    decided_by_shift,
    equals_itself,
    is_among,
    is_no_length,
    matches_all,
    same,
    surrounds,
)

_EQUAL = (
    exp.EQ,
    exp.GTE,
    exp.LTE,
    exp.NullSafeEQ,
    exp.Is,
    exp.Like,
    exp.ILike,
    exp.SimilarTo,
    exp.Glob,
    exp.RegexpLike,
    exp.RegexpILike,
)
_UNEQUAL = (exp.NEQ, exp.GT, exp.LT, exp.NullSafeNEQ)
_OPPOSITES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
    exp.NullSafeEQ: exp.NullSafeNEQ,
    exp.NullSafeNEQ: exp.NullSafeEQ,
}
_PAIRED = 100  # of how many alternatives each is held against each


def narrows(tree: exp.Expr, changes: Sequence[exp.Expr]) -> bool:
    """For a change: every UPDATE, DELETE and MERGE in it. For a query: its own WHERE, in every branch of a UNION."""
    narrowable = [node for node in changes if isinstance(node, exp.Update | exp.Delete | exp.Merge)]
    if narrowable:
        return all(_narrowed(node) for node in narrowable)
    return not changes and isinstance(tree, exp.Query) and _query_narrows(tree)


def narrows_beyond_presence(tree: exp.Expr, filled: Collection[str]) -> bool:
    """`narrows` for one UPDATE or DELETE when it is known that these columns (lower case) are never NULL."""
    if not isinstance(tree, exp.Update | exp.Delete):
        return True
    change = tree.copy()
    for presence in [node for node in change.find_all(exp.Is) if isinstance(node.expression, exp.Null)]:
        column = presence.this.unnest()
        if isinstance(column, exp.Column) and column.name.lower() in filled:
            presence.replace(exp.Boolean(this=bool(presence.args.get("negate"))))
    return _narrowed(change)


def _query_narrows(query: exp.Expr) -> bool:
    if isinstance(query, exp.Subquery):
        return _query_narrows(query.this)
    if isinstance(query, exp.SetOperation):
        return _query_narrows(query.this) and _query_narrows(query.expression)
    return isinstance(query, exp.Select) and _narrowed(query)


def _narrowed(node: exp.Expr) -> bool:
    where = node.args.get("on") if isinstance(node, exp.Merge) else node.args.get("where")
    condition = where.this if isinstance(where, exp.Where) else where
    return isinstance(condition, exp.Expr) and not always(plain(condition), holds=True)


def always(condition: exp.Expr, *, holds: bool) -> bool:
    """Whether the condition is true (or, with `holds=False`, false) for every row that is not NULL."""
    condition = plain(condition)
    value = UNKNOWN if isinstance(condition, exp.Connector) else constant(condition)
    if value is not UNKNOWN:
        return bool(value) is holds
    match condition:
        case exp.Not():
            return always(condition.this, holds=not holds)
        case exp.And() | exp.Or():
            return _connective(condition, holds=holds)
        case exp.Is() if isinstance(condition.expression, exp.Boolean):
            return always(condition.this, holds=holds is bool(condition.expression.this))
        case exp.Case() | exp.If():
            return all(always(branch, holds=holds) for branch in _branches(condition))
    # Met by every row or by none: it does not tell them apart, and NOT does not change that.
    return not _looks_at_the_row(condition) or _comparison(condition, holds=holds)


def _connective(condition: exp.Expr, *, holds: bool) -> bool:
    parts = _flat(condition, type(condition))
    every = isinstance(condition, exp.And) is holds
    if every:
        return all(always(part, holds=holds) for part in parts)
    # One side decides, or two of them leave nothing over: x = 1 OR x <> 1.
    pairs = combinations(parts[:_PAIRED], 2)
    return any(always(part, holds=holds) for part in parts) or any(_opposite(a, b) for a, b in pairs)


def _flat(condition: exp.Expr, connective: type[exp.Expr]) -> list[exp.Expr]:
    """The parts of a chain of ANDs or ORs. Not by recursion: chains grow long."""
    parts, waiting = [], [condition]
    while waiting:
        part = plain(waiting.pop())
        if isinstance(part, connective):
            waiting += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _opposite(a: exp.Expr, b: exp.Expr) -> bool:
    a, b = plain(a), plain(b)
    if (isinstance(a, exp.Not) and same(a.this, b)) or (isinstance(b, exp.Not) and same(b.this, a)):
        return True
    if type(b) is not _OPPOSITES.get(type(a)):
        return _covers(a, b) or _covers(b, a)
    straight = same(a.this, b.this) and same(a.expression, b.expression)
    return straight or _covers(a, b) or _covers(b, a)


def _covers(low: exp.Expr, high: exp.Expr) -> bool:
    """x > 0 OR x <= 10: an upper and a lower bound of the same value that overlap."""
    if not isinstance(low, exp.GT | exp.GTE | exp.NEQ) or not isinstance(high, exp.LT | exp.LTE | exp.NEQ):
        return False
    floor, ceiling = constant(low.expression), constant(high.expression)
    if not same(low.this, high.this) or UNKNOWN in (floor, ceiling):
        return False
    if isinstance(low, exp.NEQ) or isinstance(high, exp.NEQ):
        return isinstance(low, exp.NEQ) and isinstance(high, exp.NEQ) and floor != ceiling
    try:
        return bool(floor < ceiling)  # type: ignore[operator]
    except TypeError:
        return False


def _comparison(condition: exp.Expr, *, holds: bool) -> bool:
    if isinstance(condition, exp.EQ | exp.NEQ) and (truth := _truth(condition)) is not None:
        return always(truth.this, holds=holds is bool(constant(truth.expression)))
    if (decided := decided_by_shift(condition)) is not None:
        return decided is holds
    if holds and _met_by_every_row(condition):
        return True
    kinds = _EQUAL if holds else _UNEQUAL
    return isinstance(condition, kinds) and same(condition.this, condition.expression)


def _met_by_every_row(condition: exp.Expr) -> bool:
    match condition:
        case exp.In():
            return is_among(condition) or in_own_rows(condition)
        case exp.Between():
            return surrounds(condition)
        case exp.Exists():
            return exists_for_own_row(condition)
        case exp.Like() | exp.ILike() | exp.Glob() | exp.RegexpLike() | exp.RegexpILike():
            return matches_all(condition)
        case exp.EQ():
            return equals_itself(condition) or equals_some_own_row(condition)
        case exp.GTE():
            return is_no_length(condition) or within_own_bounds(condition)
        case exp.GT():
            return is_no_length(condition)
        case exp.LTE():
            return within_own_bounds(condition)
    return False


def _truth(condition: exp.Expr) -> exp.Expr | None:
    """`(id = id) = TRUE`, turned so that the predicate is on the left; None when this is no such comparison."""
    left, right = plain(condition.this), plain(condition.expression)
    if not isinstance(left, exp.Predicate | exp.Connector | exp.Not):
        left, right = right, left
    value = constant(right)
    if not isinstance(left, exp.Predicate | exp.Connector | exp.Not) or value is UNKNOWN or value is None:
        return None
    truth = bool(value) is isinstance(condition, exp.EQ)
    return exp.EQ(this=left.copy(), expression=exp.Boolean(this=truth))


def _branches(condition: exp.Case | exp.If) -> list[exp.Expr]:
    """What it can be worth: nothing behind a condition that never holds, or after one that always does."""
    subject = condition.this if isinstance(condition, exp.Case) else None
    branches = []
    for branch in condition.args.get("ifs") or [condition]:
        test = exp.EQ(this=subject.copy(), expression=branch.this.copy()) if subject else branch.this
        value = constant(test)
        if value is UNKNOWN or value:
            branches.append(branch.args["true"])
        if value is not UNKNOWN and value:
            return branches
    otherwise = condition.args.get("default" if isinstance(condition, exp.Case) else "false")
    return [*branches, otherwise if otherwise is not None else exp.Boolean(this=False)]


def _looks_at_the_row(condition: exp.Expr) -> bool:
    """Whether it has a column of the row, or a value that differs from row to row."""
    if next(condition.find_all(*VARYING), None) is not None:
        return True
    return any(_belongs_to_the_row(column, condition) for column in condition.find_all(exp.Column))


def _belongs_to_the_row(column: exp.Column, condition: exp.Expr) -> bool:
    """A column inside a subquery belongs to the row only if it names a table from outside."""
    inside = {id(query) for query in condition.find_all(exp.Select)}
    query = column.find_ancestor(exp.Select)
    while query is not None and id(query) in inside:
        names = {source.alias_or_name.lower() for source in query.find_all(exp.Table, exp.Subquery)}
        if not column.table or column.table.lower() in names:
            return False
        query = query.find_ancestor(exp.Select)
    return True
