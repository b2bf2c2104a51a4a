"""`columnist demo`: the demo shop, its chat and its tour. The shop is built the first time and kept after that."""

import sys
from dataclasses import replace

from agent.demo.build import build, demo_path
from agent.interfaces.failures import UsageProblem
from agent.interfaces.options import ChatOptions


def run_demo(options: ChatOptions, *, tour: bool, reset: bool) -> int:
    """Open what was asked for; returns the exit code."""
    path = demo_path()
    if reset or tour or not path.exists():
        try:
            build(path)
        except OSError as error:
            raise UsageProblem(f"the demo shop cannot be written to {path}: {error.strerror}") from None
        print(f"The demo shop is new: {path}", file=sys.stderr)  # noqa: T201  # news
    options = replace(options, opening=replace(options.opening, demo=True))
    if tour:
        from agent.interfaces.tour import run_tour

        return run_tour(options, sys.stdout)
    if options.question is not None:
        from agent.interfaces.batch import run_once

        return run_once(options, sys.stdin, sys.stdout, sys.stderr)
    from agent.interfaces.repl.start import run_chat

    return run_chat(options)
