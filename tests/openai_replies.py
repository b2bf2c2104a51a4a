"""Replies of the loopback server, and the JSON that goes over the wire for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer. Build it with `say`, `call`, `of`, or one of the failures."""

    text: str = ""
    calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()  # (tool, arguments); arguments may be a raw str
    finish_reason: str | None = None
    prompt_tokens: int | None = None  # None: a tenth of the characters sent
    completion_tokens: int | None = None
    refusal: str | None = None
    latency_s: float = 0.0
    status: int = 200
    error: Mapping[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # sent as it is instead of a completion
    hangs_up: bool = False  # the connection is cut without an answer
    cut_after_chunks: int | None = None  # a stream is cut after so many chunks
    cut_after_bytes: int | None = None  # a file is cut after so many bytes
    unfinished: bool = False  # a stream ends properly, but without the chunks that say so

    @classmethod
    def say(cls, text: str, **options: Any) -> "Reply":
        return cls(text=text, **options)

    @classmethod
    def of(cls, value: object, **options: Any) -> "Reply":
        """The value as JSON text."""
        return cls(text=json.dumps(value, ensure_ascii=False), **options)

    @classmethod
    def call(cls, tool: str, **arguments: Any) -> "Reply":
        return cls(calls=((tool, arguments),))

    @classmethod
    def failed(cls, status: int, message: str, code: str | None = None, **headers: str) -> "Reply":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status=status, error={"message": message, "code": code, "type": code}, headers=named)

    @classmethod
    def limited(cls, **headers: str) -> "Reply":
        """429; `retry_after="1"` or `retry_after_ms="150"`."""
        return cls.failed(429, "Rate limit reached for requests", "rate_limit_exceeded", **headers)

    @classmethod
    def unauthorized(cls, key: str = "") -> "Reply":
        return cls.failed(401, f"Incorrect API key provided: {key}", "invalid_api_key")

    @classmethod
    def unknown_model(cls, model: str) -> "Reply":
        return cls.failed(404, f"The model `{model}` does not exist", "model_not_found")

    @classmethod
    def bad_request(cls, message: str, code: str = "invalid_request_error") -> "Reply":
        return cls.failed(400, message, code)

    @classmethod
    def no_tools(cls, model: str = "small") -> "Reply":
        return cls.bad_request(f"registry.ollama.ai/library/{model} does not support tools")

    @classmethod
    def too_long(cls) -> "Reply":
        message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
        return cls.bad_request(message, "context_length_exceeded")

    @classmethod
    def server_error(cls) -> "Reply":
        return cls.failed(500, "The server had an error while processing your request")

    @classmethod
    def malformed(cls, raw: bytes = b'{"choices": [{"mess') -> "Reply":
        return cls(raw=raw)

    @classmethod
    def hang_up(cls) -> "Reply":
        return cls(hangs_up=True)


def body_of(reply: Reply, request: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.calls:
        message["tool_calls"] = _tool_calls(reply)
    if reply.refusal is not None:
        message["refusal"] = reply.refusal
    choice = {"index": 0, "message": message, "finish_reason": _finish(reply)}
    return {**_head(request, "chat.completion"), "choices": [choice], "usage": _usage(reply, request)}


def chunks_of(reply: Reply, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a streamed completion; usage only when it was asked for."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**_head(request, "chat.completion.chunk"), "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for start in range(0, len(reply.text), 5):
        yield chunk({"content": reply.text[start : start + 5]})
    for index, call in enumerate(_tool_calls(reply)):
        arguments = call["function"]["arguments"]
        opening = {"name": call["function"]["name"], "arguments": ""}
        yield chunk({"tool_calls": [{**call, "index": index, "function": opening}]})
        for start in range(0, len(arguments), 7):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": arguments[start : start + 7]}}]})
    if reply.unfinished:
        return
    yield chunk({}, _finish(reply))
    if (request.get("stream_options") or {}).get("include_usage"):
        yield {**_head(request, "chat.completion.chunk"), "choices": [], "usage": _usage(reply, request)}


def example_of(schema: Mapping[str, Any]) -> Any:
    """A small value that satisfies the schema."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0])
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return {name: example_of(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema.get("items", {}))] * int(schema.get("minItems", 1))
    plain: dict[Any, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain.get(kind, "text")


def _head(request: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": request.get("model", "")}


def _finish(reply: Reply) -> str:
    return reply.finish_reason or ("tool_calls" if reply.calls else "stop")


def _tool_calls(reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False),
            },
        }
        for number, (name, arguments) in enumerate(reply.calls, start=1)
    ]


def _usage(reply: Reply, request: Mapping[str, Any]) -> dict[str, int]:
    sent = len(json.dumps(request.get("messages", []), ensure_ascii=False))
    prompt = reply.prompt_tokens if reply.prompt_tokens is not None else max(1, sent // 10)
    said = len(json.dumps(_tool_calls(reply))) if reply.calls else len(reply.text)
    completion = reply.completion_tokens if reply.completion_tokens is not None else max(1, said // 4)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
