"""The chat model of langchain-openai, with our timeouts and our errors.

Imported only when a model is really used: it loads the whole model stack. Everything that goes wrong on
the way, streaming included, leaves as a ModelError.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr, SecretStr

from agent.llm.endpoint import OPENAI, Endpoint, is_local
from agent.llm.errors import BadAnswer, ModelError, ModelUnreachable
from agent.llm.failure import Failure, failure_of_body, judge, quote
from agent.llm.settings import ModelSettings

_CONNECT_TIMEOUT_S = 10.0
# Servers that are not OpenAI's know the older name; some ignore the newer one, and some refuse what they do not know.
OLDER_NAME, NEWER_NAME = "max_tokens", "max_completion_tokens"


class Chat(ChatOpenAI):
    """ChatOpenAI whose errors are ours, and which names the most tokens of an answer as the endpoint knows it."""

    _endpoint: Endpoint = PrivateAttr()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._our_errors():
            try:
                return super()._generate(messages, stop, run_manager, **kwargs)
            except openai.BadRequestError as refusal:
                if not self._newer_name_wanted(refusal):
                    raise
                return super()._generate(messages, stop, run_manager, **kwargs)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._our_errors():
            return await super()._agenerate(messages, stop, run_manager, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        watch = _StreamWatch()
        with self._our_errors(watch):
            for chunk in self._chunks(*args, **kwargs):
                watch.see(chunk)
                yield chunk
        self._check_end(watch)

    def _chunks(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except openai.BadRequestError as refusal:
            if not self._newer_name_wanted(refusal):
                raise
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        watch = _StreamWatch()
        with self._our_errors(watch):
            async for chunk in super()._astream(*args, **kwargs):
                watch.see(chunk)
                yield chunk
        self._check_end(watch)

    def _check_end(self, watch: "_StreamWatch") -> None:
        if not watch.began:
            raise self._no_completion("an empty stream")
        if not watch.ended:
            # A closed connection looks like an end; half an answer must not pass for a whole one.
            raise self._broken_off()

    def _broken_off(self) -> ModelUnreachable:
        return ModelUnreachable(
            f"the answer of {self.model_name} at {self._endpoint.base_url} broke off", hint="ask again"
        )

    def _newer_name_wanted(self, refusal: openai.BadRequestError) -> bool:
        """OpenAI's reasoning models behind another address refuse the older name; the newer one is sent from now on."""
        if self.extra_body is None or NEWER_NAME not in str(refusal):
            return False
        self.max_tokens, self.extra_body = self.extra_body[OLDER_NAME], None
        return True

    @contextmanager
    def _our_errors(self, watch: "_StreamWatch | None" = None) -> Iterator[None]:
        try:
            yield
        except ModelError:
            raise
        except (openai.OpenAIError, httpx2.HTTPError, TimeoutError) as error:
            # `from None`: the original's text may hold the key.
            failed = explain(error, self._endpoint, self.model_name, self.request_timeout)
            broken_off = isinstance(failed, ModelUnreachable) and watch is not None and watch.began
            raise (self._broken_off() if broken_off else failed) from None
        except (ValueError, KeyError, TypeError) as error:
            # What langchain-openai raises for an answer that is not JSON or has no choices.
            raise self._no_completion(str(error)) from None

    def _no_completion(self, said: str) -> BadAnswer:
        return BadAnswer(
            f"{self._endpoint.base_url} answered with something that is not a chat completion: "
            f"{quote(said, self._endpoint)}",
            hint="is this the address of an OpenAI-compatible endpoint? It usually ends in /v1",
        )


class _StreamWatch:
    """Whether a stream began, and whether it came to its proper end."""

    began = False
    ended = False

    def see(self, chunk: ChatGenerationChunk) -> None:
        self.began = True
        finished = bool((chunk.generation_info or {}).get("finish_reason"))
        counted = isinstance(chunk.message, AIMessageChunk) and chunk.message.usage_metadata is not None
        self.ended = self.ended or finished or counted


def explain(error: BaseException, endpoint: Endpoint, model: str, timeout: object) -> ModelError:
    timeout_s = timeout.read if isinstance(timeout, httpx2.Timeout) else None
    return judge(_failure(error), endpoint, model, timeout_s or 0.0)


def _failure(error: BaseException) -> Failure:
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException | TimeoutError):
        return Failure(timed_out=True)
    if isinstance(error, openai.APIStatusError):
        return failure_of_body(error.status_code, error.body, error.message)
    if isinstance(error, openai.APIConnectionError):
        return Failure(text=str(error.__cause__ or error), refused=isinstance(error.__cause__, httpx2.ConnectError))
    if isinstance(error, openai.APIError):  # an error event inside a stream
        return failure_of_body(500, error.body, error.message)
    return Failure(text=str(error) or type(error).__name__)


def build_chat(model: str, endpoint: Endpoint, settings: ModelSettings, client: httpx2.Client) -> Chat:
    """A chat model on `client` (sync) and on aiohttp (async); nothing is sent yet."""
    timeout = httpx2.Timeout(settings.timeout_s, connect=min(_CONNECT_TIMEOUT_S, settings.timeout_s))
    of_openai = endpoint.given == OPENAI
    chat = Chat(
        model=model,
        base_url=endpoint.base_url,
        api_key=SecretStr(endpoint.api_key),
        timeout=timeout,
        stream_chunk_timeout=settings.timeout_s,
        max_retries=settings.max_retries,
        max_completion_tokens=settings.max_output_tokens if of_openai else None,
        extra_body=None if of_openai else {OLDER_NAME: settings.max_output_tokens},
        temperature=settings.temperature,
        stream_usage=True,
        use_responses_api=False,
        http_client=client,
        http_async_client=openai.DefaultAioHttpClient(trust_env=not is_local(endpoint.base_url)),
    )
    chat._endpoint = endpoint  # pydantic's private attribute of our own class
    return chat


class _Pool(openai.DefaultHttpxClient):
    """A connection pool whose timeouts end the call: whoever waited once asks the fast model, not this one again."""

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        try:
            return super().send(request, **options)
        except httpx2.TimeoutException as error:
            # The client above repeats a request after a timeout, but never after an error of its own kind.
            raise openai.APITimeoutError(request=request) from error


def http_client(endpoint: Endpoint) -> httpx2.Client:
    """The connection pool shared by the chat models of one Models; close it. A proxy does not reach this machine."""
    return _Pool(trust_env=not is_local(endpoint.base_url))
