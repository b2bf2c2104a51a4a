"""`--model cascade`: the fast model is asked first, and what it is not sure of goes on to the precise one, in packs.

An answer of the fast model that breaks the contract is not repaired but goes on: a repaired one would have to anyway.
What the precise model says counts, and if it has no usable answer, the row has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from skills.ai_column.asking import Ask, ModelAsker, Outcome, Question
from skills.ai_column.budget import Meter
from skills.ai_column.cascade import Cascade, CascadeTally, Escalation, Evidence
from skills.model_caller import Paced


@dataclass(frozen=True, kw_only=True)
class CascadeAsker:
    """Two askers as one. The meter is shared."""

    fast: ModelAsker
    precise: ModelAsker
    policy: Cascade
    tally: CascadeTally

    @property
    def meter(self) -> Meter:
        return self.fast.meter

    @property
    def most_in_flight(self) -> int:
        return self.fast.most_in_flight + self.precise.most_in_flight

    @property
    def paced(self) -> Sequence[Paced]:
        return (*self.fast.paced, *self.precise.paced)

    def new(self, question: Question) -> Ask:
        return self.fast.new(question)

    async def ask(self, asks: Sequence[Ask]) -> Outcome:
        """One call to the model whose turn it is. Raises ModelUnusable, BudgetReached or CallNotSent."""
        if asks[0].escalated:
            return _told(await self.precise.ask(asks), self.precise.caller.label)
        outcome = _told(await self.fast.ask(asks), self.fast.caller.label)
        by_input = {ask.question.input_hash: ask for ask in asks}
        judged = Outcome()
        for settled in outcome.settled:
            ask = by_input[settled.input_hash]
            reason = self.policy.decide(
                Evidence(confidence=ask.confidence, repairs=ask.repairs, failed=settled.failed is not None)
            )
            if reason is None:
                self.tally.add(None)
                judged.settled.append(settled)
            else:
                self._escalate(ask, reason, judged)
        for ask in outcome.together:
            self._again(ask, judged, alone=False)
        for few in outcome.alone:
            if len(few) == 1:
                self._again(few[0], judged, alone=True)
            else:
                judged.alone.append(few)
        return judged

    async def stop_sending(self) -> None:
        await self.fast.stop_sending()
        await self.precise.stop_sending()

    async def aclose(self) -> None:
        await self.fast.aclose()
        await self.precise.aclose()

    def _again(self, ask: Ask, judged: Outcome, *, alone: bool) -> None:
        """A row without an answer yet: to the precise model if a repaired answer would have to go there."""
        reason = self.policy.decide(Evidence(confidence=1.0, repairs=ask.repairs))
        if reason is not None:
            self._escalate(ask, reason, judged)
        elif alone:
            judged.alone.append([ask])
        else:
            judged.together.append(ask)

    def _escalate(self, ask: Ask, reason: Escalation, judged: Outcome) -> None:
        self.tally.add(reason)
        fresh = self.precise.new(ask.question)
        fresh.escalated = True
        fresh.charge(ask.prompt_tokens, ask.completion_tokens)
        judged.together.append(fresh)


def _told(outcome: Outcome, model: str) -> Outcome:
    """With the model's name on what it has settled."""
    outcome.settled[:] = [settled._replace(model=model) for settled in outcome.settled]
    return outcome
