"""An answer as it arrives: finished blocks are printed formatted, the block under way is shown below them.

Only the last block is drawn anew, so a long answer never flickers, and what was printed stays in the scrollback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from agent.interfaces.plain_text import visible
from agent.interfaces.render import answer_view

FENCE = "```"


class AnswerStream:
    """The part of the terminal below the last finished line, while a turn runs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._open = ""  # of the answer, not printed yet
        self._live = self._below()

    def __enter__(self) -> "AnswerStream":
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()
        self._live.update(Text())
        self._live.stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the terminal to somebody else, a pager for example, who would be drawn over."""
        self._live.stop()
        try:
            yield
        finally:
            # A new one: the old one would move the cursor up to where it last drew, over what was printed since.
            self._live = self._below()
            self._live.start()

    def _below(self) -> Live:
        return Live(console=self._console, transient=True, refresh_per_second=12, auto_refresh=True)

    def busy(self, words: str) -> None:
        """Say what is going on while nothing arrives."""
        self._live.update(Spinner("dots", text=Text(words, style="dim", no_wrap=True, overflow="ellipsis")))

    def write(self, piece: str) -> None:
        """A piece of the answer."""
        self._open += piece
        block, self._open = _finished(self._open)
        if block.strip():
            self._console.print(answer_view(block))
        # The tail alone is redrawn; it must fit the screen or the terminal scrolls on every refresh.
        tail = self._open.splitlines()[-max(3, self._console.height - 4) :]
        self._live.update(Text(visible("\n".join(tail))))

    def finish(self) -> None:
        """Print what is left of the answer."""
        block, self._open = self._open, ""
        if block.strip():
            self._live.update(Text())
            self._console.print(answer_view(block))


def _finished(text: str) -> tuple[str, str]:
    """Split after the last blank line that is not inside a code fence."""
    end = text.rfind("\n\n")
    while end != -1 and text[:end].count(FENCE) % 2:
        end = text.rfind("\n\n", 0, end)
    return ("", text) if end == -1 else (text[: end + 2], text[end + 2 :])
