"""Vectors over the wire: one for each text in the order asked, or none; limits and failures as everywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes import LoopbackOpenAI, Reply
from openai_lanes import Trouble
from pydantic import SecretStr

from agent.llm.embeddings import WireEmbedder
from agent.llm.endpoint import Endpoint
from agent.llm.errors import NoModel
from agent.llm.limits import Limits
from agent.llm.meter import SpendMeter
from agent.llm.models import Models
from agent.llm.rest import Rest
from agent.llm.sending import Sender
from agent.llm.settings import ModelSettings
from skills.model_caller import AnswerUnusable, CallNotSent, EmbeddingReply, ModelUnusable

KEY = "sk-secret-0123456789abcdef"
TEXTS = ["one", "three", "zwölf", "中文"]
VECTORS = [[3.0, 0.5, -1.0], [5.0, 0.5, -1.0], [5.0, 0.5, -1.0], [2.0, 0.5, -1.0]]


@dataclass
class Ledger:
    """Stands for memory.spend.Spend."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def record(self, **values: Any) -> None:
        self.records.append(values)


def run(
    server: LoopbackOpenAI,
    work: Callable[[WireEmbedder], Awaitable[Any]],
    *,
    ledger: Ledger | None = None,
    texts_per_request: int = 100,
    dimensions: int | None = None,
    model: str = "small",
) -> Any:
    """Work with an embedder whose waits are remembered instead of waited for."""

    async def main() -> Any:
        settings = ModelSettings(base_url=server.base_url, api_key=SecretStr(KEY), timeout_s=5.0)
        endpoint = Endpoint(server.base_url, KEY)
        embedder = WireEmbedder(
            model,
            endpoint=endpoint,
            sender=Sender(model, endpoint, settings, Limits(sleep=_at_once)),
            rest=Rest(endpoint, settings.timeout_s),
            meter=SpendMeter(ledger or Ledger(), model, session_id="s", job_id="j", settings=settings),
            texts_per_request=texts_per_request,
            dimensions=dimensions,
        )
        try:
            return await work(embedder)
        finally:
            await embedder.aclose()

    return asyncio.run(main())


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


def retry() -> None:
    """Every further attempt is fine."""


async def ask(embedder: WireEmbedder) -> EmbeddingReply:
    return await embedder.embed(TEXTS, retry)


def test_each_text_gets_its_vector_in_the_order_asked(openai_server: LoopbackOpenAI) -> None:
    ledger = Ledger()
    reply = run(openai_server, ask, ledger=ledger)
    assert reply == EmbeddingReply(vectors=VECTORS, prompt_tokens=15, retries=0)
    assert openai_server.lanes.embeddings == [{"model": "small", "input": TEXTS, "encoding_format": "base64"}]
    assert [(record["calls"], record["prompt_tokens"]) for record in ledger.records] == [(1, 15)]


def test_an_endpoint_without_base64_is_asked_for_plain_numbers_from_then_on(openai_server: LoopbackOpenAI) -> None:
    openai_server.lanes.refuses_base64 = True

    async def twice(embedder: WireEmbedder) -> list[EmbeddingReply]:
        return [await ask(embedder), await ask(embedder)]

    assert [reply.vectors for reply in run(openai_server, twice)] == [VECTORS, VECTORS]
    assert ["encoding_format" in body for body in openai_server.lanes.embeddings] == [True, False, False]


def test_many_texts_are_sent_as_several_requests(openai_server: LoopbackOpenAI) -> None:
    assert run(openai_server, ask, texts_per_request=3).vectors == VECTORS
    assert [body["input"] for body in openai_server.lanes.embeddings] == [TEXTS[:3], TEXTS[3:]]


def test_the_dimension_is_asked_for_and_checked(openai_server: LoopbackOpenAI) -> None:
    assert run(openai_server, ask, dimensions=2).vectors == [vector[:2] for vector in VECTORS]
    with pytest.raises(AnswerUnusable, match="vectors of 3 numbers, and 5 were asked for") as unusable:
        run(openai_server, ask, dimensions=5)
    assert unusable.value.prompt_tokens == 15


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"data": [{"index": 0, "embedding": [1, 2]}]}', "does not hold one vector for each"),
        (b'{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}', "one vector for each"),
        (b'{"data": [{"index": 1, "embedding": [1]}, {"index": 2, "embedding": [1]}]}', "one vector for each"),
        (b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}', "differ in length"),
        (b'{"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]}', "differ in length"),
        (b'{"data": [{"index": 0, "embedding": ["1"]}, {"index": 1, "embedding": [1]}]}', "no list of numbers"),
        (b'{"data": [{"index": 0, "embedding": "AAA"}, {"index": 1, "embedding": [1]}]}', "not base64"),
        (b'{"data": [{"index": 0, "embedding": [NaN]}, {"index": 1, "embedding": [1]}]}', "not finite"),
        (b'{"data": [{"index": 0, "embedding": "AADAfw=="}, {"index": 1, "embedding": [1]}]}', "not finite"),
        (b'{"data": 7}', "does not hold one vector for each"),
    ],
)
def test_a_part_of_an_answer_is_never_taken_for_the_whole(
    openai_server: LoopbackOpenAI, body: bytes, reason: str
) -> None:
    openai_server.lanes.trouble = [Trouble("POST", "embeddings", Reply(raw=body))]
    with pytest.raises(AnswerUnusable, match=reason):
        run(openai_server, lambda embedder: embedder.embed(["a", "b"], retry))


