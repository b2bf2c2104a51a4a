"""A model that goes round in circles: the same calls with the same results, step after step."""

from collections.abc import Sequence

from agent.fence import unmarked
from agent.state import CallState, MessageState

MOST = 3  # times the same calls are made, one step after the other, before the turn ends


def repeats(earlier: Sequence[MessageState], message: MessageState) -> bool:
    """Whether `message` makes the calls that the last steps of this turn have made, to the same results."""
    calls = _calls(message)
    if not calls:
        return False
    results: list[str] = []
    seen: list[list[str]] = []
    for before in reversed(earlier):
        if before["role"] == "tool":
            results.append(before["text"])
        elif before["role"] == "user" or _calls(before) != calls:
            return False
        else:
            seen.append([unmarked(text) for text in results])
            results = []
            if len(seen) == MOST - 1:
                return all(one == seen[0] for one in seen)
    return False


def _calls(message: MessageState) -> list[tuple[str, object, object]]:
    return [_essence(call) for call in message.get("calls", [])]


def _essence(call: CallState) -> tuple[str, object, object]:
    return call["name"], call["arguments"], call.get("malformed")
