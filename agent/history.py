"""As much of a conversation as fits: the newest turns whole, of the older ones a line each.

A turn begins with a person's words and ends before the next ones; it is kept or dropped as a whole, except the one
under way, whose older tool results give way first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from agent.llm.tokens import estimate
from agent.state import MessageState

MESSAGE_TOKENS = 8  # role, separators, call id
EARLIER_TOKENS = 800
MAX_LINE_CHARS = 160
# Turns leave in groups, so that in between the prompt keeps its beginning, which endpoints remember.
DROPPED_TOGETHER = 4
DROPPED = "(this result was dropped to save space; run it again if you need it)"


@dataclass(frozen=True, kw_only=True)
class History:
    """The messages to send, and the lines that stand for those left out."""

    messages: Sequence[MessageState]
    earlier: str


def shortened(messages: Sequence[MessageState], max_tokens: int) -> History:
    turns = _turns(messages)
    if not turns:
        return History(messages=(), earlier="")
    left = max_tokens - EARLIER_TOKENS
    under_way = _squeezed(turns[-1], left)
    left -= _cost(under_way)
    first = len(turns) - 1
    while first and _cost(turns[first - 1]) <= left:
        first -= 1
        left -= _cost(turns[first])
    first = min(-(-first // DROPPED_TOGETHER) * DROPPED_TOGETHER, len(turns) - 1)
    kept = [*turns[first:-1], under_way]
    return History(messages=[message for turn in kept for message in turn], earlier=_lines(turns[:first]))


def _turns(messages: Sequence[MessageState]) -> list[list[MessageState]]:
    turns: list[list[MessageState]] = []
    for message in messages:
        if message["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _cost(turn: Sequence[MessageState]) -> int:
    return sum(_message_cost(message) for message in turn)


def _message_cost(message: MessageState) -> int:
    calls = message.get("calls")
    return (
        MESSAGE_TOKENS + estimate(message["text"]) + (estimate(json.dumps(calls, ensure_ascii=False)) if calls else 0)
    )


def _squeezed(turn: Sequence[MessageState], max_tokens: int) -> list[MessageState]:
    """The turn under way, with its oldest tool results dropped until it fits."""
    messages = list(turn)
    cost = _cost(messages)
    for at, message in enumerate(messages):
        if cost <= max_tokens:
            break
        if message["role"] == "tool" and len(message["text"]) > len(DROPPED):
            shorter: MessageState = {**message, "text": DROPPED}
            cost += _message_cost(shorter) - _message_cost(message)
            messages[at] = shorter
    return messages


def _lines(turns: Sequence[Sequence[MessageState]]) -> str:
    """The newest lines that fit; a person's words and the statements that were run."""
    lines: list[str] = []
    left = EARLIER_TOKENS
    for turn in reversed(turns):
        line = _line(turn)
        left -= estimate(line) + 1
        if left < 0:
            lines.append(f"({len(turns) - len(lines)} earlier turns are left out)")
            break
        lines.append(line)
    return "\n".join(reversed(lines))


def _line(turn: Sequence[MessageState]) -> str:
    asked = next((message["text"] for message in turn if message["role"] == "user"), "")
    statements = [
        sql
        for message in turn
        for call in message.get("calls", [])
        if isinstance(sql := call["arguments"].get("sql"), str)
    ]
    ran = f"; ran: {'; '.join(_short(sql) for sql in statements[-2:])}" if statements else ""
    return f"- asked: {_short(asked)}{ran}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_LINE_CHARS else f"{line[:MAX_LINE_CHARS]}…"
