"""The flags of `columnist fill`, and what they mean: what to fill, and how to run."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from agent.interfaces.failures import UsageProblem
from agent.interfaces.options import Opening
from skills.ai_column.budget import Limits
from skills.ai_column.refresh import Refresh
from skills.ai_column.services import Choices, ModelChoice, QualityCheck
from skills.ai_column.task import ColumnTask, build_task, load_task, split_names


@dataclass(frozen=True, kw_only=True)
class FillOptions:
    """Every flag of `columnist fill`, as typed."""

    opening: Opening = field(default_factory=Opening)
    task: Path | None = None
    table: str | None = None
    source: str | None = None  # --from
    column: str | None = None  # --to
    intent: str | None = None  # --as
    type: str | None = None
    labels: str | None = None
    where: str | None = None
    key: str | None = None
    into: str | None = None
    join: str | None = None
    model: ModelChoice = ModelChoice.FAST
    rows_per_call: int | None = None
    concurrency: int | None = None
    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    max_rows: int | None = None
    quality: int | None = None
    judge: str | None = None
    gold: Path | None = None
    new: bool = False
    no_reuse: bool = False
    plan: bool = False
    preview: int | None = None
    refresh: str | None = None
    overwrite_edits: bool = False
    snapshot: bool = False
    yes: bool = False
    json: bool = False


def task_of(options: FillOptions) -> ColumnTask:
    """The task in the flags or in the file; never in both."""
    flags = {
        "--table": options.table,
        "--from": options.source,
        "--to": options.column,
        "--as": options.intent,
    }
    if options.task is not None:
        given = [flag for flag, value in flags.items() if value is not None]
        if given:
            raise UsageProblem(f"--task says it all; leave out {', '.join(given)}")
        return load_task(options.task)
    missing = [flag for flag, value in flags.items() if value is None]
    if missing:
        raise UsageProblem(f"missing {', '.join(missing)}", hint="or give it all in a file with --task")
    spec = {"as": options.intent, "type": options.type, "labels": split_names(options.labels or "")}
    return build_task(
        {
            "table": options.table,
            "from": options.source,
            "where": options.where,
            "key": options.key or (),
            "into": options.into,
            "join": options.join,
            "columns": {options.column: spec},
        }
    )


def choices_of(options: FillOptions) -> Choices:
    if sum((options.plan, options.preview is not None, options.yes)) > 1:
        raise UsageProblem("choose one of --plan, --preview and --yes")
    if options.preview is not None and not 1 <= options.preview <= 10:
        raise UsageProblem("--preview takes 1 to 10 rows")
    for name in ("rows_per_call", "concurrency", "max_calls", "max_tokens", "max_cost", "max_rows", "quality"):
        value = getattr(options, name)
        if value is not None and value <= 0:
            raise UsageProblem(f"--{name.replace('_', '-')} must be greater than 0")
    return Choices(
        model=options.model,
        rows_per_call=options.rows_per_call,
        concurrency=options.concurrency,
        limits=Limits(
            max_calls=options.max_calls,
            max_tokens=options.max_tokens,
            max_cost=options.max_cost,
            max_rows=options.max_rows,
        ),
        reuse=not options.no_reuse,
        new=options.new,
        check=check_of(options.quality, options.judge, options.gold),
        refresh=refresh_of(options),
        overwrite_edits=options.overwrite_edits,
        snapshot=options.snapshot,
    )


def refresh_of(options: FillOptions) -> Refresh | None:
    if options.refresh is None:
        if options.overwrite_edits:
            raise UsageProblem("--overwrite-edits goes with --refresh")
        return None
    try:
        return Refresh(options.refresh)
    except ValueError:
        raise UsageProblem(f"--refresh is {', '.join(Refresh)}, not {options.refresh!r}") from None


def check_of(rows: int | None, judge: str | None, gold: Path | None) -> QualityCheck | None:
    """The second opinion that was asked for."""
    if rows is None and judge is None and gold is None:
        return None
    if judge is not None and gold is not None:
        raise UsageProblem("choose one of --judge and --gold")
    return QualityCheck(rows=rows, judge=judge or "precise", gold=gold)
