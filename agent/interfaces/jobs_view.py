"""Column-filling jobs as a person reads them, and as JSON."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line
from agent.interfaces.render import shortened
from memory.jobs import Answer, Job, JobState, Worker
from skills.ai_column.report import Failure
from skills.ai_column.services import JobSpec

_TIME = "%Y-%m-%d %H:%M:%S UTC"
WIDE_LIST = 110  # columns of a terminal on which a list has room for what was asked for


def job_json(job: Job, failures: Sequence[Answer] = ()) -> dict[str, object]:
    counts, usage = job.counts, job.counts.usage
    task = JobSpec.from_json(job.spec_json).task
    return {
        "job": job.id,
        "state": job.state.value,
        "database": job.database,
        "table": task.table,
        "column": ", ".join(task.columns),
        "what": task.intent,
        "rows": {"filled": counts.filled, "failed": counts.failed, "reused": counts.reused},
        "calls": {"made": usage.calls, "retried": usage.retried},
        "tokens": {"prompt": usage.prompt_tokens, "completion": usage.completion_tokens},
        "failures": [Failure.of(answer).as_json() for answer in failures],
        "worker": None if job.lease_owner is None else {"host": job.lease_owner.host, "pid": job.lease_owner.pid},
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
    }


def jobs_table(jobs: Sequence[Job], *, width: int, database: str | None = None) -> RenderableType:
    """Newest first, each on one line; what was asked for only where there is room.

    `database` is the identity of the one at hand: below stands which jobs fill another.
    """
    if not jobs:
        return Text("no jobs yet", style="dim")
    wide = width >= WIDE_LIST
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("job", "state", "column", "filled", "failed", "calls", "changed"):
        counts = name in ("filled", "failed", "calls")
        table.add_column(name, justify="right" if counts else "left", no_wrap=True, overflow="ellipsis")
    if wide:
        table.add_column("what", no_wrap=True, overflow="ellipsis")
    here = Worker.here()
    for job in jobs:
        task = JobSpec.from_json(job.spec_json).task
        table.add_row(
            job.id,
            _state(job, here),
            shortened(
                Text(one_line(f"{task.into or task.table}.{', '.join(task.columns)}")),
                40 if wide else max(12, width - 61),
            ),
            f"{job.counts.filled:,}",
            f"{job.counts.failed:,}",
            f"{job.counts.usage.calls:,}",
            f"{job.updated_at:%m-%d %H:%M}",
            *([Text(one_line(task.intent))] if wide else []),
        )
    elsewhere = [job for job in jobs if database is not None and job.database != database]
    notes = [Text(one_line(f"{job.id} fills another database: {job.database}"), style="dim") for job in elsewhere]
    return Group(table, *notes)


def job_details(job: Job, failures: Sequence[Answer]) -> RenderableType:
    table = Table(box=None, show_header=False)
    facts: dict[str, object] = {**job_json(job), "state": _state(job, Worker.here())}
    facts |= {"created_at": f"{job.created_at:{_TIME}}", "updated_at": f"{job.updated_at:{_TIME}}"}
    for name, value in facts.items():
        if name != "failures" and value is not None:
            table.add_row(Text(name, style="dim"), Text(one_line(_words(value))))
    if not failures:
        return table
    failed = Table("key", "reason", box=box.SIMPLE_HEAD, title="failed", title_justify="left")
    for failure in (Failure.of(answer).as_json() for answer in failures):
        failed.add_row(Text(one_line(str(failure["key"]))), Text(one_line(str(failure["reason"])), style="red"))
    return Group(table, failed)


def _state(job: Job, here: Worker) -> str:
    """Where its worker died nobody has written it down yet."""
    gone = job.state is JobState.RUNNING and job.lease_owner is not None and here.is_gone(job.lease_owner)
    return "interrupted" if gone else job.state.value


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{name} {item:,}" if isinstance(item, int) and name != "pid" else f"{name} {item}"
            for name, item in value.items()
        )
    return str(value)
