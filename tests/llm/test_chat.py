"""langchain-openai itself against a server that speaks the wire: streaming, tools, and each failure its own error."""

import asyncio
from collections.abc import Iterator

import pytest
from fakes import LoopbackOpenAI, Reply, WireRequest
from langchain_core.messages import AIMessageChunk, HumanMessage
from openai_wire import requests_between
from pydantic import SecretStr

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
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings

KEY = "sk-secret-0123456789abcdef"
TOOL = {
    "type": "function",
    "function": {
        "name": "query_execute",
        "description": "Run SQL.",
        "parameters": {"type": "object", "properties": {"sql": {"type": "string"}}, "required": ["sql"]},
    },
}


def build(server: LoopbackOpenAI, **options: object) -> Models:
    settings = {"base_url": server.base_url, "api_key": SecretStr(KEY), "fast": "small", "max_retries": 0, **options}
    return Models.build(ModelSettings.model_validate(settings))


@pytest.fixture
def models(openai_server: LoopbackOpenAI) -> Iterator[Models]:
    built = build(openai_server)
    yield built
    built.close()


def streamed(models: Models, *, tools: bool = False) -> AIMessageChunk:
    model = models.chat(Role.PRECISE)
    whole = AIMessageChunk(content="")
    for piece in (model.bind_tools([TOOL]) if tools else model).stream([HumanMessage("hello")]):
        whole += piece
    return whole


def test_a_streamed_tool_call_arrives_whole(openai_server: LoopbackOpenAI, models: Models) -> None:
    openai_server.script(Reply.call("query_execute", sql="SELECT '中文', 1"))
    answer = streamed(models, tools=True)
    assert [(call["name"], call["args"]) for call in answer.tool_calls] == [
        ("query_execute", {"sql": "SELECT '中文', 1"})
    ]
    assert openai_server.requests[0].tool_names == ["query_execute"]


def test_arguments_that_are_not_json_stay_visible_as_an_invalid_call(
    openai_server: LoopbackOpenAI, models: Models
) -> None:
    openai_server.script(Reply(calls=(("query_execute", '{"sql": "SELECT 1'),)))  # type: ignore[arg-type]
    answer = models.chat(Role.FAST).bind_tools([TOOL]).invoke("hello")
    assert not answer.tool_calls
    assert answer.invalid_tool_calls[0]["name"] == "query_execute"


def test_the_chat_completions_wire_is_used_with_a_limit_on_the_answer(
    openai_server: LoopbackOpenAI, models: Models
) -> None:
    models.chat(Role.FAST).invoke("hello")
    sent = openai_server.requests[0]
    assert sent.path == "/v1/chat/completions"
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.body["max_tokens"] == ModelSettings().max_output_tokens
    assert "temperature" not in sent.body


