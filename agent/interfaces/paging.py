"""Long results go through `less`, so that the prompt stays where it was; short ones are printed."""

import shutil
import signal
import subprocess

from rich.console import Console, RenderableType

# At the lower edge of the screen; `?e` is true at the end. Colons and full stops mean something to less.
LESS_PROMPT = "-Ps?e(end)  q leads back to the chat:space shows more, q leads back to the chat."


def show(console: Console, view: RenderableType, *, paged: bool) -> None:
    """Print the view, through the pager where it is longer than the screen."""
    pager = shutil.which("less") if paged and console.is_terminal else None
    if pager is None:
        console.print(view)
        return
    with console.capture() as captured:
        console.print(view)
    text = captured.get()
    if text.count("\n") < console.height:
        console.file.write(text)
        console.file.flush()
        return
    # Ctrl-C belongs to the pager while it is on the screen.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run([pager, "-RSX", LESS_PROMPT], input=text.encode(), check=False)  # noqa: S603  # found on PATH; data on stdin
    finally:
        signal.signal(signal.SIGINT, before)
