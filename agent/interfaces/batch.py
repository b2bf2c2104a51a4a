"""`columnist -p "question"`: one question, one answer, for people in a hurry and for scripts.

It never prompts: what needs a yes is refused (exit 3) unless `--yes` covers it. The answer goes to stdout, everything
else to stderr; `json` prints one object at the end, `stream-json` one object per event.
"""

from collections.abc import Iterator
from typing import TextIO

from rich.text import Text

from agent.conversation import Conversation
from agent.events import Decision, DecisionKind, Event, Question, ToolFinished, TurnEnded
from agent.fence import fenced
from agent.interfaces.batch_output import BatchTurn, JsonOutput, Output, TextOutput
from agent.interfaces.commands import parse
from agent.interfaces.failures import UsageProblem, explain
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import asked_mode, opened, resumed_session
from agent.interfaces.options import ChatOptions, OutputFormat
from agent.interfaces.sql_line import is_sql
from skills.loader import Skills
from tools.safety.pending import ApprovedBy

STDIN_CHARS = 100_000  # of piped input that go into the question

NOBODY = "nobody is there to approve it; run it in a chat, or with --yes"


def run_once(options: ChatOptions, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Answer the question; returns the exit code."""
    if options.output is OutputFormat.TEXT:
        return _run(options, stdin, TextOutput(stdout, stderr))
    output = JsonOutput(stdout, stderr, stream=options.output is OutputFormat.STREAM_JSON)
    try:
        return _run(options, stdin, output)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # a script reads its last line, whatever happened
        code, words = explain(error)
        write_line(stdout, {"type": "error", "error": words, "exit_code": code})
        stderr.write(f"columnist: {words}\n")
        return code


def _run(options: ChatOptions, stdin: TextIO, output: Output) -> int:
    question = (options.question or "").strip()
    if not question:
        raise UsageProblem("-p needs a question")
    with opened(options.opening) as app:
        conversation = app.conversation(
            mode=asked_mode(options.opening), session_id=resumed_session(app, options.resume)
        )
        if options.opening.demo and app.models.offline:
            output.news(Text("Answers come from offline rules, not a language model.", style="dim"))
        turn = BatchTurn(session_id=conversation.session_id)
        events: Iterator[Event] | None = _start(conversation, app.skills, question, _piped(stdin, output))
        while events is not None:
            events = _follow(conversation, events, turn, output, yes=options.yes)
        output.end(turn)
        return turn.exit_code


def _start(conversation: Conversation, skills: Skills, question: str, piped: str) -> Iterator[Event]:
    call = parse(question)
    if call is not None and call.command is not None:
        raise UsageProblem(f"{call.name} works in a chat only")
    if call is not None:
        skill = skills.get(call.name.removeprefix("/"))
        text = skills.command(skill.name, call.argument) + piped
        return conversation.ask(text, skill.allowed_tools, typed=question)
    if is_sql(question, conversation.gate.dialect):
        return conversation.sql(question)
    return conversation.ask(question + piped, typed=question)


def _follow(
    conversation: Conversation, events: Iterator[Event], turn: BatchTurn, output: Output, *, yes: bool
) -> Iterator[Event] | None:
    """Show the events; the next ones if a question was among them."""
    for event in events:
        output.event(event)
        if isinstance(event, ToolFinished):
            turn.tools.append(event)
        elif isinstance(event, TurnEnded):
            turn.ended = event
        elif isinstance(event, Question):
            if yes:
                return conversation.answer(Decision(kind=DecisionKind.YES, by=ApprovedBy.YES_FLAG))
            turn.refused = True
            output.news(Text(f"refused: {NOBODY}", style="red"))
            return conversation.answer(Decision(kind=DecisionKind.NO, reason=NOBODY))
    return None


def _piped(stdin: TextIO, output: Output) -> str:
    """What was piped in, as context under the question."""
    if stdin.isatty():
        return ""
    text = stdin.read(STDIN_CHARS + 1)
    if len(text) > STDIN_CHARS:
        text = text[:STDIN_CHARS]
        output.news(Text(f"only the first {STDIN_CHARS:,} characters of stdin are used", style="yellow"))
    return f"\n\nInput:\n{fenced(text)}" if text.strip() else ""
