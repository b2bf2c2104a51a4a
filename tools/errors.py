"""What this floor raises.

ToolError                  a fact and, in `hint`, the way out
├── StatementError         the text is not one statement that we understand
├── Refused                the door said no; carries the reasons
│   ├── ApprovalRequired   a person must say yes; carries the Pending (tools.safety.pending)
│   └── ApprovalInvalid    expired, used, or the effect is no longer the approved one
└── DatabaseError          what the database (or the way to it) said
    ├── Unreachable        no server, no file, no such database
    ├── AccessDenied       wrong user or password, missing privilege
    ├── UnknownName        no such table or column; the hint names the nearest ones
    ├── StatementTimeout   cancelled on the server after the time limit
    ├── Cancelled          cancelled on the server because a person asked
    ├── LockTimeout        another transaction holds the rows
    ├── TransactionLost    the transaction ended under us; nothing of it was kept
    ├── CommitUnknown      the connection died during COMMIT; kept or not, nobody knows yet
    └── ConstraintViolated a key, check or NOT NULL refused the change
"""

from collections.abc import Iterator
from contextlib import contextmanager

from memory.errors import Failure


class ToolError(Failure):
    """Something went wrong with the database or its door."""

    step: int | None = None  # of several statements, the one it is about, from 0


@contextmanager
def about_step(at: int) -> Iterator[None]:
    """What goes wrong in here is about this one of several statements."""
    try:
        yield
    except ToolError as error:
        error.step = at
        raise


class StatementError(ToolError):
    """The text is not exactly one statement that can be understood."""


class Refused(ToolError):
    """The safety layer refused the statement."""

    def __init__(self, message: str | None = None, *, hint: str | None = None, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(message or ("; ".join(reasons) or None), hint=hint)
        self.reasons = reasons or ((message,) if message else ())


class ApprovalInvalid(Refused):
    """The approval does not cover what would happen now."""


class DatabaseError(ToolError):
    """The database reported an error."""


class Unreachable(DatabaseError):
    """The database cannot be reached."""


class AccessDenied(DatabaseError):
    """The database refused the user or the privilege."""


class UnknownName(DatabaseError):
    """The table or column does not exist."""

    def __init__(self, message: str | None = None, *, hint: str | None = None, name: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.name = name  # as the statement wrote it, where the database says


class StatementTimeout(DatabaseError):
    """The statement ran longer than the time limit and was cancelled on the server."""


class Cancelled(DatabaseError):
    """The statement was cancelled on the server."""


class LockTimeout(DatabaseError):
    """Another transaction holds the rows; nothing was changed."""


class TransactionLost(DatabaseError):
    """The transaction was lost; nothing of it was kept."""


class CommitUnknown(DatabaseError):
    """The connection was lost during the commit; the changes may or may not have been kept."""


class ConstraintViolated(DatabaseError):
    """A constraint of the table refused the change; nothing was changed."""
