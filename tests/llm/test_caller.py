"""One JSON object per question: formats found and remembered, limits waited out, failures told apart."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from fakes import LoopbackOpenAI, Reply, WireRequest
from pydantic import SecretStr

from agent.llm.caller import WireCaller
from agent.llm.endpoint import Endpoint
from agent.llm.formats import AnswerFormat
from agent.llm.limits import Limits
from agent.llm.meter import SpendMeter
from agent.llm.models import Models, Role
from agent.llm.settings import ModelPrice, ModelSettings
from skills.model_caller import (
    AnswerUnusable,
    CallNotSent,
    ModelReply,
    ModelRequest,
    ModelUnusable,
    Pressure,
    PressureKind,
)

KEY = "sk-secret-0123456789abcdef"
SCHEMA = {
    "type": "object",
    "properties": {"sentiment": {"type": "string", "enum": ["positive", "negative"]}},
    "required": ["sentiment"],
    "additionalProperties": False,
}
GOOD = {"sentiment": "positive"}


@dataclass
class Ledger:
    """Stands for memory.spend.Spend."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def record(self, **values: Any) -> None:
        self.records.append(values)


def question(user: str = "row 1", **options: Any) -> ModelRequest:
    return ModelRequest(
        **{"system": "Fill it.", "user": user, "json_schema": SCHEMA, "max_output_tokens": 50, **options}
    )


def settings_for(server: LoopbackOpenAI, **options: Any) -> ModelSettings:
    values = {"base_url": server.base_url, "api_key": SecretStr(KEY), "fast": "small", "timeout_s": 2.0, **options}
    return ModelSettings.model_validate(values)


def run(
    server: LoopbackOpenAI,
    work: Callable[[WireCaller], Awaitable[Any]],
    *,
    ledger: Ledger | None = None,
    start: int | None = None,
    **options: Any,
) -> Any:
    """Work with a caller whose waits are remembered instead of waited for."""

    async def main() -> Any:
        settings = settings_for(server, **options)
        limits = Limits(start=start, sleep=_at_once)
        meter = SpendMeter(ledger or Ledger(), "small", session_id="s", job_id="j", settings=settings)
        endpoint = Endpoint(server.base_url, KEY)
        caller = WireCaller("small", endpoint, settings, meter, limits)
        try:
            return await work(caller)
        finally:
            await caller.aclose()

    return asyncio.run(main())


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def retry() -> None:
    """Every further attempt is fine."""


async def ask(caller: WireCaller) -> ModelReply:
    return await caller.call(question(), retry)


def test_the_schema_goes_over_the_wire_and_the_object_comes_back(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD, prompt_tokens=30, completion_tokens=5))
    reply = run(openai_server, ask)
    assert reply == ModelReply(answer=GOOD, prompt_tokens=30, completion_tokens=5, retries=0)
    sent = openai_server.requests[0]
    assert sent.json_schema == SCHEMA
    assert sent.body["max_tokens"] == 50
    assert [message["role"] for message in sent.messages] == ["system", "user"]


def _only(*accepted: str) -> Callable[[WireRequest], Reply]:
    """An endpoint that takes only these formats."""

    def answer(request: WireRequest) -> Reply:
        wanted = request.body.get("response_format")
        kind = wanted["type"] if wanted else "tools" if "tools" in request.body else "text"
        if kind == "json_schema" and wanted["json_schema"].get("strict"):
            kind = "strict"
        if kind not in accepted:
            return Reply.bad_request(f"{kind} is not supported")
        return Reply.call("answer", **GOOD) if kind == "tools" else Reply.say(f"Sure:\n```json\n{_json()}\n```")

    return answer


def _json() -> str:
    return '{"sentiment": "positive"}'


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        ("strict", AnswerFormat.STRICT_SCHEMA),
        ("json_schema", AnswerFormat.SCHEMA),
        ("tools", AnswerFormat.TOOL),
        ("json_object", AnswerFormat.JSON_MODE),
        ("text", AnswerFormat.TEXT),
    ],
)
def test_the_format_that_an_endpoint_takes_is_found_once_and_remembered(
    openai_server: LoopbackOpenAI, accepted: str, found: AnswerFormat
) -> None:
    openai_server.handler = _only(accepted)

    async def twice(caller: WireCaller) -> tuple[ModelReply, AnswerFormat, int, ModelReply, int]:
        first = await ask(caller)
        asked = len(openai_server.requests)
        second = await ask(caller)
        return first, caller.answer_format, asked, second, len(openai_server.requests) - asked

    first, remembered, asked, second, asked_again = run(openai_server, twice)
    assert first.answer == second.answer == GOOD
    assert remembered is found
    assert first.retries == asked - 1
    assert asked_again == 1


def test_an_endpoint_that_ignores_the_schema_is_told_it_in_words(openai_server: LoopbackOpenAI) -> None:
    def answer(request: WireRequest) -> Reply:
        told = "JSON schema" in str(request.messages[0]["content"])
        return Reply.of(GOOD) if told else Reply.say("It sounds positive to me.")

    openai_server.handler = answer
    assert run(openai_server, ask).answer == GOOD


