"""The bodies of the loopback server's answers: completions whole and streamed, embeddings, errors."""

import math
import random
import struct
from base64 import b64encode
from typing import Any

import orjson
from aiohttp import web


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers


def embedding_of(text: str, size: int) -> list[float]:
    """A vector of length 1 that depends on the text alone."""
    numbers = random.Random(text)
    raw = [numbers.uniform(-1, 1) for _ in range(size)]
    length = math.sqrt(sum(one * one for one in raw))
    return [one / length for one in raw]


def shaped(vector: list[float], encoded: bool) -> list[float] | str:
    return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if encoded else vector


def head(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-loopback", "object": kind, "created": 1, "model": model}


def json_response(value: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


def error_response(refusal: Refusal) -> web.Response:
    kind = "invalid_request_error" if refusal.status < 429 else "requests" if refusal.status == 429 else "server_error"
    response = json_response(
        {"error": {"message": refusal.message, "type": kind, "code": refusal.code}}, refusal.status
    )
    response.headers.update(refusal.headers)
    return response


async def streamed(
    request: web.BaseRequest, model: str, message: dict[str, Any], finish: str, usage: dict[str, int] | None
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    top = head(model, "chat.completion.chunk")
    text = message.get("content") or ""
    third = len(text) // 3 + 1
    deltas: list[dict[str, Any]] = [{"content": text[at : at + third]} for at in range(0, len(text), third)]
    if message.get("tool_calls"):
        deltas.append({"tool_calls": [{"index": 0, **message["tool_calls"][0]}]})
    if message.get("refusal"):
        deltas.append({"refusal": message["refusal"]})
    for delta in ({"role": "assistant"}, *deltas):
        await _event(response, {**top, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    await _event(response, {**top, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if usage is not None:
        await _event(response, {**top, "choices": [], "usage": usage})
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


async def _event(response: web.StreamResponse, value: object) -> None:
    await response.write(b"data: " + orjson.dumps(value) + b"\n\n")
