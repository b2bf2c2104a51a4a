"""What a read-only SQLite connection may compile: SELECT, columns, functions, and pragmas that only look.

SQLite calls this while compiling, with the real tables, columns and functions after views and common table
expressions are expanded; so no way of writing the text gets around it.
"""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

Authorizer: TypeAlias = Callable[[int, str | None, str | None, str | None, str | None], int]

READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
OURS = frozenset({sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT})
# They load code or reach files; most builds lack them, and a build that has them must not serve them.
DANGEROUS_FUNCTIONS = frozenset(
    {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "lsdir", "fsdir", "eval", "getenv"}
)
# Looking at structure; the argument is a name.
PRAGMAS_WITH_NAME = frozenset(
    {
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
        "foreign_key_check", "integrity_check", "quick_check",
    }
)  # fmt: skip
# Reading a setting; with an argument they would change it.
PRAGMAS_WITHOUT_ARGUMENT = frozenset(
    {
        "application_id", "auto_vacuum", "collation_list", "compile_options", "data_version", "database_list",
        "encoding", "foreign_keys", "freelist_count", "function_list", "journal_mode", "module_list", "page_count",
        "page_size", "pragma_list", "query_only", "schema_version", "synchronous", "user_version",
    }
)  # fmt: skip


def authorize_reads(ours: Callable[[], bool]) -> Authorizer:
    """`ours` is true while a BEGIN, SAVEPOINT or ROLLBACK of our own is compiled."""

    def authorize(action: int, first: str | None, second: str | None, _database: str | None, _view: str | None) -> int:
        allowed = (
            action in READS
            or (action in OURS and ours())
            or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in DANGEROUS_FUNCTIONS)
            # Table-valued functions (json_each, pragma_table_info) declare themselves as such an update. A real
            # one is impossible without PRAGMA writable_schema.
            or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
            or (action == sqlite3.SQLITE_PRAGMA and _only_looks((first or "").lower(), second))
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize


def _only_looks(pragma: str, argument: str | None) -> bool:
    return pragma in PRAGMAS_WITH_NAME or (pragma in PRAGMAS_WITHOUT_ARGUMENT and argument is None)
