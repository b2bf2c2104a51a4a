"""The job that a command is about: found again, or new.

A refresh is a job of its own beside the fill of the same task, over rows that are chosen. Which kind of refresh a job
is stands in its choices; an interrupted one is gone on with by the same command.
"""

import json
from collections.abc import Callable

from memory.jobs import Job, JobStore
from skills.ai_column.history import History
from skills.ai_column.plan import Plan, recorded
from skills.ai_column.prompt import Prompt
from skills.ai_column.refresh import Refresh, RowSelector
from skills.ai_column.selecting import Selector
from skills.ai_column.services import JOB_KIND, Choices, JobSpec, Services
from skills.ai_column.target import Target
from skills.ai_column.task import ColumnTask
from skills.errors import TaskInvalid


def unfinished(jobs: JobStore, choices: Choices, identity: str) -> Job | None:
    """The job that the same command goes on with: a fill never goes on with a refresh, nor the other way round."""
    if choices.new:
        return None
    job = jobs.by_identity(identity, lambda job: JobSpec.from_json(job.spec_json).choices.refresh is choices.refresh)
    return None if job is None or job.state.finished else job


def new_job(services: Services, choices: Choices, plan: Plan) -> Job:
    """Planned, and nobody's yet."""
    return services.jobs.create(
        kind=JOB_KIND,
        identity=plan.identity,
        database=plan.database,
        session_id=services.caller.session_id,
        principal=services.caller.principal.name,
        spec_json=JobSpec(task=plan.task, choices=choices).to_json(),
        plan_json=json.dumps(recorded(plan, "")),
        approval_json="",
    )


def reuses(choices: Choices) -> bool:
    """Whether answers of earlier jobs will do. To other inputs they do; who asks the same again wants new ones."""
    return choices.reuse and choices.refresh in (None, Refresh.STALE)


def refreshing(
    services: Services, choices: Choices, task: ColumnTask
) -> Callable[[Target, Prompt], RowSelector] | None:
    """For the plan; None: an ordinary fill."""
    if choices.refresh is None:
        return None
    job = unfinished(services.jobs, choices, task.identity(services.gate.database))

    def choose(target: Target, prompt: Prompt) -> RowSelector:
        return _selector(services, choices, target, prompt, job.id if job else None)

    return choose


def selector(services: Services, choices: Choices, target: Target, prompt: Prompt, job_id: str) -> RowSelector | None:
    """For the run of a job; None: an ordinary fill."""
    if choices.refresh is None:
        return None
    return _selector(services, choices, target, prompt, job_id)


def _selector(services: Services, choices: Choices, target: Target, prompt: Prompt, job_id: str | None) -> RowSelector:
    if target.missing:
        names = ", ".join(column.name for column in target.missing)
        raise TaskInvalid(f"{target.table.name} has no column {names} to refresh", hint="fill it first, without it")
    assert choices.refresh is not None
    return Selector(
        History(services.jobs, target, services.gate.database),
        target,
        prompt,
        choices.refresh,
        overwrite_edits=choices.overwrite_edits,
        job_id=job_id,
    )
