"""Which rows a statement touches, in its own words.

`affected_rows` cuts target and condition out of the exact text of an UPDATE or DELETE of one table, so that
the rows can be read before they change; joins, LIMIT and random conditions give None, for nothing but the
statement itself knows its rows then. `with_returning` makes a plain INSERT name the rows that it made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from tools.sql.statement import Statement
from tools.sql.token import Token

DATA_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
PLAIN_PARTS = frozenset({"this", "expressions", "where", "returning", "with_"})
PLAIN_TABLE = frozenset({"this", "db", "catalog", "alias", "only"})
PLAIN_INSERT = frozenset({"this", "expression", "with_", "columns", "default"})
# Between verb and table they are not part of the table's name: UPDATE OR IGNORE, DELETE QUICK.
MODIFIERS = ("OR", "IGNORE", "LOW_PRIORITY", "QUICK")
# A condition with one of these hits other rows each time that it is evaluated.
UNSTABLE = frozenset(
    {"random", "rand", "randomblob", "gen_random_uuid", "uuid", "uuid_short", "nextval", "clock_timestamp", "sysdate"}
)


@dataclass(frozen=True, kw_only=True)
class AffectedRows:
    """Parts of the text, exactly as written; `prefix FROM source WHERE condition` finds the rows."""

    prefix: str  # the WITH clause, or ""
    source: str  # the target with its alias
    condition: str | None  # None: every row
    assigned: frozenset[str] | None  # lower-case names of the columns that an UPDATE sets; None: not all known


def affected_rows(statement: Statement) -> AffectedRows | None:
    tree = statement.tree
    if not isinstance(tree, exp.Update | exp.Delete) or _parts(tree) - PLAIN_PARTS or not _single_change(tree):
        return None
    if not isinstance(tree.this, exp.Table) or _parts(tree.this) - PLAIN_TABLE:
        return None
    return _cut(statement, tree)


def is_plain_insert(statement: Statement) -> bool:
    """Whether it only adds rows: no conflict clause, no REPLACE, no IGNORE, no rows of its own to return."""
    tree = statement.tree
    plain = isinstance(tree, exp.Insert) and not _parts(tree) - PLAIN_INSERT and _single_change(tree)
    verb = _first(_top_level(statement), "INSERT", "REPLACE")
    return plain and verb is not None and verb.word == "INSERT"


def with_returning(statement: Statement, columns: Sequence[str]) -> str:
    """The exact text of a plain INSERT, with a RETURNING clause of (quoted) `columns` behind it."""
    return f"{statement.text[: statement.tokens[-1].end]}\nRETURNING {', '.join(columns)}"


def returns_rows(statement: Statement) -> bool:
    return statement.tree.args.get("returning") is not None


def _parts(tree: exp.Expression) -> frozenset[str]:
    return frozenset(name for name, value in tree.args.items() if value)


def _single_change(tree: exp.Expression) -> bool:
    return sum(1 for _ in tree.find_all(*DATA_CHANGES)) == 1


def _top_level(statement: Statement) -> list[Token]:
    tokens, depth = [], 0
    for token in statement.tokens:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            tokens.append(token)
    return tokens


def _cut(statement: Statement, tree: exp.Update | exp.Delete) -> AffectedRows | None:
    text, tokens = statement.text, _top_level(statement)
    verb = _first(tokens, "UPDATE", "DELETE")
    head = verb if isinstance(tree, exp.Update) else _first(tokens, "FROM")
    where = _first(tokens, "WHERE")
    returning = _first(tokens, "RETURNING")
    if verb is None or head is None:
        return None
    stop = returning.start if returning else statement.tokens[-1].end
    tail = _first(tokens, "SET") if isinstance(tree, exp.Update) else where
    named = [token for token in tokens if verb.start < token.start < (tail.start if tail else stop)]
    if _first(named, *MODIFIERS):
        return None
    if _is_unstable(statement, verb.start, where.start if where else stop):
        return None
    return AffectedRows(
        prefix=text[: verb.start],
        source=text[head.end : tail.start if tail else stop],
        condition=text[where.end : stop] if where else None,
        assigned=_assigned(tree),
    )


def _is_unstable(statement: Statement, verb: int, where: int) -> bool:
    return any(
        token.word.lower() in UNSTABLE for token in statement.tokens if token.start < verb or token.start > where
    )


def _first(tokens: Sequence[Token], *words: str) -> Token | None:
    return next((token for token in tokens if token.word in words), None)


def _assigned(tree: exp.Update | exp.Delete) -> frozenset[str] | None:
    names: set[str] = set()
    for assignment in tree.args.get("expressions") or ():
        targets = assignment.this.expressions if isinstance(assignment.this, exp.Tuple) else [assignment.this]
        if not all(isinstance(target, exp.Column) for target in targets):
            return None
        names.update(target.name.lower() for target in targets)
    return frozenset(names)
