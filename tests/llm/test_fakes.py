"""The stand-ins behave as a model does: they stream, call tools and keep what they were sent."""

import pytest
from fakes import LoopbackOpenAI, Reply, ScriptedModel, call, say
from langchain_core.messages import AIMessageChunk, HumanMessage

from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings


def test_scripted_model_streams_its_words_and_keeps_what_it_was_sent() -> None:
    model = ScriptedModel(answers=[say("three words here"), call("query_execute", sql="SELECT 1")])
    bound = model.bind_tools([{"type": "function", "function": {"name": "query_execute", "parameters": {}}}])
    pieces = list(bound.stream([HumanMessage("hello")]))
    assert "".join(str(piece.content) for piece in pieces) == "three words here"
    assert len(pieces) >= 3
    assert pieces[-1].usage_metadata is not None
    second = AIMessageChunk(content="")
    for piece in bound.stream([HumanMessage("again")]):
        second += piece
    assert second.tool_calls[0]["args"] == {"sql": "SELECT 1"}
    assert model.tools_offered == [["query_execute"]] * 2
    assert [str(sent[-1].content) for sent in model.received] == ["hello", "again"]
    assert model.left == 0


def test_scripted_model_raises_what_it_is_told_to_and_fails_when_it_runs_out() -> None:
    model = ScriptedModel(answers=[ConnectionError("gone"), lambda messages: say(f"{len(messages)} messages")])
    with pytest.raises(ConnectionError, match="gone"):
        model.invoke("a")
    assert model.invoke("b").content == "1 messages"
    with pytest.raises(AssertionError, match="only 2 answers"):
        model.invoke("c")


def test_real_client_streams_text_and_usage_from_the_loopback_server(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.say("Hello, world.", prompt_tokens=12, completion_tokens=3))
    models = Models.build(ModelSettings(base_url=openai_server.base_url, fast="small"))
    total = AIMessageChunk(content="")
    pieces = 0
    for piece in models.chat(Role.FAST).stream("hi"):
        total, pieces = total + piece, pieces + 1
    models.close()
    assert total.content == "Hello, world."
    assert pieces > 3
    assert total.usage_metadata is not None
    assert (total.usage_metadata["input_tokens"], total.usage_metadata["output_tokens"]) == (12, 3)
    assert openai_server.requests[0].body["stream_options"] == {"include_usage": True}
