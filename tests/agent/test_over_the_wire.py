"""The conversation through langchain-openai and a loopback server that speaks the OpenAI wire."""

import pytest
from openai_replies import Reply
from openai_wire import LoopbackOpenAI

from agent.app import App
from agent.events import Decision, DecisionKind, Notice, Question, TextDelta, TurnEnded
from agent.llm.errors import NoModel, WrongKey
from agent.settings import Settings


@pytest.fixture
def wired(openai_server: LoopbackOpenAI, shop, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = Settings.load(
        env={
            "COLUMNIST_STATE_URL": f"sqlite:///{tmp_path}/state.db",
            "OPENAI_BASE_URL": openai_server.base_url,
            "OPENAI_API_KEY": "sk-hunter2",
            "COLUMNIST_MODEL": "small",
        },
        folder=tmp_path,
    )
    app = App.build(settings, url=str(shop.path), project=tmp_path)
    yield app
    app.close()


def test_a_read_and_a_confirmed_write_over_the_wire(wired: App, openai_server: LoopbackOpenAI, shop) -> None:
    openai_server.script(
        Reply.call("query_execute", sql="SELECT count(*) FROM orders"),
        Reply.call("data_modify", sql="UPDATE orders SET total = 0 WHERE id = 1"),
        Reply.say("The first order is free now."),
    )
    conversation = wired.conversation()
    events = list(conversation.ask("make the first order free"))
    assert isinstance(events[-1], Question)
    events = list(conversation.answer(Decision(kind=DecisionKind.YES)))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "The first order is free now."
    ended = events[-1]
    assert isinstance(ended, TurnEnded)
    assert ended.model == "small"
    assert ended.prompt_tokens > 0
    assert shop.rows("SELECT total FROM orders WHERE id = 1") == [(0,)]
    sent = [request for request in openai_server.requests if request.method == "POST"]
    assert "data_modify" in sent[0].tool_names
    roles = [message["role"] for message in sent[-1].messages]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "tool"]
    assert "hunter2" not in str(sent[-1].messages)


def test_a_call_that_was_cut_off_says_so_and_an_answer_too(wired: App, openai_server: LoopbackOpenAI) -> None:
    cut = Reply(calls=(("query_execute", '{"sql": "SELECT 1'),), finish_reason="length")
    openai_server.script(cut, Reply.say("half an ans", finish_reason="length"))
    events = list(wired.conversation().ask("go"))
    assert "send less in one call" in openai_server.requests[-1].messages[-1]["content"]
    assert any("cut off" in event.text for event in events if isinstance(event, Notice))


def test_a_wrong_key_is_its_own_error_and_the_conversation_goes_on(wired: App, openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.unauthorized("sk-hunter2"), Reply.say("hello"))
    conversation = wired.conversation()
    with pytest.raises(WrongKey) as error:
        list(conversation.ask("hi"))
    assert "hunter2" not in str(error.value)
    assert isinstance(list(conversation.ask("hi"))[-1], TurnEnded)


def test_without_a_model_typed_sql_works_and_a_question_says_how_to_connect_one(shop, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = Settings.load(env={"COLUMNIST_STATE_URL": f"sqlite:///{tmp_path}/state.db"}, folder=tmp_path)
    app = App.build(settings, url=str(shop.path), project=tmp_path)
    try:
        conversation = app.conversation()
        assert isinstance(list(conversation.sql("SELECT 1"))[-1], TurnEnded)
        with pytest.raises(NoModel):
            list(conversation.ask("hi"))
    finally:
        app.close()
