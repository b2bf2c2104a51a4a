"""Text -> exactly one Statement, or a StatementError that says why not.

The parser (sqlglot) sees the text without comments, after the guard. What it does not understand, or falls back to an
opaque `Command` for, is refused: nothing is guessed. Parsed statements are remembered, since the same text is looked at
several times on its way through the door.
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from tools.errors import StatementError
from tools.sql import verbs
from tools.sql.fingerprint import fingerprint_of
from tools.sql.functions import called_functions, parser_names
from tools.sql.guard import Guarded, check_agreement, guard
from tools.sql.lineage import columns_used
from tools.sql.narrowing import narrows
from tools.sql.spelling import respelled
from tools.sql.statement import Dialect, Kind, Statement
from tools.sql.tables import CHANGES, read_tables, written_tables

# The parser warns about every `Command` it falls back to; those are refused here anyway.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_REMEMBERED = 512
_REMEMBERED_LENGTH = 10_000  # a long text is not worth the memory of its tree
_KINDS: dict[type[exp.Expr], Kind] = {exp.Insert: Kind.INSERT, exp.Update: Kind.UPDATE, exp.Delete: Kind.DELETE}
_DEFINITIONS = (exp.Create, exp.Alter, exp.Drop, exp.TruncateTable, exp.Comment)


def parse(text: str, dialect: Dialect, *, default_schema: str | None = None) -> Statement:
    """Exactly one statement. Raises StatementError for anything else, and nothing but StatementError."""
    remembers = len(text) <= _REMEMBERED_LENGTH
    return (_parse if remembers else _parse.__wrapped__)(text, dialect, default_schema)


@lru_cache(maxsize=_REMEMBERED)
def _parse(text: str, dialect: Dialect, default_schema: str | None) -> Statement:
    guarded = guard(text, dialect)
    verb = verbs.leading_verb(guarded.tokens)
    if dialect is Dialect.MYSQL and [token.word for token in guarded.tokens[:2]] == ["DELETE", "HISTORY"]:
        # To the parser the rows of a table called so; to MariaDB old versions, which nothing measures or brings back.
        raise verbs.not_supported("DELETE HISTORY")
    try:
        if verb in verbs.TRANSACTIONS:
            return _from_tokens(text, dialect, guarded, Kind.TRANSACTION, verbs.transaction_action(guarded.tokens))
        if verb in verbs.EXPLAINS and verbs.can_explain(guarded.tokens, dialect):
            return _explain(text, dialect, guarded, default_schema)
        if verb in verbs.LOOKS:
            return _from_tokens(text, dialect, guarded, Kind.OTHER, verb.lower())
        if (verb, dialect) in verbs.WITHOUT_A_TREE:
            action, writes = verbs.WITHOUT_A_TREE[verb, dialect], verbs.named_targets(guarded.tokens, dialect)
            return _from_tokens(text, dialect, guarded, Kind.DDL, action, writes=writes)
        if verb in verbs.QUERIES | verbs.CHANGES | verbs.DEFINITIONS:
            return _from_tree(text, dialect, guarded, default_schema)
    except RecursionError as error:
        raise StatementError("the statement is nested too deeply", hint="use common table expressions") from error
    raise verbs.not_supported(verb)


def _from_tokens(
    text: str, dialect: Dialect, guarded: Guarded, kind: Kind, action: str, *, writes: tuple[str, ...] = ()
) -> Statement:
    """A statement without expressions: its tokens say all."""
    tree = exp.Command(this=action.upper())
    functions = called_functions(guarded.tokens, tree, dialect, changes=False)
    return _statement(text, dialect, guarded, kind=kind, action=action, tree=tree, functions=functions, writes=writes)


def _explain(text: str, dialect: Dialect, guarded: Guarded, default_schema: str | None) -> Statement:
    found = verbs.explained_from(guarded.tokens, dialect)
    if found is None:
        return _from_tokens(text, dialect, guarded, Kind.OTHER, "describe")
    start, executes = found
    inner = _parse(text[guarded.tokens[start].start :], dialect, default_schema)
    return _statement(
        text,
        dialect,
        guarded,
        kind=Kind.OTHER,
        action="explain analyze" if executes else "explain",
        tree=inner.tree,
        functions=frozenset(inner.calls),
        reads=inner.reads,
        writes=inner.writes if executes else (),
        explains=inner,
    )


def _from_tree(text: str, dialect: Dialect, guarded: Guarded, default_schema: str | None) -> Statement:
    code = respelled(guarded.code, guarded.tokens, dialect)
    check_agreement(code, guarded.tokens, dialect)
    tree = _tree(code, dialect)
    changes = _changes(tree)
    kind, action = _kind_and_action(tree, changes, guarded)
    functions = called_functions(guarded.tokens, tree, dialect, changes=kind is not Kind.SELECT)
    return _statement(
        text,
        dialect,
        guarded,
        kind=kind,
        action=action,
        tree=tree,
        functions=functions,
        reads=read_tables(tree, dialect, default_schema),
        writes=written_tables(tree, dialect, default_schema),
        has_where=narrows(tree, changes),
    )


def _statement(
    text: str,
    dialect: Dialect,
    guarded: Guarded,
    *,
    kind: Kind,
    action: str,
    tree: exp.Expr,
    functions: frozenset[str],
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    has_where: bool = False,
    explains: Statement | None = None,
) -> Statement:
    return Statement(
        text=text,
        dialect=dialect,
        kind=kind,
        action=action,
        reads=reads,
        writes=writes,
        columns=columns_used(tree, dialect),
        functions=tuple(sorted(functions | parser_names(tree))),
        calls=tuple(sorted(functions)),
        has_where=has_where,
        fingerprint=fingerprint_of(guarded.tokens, dialect),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        tree=tree,
        tokens=guarded.tokens,
        explains=explains,
    )


def _tree(code: str, dialect: Dialect) -> exp.Expr:
    # A statement that starts with VALUES is MariaDB's own; the parser takes it for a function.
    bare_values = dialect is Dialect.MYSQL and code.lstrip()[:6].upper() == "VALUES"
    try:
        trees = sqlglot.parse(f"SELECT * FROM ({code}) AS v" if bare_values else code, dialect=dialect.value)
    except SqlglotError as error:
        raise StatementError(
            f"the text cannot be parsed as {dialect.value} SQL: {_complaint(error)}", hint="check the syntax"
        ) from error
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError) as error:
        # The parser is not ours and fails in ways of its own on odd texts.
        raise StatementError(f"the text cannot be parsed as {dialect.value} SQL", hint="check the syntax") from error
    if len(trees) != 1 or trees[0] is None:
        raise StatementError("the text is not exactly one statement", hint="send one statement at a time")
    tree = trees[0]
    for identifier in tree.find_all(exp.Identifier) if bare_values else ():
        identifier.meta.clear()  # its position is not the one in the text
    unfinished = any(not isinstance(change.this, exp.Expr) for change in _changes(tree))
    if unfinished or next(tree.find_all(exp.Command), None) is not None:
        raise StatementError("the statement has a form that is not understood", hint="write it in a plainer form")
    return tree


def _changes(tree: exp.Expr) -> list[exp.Expr]:
    """Every INSERT, UPDATE, DELETE and MERGE; the actions of a MERGE are part of it."""
    return [node for node in tree.find_all(*CHANGES) if not isinstance(node.parent, exp.When)]


def _complaint(error: SqlglotError) -> str:
    """What is wrong and where; the parser's own words name its classes."""
    if not isinstance(error, ParseError) or not error.errors:
        return "a quoted text or a comment has no end"
    first = error.errors[0]
    said, token = str(first.get("description") or ""), f"`{str(first.get('highlight') or '')[:40]}`"
    if said.startswith("Required keyword"):
        fault = f"something is missing after {token}"
    elif said.startswith("Expecting "):
        fault = f"`{said.removeprefix('Expecting ')}` is expected after {token}"
    else:
        fault = f"{token} is not expected"
    return f"{fault} at line {first.get('line')}, column {first.get('col')}"


