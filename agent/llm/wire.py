"""One chat completion over HTTP on aiohttp, without the model stack: a body in, a Completion or a Failure out.

Filling a column sends thousands of small requests; this costs a tenth of what a chat model's client costs.
Every request has a time limit. Nothing is retried here.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import certifi

from agent.llm.endpoint import Endpoint, is_local
from agent.llm.failure import Failure, failure_of_body
from agent.llm.told import NOTHING_TOLD, Told, read_told

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
    told: Told = NOTHING_TOLD


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The request failed; `told` is what its headers say about limits."""

    failure: Failure
    told: Told = NOTHING_TOLD


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
            async with session.post(self._url, data=encoded(body)) as response:
                raw = await response.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            return refusal_of(error)
        return _read(response.status, response.headers, raw)

    async def connect(self) -> None:
        """What the first request would otherwise wait for."""
        await self._open()

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _open(self) -> aiohttp.ClientSession:
        if self._session is not None:
            return self._session
        async with self._opening:
            if self._session is None:
                self._session = await open_session(self._endpoint, self._timeout, {"Content-Type": "application/json"})
                self._url = f"{self._endpoint.base_url}/chat/completions"
            return self._session


async def open_session(
    endpoint: Endpoint, timeout: aiohttp.ClientTimeout, headers: Mapping[str, str]
) -> aiohttp.ClientSession:
    """A session for one endpoint, with its key. From here on `endpoint.base_url` answers at once."""
    # Finding the right address may ask the network, and reading certificates the disk.
    base_url = await asyncio.to_thread(lambda: endpoint.base_url)
    return aiohttp.ClientSession(
        timeout=timeout,
        trust_env=not is_local(base_url),  # a proxy does not reach this machine
        connector=aiohttp.TCPConnector(limit=0, ssl=await _trust(base_url)),
        headers={"Authorization": f"Bearer {endpoint.api_key}", **headers},
    )


async def _trust(base_url: str) -> ssl.SSLContext | bool:
    if base_url.startswith("http://"):
        return True  # aiohttp's own choice, for a proxy on the way
    return await asyncio.to_thread(ssl.create_default_context, cafile=certifi.where())


def refusal_of(error: TimeoutError | aiohttp.ClientError) -> Refusal:
    """A request that got no answer."""
    if isinstance(error, TimeoutError):
        return Refusal(failure=Failure(timed_out=True))
    if isinstance(error, aiohttp.ClientConnectorError):
        return Refusal(failure=Failure(text=str(error), refused=True))
    return Refusal(failure=Failure(text=str(error) or type(error).__name__))


def encoded(body: Mapping[str, object]) -> bytes:
    # A lone surrogate in a row cannot be encoded; it is replaced, never a reason to fail.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _read(status: int, headers: Mapping[str, str], raw: bytes) -> Completion | Refusal:
    answer = read_json(status, headers, raw)
    if isinstance(answer, Refusal):
        return answer
    return completion_of(answer, read_told(headers)) or Refusal(
        failure=Failure(status=502, text="the answer holds no choice")
    )


def read_json(status: int, headers: Mapping[str, str], raw: bytes) -> Mapping[str, object] | Refusal:
    """The JSON object of a good answer."""
    text = raw.decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if status != 200:
        return Refusal(failure=failure_of_body(status, answer, text), told=read_told(headers))
    if not isinstance(answer, dict):
        return Refusal(failure=Failure(status=502, text="the answer is not JSON"))
    if answer.get("error"):
        return Refusal(failure=failure_of_body(502, answer, text))
    return answer


def completion_of(answer: Mapping[str, object], told: Told = NOTHING_TOLD) -> Completion | None:
    """From the body of a chat completion; None if it holds no choice."""
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
        told=told,
    )


def _arguments(calls: object) -> str | None:
    function = calls[0].get("function") if isinstance(calls, list) and calls and isinstance(calls[0], dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(arguments, str) or arguments is None:
        return arguments
    return json.dumps(arguments)  # some servers send an object


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
