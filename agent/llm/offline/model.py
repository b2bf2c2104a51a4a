"""The built-in rules as a chat model: they call the tools of the conversation and put the results into words.

No network, no tokens, nothing learned. A number in an answer comes from a tool's result, and a question that
is not fully understood is not answered.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.llm.offline.conversation import Heard, Say, Step, next_step
from agent.llm.offline.label import OFFLINE_LABEL

_NOTHING_USED = UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0)
_PIECES = re.compile(r"\s*\S+|\s+")


class OfflineRules(BaseChatModel):
    """A chat model without a model. Deterministic but for the ids of its calls."""

    @property
    def _llm_type(self) -> str:
        return OFFLINE_LABEL

    @property
    def model_name(self) -> str:
        return OFFLINE_LABEL

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  the base class names it
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        step = next_step(_heard(messages, kwargs))
        message = AIMessage(
            content=step.text if isinstance(step, Say) else "",
            tool_calls=_calls(step),
            usage_metadata=_NOTHING_USED,
            response_metadata={"model_name": OFFLINE_LABEL},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  the base class names it
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        step = next_step(_heard(messages, kwargs))
        for text in _PIECES.findall(step.text) if isinstance(step, Say) else ():
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        for index, call in enumerate(_calls(step)):
            arguments = json.dumps(call["args"], ensure_ascii=False)
            chunk = tool_call_chunk(name=call["name"], args=arguments, id=call["id"], index=index)
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[chunk]))
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                usage_metadata=_NOTHING_USED,
                response_metadata={"model_name": OFFLINE_LABEL},
                chunk_position="last",
            )
        )


def _calls(step: Step) -> list[ToolCall]:
    used = step if isinstance(step, tuple) else ()
    return [ToolCall(name=use.tool, args=dict(use.arguments), id=f"rule-{uuid.uuid4().hex[:12]}") for use in used]


def _heard(messages: Sequence[BaseMessage], kwargs: Mapping[str, Any]) -> Heard:
    """The conversation as the rules see it."""
    last = max((at for at, message in enumerate(messages) if message.type == "human"), default=-1)
    names = {
        call["id"]: call["name"]
        for message in messages
        if isinstance(message, AIMessage)
        for call in message.tool_calls
    }

    def results(of: Sequence[BaseMessage]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (str(names.get(getattr(message, "tool_call_id", None), message.name)), str(message.text))
            for message in of
            if message.type == "tool"
        )

    return Heard(
        question=_typed(str(messages[last].text)) if last >= 0 else "",
        system="\n".join(str(message.text) for message in messages if message.type == "system"),
        earlier=results(messages[: max(last, 0)]),
        results=results(messages[last + 1 :]),
        tools={tool["function"]["name"]: _arguments(tool) for tool in kwargs.get("tools", ())},
    )


def _typed(text: str) -> str:
    """The person's own words: behind `/skill` in its first line, where the skill's text for a model follows."""
    line, _, rest = text.partition("\n")
    return line.partition(" ")[2] if line.startswith("/") and rest else text


def _arguments(tool: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tool["function"].get("parameters", {}).get("properties", {}))
