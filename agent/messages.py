"""Between our history and the model library's messages."""

import json
import uuid
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import tool_call

from agent.context import Prompt
from agent.state import CallState, JsonValue, MessageState


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
    calls: list[CallState] = []
    for made in message.tool_calls:
        calls.append({"id": _free_id(made["id"], taken), "name": made["name"], "arguments": _plain(made["args"])})
    for broken in message.invalid_tool_calls:
        calls.append(
            {
                "id": _free_id(broken["id"], taken),
                "name": broken["name"] or "?",
                "arguments": {},
                "malformed": f"its arguments are not a JSON object: {(broken['args'] or '')[:200]}",
            }
        )
    answer: MessageState = {"role": "assistant", "text": str(message.text)}
    if calls:
        answer["calls"] = calls
    return answer


def _free_id(call_id: str | None, taken: set[str]) -> str:
    free = call_id if call_id and call_id not in taken else f"call-{uuid.uuid4().hex[:12]}"
    taken.add(free)
    return free


def _plain(arguments: dict[str, object]) -> dict[str, JsonValue]:
    plain: dict[str, JsonValue] = json.loads(json.dumps(arguments, default=str))
    return plain
