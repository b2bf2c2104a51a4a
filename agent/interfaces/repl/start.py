"""`columnist [URL]`: shows the prompt first, then loads what answers it."""

import sys

from agent.interfaces.options import ChatOptions
from agent.interfaces.repl.prompt import Prompt
from agent.interfaces.version import VERSION

BANNER = f"columnist {VERSION}. Ask in plain words or type SQL. Help: /help, leave: Ctrl-D."


def run_chat(options: ChatOptions) -> int:
    """Talk until the person leaves; returns the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from agent.interfaces.failures import UsageProblem

        raise UsageProblem("a chat needs a terminal", hint='use columnist -p "question" [URL], or columnist sql run')
    print(BANNER)  # noqa: T201  # the prompt's own output
    prompt = Prompt(options)
    try:
        # A resumed session may hold a question: that comes before anything typed.
        line = "" if options.resume else prompt.read()
        if line is None:
            return 0
        from agent.interfaces.repl.talk import talk

        return talk(prompt, prompt.loading.wait(), options, line)
    finally:
        prompt.close()
