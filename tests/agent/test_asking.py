"""Which model answers a step when the first does not answer in time."""

import pytest
from fakes import ScriptedModel, say
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from agent.asking import Asked, Asking
from agent.context import Prompt
from agent.llm.errors import BadAnswer, ModelTimeout
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings
from tools.safety.cancel import CancelToken

PROMPT = Prompt(system="s", messages=({"role": "user", "text": "hi"},))


class TwoModels(Models):
    def __init__(self, fast: BaseChatModel, precise: BaseChatModel) -> None:
        super().__init__({Role.FAST: "small", Role.PRECISE: "large"}, None, ModelSettings())
        self._by_role = {Role.FAST: fast, Role.PRECISE: precise}

    def chat(self, role: Role) -> BaseChatModel:
        return self._by_role[role]


def scripted(*answers: AIMessage | Exception) -> ScriptedModel:
    return ScriptedModel(answers=list(answers))


def asking(fast: ScriptedModel, precise: ScriptedModel, paid: list[str] | None = None) -> Asking:
    told: list[str] = [] if paid is None else paid

    def pay(asked: Asked) -> None:
        told.append(asked.model)

    return Asking(TwoModels(fast, precise), CancelToken(), lambda _: None, pay)


def test_the_fast_model_answers_where_the_precise_one_timed_out_and_keeps_the_turn() -> None:
    fast, precise = scripted(say("a"), say("b")), scripted(ModelTimeout())
    paid: list[str] = []
    turn = asking(fast, precise, paid)
    first = turn.ask(PROMPT, (), "")
    assert (first.model, str(first.answer.message.text)) == ("small", "a")
    assert turn.ask(PROMPT, (), first.model).model == "small"
    assert paid == ["small", "small"]
    assert precise.left == 0


def test_a_fast_model_that_times_out_too_is_an_error() -> None:
    with pytest.raises(ModelTimeout):
        asking(scripted(ModelTimeout()), scripted(ModelTimeout())).ask(PROMPT, (), "")


def test_another_failure_is_not_hidden_by_the_fast_model() -> None:
    with pytest.raises(BadAnswer):
        asking(scripted(say("a")), scripted(BadAnswer())).ask(PROMPT, (), "")


def test_an_empty_answer_that_reached_its_most_tokens_says_what_to_raise() -> None:
    cut = AIMessage(content="", response_metadata={"finish_reason": "length"})
    model = ScriptedWhole(answers=[cut, cut])
    with pytest.raises(BadAnswer) as error:
        asking(model, model).ask(PROMPT, (), "")
    assert "max_output_tokens" in str(error.value.hint)


class ScriptedWhole(ScriptedModel):
    """Answers in one piece, with its metadata."""

    @property
    def _llm_type(self) -> str:
        return "whole"

    _stream = BaseChatModel._stream
