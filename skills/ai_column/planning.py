"""A plan made with what the application offers and what earlier jobs have shown of the model."""

from skills.ai_column.plan import Plan, Planner, scale_of
from skills.ai_column.recompute import refreshing
from skills.ai_column.services import Choices, Services
from skills.ai_column.task import ColumnTask

_CONCURRENCY = 8  # for the plan's time, where the limit of calls in flight finds itself
_RECENT_JOBS = 20


def plan_for(services: Services, task: ColumnTask, choices: Choices) -> Plan:
    """Free: no model call, no write. Raises TaskInvalid."""
    task = services.library.resolved(task)
    recent = services.jobs.list(_RECENT_JOBS)
    planner = Planner(
        gate=services.gate,
        database=services.gate.database,
        caller=services.caller,
        settings=services.settings,
        estimate=services.estimate,
        model=services.model,
        price=services.price,
        concurrency=choices.concurrency or services.settings.concurrency or _CONCURRENCY,
        scale=scale_of((job.plan_json for job in recent), services.model),
        refreshing=refreshing(services, choices, task),
    )
    rows_per_call = choices.rows_per_call or services.settings.rows_per_call
    return planner.plan(task, rows_per_call=rows_per_call, snapshot=choices.snapshot)