def test_a_bad_answer_after_good_ones_concerns_its_row_only(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD), Reply.say("no idea", prompt_tokens=7, completion_tokens=2), Reply.of(GOOD))

    async def three(caller: WireCaller) -> tuple[AnswerUnusable, ModelReply]:
        await ask(caller)
        with pytest.raises(AnswerUnusable, match="no JSON object") as unusable:
            await ask(caller)
        return unusable.value, await ask(caller)

    unusable, after = run(openai_server, three)
    assert (unusable.prompt_tokens, unusable.completion_tokens) == (7, 2)
    assert after.answer == GOOD


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply.say("", refusal="I cannot help with that"), "refused: I cannot help"),
        (Reply.say('{"sentiment": "posi', finish_reason="length", completion_tokens=50), "cut off after 50 tokens"),
        (Reply.say("{}", finish_reason="content_filter"), "refused"),
        (Reply.of({"mood": "good"}), "lacks sentiment"),
        (Reply.of(["positive"]), "no JSON object"),
        (Reply.too_long(), "too long"),
    ],
)
def test_refusals_and_broken_answers_are_unusable(openai_server: LoopbackOpenAI, reply: Reply, reason: str) -> None:
    openai_server.script(reply)
    with pytest.raises(AnswerUnusable, match=reason):
        run(openai_server, ask)


def test_a_model_that_thinks_first_is_given_room(openai_server: LoopbackOpenAI) -> None:
    def answer(request: WireRequest) -> Reply:
        enough = request.body["max_tokens"] > 2000
        return Reply.of(GOOD) if enough else Reply.say("", finish_reason="length", completion_tokens=50)

    openai_server.handler = answer

    async def twice(caller: WireCaller) -> list[ModelReply]:
        return [await ask(caller), await ask(caller)]

    replies = run(openai_server, twice)
    assert [reply.retries for reply in replies] == [1, 0]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply.unauthorized(KEY), "refused the API key"),
        (Reply.unknown_model("small"), "it has: small, large"),
        (Reply.failed(429, "You exceeded your current quota", "insufficient_quota"), "no credit"),
    ],
)
def test_what_no_retry_can_help_stops_the_run_at_once(openai_server: LoopbackOpenAI, reply: Reply, words: str) -> None:
    openai_server.script(reply)
    with pytest.raises(ModelUnusable, match=words) as unusable:
        run(openai_server, ask)
    assert len(openai_server.requests) == 1
    assert KEY not in str(unusable.value)


def test_a_dead_server_stops_the_run(openai_server: LoopbackOpenAI) -> None:
    openai_server.close()
    with pytest.raises(ModelUnusable, match="no language model answers"):
        run(openai_server, ask)


def test_server_errors_are_tried_again_and_then_are_the_rows_own(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.server_error(), Reply.malformed(), Reply.of(GOOD))
    assert run(openai_server, ask).retries == 2
    openai_server.script(Reply.server_error())
    with pytest.raises(AnswerUnusable, match="after 3 tries"):
        run(openai_server, ask)


def test_an_outage_stops_the_run_instead_of_failing_every_row(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.hang_up())

    async def many(caller: WireCaller) -> list[BaseException | ModelReply]:
        return await asyncio.gather(*(ask(caller) for _ in range(8)), return_exceptions=True)

    outcomes = run(openai_server, many)
    assert {type(outcome) for outcome in outcomes} == {ModelUnusable}


def test_no_row_is_lost_to_a_limit_and_the_endpoint_is_left_in_peace(openai_server: LoopbackOpenAI) -> None:
    """Twenty requests in any window are answered, the others refused; one refusal pauses everyone."""
    served: list[float] = []

    def answer(request: WireRequest) -> Reply:
        if len([at for at in served if request.at - at < 0.05]) >= 20:
            return Reply.limited(retry_after_ms="20", retry_after="3600")
        served.append(request.at)
        return Reply.of({"sentiment": "positive", "row": request.user})

    openai_server.handler = answer

    async def all_rows() -> list[ModelReply]:
        settings = settings_for(openai_server)
        meter = SpendMeter(Ledger(), "small", session_id="s", job_id=None, settings=settings)
        caller = WireCaller("small", Endpoint(openai_server.base_url, KEY), settings, meter, Limits())
        replies = await asyncio.gather(*(caller.call(question(f"row {number}"), retry) for number in range(150)))
        await caller.aclose()
        return replies

    replies = asyncio.run(all_rows())
    assert {reply.answer["row"] for reply in replies} == {f"row {number}" for number in range(150)}
    assert len(openai_server.requests) < 300


