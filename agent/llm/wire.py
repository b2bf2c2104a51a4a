"""One chat completion over HTTP on aiohttp, without the model stack: a body in, a Completion or a Failure out.

Filling a column sends thousands of small requests; this costs a tenth of what a chat model's client costs.
Every request has a time limit. Nothing is retried here.
"""

import asyncio
import email.utils
import json
import math
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import certifi

from agent.llm.endpoint import Endpoint, is_local
from agent.llm.failure import Failure, failure_of_body

_CONNECT_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Completion:
    """The first choice of an answer."""

    text: str
    arguments: str | None  # of the first tool call
    refusal: str | None
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The request failed; `wait_s` is what the endpoint asked for."""

    failure: Failure
    wait_s: float | None = None


class Wire:
    """The connections to one endpoint. Made and closed on one event loop."""

    def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
        self._endpoint = endpoint
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(_CONNECT_TIMEOUT_S, timeout_s))
        self._session: aiohttp.ClientSession | None = None
        self._url = ""
        self._opening = asyncio.Lock()

    async def post(self, body: Mapping[str, object]) -> Completion | Refusal:
        session = await self._open()
        try:
            async with session.post(self._url, data=_encoded(body)) as response:
                raw = await response.read()
        except TimeoutError:
            return Refusal(failure=Failure(timed_out=True))
        except aiohttp.ClientConnectorError as error:
            return Refusal(failure=Failure(text=str(error), refused=True))
        except aiohttp.ClientError as error:
            return Refusal(failure=Failure(text=str(error) or type(error).__name__))
        return _read(response.status, response.headers, raw)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _open(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._session is None:
                # Finding the right address may ask the network, and reading certificates the disk.
                base_url = await asyncio.to_thread(lambda: self._endpoint.base_url)
                context = await asyncio.to_thread(ssl.create_default_context, cafile=certifi.where())
                self._url = f"{base_url}/chat/completions"
                self._session = aiohttp.ClientSession(
                    timeout=self._timeout,
                    trust_env=not is_local(base_url),  # a proxy does not reach this machine
                    connector=aiohttp.TCPConnector(limit=0, ssl=context),
                    headers={"Authorization": f"Bearer {self._endpoint.api_key}", "Content-Type": "application/json"},
                )
            return self._session


def _encoded(body: Mapping[str, object]) -> bytes:
    # A lone surrogate in a row cannot be encoded; it is replaced, never a reason to fail.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _read(status: int, headers: Mapping[str, str], raw: bytes) -> Completion | Refusal:
    text = raw.decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if status != 200:
        return Refusal(failure=failure_of_body(status, answer, text), wait_s=retry_after_s(headers))
    if not isinstance(answer, dict):
        return Refusal(failure=Failure(status=502, text="the answer is not JSON"))
    if answer.get("error"):
        return Refusal(failure=failure_of_body(502, answer, text))
    return _completion(answer) or Refusal(failure=Failure(status=502, text="the answer holds no choice"))


def _completion(answer: Mapping[str, object]) -> Completion | None:
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return None
    usage = answer.get("usage")
    used = usage if isinstance(usage, dict) else {}
    return Completion(
        text=str(message.get("content") or ""),
        arguments=_arguments(message.get("tool_calls")),
        refusal=message.get("refusal") or None,
        finish_reason=str(choice.get("finish_reason") or ""),
        prompt_tokens=_count(used.get("prompt_tokens")),
        completion_tokens=_count(used.get("completion_tokens")),
    )


def _arguments(calls: object) -> str | None:
    function = calls[0].get("function") if isinstance(calls, list) and calls and isinstance(calls[0], dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(arguments, str) or arguments is None:
        return arguments
    return json.dumps(arguments)  # some servers send an object


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait an endpoint asks for. Milliseconds win over seconds, seconds over a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        try:
            wait_s = float(value) / unit if value is not None else math.nan
        except ValueError:
            continue
        if math.isfinite(wait_s):
            return max(0.0, wait_s)
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
