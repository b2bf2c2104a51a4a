"""The moving part of the terminal never draws over what was printed."""

import io
import re

from rich.console import Console

from agent.interfaces.streamed import AnswerStream


def test_what_is_printed_aside_stays_where_it_is() -> None:
    screen = io.StringIO()
    console = Console(
        file=screen, width=40, height=20, force_terminal=True, highlight=False, _environ={"TERM": "xterm"}
    )
    with AnswerStream(console) as stream:
        stream.write("two lines\nof an answer that has no end")
        with stream.aside():
            console.print("1 row changed")
        stream.busy("thinking")
    lines_below = 0
    for move in re.findall("\n|\x1b\\[1A", screen.getvalue().partition("1 row changed\n")[2]):
        lines_below += 1 if move == "\n" else -1
        assert lines_below >= 0
