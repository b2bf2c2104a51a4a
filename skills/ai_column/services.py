"""What the engine is given: the door, the journal and a model by whoever wires, the choices by the person."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from memory.jobs import JobStore
from skills.ai_column.budget import Limits
from skills.ai_column.library import Library
from skills.ai_column.plan import Estimate, Price
from skills.ai_column.refresh import Refresh
from skills.ai_column.task import ColumnTask
from skills.model_caller import ModelCaller
from skills.settings import FillSettings
from tools.safety.caller import Caller
from tools.safety.gate import Gate

JOB_KIND = "ai_column"


class Choices(BaseModel):
    """How to run, as opposed to what to fill: none of it makes another job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_per_call: int | None = None
    concurrency: int | None = None
    limits: Limits = Limits()
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
class Services:
    """What the engine is given by whoever wires the application."""

    gate: Gate
    jobs: JobStore
    caller: Caller  # in whose name; its mode must be `operate`
    settings: FillSettings
    estimate: Estimate
    model: str  # the label recorded beside every answer
    price: Price | None
    make_caller: Callable[[str], ModelCaller]  # job id -> caller; called on the event loop of the run
    library: Library = field(default_factory=Library)  # by default only the wordings that ship
