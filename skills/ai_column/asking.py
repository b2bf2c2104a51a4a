"""From questions to settled answers: one call for several rows, each answer held against the contract.

A row whose answer is missing or breaks the contract is asked again for just those columns, together with others
of its kind; a second time alone and with the reason; then it has failed, with that reason. A call that fails
whole is halved, so one poisonous row costs few calls and spoils no other.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from skills.ai_column.budget import Meter
from skills.ai_column.cascade import read_confidence
from skills.ai_column.contract import ContractBroken
from skills.ai_column.offer import Price
from skills.ai_column.packing import pack, unpack
from skills.ai_column.paying import paying
from skills.ai_column.plan import Estimate
from skills.ai_column.prompt import Prompt
from skills.model_caller import AnswerRefused, AnswerUnusable, ModelCaller, ModelReply, ModelRequest, Paced
from tools.db.values import Value

# The answer of one row, for the reservation of tokens before a call: most are a label or a sentence.
_ANSWER_TOKENS = 40
# How often one row is asked: noise passes (4 times), a label that does not fit may be a habit (3 times), a refusal is
# hardly ever lifted (2 times).
_PATIENCE, _UNUSABLE, _BROKEN, _REFUSED = 12, 3, 4, 6


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
    model: str | None = None  # that answered it; None: the plan's


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
    confidence: float | None = None  # that the model gave itself, where it was asked for
    repairs: int = 0  # answers that could not be used
    escalated: bool = False  # it is the precise model's turn

    @property
    def pool(self) -> tuple[bool, tuple[int, ...]]:
        """Asks of one pool can share a call."""
        return self.escalated, self.columns

    def charge(self, prompt_tokens: int, completion_tokens: int) -> None:
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens

    def take(self, answer: Mapping[str, object] | ContractBroken, prompt: Prompt) -> None:
        """Keep the values that pass their contract; the columns of the others stay wanted."""
        problems: dict[int, str] = {}
        if prompt.confidence_name is not None and not isinstance(answer, ContractBroken):
            self.confidence = read_confidence(answer.get(prompt.confidence_name))
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


class Asker(Protocol):
    """Whatever settles questions. For one event loop."""

    @property
    def meter(self) -> Meter: ...

    @property
    def most_in_flight(self) -> int:
        """How many calls are sent at once at the very most."""

    @property
    def paced(self) -> Sequence[Paced]:
        """Whoever sends its calls."""

    def new(self, question: Question) -> Ask: ...

    async def ask(self, asks: Sequence[Ask]) -> Outcome:
        """One call for asks of one pool. Raises ModelUnusable, BudgetReached or CallNotSent."""

    async def stop_sending(self) -> None: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class ModelAsker:
    """Asks one model in the words of one prompt."""

    prompt: Prompt
    caller: ModelCaller
    meter: Meter
    estimate: Estimate
    echo_chars: int
    price: Price | None = None

    @property
    def most_in_flight(self) -> int:
        return self.caller.most_in_flight

    @property
    def paced(self) -> Sequence[Paced]:
        return (self.caller,)

    def new(self, question: Question) -> Ask:
        return Ask(question=question, columns=self.prompt.every, values=[None] * len(self.prompt.contracts))

    async def ask(self, asks: Sequence[Ask]) -> Outcome:
        """One call for asks that want the same columns. Raises ModelUnusable, BudgetReached or CallNotSent."""
        return await (self._one(asks[0]) if len(asks) == 1 else self._pack(asks))

    async def stop_sending(self) -> None:
        await self.caller.stop_sending()

    async def aclose(self) -> None:
        await self.caller.aclose()

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
        ask.repairs += 1
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
        async with paying(self.meter, self.price, reserved) as bill:
            reply = await self.caller.call(request, self.meter.retry)
            bill.prompt_tokens, bill.completion_tokens = reply.prompt_tokens, reply.completion_tokens
        return reply
