"""A fast, strict OpenAI-compatible server on 127.0.0.1, in a process of its own: chat, embeddings, models.

Run by `ModelServer` as `python -m loopback.server KNOBS`. Prints its port as the first line and ends when stdin
is closed. `/control/` changes knobs, resets, and gives statistics and the log.
"""

import asyncio
import gc
import hashlib
import math
import os
import random
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from aiohttp import web
from loopback import question
from loopback.answers import tokens_of
from loopback.corruption import CUTS, KINDS, Corruption
from loopback.knobs import Knobs, Poison, Signal
from loopback.question import Invalid, Question
from loopback.quota import quota_of, token_quota_of
from loopback.records import Record, Records
from loopback.replies import Refusal, embedding_of, error_response, head, json_response, shaped, streamed

Answer = Callable[[web.BaseRequest, Record], Awaitable[web.StreamResponse]]
_GRACE_S = 0.02  # requests that were on their way when a refusal was sent are not early


class ModelService:
    """The state of the server."""

    def __init__(self, knobs: Knobs) -> None:
        self.change(knobs)
        self.reset()

    def change(self, knobs: Knobs) -> None:
        self.knobs = knobs
        self._quota, self._token_quota = quota_of(knobs), token_quota_of(knobs)
        self._corruption = Corruption(knobs.corrupt, knobs.corruptions, knobs.seed)
        self._queue = asyncio.Semaphore(knobs.at_once) if knobs.at_once else None
        self._poison = knobs.poison.encode() if knobs.poison else None
        self._told_at = self._blocked_until = 0.0

    def reset(self) -> None:
        self.records = Records()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.method, request.path:
            case "POST", "/v1/chat/completions":
                return await self._recorded(request, self._chat)
            case "POST", "/v1/embeddings":
                return await self._recorded(request, self._embeddings)
            case "GET", "/v1/models":
                listing = [{"id": name, "object": "model", "owned_by": "loopback"} for name in self.knobs.models]
                return json_response({"object": "list", "data": listing})
            case _, path if path.startswith("/control/"):
                return await self._control(request)
        return json_response({"error": {"message": "Not Found", "type": "invalid_request_error"}}, 404)

    async def _control(self, request: web.BaseRequest) -> web.Response:
        match request.path.removeprefix("/control/"):
            case "knobs":
                self.change(self.knobs.changed(orjson.loads(await request.read())))
            case "reset":
                self.reset()
            case "statistics":
                return json_response(asdict(self.records.statistics()))
            case "log":
                return web.Response(body=b"\n".join(orjson.dumps(line) for line in self.records.lines()))
        return json_response({})

    async def _recorded(self, request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        records = self.records
        record = records.arrived(time.monotonic())
        response: web.StreamResponse = web.Response()
        try:
            try:
                response = await answer(request, record)
            except Refusal as refusal:
                response = error_response(refusal)
            record.status = response.status
            if self.knobs.signal is Signal.RATE_HEADERS:
                response.headers.update(self._rate_headers())
            if not response.prepared:
                await response.prepare(request)
                await response.write_eof()
            if request.transport is not None and not request.transport.is_closing():
                record.sent_at = time.monotonic()
            return response
        except ConnectionResetError:  # the client is gone
            return response
        finally:
            records.in_flight -= 1

    async def _body(self, request: web.BaseRequest, record: Record) -> dict[str, Any]:
        """The body of a request that is let in."""
        raw = await request.read()
        record.prompt_bytes = len(raw)
        knobs = self.knobs
        if knobs.api_key is not None and request.headers.get("Authorization") != f"Bearer {knobs.api_key}":
            raise Refusal(401, "Incorrect API key provided", "invalid_api_key")
        self._admit(record)
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise self._invalid(f"the body is not JSON: {error}") from error
        if body.get("model") not in knobs.models:
            raise Refusal(404, f"The model `{body.get('model')}` does not exist", "model_not_found")
        return body  # type: ignore[no-any-return]

    def _invalid(self, reason: str) -> Refusal:
        self.records.refused(reason)
        return Refusal(400, reason)

    def _admit(self, record: Record) -> None:
        """Lets a request pass, or refuses it as the limit says."""
        now = time.monotonic()
        record.early = self._told_at + _GRACE_S < now < self._blocked_until
        wait_s = self._quota.take(now) if self._quota is not None else 0.0
        if wait_s <= 0 and self._token_quota is not None:
            wait_s = self._token_quota.take(now, record.prompt_bytes // 4)
        if wait_s <= 0:
            return
        headers: dict[str, str] = {}
        if self.knobs.signal is Signal.RETRY_AFTER:
            wait_s = math.ceil(wait_s)
            headers = {"Retry-After": str(wait_s)}
        elif self.knobs.signal is Signal.RETRY_AFTER_MS:
            wait_s = math.ceil(wait_s * 1000) / 1000
            headers = {"retry-after-ms": str(round(wait_s * 1000))}
        if headers:
            if now >= self._blocked_until:
                self._told_at = now
            self._blocked_until = max(self._blocked_until, now + wait_s)
        raise Refusal(429, "Rate limit reached for requests", "rate_limit_exceeded", **headers)

    def _rate_headers(self) -> dict[str, str]:
        knobs, now = self.knobs, time.monotonic()
        headers: dict[str, str] = {}
        for name, limit, quota in (
            ("requests", knobs.limit, self._quota),
            ("tokens", knobs.token_limit, self._token_quota),
        ):
            if quota is not None and limit is not None:
                left = max(0, quota.left(now))
                headers |= {
                    f"x-ratelimit-limit-{name}": str(limit),
                    f"x-ratelimit-remaining-{name}": str(left),
                    f"x-ratelimit-reset-{name}": f"{knobs.limit_window_s * (1 - left / limit):.3f}s",
                }
        return headers

    async def _chat(self, request: web.BaseRequest, record: Record) -> web.StreamResponse:
        body = await self._body(request, record)
        try:
            asked = question.read(body, strict=self.knobs.strict)
            self.records.formats[asked.format] += 1
            if asked.format not in (*self.knobs.formats, "chat"):
                raise Invalid(f"response format {asked.format} is not supported by this model")
        except Invalid as invalid:
            raise self._invalid(str(invalid)) from invalid
        self.records.saw_prompt(asked.system, asked.user)
        await self._work()
        message, finish = self._message(asked, record)
        self._remember(asked, record)
        record.prompt_tokens = self._prompt_tokens(asked)
        said = message.get("content") or message.get("refusal") or message["tool_calls"][0]["function"]["arguments"]
        record.completion_tokens = self._tokens(said)
        usage = {
            "prompt_tokens": record.prompt_tokens,
            "completion_tokens": record.completion_tokens,
            "total_tokens": record.prompt_tokens + record.completion_tokens,
        }
        if body.get("stream"):
            wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            return await streamed(request, body["model"], message, finish, usage if wants_usage else None)
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
        return json_response({**head(body["model"], "chat.completion"), "choices": [choice], "usage": usage})

    async def _work(self) -> None:
        """As long as the model takes, in its queue if it has one."""
        knobs = self.knobs
        seconds = knobs.latency_s + (random.uniform(0, knobs.jitter_s) if knobs.jitter_s else 0)
        if self._queue is None:
            if seconds:
                await asyncio.sleep(seconds)
            return
        async with self._queue:
            await asyncio.sleep(seconds)

    def _message(self, asked: Question, record: Record) -> tuple[dict[str, Any], str]:
        """What the model says and why it stopped."""
        if self._poison is not None and any(self._poison in one.row for one in asked.rows):
            return self._poisoned()
        if asked.schema is None:
            return {"content": "Hello from the loopback model."}, "stop"
        kind = self._corruption.choose(len(asked.rows)) if asked.pack_name else None
        record.corrupted = kind
        if kind is None or asked.pack_name is None:
            text = orjson.dumps(asked.answer()).decode()
        else:
            text = self._corruption.text(kind, asked.items(), asked.pack_name)
        if asked.format == "tool":
            call = {"name": "answer", "arguments": text}
            return {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}, "stop"
        return {"content": text, "refusal": None}, "length" if kind == "cut off" else "stop"

    def _poisoned(self) -> tuple[dict[str, Any], str]:
        self.records.poisoned += 1
        match self.knobs.poison_as:
            case Poison.BAD_REQUEST:
                raise Refusal(400, "The request was rejected by the content management policy", "content_filter")
            case Poison.SERVER_ERROR:
                raise Refusal(500, "The server had an error while processing your request")
            case Poison.REFUSAL:
                return {"content": None, "refusal": "I cannot help with that."}, "stop"
            case Poison.CONTENT_FILTER:
                return {"content": "", "refusal": "filtered"}, "content_filter"

    def _remember(self, asked: Question, record: Record) -> None:
        record.row_count = len(asked.rows)
        if self.knobs.keeps_rows:
            record.rows = tuple(hashlib.blake2b(one.row, digest_size=8).hexdigest() for one in asked.rows)
            self.records.asked.update(record.rows)

    def _prompt_tokens(self, asked: Question) -> int:
        texts = [asked.system, asked.user]
        if asked.schema and self.knobs.counts_schema:
            texts.append(orjson.dumps(asked.schema).decode())
        return sum(self._tokens(text) for text in texts) + 11  # two messages and the start of a reply

    def _tokens(self, text: str) -> int:
        return tokens_of(text, self.knobs.token_rule)

    async def _embeddings(self, request: web.BaseRequest, record: Record) -> web.StreamResponse:
        body = await self._body(request, record)
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
            raise self._invalid("input must be texts that are not empty")
        await self._work()
        record.row_count, record.prompt_tokens = len(texts), sum(self._tokens(text) for text in texts)
        size = int(body.get("dimensions") or self.knobs.dimensions)
        encoded = body.get("encoding_format") == "base64"
        data = [
            {"object": "embedding", "index": number, "embedding": shaped(embedding_of(text, size), encoded)}
            for number, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": record.prompt_tokens, "total_tokens": record.prompt_tokens}
        return json_response({"object": "list", "data": data, "model": body["model"], "usage": usage})


async def _serve(knobs: Knobs) -> None:
    server = web.Server(ModelService(knobs).handle, access_log=None)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, backlog=1024)
    print(listener.sockets[0].getsockname()[1], flush=True)
    # A collection over a long log would show as latency.
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    await listener.serve_forever()


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    assert set(KINDS).isdisjoint(CUTS)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    asyncio.run(_serve(Knobs.from_json(sys.argv[1])))