def _kind_and_action(tree: exp.Expr, changes: Sequence[exp.Expr], guarded: Guarded) -> "tuple[Kind, str]":
    if isinstance(tree, _DEFINITIONS):
        return Kind.DDL, _definition_action(tree)
    if next(tree.find_all(exp.Into), None) is not None:
        return Kind.DDL, "select into"
    if not changes:
        return Kind.SELECT, verbs.leading_verb(guarded.tokens).lower()
    first = changes[0]
    if isinstance(first, exp.Merge):
        return _merge_kind(first), "merge"
    replaces = isinstance(first, exp.Insert) and any(token.word == "REPLACE" for token in guarded.tokens[:1])
    return _KINDS[type(first)], "replace" if replaces else type(first).__name__.lower()


def _merge_kind(merge: exp.Merge) -> Kind:
    """The strongest of its actions: what touches existing rows comes first."""
    actions = [when.args.get("then") for when in merge.find_all(exp.When)]
    if any(isinstance(action, exp.Update) for action in actions):
        return Kind.UPDATE
    deletes = any(isinstance(action, exp.Var) and action.name.upper() == "DELETE" for action in actions)
    return Kind.DELETE if deletes else Kind.INSERT


def _definition_action(tree: exp.Expr) -> str:
    if isinstance(tree, exp.TruncateTable):
        return "truncate"
    verb = type(tree).__name__.lower()
    kind = str(tree.args.get("kind") or "").lower()
    return f"{verb} on {kind}" if verb == "comment" else f"{verb} {kind}".strip()
