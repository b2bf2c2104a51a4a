"""What may happen with a statement: ALLOW, CONFIRM or DENY, with reasons.

Pure: no database, no clock, no memory. Everything is refused unless every part of it is known: the form, the nodes of
the tree, the functions, the tables, the columns. The reasons come in a stable order and name the way out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from tools.db.schema import Schema
from tools.errors import StatementError
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.rules.attributes import calls_by_attribute
from tools.safety.rules.columns import refused_columns
from tools.safety.rules.functions import refused_functions
from tools.safety.rules.looks import refused_looks
from tools.safety.rules.queries import hidden_effects
from tools.safety.rules.relations import refused_relations
from tools.settings import Mode, WholeTableWrites
from tools.sql.narrowing import narrows_beyond_presence
from tools.sql.nodes import not_understood
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Kind, Statement
from tools.sql.verbs import WITHOUT_A_TREE

_FREE_TRANSACTION_ACTIONS = frozenset({"begin", "rollback", "savepoint", "rollback to", "release"})
_DEFINABLE = {
    "create": frozenset({"TABLE", "VIEW", "INDEX", "SCHEMA", "TYPE"}),
    "alter": frozenset({"TABLE", "VIEW", "INDEX"}),
    "drop": frozenset({"TABLE", "VIEW", "INDEX"}),
    "comment": frozenset({"TABLE", "COLUMN", "VIEW", "INDEX", "SCHEMA", "TYPE", "MATERIALIZED VIEW"}),
}
_ASK_REASON = "only reading is allowed in ask mode; switch to operate mode to change something"


@dataclass(frozen=True, kw_only=True)
class Review:
    """The answer to one text under one policy."""

    statement: Statement | None  # None: the text could not be understood
    verdict: Verdict
    reasons: tuple[str, ...]  # shown to the person and to the model, in this order
    red: bool  # a warning in red, and never under a standing yes


def review_text(text: str, policy: Policy, schema: Schema | None) -> Review:
    """Parse and review; what cannot be understood is refused."""
    try:
        statement = parse(text, policy.dialect, default_schema=schema.default_schema if schema else None)
    except StatementError as error:
        reason = f"{error.message}; {error.hint}" if error.hint else error.message
        return Review(statement=None, verdict=Verdict.DENY, reasons=(reason,), red=False)
    return review(statement, policy, schema)


def review(statement: Statement, policy: Policy, schema: Schema | None) -> Review:
    """The verdict on a parsed statement."""
    warnings = tuple(_warnings(statement, schema))
    denials = [*_denials(statement, policy, schema)]
    if warnings and policy.whole_table_writes is WholeTableWrites.DENY:
        denials += [f"{warning} (safety.whole_table_writes: deny)" for warning in warnings]
    if denials:
        return Review(statement=statement, verdict=Verdict.DENY, reasons=_unique(denials), red=False)
    verdict = Verdict.CONFIRM if _needs_a_yes(statement) else Verdict.ALLOW
    reasons = _unique([*warnings, *_notes(statement)]) if verdict is Verdict.CONFIRM else ()
    return Review(statement=statement, verdict=verdict, reasons=reasons, red=bool(warnings))


def _unique(reasons: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))


def _denials(statement: Statement, policy: Policy, schema: Schema | None) -> Iterator[str]:
    if statement.dialect is not policy.dialect:
        yield f"the statement is {statement.dialect} SQL, the database speaks {policy.dialect}"
    match statement.kind:
        case Kind.TRANSACTION:
            if policy.mode is Mode.ASK:
                yield "transactions are not opened or closed in ask mode; switch to operate mode"
        case Kind.OTHER if statement.explains is not None:
            yield from _explain_denials(statement, statement.explains, policy, schema)
        case Kind.OTHER:
            yield from refused_looks(statement)
            if statement.action != "pragma":  # its argument stands in brackets, but is no call
                yield from refused_functions(statement, policy)
            yield from refused_relations(statement, policy, schema)
        case _:
            yield from _tree_denials(statement, policy, schema)


def _explain_denials(
    statement: Statement, explained: Statement, policy: Policy, schema: Schema | None
) -> Iterator[str]:
    if not policy.allow_explain:
        yield "EXPLAIN is switched off by safety.allow_explain"
    inner = review(explained, policy, schema)
    if inner.verdict is Verdict.DENY:
        yield from inner.reasons
    elif statement.action == "explain analyze" and inner.verdict is not Verdict.ALLOW:
        yield "EXPLAIN ANALYZE executes the statement, which needs a yes of its own; use EXPLAIN without ANALYZE"


def _tree_denials(statement: Statement, policy: Policy, schema: Schema | None) -> Iterator[str]:
    if policy.mode is Mode.ASK and statement.kind is not Kind.SELECT:
        yield _ASK_REASON
    # Some have no tree: their tokens were read one by one.
    tree = exp.Values() if statement.action in WITHOUT_A_TREE.values() else statement.tree
    for part in not_understood(tree, statement.dialect, definitions=statement.kind is Kind.DDL):
        yield f"{part} is not allowed in a statement here; write it in a plainer form"
    yield from hidden_effects(statement, policy.mode)
    if statement.kind is Kind.DDL:
        yield from _definition_denials(statement)
    yield from refused_relations(statement, policy, schema)
    yield from refused_columns(statement, policy, schema)
    yield from refused_functions(statement, policy)
    yield from calls_by_attribute(statement, schema)


def _definition_denials(statement: Statement) -> Iterator[str]:
    tree = statement.tree
    if statement.action in ("select into", *WITHOUT_A_TREE.values()):
        return
    verb, _, _ = statement.action.partition(" ")
    kind = str(tree.args.get("kind") or "").upper()
    if verb in _DEFINABLE and kind not in _DEFINABLE[verb]:
        yield f"{statement.action.upper()} is not allowed here; only tables, views and indexes can be defined"
    is_enum = isinstance(tree.args.get("expression"), exp.DataType) and tree.args["expression"].this is exp.DType.ENUM
    if verb == "create" and kind == "TYPE" and not is_enum:
        yield "only enum types can be created here"


def _warnings(statement: Statement, schema: Schema | None) -> Iterator[str]:
    """What is shown in red: it takes away whole tables, or every row."""
    if statement.kind in (Kind.UPDATE, Kind.DELETE) and not _narrows(statement, schema):
        yield f"this {statement.action.upper()} has no WHERE that narrows: it can touch every row"
    if statement.action == "truncate":
        yield "TRUNCATE removes every row"
    for drop in statement.tree.find_all(exp.Drop, exp.DropPrimaryKey) if statement.kind is Kind.DDL else ():
        yield f"DROP {str(drop.args.get('kind') or 'PRIMARY KEY').upper()} cannot be taken back"


def _narrows(statement: Statement, schema: Schema | None) -> bool:
    """`id IS NOT NULL` does not where no row can be without one; only the structure knows."""
    table = schema.table(statement.writes[0]) if schema and len(statement.writes) == 1 else None
    if not statement.has_where or table is None or set(statement.reads) - set(statement.writes):
        return statement.has_where
    filled = {column.name.lower() for column in table.columns if not column.nullable}
    return narrows_beyond_presence(statement.tree, filled)


def _notes(statement: Statement) -> Iterator[str]:
    if statement.kind is Kind.TRANSACTION:
        yield "COMMIT makes the changes of the transaction permanent"
    elif statement.kind is Kind.DDL and statement.action != "truncate":
        yield f"{statement.action.upper()} changes the structure of the database"
    else:
        targets = ", ".join(statement.writes)
        yield f"{statement.action.upper()} changes {targets}" if targets else f"{statement.action.upper()} changes data"
    if statement.dialect is Dialect.MYSQL and statement.kind is Kind.DDL:
        yield "MySQL and MariaDB commit at once when the structure changes"


def _needs_a_yes(statement: Statement) -> bool:
    if statement.kind is Kind.TRANSACTION:
        return statement.action not in _FREE_TRANSACTION_ACTIONS
    return statement.kind in (Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.DDL)
