"""A chat completion request, read strictly: which format it asks in, which schema, which rows.

The rows are the lines of the user's message that begin with `{`: in a pack `{"id", "echo", "row"}` each, alone
the row itself. A pack is known by its schema: an array whose items have an `id`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from loopback.answers import BadSchema, canonical, check_object, properties_generator

_FIELDS = frozenset({
    "model", "messages", "response_format", "tools", "tool_choice", "max_tokens", "max_completion_tokens",
    "temperature", "top_p", "stream", "stream_options", "n", "seed", "user", "stop", "reasoning_effort",
    "parallel_tool_calls", "store", "metadata", "service_tier", "prompt_cache_key",
})  # fmt: skip
_IN_WORDS = "JSON schema, and nothing else:\n"


class Invalid(Exception):
    """The request is wrong; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One row of a request."""

    id: str
    echo: str
    row: bytes  # canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A valid request."""

    system: str
    user: str
    format: str  # json_schema, tool, json_object, text, or chat when there is no schema at all
    schema: Mapping[str, Any] | None
    pack_name: str | None  # the property that holds the items of a pack
    item_names: tuple[str, ...]  # of a pack's items
    rows: tuple[Asked, ...]
    generator_key: bytes  # the properties whose values are generated, as JSON
    strict: bool

    def answer(self) -> dict[str, Any]:
        """The right answer."""
        generate = properties_generator(self.generator_key, self.strict)
        if self.pack_name is None:
            return generate(self.rows[0].row)  # type: ignore[no-any-return]
        return {self.pack_name: self.items()}

    def items(self) -> list[dict[str, Any]]:
        generate = properties_generator(self.generator_key, self.strict)
        if "echo" in self.item_names:
            return [{"id": one.id, "echo": one.echo, **generate(one.row)} for one in self.rows]
        return [{"id": one.id, **generate(one.row)} for one in self.rows]


def read(body: Mapping[str, Any], *, strict: bool) -> Question:
    """Raises Invalid."""
    if unknown := set(body) - _FIELDS:
        raise Invalid(f"unknown field {sorted(unknown)[0]}")
    system, user = _messages(body)
    answer_format, schema, is_strict = _schema(body, system)
    if schema is None:
        return Question(
            system=system, user=user, format=answer_format, schema=None, pack_name=None, item_names=(), rows=(),
            generator_key=b"{}", strict=False,
        )  # fmt: skip
    try:
        return _with_schema(system, user, answer_format, schema, is_strict and strict)
    except BadSchema as bad:
        raise Invalid(f"invalid schema: {bad}") from bad


def _messages(body: Mapping[str, Any]) -> tuple[str, str]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Invalid("messages must be a list with at least one message")
    for message in messages:
        if message.get("role") not in ("system", "developer", "user", "assistant", "tool"):
            raise Invalid(f"unknown role {message.get('role')!r}")
        if not isinstance(message.get("content"), str):
            raise Invalid("content must be a text")
    system = "".join(one["content"] for one in messages if one["role"] in ("system", "developer"))
    return system, "".join(one["content"] for one in messages if one["role"] == "user")


def _schema(body: Mapping[str, Any], system: str) -> tuple[str, Mapping[str, Any] | None, bool]:
    """The format, the schema if there is one, and whether it is to be kept strictly."""
    shape = body.get("response_format")
    if shape is not None and shape.get("type") == "json_schema":
        named = shape.get("json_schema") or {}
        if not named.get("name") or not isinstance(named.get("schema"), dict):
            raise Invalid("json_schema needs a name and a schema")
        return "json_schema", named["schema"], bool(named.get("strict"))
    if body.get("tools"):
        function = body["tools"][0]["function"]
        if (body.get("tool_choice") or {}).get("function", {}).get("name") != function["name"]:
            raise Invalid("tool_choice must name the tool")
        return "tool", function["parameters"], bool(function.get("strict"))
    answer_format = "json_object" if shape is not None and shape.get("type") == "json_object" else "text"
    if shape is not None and answer_format == "text" and shape.get("type") != "text":
        raise Invalid(f"unknown response_format {shape.get('type')!r}")
    if _IN_WORDS not in system:
        return "chat", None, False
    return answer_format, orjson.loads(system.rpartition(_IN_WORDS)[2]), False


def _with_schema(system: str, user: str, answer_format: str, schema: Mapping[str, Any], strict: bool) -> Question:
    if strict:
        check_object(schema, "$")
    lines = _row_lines(user)
    pack_name, item = _pack_of(schema)
    if item is None:
        properties = schema.get("properties") or {}
        rows = [Asked(id="", echo="", row=canonical(lines[0] if lines else user))]
    else:
        if strict:
            check_object(item, "$.items")
        properties = {name: part for name, part in item["properties"].items() if name not in ("id", "echo")}
        rows = _packed(lines, item["properties"]["id"].get("enum"))
    return Question(
        system=system, user=user, format=answer_format, schema=schema, pack_name=pack_name,
        item_names=tuple(item["properties"]) if item is not None else (), rows=tuple(rows),
        generator_key=orjson.dumps(properties), strict=strict,
    )  # fmt: skip


def _row_lines(user: str) -> list[Any]:
    try:
        return [orjson.loads(line) for line in user.split("\n") if line.startswith("{")]
    except orjson.JSONDecodeError as error:
        raise Invalid(f"a row is not JSON: {error}") from error


def _pack_of(schema: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any] | None]:
    for name, part in (schema.get("properties") or {}).items():
        item = part.get("items") if part.get("type") == "array" else None
        if isinstance(item, dict) and "id" in item.get("properties", {}):
            return name, item
    return None, None


def _packed(lines: list[Any], allowed: list[str] | None) -> list[Asked]:
    rows = [Asked(id=line["id"], echo=line.get("echo", ""), row=canonical(line["row"])) for line in lines]
    ids = {one.id for one in rows}
    if len(ids) != len(rows):
        raise Invalid("two rows have the same id")
    if allowed is not None and ids != set(allowed):
        raise Invalid("the schema's ids are not those of the rows")
    return rows
