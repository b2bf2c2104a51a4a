"""The tour's column filling: the engine of `columnist fill`, with the tour as the person who approves the plan."""

import uuid
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.text import Text

from agent.app import App
from agent.interfaces.fill_view import FillView
from memory.jobs import JobState
from skills.ai_column.engine import ColumnFill
from skills.ai_column.services import Choices
from skills.ai_column.task import build_task
from tools.safety.caller import Caller
from tools.safety.pending import ApprovedBy
from tools.settings import Mode


@dataclass(frozen=True, kw_only=True)
class TourColumn:
    """One column that the tour fills."""

    table: str
    source: str
    column: str
    intent: str
    labels: tuple[str, ...] = ()


COLUMNS = (
    TourColumn(
        table="reviews",
        source="content",
        column="sentiment",
        intent="the sentiment of the review",
        labels=("positive", "neutral", "negative"),
    ),
    TourColumn(table="products", source="description", column="summary", intent="a one-sentence summary"),
)


def fill_columns(app: App, session_id: str, console: Console, stdout: TextIO) -> int:
    """Fill them all; returns how many were not filled to the end."""
    return sum(not _fill(app, session_id, column, console, stdout) for column in COLUMNS)


def _fill(app: App, session_id: str, column: TourColumn, console: Console, stdout: TextIO) -> bool:
    view = FillView(stdout, stdout, as_json=False)
    spec = {"as": column.intent, "labels": column.labels}
    task = build_task({"table": column.table, "from": column.source, "columns": {column.column: spec}})
    caller = Caller(
        session_id=session_id, request_id=uuid.uuid4().hex, mode=Mode.OPERATE, question=column.intent
    )  # fmt: skip
    labels = f" --labels {','.join(column.labels)}" if column.labels else ""
    console.print(
        Text(
            f"\n$ columnist fill demo.db --table {column.table} --from {column.source} --to {column.column} "
            f'--as "{column.intent}"{labels}',
            style="bold cyan",
        ),
        soft_wrap=True,
    )
    with ColumnFill(app.filling.services(app.gate(), caller), Choices(new=True, reuse=False)) as fill:
        plan = fill.plan(task)
        view.plan(plan)
        fill.begin(plan)
        view.rows("preview: nothing is written yet", plan, fill.preview(plan).shown)
        console.print(
            Text.assemble("Continue, adjust or cancel? [c/a/N] ", ("c", "bold"), ("  (says the tour)", "dim"))
        )
        report = fill.run(plan, fill.approve(plan, ApprovedBy.PERSON), view.progress)
        view.end_progress()
        view.samples(plan, report.samples)
    view.report(report)
    return report.state is JobState.DONE
