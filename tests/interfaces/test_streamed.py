"""The moving part of the terminal never draws over what was printed."""

import io

from rich.console import Console

from agent.interfaces.streamed import AnswerStream


def test_what_is_printed_aside_stays_where_it_is() -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=40, height=20, force_terminal=True, _environ={"TERM": "xterm"})
    with AnswerStream(console) as stream:
        stream.write("two lines\nof an answer that has no end")
        with stream.aside():
            console.print("1 row changed")
        stream.busy("thinking")
    after = screen.getvalue().partition("1 row changed\n")[2]
    up = after.find("\x1b[1A")
    assert up == -1 or "thinking" in after[:up]
