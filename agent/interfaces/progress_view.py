"""How far a fill is, while it runs: a bar with rate, time left, spend and what holds it up; a log gets lines."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from agent.interfaces.plain_text import one_line
from skills.ai_column.progress_words import line, pace
from skills.ai_column.tally import Progress as Standing


class ProgressView:
    """Shows one run. `show` may be called several times a second."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._done_told, self._status_told = 0, ""

    def show(self, standing: Standing) -> None:
        if self._console.is_terminal:
            self._draw(standing)
        elif standing.done > self._done_told:
            self._done_told = standing.done
            self._console.print(Text(line(standing)), soft_wrap=True)
        if not self._console.is_terminal and standing.status != self._status_told:
            self._status_told = standing.status
            if standing.status:
                self._console.print(Text(one_line(standing.status)), soft_wrap=True)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _draw(self, standing: Standing) -> None:
        if self._bar is None:
            self._bar = _bar(self._console)
            self._bar.start()
            self._bar.add_task("fill", total=standing.pending, failed=0, pace="", status="")
        self._bar.update(
            self._bar.task_ids[0],
            total=max(standing.pending, standing.done),
            completed=standing.done,
            failed=f"{standing.failed:,}",
            pace=pace(standing),
            status=one_line(standing.status),
        )


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("filling"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed, {task.fields[pace]}"),
        TextColumn("{task.fields[status]}", style="dim", markup=False),
        console=console,
        transient=True,
    )
