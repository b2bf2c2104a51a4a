"""A fill as a person sees it: plan, preview, progress, samples, summary. News on stderr, the result on stdout."""

import json
from collections.abc import Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line, visible
from agent.interfaces.progress_view import ProgressView
from agent.interfaces.render import cell, elapsed, shortened
from memory.jobs import Job, JobState, TakeOver
from skills.ai_column.plan import Plan
from skills.ai_column.progress_words import spend
from skills.ai_column.quality import Checked
from skills.ai_column.report import Failure, Report, Shown, shown_key
from skills.ai_column.rows import key_of
from skills.ai_column.tally import Progress as Standing
from tools.db.values import to_json

# A value is judged by what it says, so a preview shows much of it, on several lines where it must.
_SOURCE_CELLS = 120
_VALUE_CELLS = 240
_MOST_DIFFERENT = 5


class FillView:
    """Prints for one fill. With `as_json` stdout carries one JSON object only."""

    def __init__(self, stdout: TextIO, stderr: TextIO, *, as_json: bool) -> None:
        self._stdout = stdout
        self._as_json = as_json
        self._news = Console(file=stderr, highlight=False)
        self._progress = ProgressView(self._news)
        self._batches_told = self._filled_told = 0

    @property
    def interactive(self) -> bool:
        return self._news.is_terminal

    def prompt(self, text: str) -> None:
        self._news.print(Text(text), end="")

    def say(self, text: str) -> None:
        self._news.print(Text(visible(text)))

    def plan(self, plan: Plan) -> None:
        target = plan.target
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        facts = (
            (
                "fill",
                f"{target.table.name}.{', '.join(target.names)} "
                f"from {', '.join(target.source_columns)} of {target.source.name}",
            ),
            *_columns(plan),
            ("key", ", ".join(target.key)),
            ("rows", f"{plan.pending:,} to fill, {_range(plan.distinct_low, plan.distinct)} distinct inputs"),
            ("calls", f"{_range(plan.calls_low, plan.calls)} of {_up_to(plan.rows_per_call)} each"),
            ("tokens", f"about {plan.prompt_tokens:,} + {plan.completion_tokens:,} (the answers are an estimate)"),
            ("cost", _cost(plan)),
            ("time", f"about {elapsed(plan.seconds * 1000)}" if plan.seconds >= 1 else "about a second"),
            ("growth", f"about {plan.growth_bytes / 1e6:,.1f} MB") if plan.growth_bytes > 1_000_000 else None,
            ("model", " then ".join(plan.models)),
        )
        for name, words in (fact for fact in facts if fact is not None):
            table.add_row(Text(name, style="dim"), Text(one_line(words)))
        self._news.print(table)
        for note in plan.notes:
            self._news.print(Text(f"• {visible(note)}", style="yellow"))

    def measured(self, plan: Plan) -> None:
        """What the preview has shown of the costs."""
        if plan.measured is not None:
            self.say(
                f"by these answers: about {plan.prompt_tokens:,} + {plan.completion_tokens:,} tokens, "
                f"cost {_cost(plan)}, {elapsed(plan.seconds * 1000)}"
            )

    def resumes(self, job: Job, took_over: TakeOver | None) -> None:
        why = {TakeOver.DEAD_WORKER: ": its worker is gone", TakeOver.EXPIRED_LEASE: ": its lease has expired"}
        counts = job.counts
        self.say(
            f"resuming job {job.id}{why[took_over] if took_over else ''} "
            f"({counts.filled:,} filled, {counts.failed:,} failed so far)"
        )

    def rows(self, title: str, plan: Plan, rows: Sequence[Shown]) -> None:
        """A preview or a sample: key, source, value."""
        self.say(title)
        table = Table(box=box.ROUNDED, border_style="dim", header_style="bold")
        for name in (", ".join(plan.target.key), ", ".join(plan.target.source_columns), *plan.target.names):
            table.add_column(Text(one_line(name)), overflow="fold")
        for row in rows:
            values = [
                Text("no answer", style="red") if row.failed and value is None else cell(value, cells=_VALUE_CELLS)
                for value in row.values
            ]
            table.add_row(_cells(row.key), _cells(row.source), *values)
        self._news.print(table)
        for reason in dict.fromkeys(row.failed for row in rows if row.failed):
            self._news.print(Text(f"no answer: {one_line(reason)}", style="red"))

    def progress(self, standing: Standing) -> None:
        """Called several times a second; a terminal gets a bar, a log one line per batch."""
        if not self._news.is_terminal:
            if standing.batches == self._batches_told or standing.filled == self._filled_told:
                return
            self._batches_told, self._filled_told = standing.batches, standing.filled
        self._progress.show(standing)

    def end_progress(self) -> None:
        self._progress.end()

    def samples(self, plan: Plan, rows: Sequence[Shown]) -> None:
        if rows:
            self.rows(f"{len(rows)} of the filled rows", plan, rows)

    def report(self, report: Report) -> None:
        """The summary, and in the end the one line that scripts read."""
        self._failures(report.failures, report.failed)
        self.say(_summary(report))
        if report.quality is not None:
            self.quality(report.quality)
        if report.escalations is not None:
            self.say(report.escalations.describe())
        for name in report.kept:
            self.say(f"the wording is kept as @{name}: use it again with --as @{name}")
        if self._as_json:
            self._stdout.write(report.line() + "\n")
            self._stdout.flush()

    def quality(self, checked: Checked) -> None:
        """The second opinion, and where it differs."""
        for line in checked.describe():
            self.say(line)
        for column, result in checked.columns.items():
            if result.alert:
                self._news.print(Text(f"{column}: below quality.min_agreement; look before you use it", style="red"))
            for one in result.disagreements[:_MOST_DIFFERENT]:
                words = (
                    f"{shown_key(key_of(one.key))}: {to_json(one.value)} here, {one.reason or to_json(one.other)} there"
                )
                self._news.print(Text(f"  {one_line(words)}", style="dim"))

    def json(self, value: dict[str, object]) -> None:
        if self._as_json:
            self._stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
            self._stdout.flush()

    def _failures(self, failures: Sequence[Failure], count: int) -> None:
        if not failures:
            return
        self.say(f"{count:,} failed")
        table = Table(box=box.ROUNDED, border_style="dim", header_style="bold")
        table.add_column("key")
        table.add_column("reason", overflow="fold")
        for failure in failures:
            table.add_row(_cells(failure.key), Text(one_line(failure.reason), style="red"))
        self._news.print(table)


