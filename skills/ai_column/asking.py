"""From questions to settled answers: one call for a pack, each answer held against the contract.

An answer that breaks it is asked for again, alone and with the reason, a few times; then it has failed, with that
reason. A pack that fails whole is halved, so one poisonous row costs few calls and spoils no other.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from fractions import Fraction

from skills.ai_column.budget import BudgetReached, Meter
from skills.ai_column.contract import ContractBroken
from skills.ai_column.packing import pack, unpack
from skills.ai_column.plan import Estimate
from skills.ai_column.prompt import Prompt
from skills.model_caller import AnswerRefused, AnswerUnusable, CallNotSent, ModelCaller, ModelReply, ModelRequest
from tools.db.values import Value

# The answer of one row, for the reservation of tokens before a call: most are a label or a sentence.
_ANSWER_TOKENS = 40
# How often one row is asked: noise passes, a label that does not fit may be a habit, a refusal is hardly ever lifted.
_TRIES_UNUSABLE, _TRIES_BROKEN, _TRIES_REFUSED = 4, 3, 2
_RESERVE_AGAIN_S = 0.05  # until calls in flight have shown what they really cost


@dataclass(frozen=True, kw_only=True)
class Question:
    """One distinct input."""

    input_hash: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What came of a question: a value within the contract, or the reason why there is none."""

    input_hash: str
    value: Value = None
    failed: str | None = None  # why; None: `value` is good
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reused: bool = False  # bought by an earlier job


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks one model in the words of one prompt."""

    prompt: Prompt
    caller: ModelCaller
    meter: Meter
    estimate: Estimate
    echo_chars: int

    async def ask(self, questions: Sequence[Question], settle: Callable[[Settled], None]) -> None:
        """Each answer goes to `settle` as soon as it is known. Raises ModelUnusable, BudgetReached or CallNotSent."""
        if len(questions) == 1:
            settle(await self._one(questions[0], None))
            return
        packed = pack([question.text for question in questions], self.echo_chars)
        try:
            reply = await self._call(self.prompt.pack(packed.rows))
        except AnswerUnusable:
            half = len(questions) // 2
            await _all([self.ask(questions[:half], settle), self.ask(questions[half:], settle)])
            return
        answers = unpack(packed, reply.answer, self.prompt.contract.column)
        share = _Share(reply, len(questions))
        again: list[tuple[Question, str | None]] = []
        for question, answer in zip(questions, answers, strict=True):
            if isinstance(answer, ContractBroken):
                again.append((question, None))
                continue
            try:
                settle(share.settled(question, self.prompt.contract.check(answer)))
            except ContractBroken as broken:
                again.append((question, str(broken)))
        await _all([self._again(question, refused, settle) for question, refused in again])

    async def _again(self, question: Question, refused: str | None, settle: Callable[[Settled], None]) -> None:
        settle(await self._one(question, refused))

    async def _one(self, question: Question, refused: str | None) -> Settled:
        """Alone; `refused` says that it was asked before and why that answer would not do."""
        prompt_tokens = completion_tokens = 0
        reason = refused
        patience = Fraction(1) if refused is None else 1 - Fraction(1, _TRIES_BROKEN)
        while patience > 0:
            try:
                reply = await self._call(self.prompt.one(question.text, refused=reason))
            except AnswerUnusable as unusable:
                prompt_tokens += unusable.prompt_tokens
                completion_tokens += unusable.completion_tokens
                reason = str(unusable) or "no usable answer"
                patience -= Fraction(1, _TRIES_REFUSED if isinstance(unusable, AnswerRefused) else _TRIES_UNUSABLE)
                continue
            prompt_tokens += reply.prompt_tokens
            completion_tokens += reply.completion_tokens
            try:
                value = self._value(reply)
            except ContractBroken as broken:
                reason = str(broken)
                patience -= Fraction(1, _TRIES_BROKEN)
                continue
            return Settled(
                input_hash=question.input_hash,
                value=value,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
            )
        return Settled(
            input_hash=question.input_hash,
            failed=reason,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
        )

    def _value(self, reply: ModelReply) -> Value:
        column = self.prompt.contract.column
        if column not in reply.answer:
            raise ContractBroken(f"the answer has no value {column!r}")
        return self.prompt.contract.check(reply.answer[column])

    async def _call(self, request: ModelRequest) -> ModelReply:
        reserved = self.estimate(request.system) + self.estimate(request.user) + _ANSWER_TOKENS
        await self._reserve(reserved)
        prompt_tokens = completion_tokens = 0
        sent = True
        try:
            reply = await self.caller.call(request, self.meter.retry)
            prompt_tokens, completion_tokens = reply.prompt_tokens, reply.completion_tokens
        except AnswerUnusable as unusable:
            prompt_tokens, completion_tokens = unusable.prompt_tokens, unusable.completion_tokens
            raise
        except CallNotSent:
            sent = False
            raise
        finally:
            self.meter.charge(reserved, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens, sent=sent)
        return reply

    async def _reserve(self, tokens: int) -> None:
        while True:
            try:
                self.meter.reserve(tokens)
                return
            except BudgetReached as reached:
                if reached.final:
                    raise
            await asyncio.sleep(_RESERVE_AGAIN_S)


async def _all(works: Sequence[Coroutine[object, object, None]]) -> None:
    """Together and each to its end: one that fails does not cost the others their answers."""
    for ended in await asyncio.gather(*works, return_exceptions=True):
        if ended is not None:
            raise ended


class _Share:
    """The part of a pack's tokens that each of its rows is recorded with."""

    def __init__(self, reply: ModelReply, rows: int) -> None:
        self._prompt_tokens = reply.prompt_tokens // rows
        self._completion_tokens = reply.completion_tokens // rows

    def settled(self, question: Question, value: Value) -> Settled:
        return Settled(
            input_hash=question.input_hash,
            value=value,
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
        )
