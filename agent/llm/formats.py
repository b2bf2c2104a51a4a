"""How an endpoint is made to answer with one JSON object, and how that object is read.

Endpoints differ in what they take. The strictest way comes first; whoever refuses it (or ignores it) is asked
in the next one, and what worked is remembered. The last two put the schema into words.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum

from skills.model_caller import ModelRequest

_TOOL = "answer"
_BETWEEN = re.compile(r"[\s,]*")
_IN_WORDS = "\n\nAnswer with one JSON object that satisfies this JSON schema, and nothing else:\n"


class NoObject(Exception):
    """The text is not the JSON object that was asked for; says what is missing."""


class AnswerFormat(StrEnum):
    STRICT_SCHEMA = "strict json_schema"  # OpenAI's structured outputs
    SCHEMA = "json_schema"  # the same without `strict`, for schemas that it does not take
    TOOL = "tool call"  # a forced call of one tool
    JSON_MODE = "json_object"  # valid JSON, the schema in words
    TEXT = "text"  # plain text, the schema in words


_LADDER = tuple(AnswerFormat)


class FormatLadder:
    """Which format an endpoint takes: found once, remembered."""

    def __init__(self) -> None:
        self._proven = False
        self.current = _LADDER[0]

    def prove(self, tried: AnswerFormat) -> None:
        """An answer in this format was usable."""
        if not self._proven:
            self._proven, self.current = True, tried

    def step_down(self, tried: AnswerFormat) -> bool:
        """After a refusal of `tried`; False when there is nothing else to try."""
        if self.current is not tried:
            return True  # another call has found out meanwhile
        if self._proven or tried is _LADDER[-1]:
            return False
        self.current = _LADDER[_LADDER.index(tried) + 1]
        return True


def body(request: ModelRequest, answer_format: AnswerFormat) -> dict[str, object]:
    """The part of a chat completion request that depends on the format."""
    schema = dict(request.json_schema)
    system = request.system
    shape: dict[str, object] = {}
    match answer_format:
        case AnswerFormat.STRICT_SCHEMA:
            named = {"name": _TOOL, "schema": schema, "strict": True}
            shape = {"response_format": {"type": "json_schema", "json_schema": named}}
        case AnswerFormat.SCHEMA:
            shape = {"response_format": {"type": "json_schema", "json_schema": {"name": _TOOL, "schema": schema}}}
        case AnswerFormat.TOOL:
            function = {"name": _TOOL, "description": "Give the answer.", "parameters": schema}
            chosen = {"type": "function", "function": {"name": _TOOL}}
            shape = {"tools": [{"type": "function", "function": function}], "tool_choice": chosen}
        case AnswerFormat.JSON_MODE:
            shape = {"response_format": {"type": "json_object"}}
    if answer_format in (AnswerFormat.JSON_MODE, AnswerFormat.TEXT):
        system += _IN_WORDS + json.dumps(schema, ensure_ascii=False)
    messages = [{"role": "system", "content": system}, {"role": "user", "content": request.user}]
    return {"messages": messages, **shape}


def read_object(text: str, required: Mapping[str, object]) -> dict[str, object]:
    """The JSON object in an answer, whatever stands around it. Raises NoObject.

    Of a list that was cut off, the items that are whole.
    """
    spoken = text.rpartition("</think>")[2].strip()
    found = _parsed(spoken)
    if found is None:
        found = _embedded(spoken, required)
    if found is None:
        raise NoObject("the answer holds no JSON object")
    names = required.get("required")
    missing = [str(name) for name in names if name not in found] if isinstance(names, list | tuple) else []
    if missing:
        raise NoObject(f"the answer lacks {', '.join(missing)}")
    return found


def _parsed(text: str) -> dict[str, object] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _embedded(text: str, schema: Mapping[str, object]) -> dict[str, object] | None:
    """The first complete object inside prose or a code fence."""
    lists = _lists(schema)
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start != -1:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = _cut_off(text[start:], lists, decoder)
        if isinstance(value, dict):
            return value
        start = text.find("{", start + 1)
    return None


def _lists(schema: Mapping[str, object]) -> tuple[str, ...]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return ()
    return tuple(name for name, item in properties.items() if isinstance(item, Mapping) and item.get("type") == "array")


def _cut_off(text: str, lists: tuple[str, ...], decoder: json.JSONDecoder) -> dict[str, object] | None:
    """The whole items of the one list that the object begins with, if it does."""
    begins = next((found for name in lists if (found := re.match(rf'\{{\s*"{re.escape(name)}"\s*:\s*\[', text))), None)
    if begins is None:
        return None
    items: list[object] = []
    place = begins.end()
    while (gap := _BETWEEN.match(text, place)) is not None:
        try:
            item, place = decoder.raw_decode(text, gap.end())
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {lists[0]: items} if items else None
