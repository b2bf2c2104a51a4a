"""Column-filling jobs as a person reads them, and as JSON."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line
from memory.jobs import Answer, Job
from skills.ai_column.report import Failure
from skills.ai_column.services import JobSpec


def job_json(job: Job, failures: Sequence[Answer] = ()) -> dict[str, object]:
    counts, usage = job.counts, job.counts.usage
    task = JobSpec.from_json(job.spec_json).task
    return {
        "job": job.id,
        "state": job.state.value,
        "database": job.database,
        "table": task.table,
        "column": task.column,
        "what": task.spec.intent,
        "rows": {"filled": counts.filled, "failed": counts.failed, "reused": counts.reused},
        "calls": {"made": usage.calls, "retried": usage.retried},
        "tokens": {"prompt": usage.prompt_tokens, "completion": usage.completion_tokens},
        "failures": [Failure.of(answer).as_json() for answer in failures],
        "worker": None if job.lease_owner is None else {"host": job.lease_owner.host, "pid": job.lease_owner.pid},
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
    }


def jobs_table(jobs: Sequence[Job]) -> RenderableType:
    if not jobs:
        return Text("no jobs yet", style="dim")
    table = Table()
    for name in ("job", "state", "column", "what", "filled", "failed", "calls", "updated"):
        table.add_column(name, overflow="ellipsis", max_width=40)
    for job in jobs:
        task = JobSpec.from_json(job.spec_json).task
        table.add_row(
            job.id,
            job.state.value,
            Text(one_line(f"{task.into or task.table}.{task.column}")),
            Text(one_line(task.spec.intent)),
            f"{job.counts.filled:,}",
            f"{job.counts.failed:,}",
            f"{job.counts.usage.calls:,}",
            f"{job.updated_at:%Y-%m-%d %H:%M}",
        )
    return table


def job_details(job: Job, failures: Sequence[Answer]) -> RenderableType:
    table = Table(box=None, show_header=False)
    for name, value in job_json(job).items():
        if name != "failures":
            table.add_row(Text(name, style="dim"), Text(one_line(_words(value))))
    if not failures:
        return table
    failed = Table("key", "reason", title="failed", title_justify="left")
    for failure in (Failure.of(answer).as_json() for answer in failures):
        failed.add_row(Text(one_line(str(failure["key"]))), Text(one_line(str(failure["reason"])), style="red"))
    return Group(table, failed)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return "" if value is None else str(value)
