"""What an expression is worth when it has no column in it. Only what decides a condition: numbers, strings, logic."""

import operator
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlglot import exp


class _Unknown:
    """Not a constant, or one that is not worth computing here."""


UNKNOWN: Final = _Unknown()
Constant = bool | Decimal | str | None | _Unknown

_COMPARISONS: dict[type[exp.Expr], Callable[[Constant, Constant], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.NullSafeEQ: operator.eq,
    exp.NullSafeNEQ: operator.ne,
    exp.GT: operator.gt,  # type: ignore[dict-item]
    exp.GTE: operator.ge,  # type: ignore[dict-item]
    exp.LT: operator.lt,  # type: ignore[dict-item]
    exp.LTE: operator.le,  # type: ignore[dict-item]
}
_ARITHMETIC: dict[type[exp.Expr], Callable[[Decimal, Decimal], Decimal]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}
_NEUTRAL: dict[type[exp.Expr], str] = {exp.Add: "0", exp.Sub: "0", exp.Mul: "1", exp.Div: "1"}


def constant(node: exp.Expr) -> Constant:
    """The value, or UNKNOWN."""
    match node:
        case exp.Paren():
            return constant(node.this)
        case exp.Boolean():
            return bool(node.this)
        case exp.Null():
            return None
        case exp.Literal():
            return _literal(node)
        case exp.Neg():
            value = constant(node.this)
            return -value if isinstance(value, Decimal) else UNKNOWN
        case exp.Not():
            value = constant(node.this)
            return value if value is UNKNOWN or value is None else not _truthy(value)
        case exp.And() | exp.Or():
            return _logic(node)
    return _binary(node)


def plain(node: exp.Expr) -> exp.Expr:
    """Without brackets, collations and arithmetic that changes nothing (`id + 0`); IS NOT becomes NOT ... IS."""
    while True:
        if isinstance(node, exp.Paren) or (
            type(node) in _NEUTRAL
            and isinstance(node.expression, exp.Literal)
            and node.expression.name == _NEUTRAL[type(node)]
        ):
            node = node.this
        elif isinstance(node, exp.Binary) and node.args.get("negate"):
            return exp.Not(this=type(node)(this=node.this.copy(), expression=node.expression.copy()))
        elif isinstance(node, exp.Collate):
            node = node.this
        elif isinstance(node, exp.Neg) and isinstance(node.this, exp.Neg):
            node = node.this.this
        else:
            return node


def _literal(node: exp.Literal) -> Constant:
    if node.is_string:
        return node.name
    try:
        return Decimal(node.name)
    except InvalidOperation:
        return UNKNOWN


def _truthy(value: Constant) -> bool:
    if isinstance(value, str):
        return value.lower() in ("t", "true", "yes", "on", "y") or value.strip("+-0. ")[:1].isdigit()
    return bool(value)


def _logic(node: exp.Expr) -> Constant:
    sides = [constant(side) for side in node.flatten()]
    decisive = isinstance(node, exp.Or)
    if any(side is not UNKNOWN and side is not None and _truthy(side) is decisive for side in sides):
        return decisive
    return UNKNOWN if UNKNOWN in sides else (None if None in sides else not decisive)


def _binary(node: exp.Expr) -> Constant:
    if not isinstance(node, exp.Binary):
        return UNKNOWN
    left, right = constant(node.this), constant(node.expression)
    if _vanishes(node, left, right):
        return Decimal(0)
    if isinstance(left, _Unknown) or isinstance(right, _Unknown):
        return UNKNOWN
    if type(node) in _ARITHMETIC and isinstance(left, Decimal) and isinstance(right, Decimal):
        return _ARITHMETIC[type(node)](left, right)
    if isinstance(node, exp.Is):
        return (left == right) is not bool(node.args.get("negate"))
    if type(node) not in _COMPARISONS or (
        None in (left, right) and not isinstance(node, exp.NullSafeEQ | exp.NullSafeNEQ)
    ):
        return UNKNOWN
    try:
        return _COMPARISONS[type(node)](left, right)
    except TypeError:
        return UNKNOWN


def _vanishes(node: exp.Binary, left: Constant, right: Constant) -> bool:
    """id - id, id * 0, id & 0, id % 1"""
    match node:
        case exp.Sub():
            return bool(node.this == node.expression)
        case exp.Mul() | exp.BitwiseAnd():
            return Decimal(0) in (left, right)
        case exp.Mod():
            return right == Decimal(1)
    return False