FAILURES = [
    ("wrong key", Reply.unauthorized(KEY), WrongKey, "OPENAI_API_KEY"),
    ("forbidden", Reply.failed(403, "Country not supported"), WrongKey, "OPENAI_API_KEY"),
    ("unknown model", Reply.unknown_model("small"), UnknownModel, "--model"),
    ("limit", Reply.limited(), RateLimited, "wait"),
    ("no credit", Reply.failed(429, "You exceeded your current quota", "insufficient_quota"), RateLimited, "billing"),
    ("server error", Reply.server_error(), ModelUnreachable, "again"),
    ("hang up", Reply.hang_up(), ModelUnreachable, "OPENAI_BASE_URL"),
    ("no tools (Ollama)", Reply.no_tools(), NoToolSupport, "supports tool calling"),
    (
        "no tools (vLLM)",
        Reply.bad_request('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        NoToolSupport,
        "--enable-auto-tool-choice",
    ),
    ("no tools (llama.cpp)", Reply.failed(500, "tools param requires --jinja flag"), NoToolSupport, "--jinja"),
    ("context", Reply.too_long(), ContextTooLong, "/clear"),
    (
        "context (llama.cpp)",
        Reply.bad_request("the request exceeds the available context size"),
        ContextTooLong,
        "/clear",
    ),
    ("malformed", Reply.malformed(), BadAnswer, "/v1"),
    ("html", Reply.malformed(b"<html>It works!</html>"), BadAnswer, "/v1"),
    ("no choices", Reply.malformed(b'{"id": "x"}'), BadAnswer, "/v1"),
    ("other refusal", Reply.bad_request("temperature must be 1"), BadAnswer, "chat model"),
]


@pytest.mark.parametrize(("reply", "error", "hint"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_each_failure_is_its_own_error_with_the_next_step(
    openai_server: LoopbackOpenAI, models: Models, reply: Reply, error: type[ModelError], hint: str, stream: bool
) -> None:
    openai_server.script(reply)
    with pytest.raises(ModelError) as raised:
        streamed(models) if stream else models.chat(Role.FAST).invoke("hello")
    assert type(raised.value) is error
    assert hint in (raised.value.hint or "")
    assert KEY not in f"{raised.value.message} {raised.value.hint} {raised.value!r}"
    assert raised.value.__cause__ is None


def test_an_unknown_model_names_the_ones_that_exist(openai_server: LoopbackOpenAI) -> None:
    models = build(openai_server, fast="tiny")
    with pytest.raises(UnknownModel, match="small, large"):
        models.chat(Role.FAST).invoke("hello")
    models.close()


def test_a_server_that_is_slower_than_the_time_limit_is_a_timeout(openai_server: LoopbackOpenAI) -> None:
    openai_server.latency_s = 0.15
    models = build(openai_server, timeout_s=0.05)
    with pytest.raises(ModelTimeout, match=r"0\.05 s"):
        models.chat(Role.FAST).invoke("hello")
    models.close()


def test_a_timeout_is_not_sat_through_again(openai_server: LoopbackOpenAI) -> None:
    openai_server.latency_s = 0.15
    models = build(openai_server, timeout_s=0.05, max_retries=2)
    with pytest.raises(ModelTimeout):
        streamed(models)
    models.close()
    assert len(openai_server.requests) == 1


def test_the_length_goes_under_the_name_that_local_servers_know(openai_server: LoopbackOpenAI, models: Models) -> None:
    openai_server.refuses = {"max_completion_tokens"}
    streamed(models)
    models.chat(Role.FAST).invoke("hello")
    assert [request.body["max_tokens"] for request in openai_server.requests] == [4096, 4096]


def test_an_endpoint_that_wants_the_newer_name_gets_it(openai_server: LoopbackOpenAI, models: Models) -> None:
    def picky(request: WireRequest) -> Reply:
        if "max_tokens" in request.body:
            return Reply.bad_request("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        return Reply.say(str(request.body["max_completion_tokens"]))

    openai_server.handler = picky
    assert streamed(models).content == "4096"
    assert models.chat(Role.FAST).invoke("hello").content == "4096"
    assert len(openai_server.requests) == 3


def test_openai_itself_gets_the_newer_name() -> None:
    models = Models.build(ModelSettings(api_key=SecretStr(KEY)))
    chat = models.chat(Role.FAST)
    assert (chat.max_tokens, chat.extra_body) == (4096, None)  # type: ignore[attr-defined]
    models.close()


def test_a_server_that_is_not_there_is_unreachable(openai_server: LoopbackOpenAI) -> None:
    models = build(openai_server)
    openai_server.close()
    with pytest.raises(ModelUnreachable, match="no language model answers at"):
        models.chat(Role.FAST).invoke("hello")
    models.close()


@pytest.mark.parametrize("how", [{"cut_after_chunks": 3}, {"unfinished": True}], ids=["cut", "no end"])
def test_half_an_answer_does_not_pass_for_a_whole_one(
    openai_server: LoopbackOpenAI, models: Models, how: dict[str, object]
) -> None:
    openai_server.script(Reply.say("a long answer that never ends", **how))
    with pytest.raises(ModelUnreachable, match="broke off"):
        streamed(models)


@pytest.mark.parametrize(("header", "value"), [("retry_after_ms", "120"), ("retry_after", "0.12")], ids=["ms", "s"])
def test_a_limit_is_waited_out_as_long_as_the_server_asks(
    openai_server: LoopbackOpenAI, header: str, value: str
) -> None:
    openai_server.script(Reply.limited(**{header: value}), Reply.say("at last"))
    models = build(openai_server, max_retries=2)
    assert models.chat(Role.FAST).invoke("hello").content == "at last"
    models.close()
    assert 0.12 <= requests_between(openai_server.requests)[0] < 0.45


def test_two_retries_and_then_the_error(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.limited(retry_after_ms="1"))
    models = build(openai_server, max_retries=2)
    with pytest.raises(RateLimited):
        models.chat(Role.FAST).invoke("hello")
    models.close()
    assert len(openai_server.requests) == 3


def test_the_asynchronous_side_works_and_closes_its_connections(openai_server: LoopbackOpenAI, models: Models) -> None:
    openai_server.handler = lambda request: Reply.say(request.user.upper())

    async def talk() -> list[str]:
        model = models.chat(Role.FAST)
        answers = await asyncio.gather(*(model.ainvoke(f"q{number}") for number in range(5)))
        await model.root_async_client.close()  # type: ignore[attr-defined]
        return [str(answer.content) for answer in answers]

    assert asyncio.run(talk()) == [f"Q{number}" for number in range(5)]


def test_an_unchanged_key_is_not_shown_anywhere(openai_server: LoopbackOpenAI, models: Models) -> None:
    def answer(request: WireRequest) -> Reply:
        return Reply.failed(400, f"bad header: {request.headers['authorization']}")

    openai_server.handler = answer
    with pytest.raises(BadAnswer) as raised:
        models.chat(Role.FAST).invoke("hello")
    assert KEY not in str(raised.value)
    assert KEY not in repr(models.endpoint)
    assert KEY not in repr(models.chat(Role.FAST))


def test_explain_error_finds_the_model_error_behind_another(models: Models) -> None:
    outer = RuntimeError("node failed")
    outer.__cause__ = RateLimited("slow down")
    assert models.explain_error(outer) is outer.__cause__
    assert models.explain_error(RuntimeError("other")) is None
