"""Between our history and the model library's messages."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import tool_call

from agent.context import Prompt
from agent.state import CallState, MessageState

_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


def for_model(prompt: Prompt) -> list[BaseMessage]:
    return [SystemMessage(prompt.system), *(_for_model(message) for message in prompt.messages)]


def _for_model(message: MessageState) -> BaseMessage:
    if message["role"] == "user":
        return HumanMessage(message["text"])
    if message["role"] == "tool":
        return ToolMessage(message["text"], tool_call_id=message["call_id"], name=message["name"])
    calls = [
        tool_call(name=call["name"], args=dict(call["arguments"]), id=call["id"]) for call in message.get("calls", [])
    ]
    return AIMessage(message["text"], tool_calls=calls)


def from_model(message: AIMessage, known: Sequence[MessageState]) -> MessageState:
    """The model's answer as plain data; its calls get ids that are unique in this conversation."""
    taken = {call["id"] for earlier in known for call in earlier.get("calls", [])}
    made = _streamed(message) if isinstance(message, AIMessageChunk) else _whole(message)
    calls = [_call(one, taken, cut_off=cut_off(message)) for one in made]
    answer: MessageState = {"role": "assistant", "text": str(message.text)}
    if calls:
        answer["calls"] = calls
    return answer


def cut_off(message: AIMessage) -> bool:
    """Whether it ended because it reached the most tokens of an answer."""
    return message.response_metadata.get("finish_reason") == "length"


@dataclass(frozen=True)
class _Made:
    id: str | None
    name: str | None
    arguments: str  # JSON, if the model kept to it


def _streamed(message: AIMessageChunk) -> list[_Made]:
    # Not `tool_calls`: there, JSON that was cut off is completed silently, and an UPDATE could lose its WHERE.
    return [_Made(chunk["id"], chunk["name"], chunk["args"] or "{}") for chunk in message.tool_call_chunks]


def _whole(message: AIMessage) -> list[_Made]:
    good = [_Made(made["id"], made["name"], json.dumps(made["args"], default=str)) for made in message.tool_calls]
    return good + [_Made(made["id"], made["name"], made["args"] or "") for made in message.invalid_tool_calls]


def _call(made: _Made, taken: set[str], *, cut_off: bool) -> CallState:
    call: CallState = {"id": _free_id(made.id, taken), "name": _name(made.name or ""), "arguments": {}}
    arguments = _read(made.arguments)
    if isinstance(arguments, str):
        arguments = _read(arguments)  # some models encode them twice
    if isinstance(arguments, dict):
        call["arguments"] = arguments
    else:
        why = "the answer reached its most tokens and was cut off; send less in one call" if cut_off else ""
        call["malformed"] = why or f"its arguments are not a JSON object: {made.arguments[:200]}"
    return call


def _read(arguments: str) -> object:
    try:
        return json.loads(arguments)
    except ValueError:
        return None


def _name(name: str) -> str:
    """Without the namespace that some models put before it, in the letters that endpoints take back in a history."""
    return _NO_NAME.sub("_", name.rpartition(".")[2])[:64] or "unknown"


def _free_id(call_id: str | None, taken: set[str]) -> str:
    free = call_id if call_id and call_id not in taken else f"call-{uuid.uuid4().hex[:12]}"
    taken.add(free)
    return free