def test_usage_reaches_the_ledger_whole_and_in_few_records(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD, prompt_tokens=10, completion_tokens=2))
    ledger = Ledger()

    async def many(caller: WireCaller) -> None:
        await asyncio.gather(*(ask(caller) for _ in range(30)))

    price = ModelPrice(input=Decimal(1), output=Decimal(10))
    run(openai_server, many, ledger=ledger, prices={"small": price})
    assert sum(record["calls"] for record in ledger.records) == 30
    assert sum(record["prompt_tokens"] for record in ledger.records) == 300
    assert sum(record["cost"] for record in ledger.records) == Decimal("0.0009")
    assert len(ledger.records) < 5


def test_models_hands_out_a_caller_for_a_role(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD))
    models = Models.build(settings_for(openai_server, precise="large"))

    async def one() -> tuple[str, ModelReply]:
        caller = models.caller(Role.PRECISE, spend=Ledger(), session_id="s", job_id=None, concurrency=3)
        reply = await caller.call(question(), retry)
        await caller.aclose()
        return caller.label, reply

    label, reply = asyncio.run(one())
    assert label == "large"
    assert reply.answer == GOOD
    assert openai_server.requests[0].body["model"] == "large"


def test_a_lone_surrogate_in_a_row_is_no_reason_to_fail(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD))

    async def odd(caller: WireCaller) -> ModelReply:
        return await caller.call(question("broken \ud800 text"), retry)

    assert run(openai_server, odd).answer == GOOD


def test_what_forbids_a_further_attempt_ends_the_call(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.limited(retry_after_ms="1"))

    class Enough(Exception):
        pass

    def forbid() -> None:
        raise Enough

    async def once(caller: WireCaller) -> None:
        with pytest.raises(Enough):
            await caller.call(question(), forbid)

    run(openai_server, once)
    assert len(openai_server.requests) == 1


def test_nothing_is_sent_after_the_stop(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD))

    async def late(caller: WireCaller) -> None:
        await caller.stop_sending()
        with pytest.raises(CallNotSent):
            await ask(caller)

    run(openai_server, late)
    assert openai_server.requests == []


def test_the_same_failure_from_the_start_stops_the_run(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.bad_request("this deployment takes no system message"))

    async def many(caller: WireCaller) -> list[BaseException | ModelReply]:
        return [(await asyncio.gather(ask(caller), return_exceptions=True))[0] for _ in range(9)]

    outcomes = [type(outcome) for outcome in run(openai_server, many)]
    assert outcomes[0] is AnswerUnusable
    assert outcomes[-1] is ModelUnusable


def test_the_same_failure_after_an_answer_is_the_rows_own(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD), Reply.bad_request("this row is not to my taste"))

    async def many(caller: WireCaller) -> list[BaseException | ModelReply]:
        return [(await asyncio.gather(ask(caller), return_exceptions=True))[0] for _ in range(12)]

    assert {type(outcome) for outcome in run(openai_server, many)[1:]} == {AnswerUnusable}


def test_connecting_beforehand_asks_the_model_nothing(openai_server: LoopbackOpenAI) -> None:
    async def ready(caller: WireCaller) -> list[int]:
        await caller.connect()
        return [openai_server.listings, len(openai_server.requests)]

    assert run(openai_server, ready) == [1, 0]


def test_all_callers_of_one_model_on_a_loop_share_its_limits(openai_server: LoopbackOpenAI) -> None:
    models = Models.build(settings_for(openai_server, precise="large", requests_per_minute=600))

    async def limits_of_three() -> list[Limits]:
        asked = (Role.FAST, Role.FAST, Role.PRECISE)
        return [models.caller(role, spend=Ledger(), session_id="s", job_id=None).limits for role in asked]

    first, second, other = asyncio.run(limits_of_three())
    elsewhere = asyncio.run(limits_of_three())[0]
    assert first is second
    assert other is not first
    assert elsewhere is not first
    assert first.requests_per_minute == 600


def test_stopping_one_caller_leaves_the_others_of_the_model_alone(openai_server: LoopbackOpenAI) -> None:
    openai_server.script(Reply.of(GOOD))
    models = Models.build(settings_for(openai_server))

    async def two() -> ModelReply:
        one, other = (models.caller(Role.FAST, spend=Ledger(), session_id="s", job_id=None) for _ in range(2))
        await one.stop_sending()
        try:
            return await other.call(question(), retry)
        finally:
            await one.aclose()
            await other.aclose()

    assert asyncio.run(two()).answer == GOOD


def test_what_the_endpoint_says_is_left_reaches_the_limits(openai_server: LoopbackOpenAI) -> None:
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}
    openai_server.script(Reply.of(GOOD, headers=headers))

    async def one_then_stop(caller: WireCaller) -> tuple[Pressure, int]:
        await ask(caller)
        waiting = asyncio.ensure_future(ask(caller))
        await asyncio.sleep(0)
        seen = caller.pressure()
        await caller.stop_sending()
        with pytest.raises(CallNotSent):
            await waiting
        return seen, len(openai_server.requests)

    seen, sent = run(openai_server, one_then_stop)
    assert seen.kind is PressureKind.RATE
    assert seen.text.startswith("the endpoint has 0 requests left for 3")
    assert sent == 1
