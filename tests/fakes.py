"""Stand-ins for a language model: one in this process, one behind a real HTTP server.

`ScriptedModel` answers from a list and keeps what it was sent. The fixture `openai_server` is a loopback
server that speaks the OpenAI wire, see openai_wire.py.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest
from pydantic import PrivateAttr

__all__ = ["LoopbackOpenAI", "Reply", "ScriptedModel", "WireRequest", "call", "say"]

Answer = AIMessage | str | Exception | Callable[[list[BaseMessage]], AIMessage]


def say(text: str) -> AIMessage:
    return AIMessage(content=text)


def call(tool: str, call_id: str | None = None, **arguments: Any) -> AIMessage:
    """A message that calls one tool; several: AIMessage(content="", tool_calls=call(..).tool_calls + ...)."""
    return AIMessage(content="", tool_calls=[ToolCall(name=tool, args=arguments, id=call_id or f"call-{tool}")])


class ScriptedModel(BaseChatModel):
    """Answers with `answers` in order, then fails. `received` and `tools_offered` keep what it was sent.

    An answer is an AIMessage, a str, an exception to raise, or a function of the messages sent. Streaming gives
    words and tool-call chunks; every answer carries usage (10 prompt tokens per message, 1 per word).
    """

    answers: list[Any]
    name: str | None = "scripted"
    _received: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _tools: list[list[str]] = PrivateAttr(default_factory=list)
    _next: int = PrivateAttr(default=0)

    @property
    def received(self) -> list[list[BaseMessage]]:
        return self._received

    @property
    def tools_offered(self) -> list[list[str]]:
        """The names of the tools offered with each request."""
        return self._tools

    @property
    def left(self) -> int:
        """Answers not yet given."""
        return len(self.answers) - self._next

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages, kwargs)
        for text in re.findall(r"\s*\S+|\s+", str(answer.content)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        for number, made in enumerate(answer.tool_calls):
            chunk = tool_call_chunk(name=made["name"], args=_json(made["args"]), id=made["id"], index=number)
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[chunk]))
        last = AIMessageChunk(content="", usage_metadata=answer.usage_metadata, chunk_position="last")
        yield ChatGenerationChunk(message=last)

    def _answer(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> AIMessage:
        self._received.append(list(messages))
        self._tools.append([tool["function"]["name"] for tool in kwargs.get("tools", [])])
        if self._next >= len(self.answers):
            raise AssertionError(
                f"the script has only {len(self.answers)} answers; asked once more with {messages[-1]!r}"
            )
        answer: Answer = self.answers[self._next]
        self._next += 1
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            answer = AIMessage(content=answer)
        message = answer if isinstance(answer, AIMessage) else answer(messages)
        return message.model_copy(update={"usage_metadata": message.usage_metadata or _usage(messages, message)})


def _usage(messages: list[BaseMessage], answer: AIMessage) -> UsageMetadata:
    prompt, completion = 10 * len(messages), max(1, len(str(answer.content).split()))
    return UsageMetadata(input_tokens=prompt, output_tokens=completion, total_tokens=prompt + completion)


def _json(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)
