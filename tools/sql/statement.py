"""What a piece of SQL text is, once parsed.

A Statement says what the text would read, write and call; it never decides whether that is allowed
(`tools.safety.review` does). `text` is kept exactly: it is what runs.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from tools.sql.token import Token


class Dialect(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"
    MYSQL = "mysql"  # MariaDB included


class Kind(StrEnum):
    SELECT = "select"  # reads rows: SELECT, WITH ... SELECT, VALUES, TABLE
    INSERT = "insert"  # REPLACE included
    UPDATE = "update"
    DELETE = "delete"
    DDL = "ddl"  # CREATE, ALTER, DROP, TRUNCATE, COMMENT
    TRANSACTION = "transaction"  # BEGIN, COMMIT, ROLLBACK
    OTHER = "other"  # EXPLAIN, SHOW, SET, PRAGMA, and what was not understood


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """A column that a statement touches, resolved as far as the text (and the schema, if given) allows."""

    table: str | None  # None: could be a column of any table in scope
    column: str  # "*" for every column of `table`


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Exactly one parsed statement. Names are bare in the default schema, else `schema.name`; sorted, unique."""

    text: str
    dialect: Dialect
    kind: Kind
    action: str  # the leading verb in lower case: "select", "drop table", "truncate", "begin", "explain", ...
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    columns: tuple[ColumnUse, ...]
    functions: tuple[str, ...]  # every name by which the text (or sqlglot) knows each called function, lower case
    has_where: bool  # an UPDATE, DELETE or SELECT with a WHERE that narrows
    fingerprint: str  # 16 hex digits; literals are placeholders, lists collapse, names normalised per dialect
    sha256: str  # of the exact text, UTF-8
    tree: exp.Expr
    tokens: tuple[Token, ...] = ()  # as the engine reads them; comments and trailing semicolons left out
    calls: tuple[str, ...] = ()  # the functions as the text names them: what must be on the allow-list
    explains: "Statement | None" = None  # what an EXPLAIN is about
