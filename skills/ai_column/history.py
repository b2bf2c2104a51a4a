"""What jobs have made of the cells of a target, over all jobs of the store that ever filled them.

A job counts if it filled one of the columns from rows of the same table under the same key. Of several jobs the
last one that settled a row speaks for it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from memory.jobs import Answer, AnswerStatus, Job, JobStore
from skills.ai_column.answers import values_of
from skills.ai_column.services import JOB_KIND, JobSpec
from skills.ai_column.target import Target
from tools.db.values import Value, decode_row

_MOST_JOBS = 100_000


@dataclass(frozen=True, kw_only=True)
class FilledBy:
    """A job that filled columns of a table."""

    job: Job
    spec: JobSpec
    plan: dict[str, object]  # as it was recorded with the job

    @classmethod
    def of(cls, job: Job) -> "FilledBy":
        return cls(job=job, spec=JobSpec.from_json(job.spec_json), plan=json.loads(job.plan_json or "{}"))

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order of its answers, as the database spells them."""
        named = self.plan.get("to")
        return tuple(named) if isinstance(named, list) else (str(named),)

    @property
    def overwrote(self) -> bool:
        """Whether it wrote over what cells held: a refresh does."""
        return self.spec.choices.refresh is not None

    @property
    def created(self) -> tuple[str, ...]:
        """The columns that it added to the table."""
        creates = self.plan.get("creates")
        return tuple(creates) if isinstance(creates, dict) else ()

    def fills(self, target: Target) -> bool:
        """Whether its rows are the target's, so that their keys mean the same."""
        places = (self.plan.get("table"), self.plan.get("into"), self.plan.get("key"))
        return places == (target.source.name, target.table.name, list(target.key))


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a job has made of one cell."""

    by: FilledBy
    answer: Answer  # of the cell's row
    place: int  # of the cell among the job's columns

    @property
    def status(self) -> AnswerStatus:
        return self.answer.status

    @property
    def before(self) -> Value:
        """What the cell held."""
        return decode_row(json.loads(self.answer.previous_json))[self.place] if self.answer.previous_json else None

    @property
    def value(self) -> Value:
        """What was answered for it; None also where nothing was."""
        return values_of(self.answer)[self.place] if self.answer.answer_json else None

    @property
    def wrote(self) -> bool:
        """Whether the answer was to stand in the cell: a fill leaves alone what holds something."""
        if self.status in (AnswerStatus.WRITTEN, AnswerStatus.UNDONE):
            return self.by.overwrote or self.before is None
        # Of a failed row some cells may have been answered well.
        return self.value is not None and (self.by.overwrote or self.before is None)

    @property
    def may_hold(self) -> tuple[Value, ...]:
        """What the cell holds if nobody has changed it since."""
        if self.status is AnswerStatus.WRITTEN:
            return (self.value if self.wrote else self.before,)
        return (self.before, self.value) if self.wrote else (self.before,)


class History:
    """Looks up cells of one target."""

    def __init__(self, jobs: JobStore, target: Target, database: str) -> None:
        self._jobs = jobs
        self._target = target
        self._database = database

    @cached_property
    def filled_by(self) -> tuple[FilledBy, ...]:
        """The jobs that filled one of the columns at least, newest first."""
        found = (FilledBy.of(job) for job in self._jobs.list(_MOST_JOBS, self._database) if job.kind == JOB_KIND)
        wanted = set(self._target.names)
        return tuple(one for one in found if one.fills(self._target) and wanted & set(one.columns))

    def of(self, keys: Sequence[str]) -> dict[str, list[Made | None]]:
        """By row (`key_json`), for each target column; rows of which no job knows anything are left out."""
        made: dict[str, list[Made | None]] = {}
        for job_ids, places in self._groups.items():
            for key, (job_id, answer) in self._jobs.latest(job_ids, keys).items():
                by = self._by_id[job_id]
                cells = made.setdefault(key, [None] * len(self._target.names))
                for place in places:
                    at = by.columns.index(self._target.names[place])
                    cells[place] = Made(by=by, answer=answer, place=at)
        return made

    @cached_property
    def _by_id(self) -> dict[str, FilledBy]:
        return {one.job.id: one for one in self.filled_by}

    @cached_property
    def _groups(self) -> dict[tuple[str, ...], list[int]]:
        """Places of columns, by the jobs that filled them: as a rule one group for all."""
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, name in enumerate(self._target.names):
            jobs = tuple(one.job.id for one in self.filled_by if name in one.columns)
            if jobs:
                groups[jobs].append(place)
        return groups
