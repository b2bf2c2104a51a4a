"""Texts in, vectors out over `/v1/embeddings`: the embedding model as column filling sees it (skills.model_caller).

Sent as everything else is (agent.llm.sending). A vector counts only if each text has exactly one, all of one length
and of finite numbers: a part of an answer is never taken for the whole.
"""

import base64
import binascii
import math
import struct
from collections.abc import Callable, Mapping, Sequence

from agent.llm.endpoint import Endpoint
from agent.llm.failure import Failure, quote
from agent.llm.meter import SpendMeter
from agent.llm.pressure import pressure
from agent.llm.rest import Rest
from agent.llm.sending import RequestRefused, Sender, Sent
from agent.llm.wire import Refusal
from skills.model_caller import AnswerUnusable, EmbeddingReply, Pressure

_UNUSABLE_ENDPOINT = frozenset({401, 402, 403, 404, 405, 410})


class WireEmbedder:
    """An Embedder on aiohttp. Made, used and closed on one event loop."""

    def __init__(
        self,
        model: str,
        *,
        endpoint: Endpoint,
        sender: Sender,
        rest: Rest,
        meter: SpendMeter,
        texts_per_request: int,
        dimensions: int | None = None,
    ) -> None:
        self._model, self._endpoint, self._sender, self._rest, self._meter = model, endpoint, sender, rest, meter
        self._texts_per_request, self._dimensions = texts_per_request, dimensions
        self._base64 = True  # a quarter of the bytes; not every server knows it

    @property
    def label(self) -> str:
        return self._model

    @property
    def most_in_flight(self) -> int:
        return self._sender.most_in_flight

    @property
    def texts_per_request(self) -> int:
        return self._texts_per_request

    async def embed(self, texts: Sequence[str], on_retry: Callable[[], None]) -> EmbeddingReply:
        """Raises ModelUnusable (stop the run), AnswerUnusable (these texts only) or CallNotSent."""
        vectors: list[list[float]] = []
        prompt_tokens = retries = 0
        for start in range(0, len(texts), self._texts_per_request):
            few = texts[start : start + self._texts_per_request]
            sent = await self._ask(few, on_retry)
            tokens = _tokens(sent.answer)
            self._meter.add(tokens, 0)
            prompt_tokens, retries = prompt_tokens + tokens, retries + sent.retries
            try:
                vectors += self._vectors(sent.answer, len(few))
            except ValueError as wrong:
                raise AnswerUnusable(str(wrong), prompt_tokens=prompt_tokens) from None
        return EmbeddingReply(vectors=vectors, prompt_tokens=prompt_tokens, retries=retries)

    async def stop_sending(self) -> None:
        await self._sender.close()

    async def aclose(self) -> None:
        await self._rest.aclose()
        await self._meter.flush()

    def pressure(self) -> Pressure:
        return pressure(self._sender.limits)

    def slower(self) -> None:
        self._sender.limits.slower()

    def faster(self) -> None:
        self._sender.limits.faster()

    async def _ask(self, texts: Sequence[str], on_retry: Callable[[], None]) -> Sent[Mapping[str, object]]:
        async def attempt() -> Mapping[str, object] | Refusal:
            with_base64 = self._base64
            answer = await self._rest.post("/embeddings", self._body(texts, with_base64))
            if with_base64 and isinstance(answer, Refusal) and "encoding_format" in answer.failure.text:
                self._base64 = False
                return await self._rest.post("/embeddings", self._body(texts, False))
            return answer

        try:
            return await self._sender.send(attempt, on_retry)
        except RequestRefused as refused:
            failure = refused.failure
        if failure.no_credit or failure.status in _UNUSABLE_ENDPOINT:
            raise await self._sender.unusable(failure)
        raise AnswerUnusable(self._words(failure))

    def _body(self, texts: Sequence[str], with_base64: bool) -> dict[str, object]:
        body: dict[str, object] = {"model": self._model, "input": list(texts)}
        if with_base64:
            body["encoding_format"] = "base64"
        if self._dimensions is not None:
            body["dimensions"] = self._dimensions
        return body

    def _words(self, failure: Failure) -> str:
        if failure.too_long:
            return f"the text is too long for {self._model}"
        return f"the endpoint refused the request: {quote(failure.text, self._endpoint)}"

    def _vectors(self, answer: Mapping[str, object], wanted: int) -> list[list[float]]:
        """In the order asked. Raises ValueError."""
        data = answer.get("data")
        entries = [entry for entry in data if isinstance(entry, Mapping)] if isinstance(data, list) else []
        by_index = {entry.get("index"): _numbers(entry.get("embedding")) for entry in entries}
        if len(entries) != wanted or set(by_index) != set(range(wanted)):
            raise ValueError(f"{wanted} texts were sent, and the answer does not hold one vector for each")
        vectors = [by_index[index] for index in range(wanted)]
        lengths = {len(vector) for vector in vectors}
        if len(lengths) > 1 or lengths == {0}:
            raise ValueError("the vectors of one answer differ in length")
        if self._dimensions is not None and lengths != {self._dimensions}:
            raise ValueError(
                f"{self._model} gives vectors of {lengths.pop()} numbers, and {self._dimensions} were asked for"
            )
        return vectors


def _numbers(embedding: object) -> list[float]:
    if isinstance(embedding, str):
        try:
            raw = base64.b64decode(embedding, validate=True)
            numbers = [value for (value,) in struct.iter_unpack("<f", raw)]
        except (binascii.Error, struct.error):
            raise ValueError("the answer holds a vector that is not base64 of float32") from None
    elif isinstance(embedding, list) and all(type(value) in (int, float) for value in embedding):
        numbers = [float(value) for value in embedding]
    else:
        raise ValueError("the answer holds a vector that is no list of numbers")
    if not all(math.isfinite(value) for value in numbers):
        raise ValueError("the answer holds a vector with a number that is not finite")
    return numbers


def _tokens(answer: Mapping[str, object]) -> int:
    usage = answer.get("usage")
    tokens = usage.get("prompt_tokens") if isinstance(usage, Mapping) else None
    return tokens if isinstance(tokens, int) else 0
