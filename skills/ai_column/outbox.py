"""What reaches the writer thread: settled answers, rows whose answer was known, questions given up, the end."""

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from skills.ai_column.asking import Question, Settled
from skills.ai_column.rows import SourceRow


@dataclass(frozen=True, kw_only=True)
class Known:
    """A row that needs no call."""

    row: SourceRow
    settled: Settled | None  # None: there is nothing to judge in it


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """Questions that were not answered because the run stops."""

    questions: Sequence[Question]


@dataclass(frozen=True, kw_only=True)
class End:
    """Nothing comes after it."""


END: Final = End()
Item: TypeAlias = "Settled | Known | Dropped | End"
Outbox: TypeAlias = "queue.SimpleQueue[Item]"
