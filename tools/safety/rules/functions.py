"""Which calls are refused: functions that are not known to be harmless, and harmless ones with harmful arguments."""

import re
from collections.abc import Iterator, Sequence

from tools.safety.policy import Policy
from tools.sql.functions.sqlite import VALUE_TABLES
from tools.sql.statement import Dialect, Statement
from tools.sql.token import Token, TokenKind

# The engine builds a value of this many bytes from a few characters of text.
MAX_BUILT_BYTES = 1_000_000
# What `current_setting` and SHOW may tell in PostgreSQL; others may hold an application's secrets.
HARMLESS_SETTINGS = frozenset(
    [
        "server_version",
        "server_version_num",
        "server_encoding",
        "client_encoding",
        "search_path",
        "timezone",
        "datestyle",
        "intervalstyle",
        "lc_collate",
        "lc_ctype",
        "lc_messages",
        "lc_monetary",
        "lc_numeric",
        "lc_time",
        "default_transaction_isolation",
        "transaction_isolation",
        "transaction_read_only",
        "default_transaction_read_only",
        "statement_timeout",
        "lock_timeout",
        "work_mem",
        "maintenance_work_mem",
        "shared_buffers",
        "effective_cache_size",
        "max_connections",
        "block_size",
        "wal_level",
        "max_wal_size",
        "random_page_cost",
        "seq_page_cost",
        "cpu_tuple_cost",
        "jit",
        "autovacuum",
        "is_superuser",
        "role",
        "session_authorization",
        "standard_conforming_strings",
        "integer_datetimes",
        "max_identifier_length",
        "max_index_keys",
        "segment_size",
        "default_text_search_config",
        "bytea_output",
        "extra_float_digits",
        "row_security",
        "max_parallel_workers",
        "max_parallel_workers_per_gather",
        "enable_seqscan",
        "enable_indexscan",
        "enable_hashjoin",
        "enable_mergejoin",
        "enable_nestloop",
        "temp_buffers",
        "default_statistics_target",
        "in_hot_standby",
        "application_name",
    ]
)


# Every other setting of the server itself (its name has no dot) but those that hold files, commands, hosts or secrets.
_TELLING_SETTING = re.compile(
    r"_file|director|_command|conninfo|passphrase|password|librar|_path|socket|slot|standby|krb|ssl_|backtrace|secret"
    r"|key|token|listen|ident|hba|log_filename|cluster"
)


def is_harmless_setting(name: str) -> bool:
    """Whether `current_setting` and SHOW may tell it."""
    name = name.lower()
    return name in HARMLESS_SETTINGS or (
        name != "all" and re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None and _TELLING_SETTING.search(name) is None
    )


def refused_functions(statement: Statement, policy: Policy) -> Iterator[str]:
    """One reason per function."""
    blocked = {name.lower() for name in statement.functions} & policy.blocked_functions
    for name in sorted(blocked):
        yield f"the function {name} is blocked by safety.blocked_functions"
    for name in statement.calls:
        if name.lower() in blocked:
            continue
        if not policy.knows_function(name):
            yield f"the function {name} is not known to be harmless; if it is, add it to safety.allowed_functions"
    yield from _refused_arguments(statement, policy)


def _refused_arguments(statement: Statement, policy: Policy) -> Iterator[str]:
    tokens = statement.tokens
    for position, token in enumerate(tokens[:-1]):
        name = token.name.lower()
        if not name or tokens[position + 1].text != "(" or name in policy.allowed_functions:
            continue
        reason = _argument_reason(name, tokens[position + 2 :], statement.dialect)
        if reason:
            yield reason


def _argument_reason(name: str, arguments: Sequence[Token], dialect: Dialect) -> str | None:
    first = arguments[0] if arguments else None
    alone = len(arguments) > 1 and arguments[1].text in (",", ")")
    match (dialect, name):
        case (Dialect.MYSQL, "last_insert_id") if first is None or first.text != ")":
            return "last_insert_id with an argument changes the session; call it without one"
        case (Dialect.POSTGRES, "current_setting") if not (alone and first and is_harmless_setting(_text(first))):
            return "current_setting may only name a harmless setting, such as 'server_version', as a plain string"
        case (Dialect.SQLITE, "zeroblob" | "randomblob") if not (alone and first and _is_small(first)):
            return f"{name} takes a plain number of at most {MAX_BUILT_BYTES} bytes here"
        case (Dialect.SQLITE, "printf" | "format") if not (alone and first and _is_small_format(first)):
            return f"{name} takes a plain format string without * and without large widths here"
    if dialect is Dialect.SQLITE and name.removeprefix("pragma_") in VALUE_TABLES and (not first or first.text != ")"):
        return f"{name} takes no argument here"
    return None


def _text(token: Token) -> str:
    return token.text[1:-1].lower() if token.kind is TokenKind.STRING and token.text[0] == "'" else ""


def _is_small(token: Token) -> bool:
    return token.kind is TokenKind.NUMBER and token.text.isdigit() and int(token.text) <= MAX_BUILT_BYTES


def _is_small_format(token: Token) -> bool:
    return token.kind is TokenKind.STRING and re.search(r"%[^A-Za-z%]*(\*|\d{4})", token.text) is None
