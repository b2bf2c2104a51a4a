"""The tool `fill_column`: the same engine, asked for in a conversation.

The first call plans and answers a few rows, then asks the person (the plan and the answers are in the question).
Called again with their yes it fills: small tables here, with progress, larger ones in a process of their own.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from memory.errors import MemoryFailure
from memory.jobs import Job, JobState, Worker
from skills.ai_column.budget import BudgetReached
from skills.ai_column.consent import Consent, door_question
from skills.ai_column.engine import ColumnFill
from skills.ai_column.plan import Plan
from skills.ai_column.preview import Preview
from skills.ai_column.progress_words import pace, spend
from skills.ai_column.report import Report, Shown, shown_key
from skills.ai_column.services import Choices, Services
from skills.ai_column.tally import Progress
from skills.ai_column.task import ColumnTask, build_task
from skills.errors import ConsentExceeded, SkillError
from skills.model_caller import ModelUnusable
from tools.context import Approved, ToolContext
from tools.db.values import to_json
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovalRequired, ApprovedBy, Pending, RowChange, Sample
from tools.toolbox import Tool

MakeServices = Callable[[Gate, Caller], Services]
Background = Callable[[str, Gate], None]  # starts a process that goes on with the job of that id


@dataclass(frozen=True, kw_only=True)
class FillTool:
    """What the tool needs beside a call's arguments."""

    services: MakeServices
    background: Background

    def call(self, task: ColumnTask, ctx: ToolContext) -> str:
        try:
            with ColumnFill(self.services(ctx.gate, ctx.caller), Choices()) as fill, ctx.cancel.bind(fill.stop):
                return self._fill(fill, task, ctx)
        except (ModelUnusable, BudgetReached) as error:
            raise SkillError(str(error)) from error
        except MemoryFailure as failure:
            raise SkillError(failure.message, hint=failure.hint) from failure

    def declined(self, task: ColumnTask, ctx: ToolContext) -> None:
        """The person said no: a job that was only planned is over. One that was begun earlier stays resumable."""
        services = self.services(ctx.gate, ctx.caller)
        job = services.jobs.by_identity(services.library.resolved(task).identity(ctx.gate.database))
        if job is not None and job.state is JobState.PLANNED and not job.approval_json:
            lease = services.jobs.acquire(job.id, Worker.here(), services.settings.lease_s)
            services.jobs.release(lease, JobState.REFUSED, "the plan was not approved")

    def _fill(self, fill: ColumnFill, task: ColumnTask, ctx: ToolContext) -> str:
        plan = fill.plan(task)
        if fill.unfinished(plan) is None and plan.pending == 0 and not plan.target.missing:
            return f"Nothing to fill: no row of {plan.target.source.name} waits for {', '.join(plan.target.names)}."
        if ctx.approved is None:
            # The door before the preview: what it refuses must not cost anything or leave a job.
            asked = door_question(ctx.gate, plan, ctx.caller)
            job = fill.begin(plan)
            look = fill.preview(plan) if job.counts.filled == 0 else Preview(plan=plan, shown=())
            raise ApprovalRequired(question(look.plan, job, look.shown, asked))
        job = fill.begin(plan)
        consent = _consent(fill, plan, ctx.approved)
        settings = fill.settings
        if plan.pending > settings.background_rows:
            fill.close()
            self.background(job.id, ctx.gate)
            return (
                f"Job {job.id} fills {plan.pending:,} rows in the background, about {max(1, round(plan.seconds))} s. "
                f"/jobs {job.id} shows how far it is and why it is not faster; the conversation can go on."
            )
        return told(fill.run(plan, consent, _Told(ctx.progress).progress))


def fill_tool(services: MakeServices, background: Background) -> Tool:
    """The tool over these services."""
    parts = FillTool(services=services, background=background)

    def fill_column(
        table: str,
        from_columns: list[str],
        columns: dict[str, dict[str, str | list[str]]],
        where: str | None = None,
        key: list[str] | None = None,
        into: str | None = None,
        join: str | None = None,
        *,
        ctx: ToolContext,
    ) -> str:
        """Fill the NULL cells of one or several columns with values that a language model derives from each row.

        Use it for summaries, labels, translations, scores and tags: whatever needs the meaning of a row. `columns`
        maps each column to fill to {"as": one plain sentence of what to generate, "labels": [the only values
        allowed], "type": SQL type if it must be created}; only "as" is required. "as": "@NAME" takes a kept wording
        with its contract: @summary, @sentiment, @classify (give labels), @translate, @score, @tags, @risk, or one that
        the user names ("use the wording NAME"). Columns of one table that come from
        the same rows belong in one call: the rows are then read and paid for once. `from_columns` of `table` are what
        the model sees. `where` is a condition on its rows. For columns of another table give `into` and, if no
        foreign key tells it, `join` ("a.id = b.a_id"). The user sees the plan and a few answers and approves;
        repeating a call resumes an unfinished fill.
        """
        return parts.call(_task(table, from_columns, columns, where, key, into, join), ctx)

    def declined(*, ctx: ToolContext, **arguments: Any) -> None:
        parts.declined(_task(**arguments), ctx)

    return Tool.of(fill_column, operate_only=True, declined=declined)


