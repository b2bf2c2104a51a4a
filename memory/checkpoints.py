"""Where conversations wait: LangGraph's checkpoints in a SQLite file of their own, for their owner only.

Errors of the file leave as StateUnavailable, like those of the store. `prune` keeps only the last checkpoint of a
conversation, so that a long one does not fill the disk.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from langgraph.checkpoint.sqlite import SqliteSaver

from memory.errors import StateUnavailable
from memory.failures import unavailable
from memory.state_url import parse_state_url

_LOCK_WAIT_MS: Final = 30_000
# Checkpoint ids grow with time, so the largest is the last.
_PRUNE: Final = (
    "DELETE FROM writes WHERE thread_id = :thread AND checkpoint_id < "
    "(SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = :thread)",
    "DELETE FROM checkpoints WHERE thread_id = :thread AND checkpoint_id < "
    "(SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = :thread)",
)


class Checkpoints:
    """The open file. Use the saver inside `answered`."""

    def __init__(self, path: Path) -> None:
        self._address = parse_state_url(f"sqlite:///{path.absolute()}")
        self._closing = ExitStack()
        _create(path)
        with self.answered():
            self.saver: SqliteSaver = self._closing.enter_context(SqliteSaver.from_conn_string(str(path)))
            self.saver.conn.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MS}")
            # FULL: a question that was shown must be there after a power cut.
            self.saver.conn.execute("PRAGMA synchronous = FULL")
            self.saver.setup()

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Errors of the file in the store's words."""
        try:
            yield
        except sqlite3.Error as error:
            raise unavailable(sa.exc.DBAPIError("", None, error), self._address) from error

    def prune(self, thread_ids: Sequence[str]) -> None:
        with self.answered(), self.saver.cursor() as cursor:
            for thread_id in thread_ids:
                for statement in _PRUNE:
                    cursor.execute(statement, {"thread": thread_id})

    def close(self) -> None:
        self._closing.close()


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return  # what is there is opened, and answers for itself
    except OSError as error:
        raise StateUnavailable(
            f"The conversations' file {path} cannot be created: {error.strerror}.",
            hint="make the folder writable for you, or name another place with COLUMNIST_STATE_URL",
        ) from error
