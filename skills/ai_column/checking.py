"""A second opinion on filled rows of one job: a random sample is drawn, judged, compared (skills.ai_column.quality).

Drawn from what the journal says is written, so it covers all runs of the job. Gold labels cost nothing and decide
alone where they are given. Else a judge model answers the same question for labels, numbers and dates, and says yes
or no to free texts. Calls are counted in the job. Nothing is written to the person's table.
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from memory.jobs import Answer, AnswerStatus, JobStore
from skills.ai_column.answers import values_of
from skills.ai_column.asking import ModelAsker
from skills.ai_column.contract import Contract, ValueKind
from skills.ai_column.gold import Gold, load_gold
from skills.ai_column.judging import JudgePrompt, read_verdict
from skills.ai_column.offer import PlannedCheck
from skills.ai_column.paging import Paging, keys_params
from skills.ai_column.paying import paying
from skills.ai_column.plan import Plan
from skills.ai_column.preview import ask_all
from skills.ai_column.quality import Checked, Opinion, Sample, agreement
from skills.ai_column.resume import LOOK_UP
from skills.ai_column.rows import RowReader, SourceRow, key_of
from skills.ai_column.services import QualityCheck, Services
from skills.ai_column.stop import Stop
from skills.errors import TaskInvalid
from skills.model_caller import AnswerUnusable

_PAGE = 1_000
_VERDICT_TOKENS = 60


def free_texts(plan: Plan) -> tuple[int, ...]:
    """The places of the columns whose values cannot be compared, only judged."""
    return tuple(place for place, contract in enumerate(plan.target.contracts) if _is_free(contract))


def _is_free(contract: Contract) -> bool:
    return not contract.labels and contract.kind in (ValueKind.TEXT, ValueKind.JSON)


def planned_check(plan: Plan, check: QualityCheck, services: Services) -> PlannedCheck:
    """What the check may take at most, every milestone included. Raises TaskInvalid, and what `judge` raises."""
    if gold_of(plan, check):
        return PlannedCheck(judge=str(check.gold), rows=services.checked_rows(check), calls=0, cost=Decimal(0))
    judge, rows = services.judge(check.judge), min(services.checked_rows(check), plan.pending)
    texts = len(free_texts(plan))
    packs = math.ceil(rows / plan.rows_per_call) if texts < len(plan.target.columns) else 0
    times = 1
    if services.quality.stop and rows:
        times += max(0, int(math.log2(max(1, plan.pending / rows))))
    calls = times * (packs + rows * texts)
    prompt_tokens = calls * plan.weight.static + times * rows * (1 + texts) * math.ceil(plan.weight.row)
    completion_tokens = times * rows * (plan.weight.answer + texts * _VERDICT_TOKENS)
    cost = judge.price.of(prompt_tokens, completion_tokens) if judge.price else None
    return PlannedCheck(judge=judge.model, rows=rows, calls=calls, cost=cost)


def gold_of(plan: Plan, check: QualityCheck) -> tuple[Gold, ...]:
    """One for each column; none without a file. Raises TaskInvalid."""
    if plan.target.vector is not None:
        raise TaskInvalid("there is no second opinion on an embedding", hint="leave the quality check out")
    if check.gold is None:
        return ()
    return tuple(load_gold(check.gold, plan.target.key, contract) for contract in plan.target.contracts)


@dataclass(frozen=True, kw_only=True)
class Checking:
    """Checks one job. Raises ModelUnusable or BudgetReached."""

    services: Services
    plan: Plan
    check: QualityCheck
    gold: tuple[Gold, ...]
    stop: Stop
    dice: random.Random = field(default_factory=random.Random)

    @property
    def _jobs(self) -> JobStore:
        return self.services.jobs

    @property
    def rows(self) -> int:
        return self.services.checked_rows(self.check)

    def drawn(self, job_id: str) -> list[tuple[SourceRow, Answer]]:
        """Written rows, each as likely as any other, that still are what the model saw."""
        sample: list[Answer] = []
        seen = after = 0
        while page := self._jobs.of_status(job_id, (AnswerStatus.WRITTEN,), after=after, limit=_PAGE):
            after = page[-1][0]
            for _, answer in page:
                if self.gold and not any(gold.find(key_of(answer.key_json)) for gold in self.gold):
                    continue
                seen += 1
                if len(sample) < self.rows:
                    sample.append(answer)
                elif (place := int(self.dice.random() * seen)) < self.rows:
                    sample[place] = answer
        rows = self._read([answer.key_json for answer in sample])
        pairs = ((rows.get(answer.key_json), answer) for answer in sample)
        return [(row, answer) for row, answer in pairs if row is not None and row.input_hash == answer.input_hash]

    def _read(self, keys: Sequence[str]) -> dict[str, SourceRow]:
        target = self.plan.target
        reader = RowReader(target.key, target.source_columns, target.names, self.services.settings.max_source_chars)
        by_keys = Paging(target, ready=True).by_keys(LOOK_UP)
        found: list[SourceRow] = []
        with self.services.gate.prepare_read(by_keys, self.services.caller) as prepared:
            for start in range(0, len(keys), LOOK_UP):
                some = [key_of(key) for key in keys[start : start + LOOK_UP]]
                found += map(reader.row, prepared.fetch(keys_params(some, LOOK_UP), max_rows=LOOK_UP).rows)
        return {row.key_json: row for row in found}

    def by_gold(self, drawn: Sequence[tuple[SourceRow, Answer]]) -> Checked:
        opinions = [
            {row.key_json: found for row, _ in drawn if (found := gold.find(row.key)) is not None} for gold in self.gold
        ]
        return self._compared(str(self.check.gold), drawn, opinions)

    async def by_judge(self, drawn: Sequence[tuple[SourceRow, Answer]], judge: ModelAsker) -> Checked:
        opinions: list[dict[str, Opinion]] = [{} for _ in self.plan.target.columns]
        texts = free_texts(self.plan)
        work: list[Awaitable[None]] = [
            self._verdict(row, answer, place, judge, opinions[place]) for row, answer in drawn for place in texts
        ]
        if len(texts) < len(opinions):
            work.append(self._answers([row for row, _ in drawn], judge, opinions))
        ended = await asyncio.gather(*work, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error
        return self._compared(judge.caller.label, drawn, opinions)

    async def _answers(self, rows: Sequence[SourceRow], judge: ModelAsker, opinions: list[dict[str, Opinion]]) -> None:
        """The judge's own answers to the same question, each input once."""
        distinct = {row.input_hash: row for row in rows}
        settled, errors = await ask_all(self.plan, judge, list(distinct.values()), self.stop)
        if errors:
            raise errors[0]
        values = {one.input_hash: one for one in settled}
        for row in rows:
            one = values.get(row.input_hash)
            for place, contract in enumerate(self.plan.target.contracts):
                usable = one is not None and (one.values[place] is not None or one.failed is None)
                if one is not None and usable and not _is_free(contract):
                    opinions[place][row.key_json] = Opinion(value=one.values[place])

    async def _verdict(
        self, row: SourceRow, answer: Answer, place: int, judge: ModelAsker, opinions: dict[str, Opinion]
    ) -> None:
        spec = list(self.plan.task.columns.values())[place]
        prompt = JudgePrompt.build(self.plan.target.source.name, spec, self.plan.target.contracts[place])
        request = prompt.one(row.text, values_of(answer)[place])
        tokens = judge.estimate(request.system) + judge.estimate(request.user) if judge.meter.counts_tokens else 0
        try:
            async with paying(judge.meter, judge.price, tokens) as bill:
                reply = await judge.caller.call(request, judge.meter.retry)
                bill.prompt_tokens, bill.completion_tokens = reply.prompt_tokens, reply.completion_tokens
            opinions[row.key_json] = read_verdict(reply.answer)
        except AnswerUnusable:
            return  # counted as a row without a second opinion

    def _compared(
        self, judge: str, drawn: Sequence[tuple[SourceRow, Answer]], opinions: Sequence[Mapping[str, Opinion]]
    ) -> Checked:
        columns = {}
        for place, (name, spec) in enumerate(zip(self.plan.target.names, self.plan.task.columns.values(), strict=True)):
            samples = [
                Sample(key=row.key_json, source=row.text, value=values_of(answer)[place]) for row, answer in drawn
            ]
            columns[name] = agreement(samples, opinions[place], spec, self.services.quality)
        return Checked(judge=judge, rows=len(drawn), columns=columns)
