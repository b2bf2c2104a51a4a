"""What the engine is given: the door, the journal and a model by whoever wires, the choices by the person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from memory.jobs import JobStore
from skills.ai_column.budget import Limits
from skills.ai_column.library import Library
from skills.ai_column.offer import Offer
from skills.ai_column.plan import Estimate
from skills.ai_column.refresh import Refresh
from skills.ai_column.task import ColumnTask
from skills.model_caller import Embedder, ModelCaller
from skills.settings import FillSettings, QualitySettings
from tools.safety.caller import Caller
from tools.safety.gate import Gate

JOB_KIND = "ai_column"


class ModelChoice(StrEnum):
    """Which of the configured models answers."""

    FAST = "fast"
    PRECISE = "precise"
    CASCADE = "cascade"  # the fast one, and what it is not sure of the precise one


class QualityCheck(BaseModel):
    """A second opinion on a sample of the filled rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int | None = None  # None: `quality.sample_rows`
    judge: str = "precise"  # a role, or a model's name
    gold: Path | None = None  # a file of labels, which need no judge


class Choices(BaseModel):
    """How to run, as opposed to what to fill: none of it makes another job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelChoice = ModelChoice.FAST
    rows_per_call: int | None = None
    concurrency: int | None = None
    limits: Limits = Limits()
    check: QualityCheck | None = None  # None: no second opinion
    reuse: bool = True  # answers of earlier jobs
    new: bool = False  # do not resume an unfinished job of the same identity
    refresh: Refresh | None = None  # compute rows again that are filled already; a job of its own
    overwrite_edits: bool = False  # of a refresh: cells that a person has edited since, too
    snapshot: bool = False  # keep the target's old values in a table before the first write


class JobSpec(BaseModel):
    """What a job's record holds to run it again in another process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: ColumnTask
    choices: Choices

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True)

    @classmethod
    def from_json(cls, text: str) -> "JobSpec":
        return cls.model_validate_json(text)


@dataclass(frozen=True, kw_only=True)
class ModelOffer(Offer):
    """A language model."""

    make: Callable[[str], ModelCaller]  # job id -> caller; called on the event loop of the run


@dataclass(frozen=True, kw_only=True)
class EmbeddingOffer(Offer):
    """An embedding model."""

    make: Callable[[str, int | None], Embedder]  # job id and dimensions (None: the model's own); on the event loop


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the engine is given by whoever wires the application."""

    gate: Gate
    jobs: JobStore
    caller: Caller  # in whose name; its mode must be `operate`
    settings: FillSettings
    estimate: Estimate
    fast: ModelOffer
    precise: Callable[[], ModelOffer]  # raises a SkillError or ModelError where there is none
    embedding: Callable[[], EmbeddingOffer]  # likewise
    judge: Callable[[str], ModelOffer]  # of a role or a name; likewise
    quality: QualitySettings
    library: Library = field(default_factory=Library)  # by default only the wordings that ship

    def checked_rows(self, check: QualityCheck) -> int:
        return self.quality.sample_rows if check.rows is None else check.rows