def test_limits_and_outages_are_waited_out(openai_server: LoopbackOpenAI) -> None:
    openai_server.lanes.trouble = [
        Trouble("POST", "embeddings", Reply.limited(retry_after_ms="1")),
        Trouble("POST", "embeddings", Reply.hang_up()),
        Trouble("POST", "embeddings", Reply.server_error()),
    ]
    told: list[int] = []
    reply = run(openai_server, lambda embedder: embedder.embed(TEXTS, lambda: told.append(1)))
    assert (reply.vectors, reply.retries, len(told)) == (VECTORS, 3, 3)


def test_nothing_is_sent_before_the_wait_that_the_endpoint_asks_for(openai_server: LoopbackOpenAI) -> None:
    openai_server.lanes.trouble = [Trouble("POST", "embeddings", Reply.limited(retry_after_ms="150"))]
    settings = ModelSettings(base_url=openai_server.base_url, api_key=SecretStr(KEY), embedding="small")

    async def embed() -> None:
        embedder = Models.build(settings, override="small").embedder(spend=Ledger(), session_id="s", job_id="j")
        await embedder.embed(TEXTS, retry)
        await embedder.aclose()

    asyncio.run(embed())
    refused, answered = openai_server.lanes.asked
    assert answered.at - refused.at >= 0.15


def test_an_outage_that_stays_ends_the_run(openai_server: LoopbackOpenAI) -> None:
    openai_server.lanes.trouble = [Trouble("POST", "embeddings", Reply.server_error()) for _ in range(3)]
    with pytest.raises(ModelUnusable, match="failed with 500"):
        run(openai_server, ask)
    assert len(openai_server.lanes.asked) == 3


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(Reply.too_long(), "too long for small"), (Reply.bad_request(f"no {KEY}"), r"refused the request: no \*\*\*")],
)
def test_a_text_that_is_refused_concerns_its_request_only(
    openai_server: LoopbackOpenAI, reply: Reply, reason: str
) -> None:
    openai_server.lanes.trouble = [Trouble("POST", "embeddings", reply)]
    with pytest.raises(AnswerUnusable, match=reason):
        run(openai_server, ask)
    assert len(openai_server.lanes.asked) == 1


def test_an_unknown_model_or_a_wrong_key_stops_at_once(openai_server: LoopbackOpenAI) -> None:
    with pytest.raises(ModelUnusable, match="does not know the model huge; it has: small, large"):
        run(openai_server, ask, model="huge")
    openai_server.api_key = "another"
    with pytest.raises(ModelUnusable, match="refused the API key") as stopped:
        run(openai_server, ask)
    assert KEY not in str(stopped.value)


def test_no_credit_left_stops_at_once(openai_server: LoopbackOpenAI) -> None:
    spent = Reply.failed(429, "You exceeded your current quota", "insufficient_quota")
    openai_server.lanes.trouble = [Trouble("POST", "embeddings", spent)]
    with pytest.raises(ModelUnusable, match="no credit left"):
        run(openai_server, ask)
    assert len(openai_server.lanes.asked) == 1


def test_nothing_is_sent_after_a_stop(openai_server: LoopbackOpenAI) -> None:
    async def stopped(embedder: WireEmbedder) -> None:
        await embedder.stop_sending()
        await ask(embedder)

    with pytest.raises(CallNotSent):
        run(openai_server, stopped)
    assert openai_server.lanes.embeddings == []


def test_the_embedding_model_is_the_one_configured(openai_server: LoopbackOpenAI) -> None:
    settings = ModelSettings(
        base_url=openai_server.base_url, api_key=SecretStr(KEY), fast="small", embedding="large", embedding_texts=2
    )

    async def embed() -> list[list[float]]:
        embedder = Models.build(settings).embedder(spend=Ledger(), session_id="s", job_id="j", dimensions=2)
        reply = await embedder.embed(["a", "b", "c"], retry)
        await embedder.aclose()
        return reply.vectors

    assert asyncio.run(embed()) == [[1.0, 0.5]] * 3
    bodies = openai_server.lanes.embeddings
    assert [(body["model"], len(body["input"]), body["dimensions"]) for body in bodies] == [
        ("large", 2, 2),
        ("large", 1, 2),
    ]


def test_without_an_embedding_model_there_is_a_way_out(openai_server: LoopbackOpenAI) -> None:
    common: dict[str, Any] = {"spend": Ledger(), "session_id": "s", "job_id": "j"}
    local = Models.build(ModelSettings(base_url=openai_server.base_url, fast="small"))
    with pytest.raises(NoModel) as unnamed:
        local.embedder(**common)
    assert unnamed.value.hint == "set models.embedding in config.yaml"
    with pytest.raises(NoModel):
        Models.build(ModelSettings(), offline=True).embedder(**common)
    assert Models.build(ModelSettings(api_key=SecretStr(KEY))).embedder(**common).label == "text-embedding-3-small"
