"""One answer of the model for one step: with the tools on offer, from the model that can give it now.

A model that does not answer in time is replaced by the fast one, silently; an empty answer is asked for once more.
Text that a person has seen is never asked for again. Tokens that the endpoint did not count are estimated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.context import Prompt
from agent.llm.errors import BadAnswer, ModelTimeout
from agent.llm.models import Models, Role
from agent.llm.offline.label import OFFLINE_LABEL
from agent.llm.tokens import estimate_messages
from agent.messages import cut_off, for_model
from agent.model_stream import Answer, stream_answer
from tools.safety.cancel import CancelToken

TRIES = 2  # for an empty answer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An answer and the model that gave it."""

    answer: Answer
    model: str
    prompt_tokens: int
    completion_tokens: int

    @property
    def empty(self) -> bool:
        message = self.answer.message
        calls = message.tool_calls or message.invalid_tool_calls or getattr(message, "tool_call_chunks", None)
        return self.answer.complete and not calls and not str(message.text).strip()

    @property
    def cut_off(self) -> bool:
        return cut_off(self.answer.message)


class Asking:
    """Asks for one step. `paid` is told of every answer, the unusable ones included."""

    def __init__(
        self, models: Models, cancel: CancelToken, on_text: Callable[[str], None], paid: Callable[[Asked], None]
    ) -> None:
        self._models = models
        self._cancel = cancel
        self._on_text = on_text
        self._paid = paid

    def ask(self, prompt: Prompt, tools: Sequence[Mapping[str, object]], last_model: str) -> Asked:
        """`last_model`: the one that gave the turn's step before this, "" at first. Raises ModelError."""
        replaced = last_model == self._models.label(Role.FAST)
        for _ in range(TRIES):
            asked = self._in_time(prompt, tools, Role.FAST if replaced else Role.PRECISE)
            self._paid(asked)
            if not asked.empty:
                return asked
        if asked.cut_off:
            raise BadAnswer(
                f"{asked.model} reached the most tokens of an answer before it said anything",
                hint="raise models.max_output_tokens in config.yaml, or choose another model",
            )
        raise BadAnswer(f"{asked.model} gave an empty answer", hint="ask again, or choose another model")

    def _in_time(self, prompt: Prompt, tools: Sequence[Mapping[str, object]], role: Role) -> Asked:
        said: list[str] = []

        def hear(text: str) -> None:
            said.append(text)
            self._on_text(text)

        try:
            return self._once(prompt, tools, role, hear)
        except ModelTimeout:
            if said or self._models.label(role) == self._models.label(Role.FAST):
                raise
            return self._once(prompt, tools, Role.FAST, hear)

    def _once(
        self, prompt: Prompt, tools: Sequence[Mapping[str, object]], role: Role, hear: Callable[[str], None]
    ) -> Asked:
        model = self._models.chat(role).bind_tools([dict(tool) for tool in tools])
        messages = for_model(prompt)
        answer = stream_answer(model, messages, self._cancel, hear)
        used = answer.message.usage_metadata
        if used is not None:
            sent, said = used["input_tokens"], used["output_tokens"]
        elif self._models.label(role) == OFFLINE_LABEL:
            sent, said = 0, 0
        else:
            # The count comes last in a stream: one that was stopped is paid for without saying how much.
            sent, said = estimate_messages(messages, tools), estimate_messages([answer.message])
        return Asked(answer=answer, model=self._models.label(role), prompt_tokens=sent, completion_tokens=said)
