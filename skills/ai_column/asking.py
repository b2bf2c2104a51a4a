"""From questions to settled answers: one call for several rows, each answer held against the contract.

A row whose answer is missing or breaks the contract is asked again for just those columns, together with others
of its kind; a second time alone and with the reason; then it has failed, with that reason. A call that fails
whole is halved, so one poisonous row costs few calls and spoils no other.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from skills.ai_column.budget import BudgetReached, Meter
from skills.ai_column.contract import ContractBroken
from skills.ai_column.packing import pack, unpack
from skills.ai_column.plan import Estimate
from skills.ai_column.prompt import Prompt
from skills.model_caller import AnswerRefused, AnswerUnusable, CallNotSent, ModelCaller, ModelReply, ModelRequest
from tools.db.values import Value

# The answer of one row, for the reservation of tokens before a call: most are a label or a sentence.
_ANSWER_TOKENS = 40
# How often one row is asked: noise passes (4 times), a label that does not fit may be a habit (3 times), a refusal is
# hardly ever lifted (2 times).
_PATIENCE, _UNUSABLE, _BROKEN, _REFUSED = 12, 3, 4, 6
_RESERVE_AGAIN_S = 0.05  # until calls in flight have shown what they really cost


class Question(NamedTuple):
    """One distinct input."""

    input_hash: str
    text: str


class Settled(NamedTuple):
    """What came of a question: for each column a value within its contract, or the reason why there is none."""

    input_hash: str
    values: tuple[Value, ...]  # in the order of the task's columns; None where there is none
    failed: str | None = None  # what is missing and why; None: every value is good
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reused: bool = False  # bought by an earlier job
    pack: str | None = None  # the call that answered it last


@dataclass(slots=True, kw_only=True)
class Ask:
    """A question on its way, perhaps through several calls."""

    question: Question
    columns: tuple[int, ...]  # the places of those that are still wanted
    values: list[Value]
    problems: dict[int, str] | None = None  # by column, of its last answer
    patience: int = _PATIENCE
    prompt_tokens: int = 0
    completion_tokens: int = 0
    pack: str | None = None

    def charge(self, prompt_tokens: int, completion_tokens: int) -> None:
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens

    def take(self, answer: Mapping[str, object] | ContractBroken, prompt: Prompt) -> None:
        """Keep the values that pass their contract; the columns of the others stay wanted."""
        problems: dict[int, str] = {}
        for place in self.columns:
            contract = prompt.contracts[place]
            try:
                if isinstance(answer, ContractBroken):
                    raise answer
                if contract.column not in answer:
                    raise ContractBroken(f"the answer has no value {contract.column!r}")
                self.values[place] = contract.check(answer[contract.column])
            except ContractBroken as broken:
                problems[place] = str(broken)
        self.columns = tuple(problems)
        self.problems = problems or None

    def problem(self, prompt: Prompt) -> str | None:
        """Why the last answer would not do, in words for the model and for a person."""
        if not self.problems:
            return None
        if len(prompt.contracts) == 1 or len(set(self.problems.values())) == 1:
            return next(iter(self.problems.values()))
        return "; ".join(f"{prompt.contracts[place].column}: {why}" for place, why in self.problems.items())

    def settled(self, prompt: Prompt) -> Settled:
        failed = self.problem(prompt) if self.columns else None
        used = (self.prompt_tokens, self.completion_tokens)
        return Settled(self.question.input_hash, tuple(self.values), failed, *used, pack=self.pack)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one call led to. Every ask that went in is in exactly one of these."""

    settled: list[Settled] = field(default_factory=list)
    together: list[Ask] = field(default_factory=list)  # to be asked again with others that want the same columns
    alone: list[list[Ask]] = field(default_factory=list)  # to be asked again as these calls


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks one model in the words of one prompt."""

    prompt: Prompt
    caller: ModelCaller
    meter: Meter
    estimate: Estimate
    echo_chars: int

    def new(self, question: Question) -> Ask:
        return Ask(question=question, columns=self.prompt.every, values=[None] * len(self.prompt.contracts))

    async def ask(self, asks: Sequence[Ask]) -> Outcome:
        """One call for asks that want the same columns. Raises ModelUnusable, BudgetReached or CallNotSent."""
        return await (self._one(asks[0]) if len(asks) == 1 else self._pack(asks))

    async def _pack(self, asks: Sequence[Ask]) -> Outcome:
        packed = pack([ask.question.text for ask in asks], self.echo_chars, [ask.problem(self.prompt) for ask in asks])
        name = secrets.token_hex(4)
        try:
            reply = await self._call(self.prompt.pack(packed.rows, columns=asks[0].columns), len(asks))
        except AnswerUnusable as unusable:
            asks[0].charge(unusable.prompt_tokens, unusable.completion_tokens)
            half = len(asks) // 2
            return Outcome(alone=[list(asks[:half]), list(asks[half:])])
        outcome = Outcome()
        prompt_tokens, prompt_rest = divmod(reply.prompt_tokens, len(asks))
        completion_tokens, completion_rest = divmod(reply.completion_tokens, len(asks))
        asks[0].charge(prompt_rest, completion_rest)  # so that the sum is what was paid
        for ask, answer in zip(asks, unpack(packed, reply.answer), strict=True):
            ask.charge(prompt_tokens, completion_tokens)
            ask.pack = name
            self._judge(ask, answer, outcome)
        return outcome

    async def _one(self, ask: Ask) -> Outcome:
        problem = ask.problem(self.prompt)
        request = self.prompt.one(ask.question.text, columns=ask.columns, problem=problem)
        outcome = Outcome()
        try:
            reply = await self._call(request, 1)
        except AnswerUnusable as unusable:
            ask.charge(unusable.prompt_tokens, unusable.completion_tokens)
            costs = _REFUSED if isinstance(unusable, AnswerRefused) else _UNUSABLE
            why = str(unusable) or "no usable answer"
            ask.problems = dict.fromkeys(ask.columns, why)
            self._again(ask, costs, outcome, alone=True)
            return outcome
        ask.charge(reply.prompt_tokens, reply.completion_tokens)
        ask.pack = secrets.token_hex(4)
        self._judge(ask, reply.answer, outcome, alone=True)
        return outcome

    def _judge(
        self, ask: Ask, answer: Mapping[str, object] | ContractBroken, outcome: Outcome, *, alone: bool = False
    ) -> None:
        """Settled, or asked again: at first with others of its kind, then alone."""
        was_asked_again = ask.problems is not None
        ask.take(answer, self.prompt)
        if not ask.columns:
            outcome.settled.append(ask.settled(self.prompt))
        else:
            self._again(ask, _BROKEN, outcome, alone=alone or was_asked_again)

    def _again(self, ask: Ask, costs: int, outcome: Outcome, *, alone: bool) -> None:
        ask.patience -= costs
        if ask.patience <= 0:
            outcome.settled.append(ask.settled(self.prompt))
        elif alone:
            outcome.alone.append([ask])
        else:
            outcome.together.append(ask)

    async def _call(self, request: ModelRequest, rows: int) -> ModelReply:
        reserved = 0
        if self.meter.counts_tokens:
            reserved = self.estimate(request.system) + self.estimate(request.user) + _ANSWER_TOKENS * rows
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
