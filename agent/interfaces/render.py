"""Shows results to a person: tables that fit the terminal, whatever is in them.

Widths are counted in terminal cells, so Chinese lines up; rows too wide for the terminal turn into a vertical
list; NULL is dim, binary is a hex preview, long text is cut with an ellipsis, control characters are neutralised.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from agent.interfaces.plain_text import one_line, visible
from tools.db.values import Value, to_json
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

LONGEST_CELL = 2_000  # characters looked at when a cell is shown on its own line
CELL_CAPS = (60, 40, 30, 20)  # cells a text column may take, tried in this order until the row fits
BINARY_PREVIEW = 16  # bytes
_TRANSACTION_WORDS = {
    "begin": "transaction open: COMMIT keeps what follows, ROLLBACK drops it",
    "start": "transaction open: COMMIT keeps what follows, ROLLBACK drops it",
    "commit": "committed",
    "rollback": "rolled back",
}


class Layout(StrEnum):
    AUTO = "auto"  # a table, or vertical where a row does not fit
    TABLE = "table"
    VERTICAL = "vertical"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Rows to show, from whatever they came."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]


def cell(value: Value, *, cells: int | None = None) -> Text:
    """One value on one line, at most `cells` wide."""
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, bytes):
        binary = Text(_binary(value, cells), style="cyan")
        return binary if cells is None else shortened(binary, cells)
    text = Text(one_line(_words(value)[:LONGEST_CELL]))
    return text if cells is None else shortened(text, cells)


def shortened(text: Text, cells: int) -> Text:
    """The text in at most so many cells; an ellipsis stands for the rest."""
    if text.cell_len <= cells:
        return text
    text.truncate(cells - 1, overflow="crop")
    text.rstrip()  # cropping puts a space where half a wide character was
    return text.append("…")


def grid(shown: Grid, *, width: int, layout: Layout = Layout.AUTO) -> RenderableType:
    """The rows as a table or, where they do not fit `width`, one below the other."""
    if not shown.columns:
        return Text()
    cap = None if layout is Layout.VERTICAL else _fitting_cap(shown, width)
    if cap is None and layout is Layout.TABLE:
        cap = CELL_CAPS[-1]
    return _vertical(shown, width) if cap is None else _table(shown, cap)


def footer(outcome: Outcome, *, timing: bool = True) -> Text:
    """What a statement came to: rows, whether there were more, how long it took."""
    rows = f"{outcome.row_count:,} row{'' if outcome.row_count == 1 else 's'}"
    if outcome.kind is Kind.SELECT or outcome.columns:
        words = f"({rows}"
        if outcome.truncated:
            words += "; more rows exist, these are the first: narrow the query, or raise safety.max_result_rows"
        words += ")"
    elif outcome.kind is Kind.TRANSACTION:
        words = _TRANSACTION_WORDS.get((outcome.sql.split() or [""])[0].rstrip(";").lower(), "done")
        words += f": {rows} changed" if outcome.row_count else ""
    elif outcome.kind in (Kind.INSERT, Kind.UPDATE, Kind.DELETE) or outcome.row_count:
        words = f"{rows} changed"
    else:
        words = "done"
    text = Text(words, style="yellow" if outcome.truncated else "dim")
    if timing and outcome.duration_ms:  # a commit and an undo are not timed
        text.append(f"  {elapsed(outcome.duration_ms)}", style="dim")
    return text


def outcome_view(
    outcome: Outcome, *, width: int, layout: Layout = Layout.AUTO, timing: bool = True, in_chat: bool = True
) -> RenderableType:
    """A whole result: rows, footer, notices. Outside a chat the way back names the write and where to type it."""
    parts: list[RenderableType] = []
    if outcome.columns:
        parts.append(grid(Grid(columns=outcome.columns, rows=outcome.rows), width=width, layout=layout))
    parts.append(footer(outcome, timing=timing))
    parts += [Text(visible(notice), style="yellow") for notice in outcome.notices]
    if outcome.undo_id:
        # Alone, /undo goes on to the write before; what an undo did is taken back by its id.
        which = f" {outcome.undo_id}" if outcome.kind is Kind.OTHER or not in_chat else ""
        parts.append(Text(f"/undo{which}{'' if in_chat else ' in a chat'} takes it back", style="dim"))
    return Group(*parts)


def sql_view(sql: str) -> Syntax:
    """SQL in colour, wrapped, on the terminal's own background."""
    return Syntax(visible(sql.strip()), "sql", theme="ansi_dark", background_color="default", word_wrap=True)


def answer_view(text: str) -> Markdown:
    """A model's answer; links show their address, so the words cannot hide where they lead."""
    return Markdown(visible(text), hyperlinks=False)


def elapsed(duration_ms: float) -> str:
    """A duration as a person says it."""
    if duration_ms < 1_000:
        return f"{duration_ms:.0f} ms"
    if duration_ms < 60_000:
        return f"{duration_ms / 1_000:.1f} s"
    return f"{int(duration_ms // 60_000)} min {int(duration_ms % 60_000 // 1_000)} s"


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list | dict):
        return json.dumps(to_json(value), ensure_ascii=False)
    return str(value)


def _binary(value: bytes, cells: int | None) -> str:
    """The first bytes; where room is short fewer of them, so that the size is still there."""
    if len(value) <= BINARY_PREVIEW:
        return f"0x{value.hex()}"
    size = f"… ({len(value):,} bytes)"
    most = BINARY_PREVIEW if cells is None else max(1, min(BINARY_PREVIEW, (cells - len(size) - 2) // 2))
    return f"0x{value[:most].hex()}{size}"


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _numeric(shown: Grid, position: int) -> bool:
    present = [row[position] for row in shown.rows if row[position] is not None]
    return bool(present) and all(_is_number(value) for value in present)


def _fitting_cap(shown: Grid, width: int) -> int | None:
    natural = [
        max([cell_len(one_line(name)), *(cell_len(cell(row[at], cells=CELL_CAPS[0]).plain) for row in shown.rows)])
        for at, name in enumerate(shown.columns)
    ]
    frame = 3 * len(natural) + 1
    for cap in CELL_CAPS:
        if frame + sum(min(cells, cap) for cells in natural) <= width:
            return cap
    return None


def _table(shown: Grid, cap: int) -> Table:
    table = Table(box=box.ROUNDED, border_style="dim", header_style="bold", pad_edge=True)
    for at, name in enumerate(shown.columns):
        header = shortened(Text(one_line(name)), cap)
        table.add_column(header, justify="right" if _numeric(shown, at) else "left", no_wrap=True, overflow="ellipsis")
    for row in shown.rows:
        table.add_row(*(cell(value, cells=cap) for value in row))
    return table


def _vertical(shown: Grid, width: int) -> Group:
    label = min(max(cell_len(one_line(name)) for name in shown.columns), max(10, width // 3))
    lines: list[RenderableType] = []
    for number, row in enumerate(shown.rows, start=1):
        head = f"─[ {number} ]"
        lines.append(Text(head + "─" * max(0, min(width, 60) - cell_len(head)), style="dim"))
        table = Table.grid(padding=(0, 1))
        table.add_column(style="bold", width=label, no_wrap=True, overflow="ellipsis")
        table.add_column(overflow="fold")
        for name, value in zip(shown.columns, row, strict=True):
            table.add_row(Text(one_line(name)), cell(value))
        lines.append(table)
    return Group(*lines)