def _columns(plan: Plan) -> list[tuple[str, str]]:
    """What is generated: of one column on lines of their own, of several on one line each."""
    specs = list(zip(plan.task.columns.values(), plan.target.columns, strict=True))
    if len(specs) == 1:
        spec, column = specs[0]
        return [("what", spec.intent), ("value", column.contract.describe())]
    return [(column.name, f"{spec.intent}; {column.contract.describe()}") for spec, column in specs]


def _range(low: int, high: int) -> str:
    return f"{high:,}" if low == high else f"{low:,} to {high:,}"


def _up_to(rows: int) -> str:
    return _rows(rows) if rows == 1 else f"up to {rows} rows"


def _cost(plan: Plan) -> str:
    return "unknown: no price configured" if plan.cost is None else f"about {plan.cost:.4f}"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _cells(values: Sequence[object]) -> Text:
    text = Text(", ".join(one_line("NULL" if value is None else str(value)[:500]) for value in values))
    return shortened(text, _SOURCE_CELLS)


def _summary(report: Report) -> str:
    words = {
        JobState.DONE: "All done",
        JobState.PARTIAL: "Done, but for the rows above (`columnist jobs retry-failed` asks them again)",
        JobState.PAUSED: "Paused; the same command goes on",
        JobState.BUDGET: "Stopped by the budget; the same command goes on",
        JobState.CANCELLED: "Cancelled",
        JobState.REFUSED: "Not done",
    }.get(report.state, "Failed")
    why = f": {report.message}" if report.message else ""
    if report.job_id is None and report.message:
        return f"{words}{why}"
    job = f" (job {report.job_id})" if report.job_id else ""
    return (
        f"{words}{why}. {_rows(report.filled)} filled, {report.failed:,} failed, {report.pending:,} left, "
        f"{report.calls:,} call{'' if report.calls == 1 else 's'}, {spend(report.tokens, report.cost)}, "
        f"{elapsed(report.seconds * 1000)}{job}"
    )
