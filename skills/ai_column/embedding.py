"""Embeddings as answers: the texts of several rows in one request, one vector for each, in the column's form.

An Asker like the one of a language model, so that packs, journal, budget and resume are the same. A request that
fails whole is halved; a text that fails alone a second time has failed, with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skills.ai_column.asking import Ask, Outcome, Question, Settled
from skills.ai_column.budget import Meter
from skills.ai_column.contract import ContractBroken
from skills.ai_column.offer import Price
from skills.ai_column.paying import paying
from skills.ai_column.plan import Estimate
from skills.ai_column.vectors import VectorColumn, embedded_text
from skills.errors import TaskInvalid
from skills.model_caller import AnswerUnusable, Embedder, EmbeddingReply, ModelUnusable, Paced

_ATTEMPTS = 2  # for one text alone


@dataclass(kw_only=True)
class EmbeddingAsker:
    """Asks one embedding model. Where the column takes vectors of any length, the first one fixes it."""

    column: VectorColumn
    embedder: Embedder
    meter: Meter
    estimate: Estimate
    price: Price | None

    @property
    def most_in_flight(self) -> int:
        return self.embedder.most_in_flight

    @property
    def paced(self) -> Sequence[Paced]:
        return (self.embedder,)

    def new(self, question: Question) -> Ask:
        return Ask(question=question, columns=(0,), values=[None], patience=_ATTEMPTS)

    async def ask(self, asks: Sequence[Ask]) -> Outcome:
        """One request. Raises ModelUnusable, BudgetReached or CallNotSent."""
        try:
            reply = await self._embed([embedded_text(ask.question.text) for ask in asks])
        except AnswerUnusable as unusable:
            asks[0].charge(unusable.prompt_tokens, 0)
            return self._failed(asks, str(unusable) or "no usable answer")
        self._fix_length(len(reply.vectors[0]))
        each, rest = divmod(reply.prompt_tokens, len(asks))
        asks[0].charge(rest, 0)  # so that the sum is what was paid
        for ask in asks:
            ask.charge(each, 0)
        return Outcome(settled=[self._settled(*pair) for pair in zip(asks, reply.vectors, strict=True)])

    async def stop_sending(self) -> None:
        await self.embedder.stop_sending()

    async def aclose(self) -> None:
        await self.embedder.aclose()

    async def _embed(self, texts: Sequence[str]) -> EmbeddingReply:
        tokens = sum(map(self.estimate, texts)) if self.meter.counts_tokens else 0
        async with paying(self.meter, self.price, tokens) as bill:
            reply = await self.embedder.embed(texts, self.meter.retry)
            bill.prompt_tokens = reply.prompt_tokens
        return reply

    def _fix_length(self, numbers: int) -> None:
        if self.column.dimensions is None:
            self.column = self.column.of(numbers)
        elif numbers != self.column.dimensions:
            try:
                self.column.of(numbers)
            except TaskInvalid as wrong:  # no other text would fare better
                raise ModelUnusable(f"{wrong.message} ({wrong.hint})") from wrong

    def _settled(self, ask: Ask, vector: Sequence[float]) -> Settled:
        used = (ask.prompt_tokens, ask.completion_tokens)
        try:
            value = self.column.encode(vector)
        except ContractBroken as broken:
            return Settled(ask.question.input_hash, (None,), str(broken), *used)
        return Settled(ask.question.input_hash, (value,), None, *used)

    def _failed(self, asks: Sequence[Ask], why: str) -> Outcome:
        if len(asks) > 1:
            half = len(asks) // 2
            return Outcome(alone=[list(asks[:half]), list(asks[half:])])
        ask = asks[0]
        ask.patience -= 1
        if ask.patience > 0:
            return Outcome(alone=[[ask]])
        used = (ask.prompt_tokens, ask.completion_tokens)
        return Outcome(settled=[Settled(ask.question.input_hash, (None,), why, *used)])
