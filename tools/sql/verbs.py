"""The leading verb of a statement, and the small statements that are read off their tokens alone."""

import re
from collections.abc import Sequence
from itertools import pairwise

from tools.errors import StatementError
from tools.sql.names import DEFAULT_SCHEMA, fold
from tools.sql.statement import Dialect
from tools.sql.token import Token, TokenKind

QUERIES = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
CHANGES = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE"})
DEFINITIONS = frozenset({"CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "RENAME", "REFRESH"})
EXPLAINS = frozenset({"EXPLAIN", "DESCRIBE", "DESC", "ANALYZE"})
LOOKS = frozenset({"SHOW", "PRAGMA"})
TRANSACTIONS = frozenset({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"})

_ISOLATION = r"ISOLATION LEVEL (SERIALIZABLE|REPEATABLE READ|READ COMMITTED|READ UNCOMMITTED)"
_MODES = rf"( ({_ISOLATION}|READ ONLY|READ WRITE|(NOT )?DEFERRABLE|WITH CONSISTENT SNAPSHOT|,))*"
_TRANSACTIONS = {
    "begin": re.compile(rf"(BEGIN( DEFERRED| IMMEDIATE| EXCLUSIVE)?( WORK| TRANSACTION)?|START TRANSACTION){_MODES}"),
    "commit": re.compile(r"(COMMIT|END)( WORK| TRANSACTION)?"),
    "rollback": re.compile(r"(ROLLBACK|ABORT)( WORK| TRANSACTION)?"),
    "savepoint": re.compile(r"SAVEPOINT \?"),
    "rollback to": re.compile(r"ROLLBACK( WORK| TRANSACTION)? TO( SAVEPOINT)? \?"),
    "release": re.compile(r"RELEASE( SAVEPOINT)? \?"),
}
_WAYS_OUT = {
    "SET": "connection settings belong to config.yaml",
    "RESET": "connection settings belong to config.yaml",
    "USE": "open the other database by its name",
    "GRANT": "privileges are managed outside of this program",
    "REVOKE": "privileges are managed outside of this program",
    "COPY": "use SELECT to read and INSERT to write",
    "LOAD": "use INSERT to write rows",
    "CALL": "procedures can do anything and are not run",
    "DO": "procedural code can do anything and is not run",
    "EXECUTE": "send the statement itself",
    "PREPARE": "send the statement itself",
    "LOCK": "locks are taken by the statements that need them",
}


def leading_verb(tokens: Sequence[Token]) -> str:
    """The first word, past opening brackets; '' if there is none."""
    first = next((token for token in tokens if token.text != "("), None)
    return first.word if first is not None else ""


def not_supported(verb: str) -> StatementError:
    hint = _WAYS_OUT.get(verb, "only queries, data changes, plain table definitions and transactions are understood")
    return StatementError(f"{verb or 'this'} is not a statement that may run here", hint=hint)


def transaction_action(tokens: Sequence[Token]) -> str:
    """`begin`, `commit`, `rollback`, `savepoint`, `rollback to` or `release`; anything else is refused."""
    text = " ".join(token.text.upper() if token.kind is not TokenKind.QUOTED else "?" for token in tokens)
    named = re.sub(
        r"^(SAVEPOINT|RELEASE(?: SAVEPOINT)?|ROLLBACK(?: WORK| TRANSACTION)? TO(?: SAVEPOINT)?) (?!SAVEPOINT )\w+$",
        r"\1 ?",
        text,
    )
    for action, form in _TRANSACTIONS.items():
        if form.fullmatch(named):
            return action
    raise StatementError(
        "this form of transaction control is not understood", hint="use BEGIN, COMMIT, ROLLBACK, SAVEPOINT"
    )


_EXPLAIN_WORDS = frozenset({"EXTENDED", "PARTITIONS", "VERBOSE", "QUERY", "PLAN", "TREE", "JSON", "TRADITIONAL"})


def can_explain(tokens: Sequence[Token], dialect: Dialect) -> bool:
    """Whether this is an EXPLAIN at all: `ANALYZE t` and `ANALYZE TABLE t` collect statistics."""
    if tokens[0].word != "ANALYZE":
        return True
    following = tokens[1].word if len(tokens) > 1 else ""
    return dialect is Dialect.MYSQL and following in {
        "SELECT",
        "WITH",
        "UPDATE",
        "DELETE",
        "INSERT",
        "REPLACE",
        "FORMAT",
    }


def explained_from(tokens: Sequence[Token], dialect: Dialect) -> "tuple[int, bool] | None":
    """Where the explained statement starts and whether it would be executed; None: a table is described."""
    position, executes = 1, tokens[0].word == "ANALYZE"
    while position < len(tokens):
        token = tokens[position]
        if token.word in ("ANALYZE", "ANALYSE"):
            executes = True
        elif token.word == "FORMAT" and position + 2 < len(tokens) and tokens[position + 1].text == "=":
            position += 2
        elif token.text == "(" and dialect is Dialect.POSTGRES and position == 1 and not _opens_query(tokens):
            close = next((i for i in range(position, len(tokens)) if tokens[i].text == ")"), len(tokens))
            executes = executes or any(t.word in ("ANALYZE", "ANALYSE") for t in tokens[position:close])
            position = close
        elif token.word not in _EXPLAIN_WORDS or token.kind is not TokenKind.WORD:
            break
        position += 1
    if position >= len(tokens):
        return None
    starts = leading_verb(tokens[position:])
    return (position, executes) if starts in QUERIES | CHANGES | DEFINITIONS else None


def _opens_query(tokens: Sequence[Token]) -> bool:
    return leading_verb(tokens[1:]) in QUERIES


# Definitions that the parser does not read.
WITHOUT_A_TREE = {
    ("RENAME", Dialect.MYSQL): "rename table",
    ("REFRESH", Dialect.POSTGRES): "refresh materialized view",
}
_NAMED = r"\?( \. \?)?"
_FORMS = {
    "RENAME": re.compile(rf"RENAME TABLE {_NAMED} TO {_NAMED}( , {_NAMED} TO {_NAMED})*"),
    "REFRESH": re.compile(rf"REFRESH MATERIALIZED VIEW( CONCURRENTLY)? {_NAMED}( WITH( NO)? DATA)?"),
}
_THEIR_WORDS = {
    "RENAME": frozenset({"RENAME", "TABLE", "TO"}),
    "REFRESH": frozenset({"REFRESH", "MATERIALIZED", "VIEW", "CONCURRENTLY", "WITH", "NO", "DATA"}),
}


def named_targets(tokens: Sequence[Token], dialect: Dialect) -> tuple[str, ...]:
    """The tables of RENAME TABLE a TO b, or the view of REFRESH MATERIALIZED VIEW v; any other form is refused."""
    verb = leading_verb(tokens)
    grammar = _THEIR_WORDS[verb]
    form = " ".join("?" if token.name and token.word not in grammar else token.text.upper() for token in tokens)
    if not _FORMS[verb].fullmatch(form):
        raise not_supported(verb)
    names: list[str] = []
    for before, token in pairwise(tokens):
        if not token.name or token.word in grammar:
            continue
        name = fold(token.name) if dialect is Dialect.POSTGRES and token.kind is TokenKind.WORD else token.name
        names.append(f"{names.pop()}.{name}" if before.text == "." else name)
    default = f"{DEFAULT_SCHEMA[dialect]}."
    return tuple(sorted({name.removeprefix(default) for name in names}))