def _task(
    table: str,
    from_columns: list[str],
    columns: dict[str, dict[str, str | list[str]]],
    where: str | None,
    key: list[str] | None,
    into: str | None,
    join: str | None,
) -> ColumnTask:
    values = {"table": table, "from": from_columns, "where": where, "key": key or [], "into": into, "join": join}
    return build_task({**values, "columns": columns})


def question(plan: Plan, job: Job, shown: Sequence[Shown], pending: Pending) -> Pending:
    """The door's question, with the plan and the answers in it. Notes and samples are no part of its hash."""
    cost = "unknown" if plan.cost is None else f"about {plan.cost:.4f}"
    seconds = max(1, round(plan.seconds))
    notes = (
        f"{plan.pending:,} rows, {plan.calls:,} calls of {plan.model}, cost {cost}, about {seconds} s",
        *(f"{contract.column}: {contract.describe()}" for contract in plan.target.contracts),
        *plan.notes,
        *_unanswered(shown),
        *((f"goes on with job {job.id}: {job.counts.filled:,} rows are filled",) if job.counts.filled else ()),
    )
    columns = (*plan.target.key, *plan.target.source_columns, *plan.target.names)
    nothing = (None,) * len(plan.target.names)
    changes = tuple(
        RowChange(before=(*one.key, *one.source, *nothing), after=(*one.key, *one.source, *one.values))
        for one in shown
        if one.failed is None
    )
    samples = (Sample(table=plan.target.table.name, columns=columns, changes=changes),) if changes else ()
    return replace(pending, effect=replace(pending.effect, notes=(*notes, *pending.effect.notes), samples=samples))


def _unanswered(shown: Sequence[Shown]) -> Iterator[str]:
    """The rows of the preview that got no answer, by the reason."""
    keys: dict[str, list[str]] = {}
    for one in shown:
        if one.failed is not None:
            keys.setdefault(one.failed, []).append(str(shown_key(one.key)))
    for reason, failed in keys.items():
        if len(failed) == len(shown):
            yield f"NONE of the {len(shown)} rows tried got an answer: {reason}"
        else:
            yield f"no answer for {', '.join(failed)}: {reason}"


def told(report: Report) -> str:
    """The report for the model and the person."""
    lines = [
        f"{report.state.value}: {report.filled} rows filled, {report.failed} failed, {report.pending} left, "
        f"{report.calls} calls, {spend(report.tokens, report.cost)}, {report.seconds:.1f} s (job {report.job_id})."
    ]
    lines += [report.message] if report.message else []
    lines += [f"The wording is kept as @{name} and can be used again by that name." for name in report.kept]
    lines += [f"failed: {shown_key(failure.key)}: {failure.reason}" for failure in report.failures[:5]]
    lines += [json.dumps([shown_key(one.key), *map(to_json, one.values)], ensure_ascii=False) for one in report.samples]
    if report.state is JobState.FAILED:
        raise SkillError(" ".join(lines[:2]))
    return "\n".join(lines)


def _consent(fill: ColumnFill, plan: Plan, approved: Approved) -> Consent:
    most = approved.pending.row_cap
    if most is not None and plan.row_cap > most:
        raise ConsentExceeded(f"{plan.row_cap} rows are pending now, {most} were approved", hint="ask again")
    return fill.approve(plan, ApprovedBy.PERSON)


class _Told:
    """Progress as lines, one per batch."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._batches = 0

    def progress(self, standing: Progress) -> None:
        if standing.batches > self._batches:
            self._batches = standing.batches
            planned = max(standing.batches, standing.batches_planned)
            done = f"batch {standing.batches}/{planned}: {standing.filled} rows done, {standing.failed} failed"
            self._say(f"{done}, {pace(standing)}")
