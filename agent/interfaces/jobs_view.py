"""Column-filling jobs as a person reads them, and as JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line
from agent.interfaces.render import shortened
from memory.jobs import Answer, Job, JobSummary, Worker
from skills.ai_column.progress_words import duration, line, spend
from skills.ai_column.record import JobRecord, Sample, interrupted, progress_of, why
from skills.ai_column.report import Failure
from skills.ai_column.services import JobSpec

_TIME = "%Y-%m-%d %H:%M:%S UTC"
WIDE_LIST = 110  # columns of a terminal on which a list has room for what was asked for


def job_json(job: Job, failures: Sequence[Answer] = (), summary: JobSummary | None = None) -> dict[str, object]:
    counts, usage = job.counts, job.counts.usage
    task = JobSpec.from_json(job.spec_json).task
    record = JobRecord.of(job)
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
        "cost": format(usage.cost.normalize(), "f") if record.priced else None,
        "status": why(job, Worker.here()),
        "progress": _progress(job),
        "report": _report(job, record),
        "reasons": [{"reason": reason.text, "rows": reason.rows} for reason in summary.reasons] if summary else [],
        "failures": [Failure.of(answer).as_json() for answer in failures],
        "worker": None if job.lease_owner is None else {"host": job.lease_owner.host, "pid": job.lease_owner.pid},
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
    }


def _progress(job: Job) -> dict[str, object] | None:
    """Of the run under way."""
    standing = progress_of(job, datetime.now(UTC))
    if standing is None:
        return None
    left = standing.eta_s
    return {
        "pending": standing.pending,
        "done": standing.done,
        "rows_per_second": round(standing.rate, 1),
        "seconds_left": None if left is None else round(left, 1),
    }


def _report(job: Job, record: JobRecord) -> dict[str, object] | None:
    """What came of it: the facts that were kept, and what follows from them and the counts."""
    kept, counts = record.report, job.counts
    if kept is None:
        return None
    rows = counts.filled + counts.failed
    return {
        "ended_at": kept.ended_at.isoformat(),
        "model": record.model,
        "seconds": kept.seconds,
        "rows_per_second": round(rows / kept.seconds, 1) if kept.seconds else None,
        "calls_per_row": round(counts.usage.calls / rows, 4) if rows else None,
        "left": kept.pending,
        "message": kept.message,
        "samples": list(kept.samples),
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
    running = [(job, progress_of(job, datetime.now(UTC))) for job in jobs if not interrupted(job, here)]
    news = [Text(one_line(f"{job.id}: {line(one)}. {why(job, here)}")) for job, one in running if one is not None]
    elsewhere = [job for job in jobs if database is not None and job.database != database]
    notes = [Text(one_line(f"{job.id} fills another database: {job.database}"), style="dim") for job in elsewhere]
    return Group(table, *news, *notes)


def job_details(job: Job, failures: Sequence[Answer], summary: JobSummary | None = None) -> RenderableType:
    table = Table(box=None, show_header=False)
    facts: dict[str, object] = {**job_json(job), "state": _state(job, Worker.here())}
    facts |= {"created_at": f"{job.created_at:{_TIME}}", "updated_at": f"{job.updated_at:{_TIME}}"}
    for name in ("failures", "reasons", "report", "error"):
        del facts[name]  # in words or tables of their own; the status says the error
    if job.state.finished and job.error is None:
        del facts["status"]  # it would say the state again
    record = JobRecord.of(job)
    facts["report"] = _told(job, record)
    for name, value in facts.items():
        if value is not None:
            table.add_row(Text(name, style="dim"), Text(one_line(_words(value))))
    parts: list[RenderableType] = [table]
    if record.report is not None and record.report.samples:
        parts.append(_samples(record.report.samples))
    if summary is not None and summary.reasons:
        reasons = [(f"{reason.rows:,}", reason.text) for reason in summary.reasons]
        parts.append(_table("failed, by reason", ("rows", "reason"), reasons))
    if failures:
        failed = [Failure.of(answer).as_json() for answer in failures]
        rows = [(str(one["key"]), str(one["reason"])) for one in failed]
        parts.append(_table("failed", ("key", "reason"), rows))
    return Group(*parts)


def _told(job: Job, record: JobRecord) -> str | None:
    """The report in a line."""
    report = _report(job, record)
    if report is None or record.report is None:
        return None
    usage = job.counts.usage
    spent = spend(usage.prompt_tokens + usage.completion_tokens, usage.cost if record.priced else None)
    return (
        f"{duration(record.report.seconds)} in all, {report['rows_per_second'] or 0} rows/s, "
        f"{report['calls_per_row'] or 0} calls per row, {spent}, {record.report.pending:,} rows left"
    )


def _samples(samples: Sequence[Sample]) -> RenderableType:
    rows = [(str(one.get("key")), str(one.get("value", one.get("values")))) for one in samples]
    return _table("some of the filled rows", ("key", "value"), rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[tuple[str, str]]) -> RenderableType:
    table = Table(*columns, box=box.SIMPLE_HEAD)
    for first, second in rows:
        table.add_row(Text(one_line(first)), Text(one_line(second)))
    return Group(Text(title, style="dim"), table)


def _state(job: Job, here: Worker) -> str:
    """Where its worker died nobody has written it down yet."""
    return "interrupted" if interrupted(job, here) else job.state.value


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{name} {item:,}" if isinstance(item, int) and name != "pid" else f"{name} {item}"
            for name, item in value.items()
        )
    return str(value)
