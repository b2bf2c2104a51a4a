"""What reaches the journal thread: settled answers, rows whose answer was known, questions given up, the end."""

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from skills.ai_column.asking import Question, Settled
from skills.ai_column.rows import SourceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answers of one call."""

    settled: Sequence[Settled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Rows that need no call; None: there is nothing to judge in the row."""

    rows: Sequence[tuple[SourceRow, Settled | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Questions that were not answered because the run stops."""

    questions: Sequence[Question]


@dataclass(frozen=True, kw_only=True)
class End:
    """Nothing comes after it."""


END: Final = End()
Item: TypeAlias = "Answered | Known | Dropped | End"
Outbox: TypeAlias = "queue.SimpleQueue[Item]"
