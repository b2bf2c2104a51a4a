"""The offline rules as column filling sees them (skills.model_caller): no network, no tokens.

Reads the rows out of the request as `skills.ai_column.prompt` writes them: JSON objects on lines of their own,
one row as itself, packed rows as {"id", "echo", "row"}.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from agent.llm.offline.columns import CannotTell, value_for
from agent.llm.offline.label import OFFLINE_LABEL
from skills.model_caller import AnswerUnusable, ModelReply, ModelRequest, Pressure, PressureKind

_INSTRUCTION = re.compile(r"^Column: (?P<column>.*)\nInstruction: (?P<intent>.*)$", re.MULTILINE)
_AT_MOST = re.compile(r"\bat most (\d+) characters")


class OfflineCaller:
    """A ModelCaller that counts words."""

    @property
    def label(self) -> str:
        return OFFLINE_LABEL

    @property
    def most_in_flight(self) -> int:
        return 1  # each answer is there at once

    async def connect(self) -> None:
        """There is nothing to connect to."""

    async def call(self, request: ModelRequest, on_retry: Callable[[], None]) -> ModelReply:  # noqa: ARG002
        """Raises AnswerUnusable where the rules cannot tell; in a pack such rows are left out."""
        rows = _json_lines(request.user)
        properties = _mapping(request.json_schema, "properties")
        if "answers" in properties:
            answer: Mapping[str, object] = {"answers": _pack(request, rows, properties)}
        elif rows:
            answer = _values(rows[0], request.system, properties)
        else:
            raise AnswerUnusable(f"{OFFLINE_LABEL}: the question holds no row")
        return ModelReply(answer=answer, prompt_tokens=0, completion_tokens=0, retries=0)

    async def stop_sending(self) -> None:
        """Nothing waits."""

    async def aclose(self) -> None:
        """Nothing is open."""

    def pressure(self) -> Pressure:
        return Pressure(kind=PressureKind.NONE, text="the built-in rules compute; nothing waits")

    def slower(self) -> None:
        """One at a time is the least."""

    def faster(self) -> None:
        """One at a time is the most."""


def _values(row: Mapping[str, object], system: str, properties: Mapping[str, object]) -> dict[str, object]:
    intents = {found["column"]: found["intent"] for found in _INSTRUCTION.finditer(system)}
    try:
        return {
            name: value_for(row, intents.get(name, system), _with_length(properties, name, system))
            for name in properties
        }
    except CannotTell as reason:
        raise AnswerUnusable(f"{OFFLINE_LABEL}: {reason}") from reason


def _with_length(properties: Mapping[str, object], name: str, system: str) -> Mapping[str, object]:
    """The value's schema; a length that only the instruction names counts too."""
    schema = _mapping(properties, name)
    limit = _AT_MOST.search(system)
    return {**schema, "maxLength": int(limit[1])} if limit and "maxLength" not in schema else schema


def _pack(
    request: ModelRequest, rows: Sequence[Mapping[str, object]], properties: Mapping[str, object]
) -> list[dict[str, object]]:
    item = _mapping(_mapping(_mapping(properties, "answers"), "items"), "properties")
    values = _mapping(_mapping(item, "values"), "properties")
    answers: list[dict[str, object]] = []
    for row in rows:
        try:
            filled = _values(_mapping(row, "row"), request.system, values)
        except AnswerUnusable:
            continue
        answers.append({"id": row.get("id"), "echo": row.get("echo"), "values": filled})
    return answers


def _json_lines(text: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue  # words of the question, not a row
    return rows


def _mapping(holder: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}
