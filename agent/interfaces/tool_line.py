"""A tool call folded into one line: what ran, what it gave, how long it took."""

from rich.text import Text

from agent.events import ToolFinished
from agent.interfaces.plain_text import one_line
from agent.interfaces.render import elapsed

FOLDED_CHARS = 60


def folded_line(event: ToolFinished, *, timing: bool = True) -> Text:
    """A tool call on one line; /expand shows the rest. What never ran took no time."""
    text = Text.assemble(("▸ ", "cyan"), (one_line(event.name), "cyan"))
    shown = event.outcome.sql if event.outcome is not None else ""
    if shown:
        text.append(f"  {folded(shown)}", style="dim")
    if event.error is not None:
        text.append(f"  {one_line(event.error)}", style="red")
    else:
        text.append(f"  {folded(event.summary)}")
    if timing and event.duration_ms:
        text.append(f"  {elapsed(event.duration_ms)}", style="dim")
    return text


def folded(text: str) -> str:
    """A statement on one line, cut."""
    line = " ".join(one_line(text).replace("↵", " ").split())
    return line if len(line) <= FOLDED_CHARS else f"{line[: FOLDED_CHARS - 1]}…"
