"""What an endpoint's failure means.

A Failure is what came over the wire, whichever client sent the request; `judge` turns it into the one
ModelError that names the fact and the next step. Texts are redacted and cut before they reach anyone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.llm.endpoint import Endpoint
from agent.llm.errors import (
    BadAnswer,
    ContextTooLong,
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    NoToolSupport,
    RateLimited,
    UnknownModel,
    WrongKey,
)

_MAX_QUOTED = 300  # characters of a server's own message that are repeated
_MAX_NAMED = 12  # models named in a message

# Ollama, vLLM, llama.cpp and OpenRouter each say it in their own words and with their own status.
_NO_TOOLS = re.compile(
    r"does not support (tools|function)|support tool use|enable-auto-tool-choice|requires? --jinja"
    r"|tools? (is|are) not supported|tool.?call\w* (is|are) not supported",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context.length|maximum context|context window|context size|exceeds? the available context|prompt is too long"
    r"|too many tokens|input tokens exceed",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(r"insufficient.(quota|balance|credit)|exceeded your current quota|billing", re.IGNORECASE)
_KEY_LIKE = re.compile(r"\b(sk|pk|key)-[A-Za-z0-9*_\-]{6,}")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One failed request."""

    status: int | None = None  # None: no HTTP answer
    text: str = ""  # the server's words, or the client's
    code: str = ""
    timed_out: bool = False
    refused: bool = False  # no connection could be made at all

    @property
    def no_credit(self) -> bool:
        return self.status in (402, 429) and bool(_NO_CREDIT.search(f"{self.code} {self.text}"))

    @property
    def too_long(self) -> bool:
        return self.status in (400, 413, 422, 500) and bool(_TOO_LONG.search(f"{self.code} {self.text}"))

    @property
    def no_tools(self) -> bool:
        return self.status in (400, 404, 422, 500, 501) and bool(_NO_TOOLS.search(self.text))

    @property
    def unknown_model(self) -> bool:
        return self.status == 404 or self.code == "model_not_found"


def judge(failure: Failure, endpoint: Endpoint, model: str, timeout_s: float) -> ModelError:
    """The error to raise. For an unknown model the endpoint is asked which ones it has."""
    said = quote(failure.text, endpoint)
    if failure.no_tools:
        return NoToolSupport(
            f"the model {model} cannot call tools: {said}",
            hint="choose a model that supports tool calling (--model NAME); for vLLM start it with "
            "--enable-auto-tool-choice, for llama.cpp with --jinja",
        )
    if failure.too_long:
        return ContextTooLong(
            f"the conversation does not fit the context of {model}: {said}",
            hint="start afresh with /clear, ask for fewer rows, or choose a model with a longer context",
        )
    if failure.unknown_model:
        return _unknown_model(endpoint, model)
    if failure.timed_out:
        return ModelTimeout(
            f"{model} at {endpoint.base_url} did not answer within {timeout_s:g} s",
            hint="try again, raise models.timeout_s in config.yaml, or choose a faster model",
        )
    return _by_status(failure, endpoint, model, said)


def _by_status(failure: Failure, endpoint: Endpoint, model: str, said: str) -> ModelError:
    status = failure.status
    if status in (401, 403):
        hint = "check OPENAI_API_KEY" if endpoint.has_key else "set OPENAI_API_KEY: no key was sent"
        return WrongKey(f"{endpoint.base_url} refused the API key ({status}): {said}", hint=hint)
    if failure.no_credit:
        return RateLimited(
            f"no credit left at {endpoint.base_url}: {said}", hint="check the plan and billing of the account"
        )
    if status == 429:
        return RateLimited(
            f"{endpoint.base_url} refuses more requests for now (429): {said}",
            hint="wait a little and try again, or choose another model",
        )
    if status is None:
        return ModelUnreachable(
            f"no language model answers at {endpoint.base_url}: {said}",
            hint="check the address (OPENAI_BASE_URL), that the server runs, and the network",
        )
    if status >= 500:
        return ModelUnreachable(
            f"{endpoint.base_url} failed with {status}: {said} (AI 服务暂时不可用，请稍后重试)",
            hint="try again in a moment; if it stays, look at the server's log",
        )
    return BadAnswer(f"{endpoint.base_url} refused the request ({status}): {said}", hint=f"is {model} a chat model?")


def _unknown_model(endpoint: Endpoint, model: str) -> UnknownModel:
    names = endpoint.models()
    shown = ", ".join(names[:_MAX_NAMED]) + (f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else "")
    if not names:
        return UnknownModel(
            f"{endpoint.base_url} does not know the model {model}", hint="check the name and OPENAI_BASE_URL"
        )
    return UnknownModel(
        f"{endpoint.base_url} does not know the model {model}; it has: {shown}",
        hint="choose one with --model NAME or COLUMNIST_MODEL",
    )


def quote(text: str, endpoint: Endpoint) -> str:
    """A server's words, on one line, short, without anything that looks like a key."""
    clean = _KEY_LIKE.sub("***", endpoint.redact(" ".join(text.split())))
    return clean[:_MAX_QUOTED] or "no reason given"


def failure_of_body(status: int, body: object, raw: str) -> Failure:
    """From an error answer: OpenAI's `{"error": {"message", "code"}}`, or what servers make of it."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(error, Mapping):
        text = error.get("message") or error.get("detail") or raw
        code = error.get("code") or error.get("type") or ""
        return Failure(status=status, text=str(text), code=str(code))
    return Failure(status=status, text=str(error) if isinstance(error, str) else raw)
