"""How skills see the batch lane: many questions handed over in files, answered within a day for less money.

A lane belongs to one job. What was handed over once is never handed over again, whenever the process was killed:
`submit` looks at the endpoint first. Answers come back in any order and are told apart by `custom_id` alone.
"""

from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from skills.model_caller import AnswerUnusable, ModelReply, ModelRequest

CUSTOM_ID_CHARS = 64  # the most of one custom_id


class BatchState(StrEnum):
    VALIDATING = "validating"  # the file is being checked
    FAILED = "failed"  # the file was refused as a whole: nothing was answered, nothing is paid
    IN_PROGRESS = "in_progress"
    FINALIZING = "finalizing"  # answered; the result files are being written
    COMPLETED = "completed"
    EXPIRED = "expired"  # not all was answered in time; what was, can be fetched
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"  # what was answered before can be fetched

    @property
    def ended(self) -> bool:
        """Whether nothing more will be answered, so that `results` says all there is."""
        return self in (BatchState.COMPLETED, BatchState.FAILED, BatchState.EXPIRED, BatchState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class BatchQuestion:
    """One call. `custom_id` is unique within the job, at most CUSTOM_ID_CHARS long."""

    custom_id: str
    request: ModelRequest


@dataclass(frozen=True, kw_only=True)
class BatchFile:
    """A file of questions on this machine. It holds row data: delete it once it is submitted."""

    part: int
    path: Path
    requests: int
    size_bytes: int
    digest: str  # of its content


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A file of questions at the endpoint."""

    id: str
    part: int
    state: BatchState
    total: int  # requests; 0 while they are not counted yet
    completed: int
    failed: int  # requests
    digest: str
    created_at: datetime
    reason: str | None = None  # why it failed as a whole
    crowded: bool = False  # it failed only because too much was waiting there: submit it again when another has ended
    input_file: str | None = None
    output_file: str | None = None
    error_file: str | None = None


class NotAnswered(Exception):
    """This question got no answer and costs nothing (expired, cancelled, an error of the server): ask it again."""


@dataclass(frozen=True, kw_only=True)
class BatchAnswer:
    """What came of one question; an AnswerUnusable concerns it alone, as online."""

    custom_id: str
    outcome: ModelReply | AnswerUnusable | NotAnswered


class BatchConflict(Exception):
    """This part of the job was submitted with other questions; fetch or cancel that one first."""


class BatchLane(Protocol):
    """The batches of one job. For one event loop.

    Every method that asks the endpoint raises ModelUnusable (it cannot serve: wrong key, no batches there,
    unreachable) or CallNotSent (after `stop_sending`). `on_retry` is told before each further attempt.
    """

    @property
    def label(self) -> str:
        """The model's name as recorded beside every answer."""

    def write(self, questions: Iterable[BatchQuestion], folder: Path, *, first_part: int = 1) -> Iterator[BatchFile]:
        """Files within the endpoint's limits, parts numbered from `first_part`. Reads `questions` as it goes."""

    async def submit(self, file: BatchFile, on_retry: Callable[[], None]) -> Batch:
        """The batch of this file: the one that is already there, else a new one. Raises BatchConflict.

        A batch that failed as a whole does not count as there.
        """

    async def find(self) -> tuple[Batch, ...]:
        """All batches of the job, oldest first."""

    async def look(self, batch_id: str) -> Batch:
        """How it stands now."""

    def results(self, batch: Batch, known: Container[str] = ()) -> AsyncIterator[BatchAnswer]:
        """All that came of it so far, in any order. Questions in `known` are passed over and not counted as spent."""

    async def cancel(self, batch_id: str) -> Batch:
        """Ask for its end; what is answered already stays and is paid."""

    async def forget(self, batch: Batch) -> None:
        """Delete its files at the endpoint, once all its answers are journalled."""

    async def pause(self, seconds: float) -> None:
        """Between two looks. Raises CallNotSent as soon as nothing may be sent any more."""

    async def stop_sending(self) -> None: ...

    async def aclose(self) -> None: ...
