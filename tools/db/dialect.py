"""What one engine does its own way, in two halves: `Strategy` (stateless: connect, quote, explain errors) and
`Session` (one open connection: run, stream, cancel, tell whether its transaction lives).

Everything above these two speaks of no engine by name.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, TypeAlias

from tools.db.bulk import Bulk
from tools.db.limits import SessionLimits
from tools.db.url import DatabaseUrl
from tools.db.values import Value
from tools.errors import DatabaseError
from tools.sql.statement import Dialect

Params: TypeAlias = "Mapping[str, Value] | Sequence[Value] | None"


class RowStream(ABC):
    """Rows as the server sends them. `stop` ends the statement on the server if rows are left."""

    columns: tuple[str, ...]

    @abstractmethod
    def __iter__(self) -> Iterator[tuple[Value, ...]]: ...

    @abstractmethod
    def stop(self) -> None: ...


class Session(ABC):
    """One driver connection. Driver errors leave as they are; `Strategy.translate` explains them.

    Used by one thread at a time, except `cancel` and `sever`.
    """

    def __init__(self, limits: SessionLimits, *, readonly: bool) -> None:
        self.limits = limits
        self.readonly = readonly
        self.fresh = True  # never lent before: no need to ask whether it still lives

    @abstractmethod
    def setup(self) -> None:
        """Put every session setting in place. Repeated when the connection comes back to the pool."""

    @abstractmethod
    def reset(self) -> None:
        """Undo whatever the last user left: transaction, settings, temporary tables, locks. Then `setup`."""

    @abstractmethod
    def start(self, timeout_s: float) -> None:
        """Before each statement: the time limit, and for a read-only session its layer, asserted again."""

    @abstractmethod
    def begin(self) -> None: ...

    @abstractmethod
    def commit(self) -> None: ...

    @abstractmethod
    def rollback(self) -> None: ...

    @abstractmethod
    def command(self, sql: str) -> None:
        """A constant text of our own without result or parameters, such as SAVEPOINT."""

    @abstractmethod
    def execute(self, sql: str, params: Params) -> int:
        """Exactly one statement; the number of rows it matched."""

    @abstractmethod
    def execute_many(self, sql: str, rows: Sequence[Mapping[str, Value] | Sequence[Value]]) -> int: ...

    @abstractmethod
    def stream(self, sql: str, params: Params, *, at_once: int = 1) -> RowStream:
        """`at_once`: how many rows may be held between the server and the caller."""

    @abstractmethod
    def fetch(self, sql: str, params: Params) -> Sequence[tuple[Value, ...]]:
        """All rows of a text of our own, at once; it stands in the open transaction, not in a savepoint."""

    @abstractmethod
    def cancel(self) -> None:
        """Stop the running statement on the server. From any thread."""

    @abstractmethod
    def sever(self) -> None:
        """Cut the line when the server does not answer a cancel. From any thread; the session is unusable after."""

    @abstractmethod
    def transaction_open(self) -> bool:
        """Whether a transaction was open after the last answer, without asking again."""

    def failed(self) -> bool:
        """Inside a transaction that only a rollback (to a savepoint) can continue; COMMIT would drop it silently."""
        return False

    @abstractmethod
    def in_transaction(self) -> bool:
        """Asks the server, not our memory: some errors end a transaction silently."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def usable(self) -> bool:
        """Asks the server for a sign of life; also absorbs a cancel that came too late."""


class Strategy(ABC):
    """The engine itself."""

    dialect: ClassVar[Dialect]
    pooled: ClassVar[bool]
    # What the driver raises on a bad statement, value or connection.
    errors: ClassVar[tuple[type[Exception], ...]]
    before_restoring: ClassVar[str] = ""  # lets exactly the values back in that were read, for this session
    or_fail: ClassVar[str] = ""  # after INSERT and UPDATE: never make room by deleting, whatever the table says
    row_lock_suffix: ClassVar[str]  # makes a SELECT lock its rows; empty where BEGIN has locked already

    @abstractmethod
    def open(self, target: DatabaseUrl, limits: SessionLimits, *, readonly: bool) -> Session:
        """Connect, in autocommit, within `CONNECT_TIMEOUT_S`. `setup` comes next."""

    @abstractmethod
    def translate(self, error: Exception, target: DatabaseUrl) -> DatabaseError:
        """The typed error for what the driver raised, in one line."""

    @abstractmethod
    def quote(self, identifier: str) -> str: ...

    def quote_table(self, name: str) -> str:
        """`table`, or `schema.table` as `Schema` names tables outside the default schema."""
        return ".".join(self.quote(part) for part in name.split(".", 1))

    @abstractmethod
    def placeholder(self, name: str) -> str:
        """A named parameter as the driver writes it."""

    def escape(self, text: str) -> str:
        """A text without parameters as a part of one that has some."""
        return text.replace("%", "%%")

    def slot(self, name: str, _value: Value, /) -> str:
        """The parameter with this value, so that the database takes it for what it was when it was read."""
        return self.placeholder(name)

    @property
    @abstractmethod
    def bulk(self) -> Bulk: ...

    @property
    @abstractmethod
    def version_query(self) -> str: ...


CONNECT_TIMEOUT_S = 10
