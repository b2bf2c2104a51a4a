"""The before/after sample of a change: what fits the screen, whole; never a key squeezed to nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line
from agent.interfaces.render import cell
from tools.safety.pending import Effect, RowChange, Sample

FEW_COLUMNS = 4  # a sample of no more is shown whole
SAMPLE_CELLS = 28  # width of one cell


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What a question has room on."""

    width: int
    lines: int = 20  # of one sample: fewer on a small screen, so that the statement stays in sight

    @classmethod
    def of(cls, console: Console) -> "Screen":
        return cls(width=console.width, lines=min(cls.lines, max(3, console.height - 19)))


def sample_view(sample: Sample, effect: Effect, screen: Screen) -> RenderableType:
    """The rows as they are and as they would be; of many columns, those that change nowhere are left out."""
    rows = sum(each.rows for each in effect.tables if each.table == sample.table)
    changes = sample.changes[: screen.lines]
    headers = [Text(one_line(name)) for name in sample.columns]
    cells = {at: [_changed(change, at) for change in changes] for at in _telling_columns(sample)}
    keep = _fitting({at: [headers[at], *column] for at, column in cells.items()}, screen.width - 4)
    shown = len(changes)
    title = one_line(sample.table) + (f", {shown} of {rows:,} rows" if shown < rows else "")
    table = Table(box=box.ROUNDED, border_style="dim", header_style="bold")
    for at in keep:
        table.add_column(headers[at], no_wrap=True, overflow="ellipsis")
    for row in zip(*(cells[at] for at in keep), strict=True):
        table.add_row(*row)
    return Group(Text(title, style="italic"), table)  # a table's own title is cut to its width


def _fitting(columns: Mapping[int, Sequence[Text]], width: int) -> list[int]:
    """The columns, from the left, that fit the width uncut; the first in any case."""
    keep: list[int] = []
    left = width - 1
    for at, column in columns.items():
        left -= max(text.cell_len for text in column) + 3
        if left >= 0 or not keep:
            keep.append(at)
    return keep


def _telling_columns(sample: Sample) -> list[int]:
    def differs(at: int) -> bool:
        return any(
            change.before is None or change.after is None or change.before[at] != change.after[at]
            for change in sample.changes
        )

    whole = any(change.before is None or change.after is None for change in sample.changes)
    few = len(sample.columns) <= FEW_COLUMNS
    chosen = [at for at in range(len(sample.columns)) if few or at == 0 or differs(at)]
    return chosen[:6] if whole else chosen[:8]


def _changed(change: RowChange, at: int) -> Text:
    if change.before is None:
        after = change.after or ()
        return Text.assemble(("+ ", "green"), cell(after[at], cells=SAMPLE_CELLS))
    if change.after is None:
        return Text.assemble(("- ", "red"), cell(change.before[at], cells=SAMPLE_CELLS))
    before, after_value = change.before[at], change.after[at]
    if before == after_value:
        return cell(before, cells=SAMPLE_CELLS)
    return Text.assemble(
        _styled(cell(before, cells=SAMPLE_CELLS), "red"),
        (" → ", "dim"),
        _styled(cell(after_value, cells=SAMPLE_CELLS), "green"),
    )


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text
