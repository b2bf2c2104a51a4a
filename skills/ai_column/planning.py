"""A plan made with what the application offers and what earlier jobs have shown of the model."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from skills.ai_column.create import add_column_sql
from skills.ai_column.offer import Offer
from skills.ai_column.paging import Paging
from skills.ai_column.plan import Estimate, Plan, calls_for, scale_of
from skills.ai_column.prompt import Prompt
from skills.ai_column.recompute import refreshing
from skills.ai_column.refresh import RowSelector
from skills.ai_column.rows import RowReader
from skills.ai_column.scan import Scan, Scanner
from skills.ai_column.services import Choices, Services
from skills.ai_column.target import Target, resolve
from skills.ai_column.task import ColumnTask
from skills.ai_column.weigh import TextWeigher, Weigher
from skills.settings import FillSettings
from tools.safety.caller import Caller
from tools.safety.gate import Gate

_CONCURRENCY = 8  # for the plan's time, where the limit of calls in flight finds itself
_RECENT_JOBS = 20


def plan_for(services: Services, task: ColumnTask, offer: Callable[[Target], Offer], choices: Choices) -> Plan:
    """Free: no model call, no write. `offer`: who would answer. Raises TaskInvalid."""
    task = services.library.resolved(task)
    recent = services.jobs.list(_RECENT_JOBS)
    planner = Planner(
        gate=services.gate,
        database=services.gate.database,
        caller=services.caller,
        settings=services.settings,
        estimate=services.estimate,
        offer=offer,
        concurrency=choices.concurrency or services.settings.concurrency or _CONCURRENCY,
        scale=lambda model: scale_of((job.plan_json for job in recent), model),
        refreshing=refreshing(services, choices, task),
    )
    return planner.plan(task, rows_per_call=choices.rows_per_call, snapshot=choices.snapshot)


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Makes plans over one database."""

    gate: Gate
    database: str
    caller: Caller
    settings: FillSettings
    estimate: Estimate
    offer: Callable[[Target], Offer]  # who would answer
    concurrency: int
    scale: Callable[[str], float]  # by the model: tokens that it counts, for each of our estimate
    refreshing: Callable[[Target, Prompt], RowSelector] | None = None  # which rows a refresh chooses

    def plan(self, task: ColumnTask, *, rows_per_call: int | None, snapshot: bool = False) -> Plan:
        """`rows_per_call` None: as many as the rows' length and the answers allow."""
        target = resolve(task, self.gate.schema.get(), filled=self.refreshing is not None)
        add_column_sql(target)  # raises TaskInvalid for what is not a type
        offer = self.offer(target)
        prompt = self._prompt(task, target, confidence=offer.escalates_to is not None)
        selector = self.refreshing(target, prompt) if self.refreshing else None
        scan = self._scan(target, selector)
        weigher = self._weigher(prompt, target, offer)
        rows = self._rows_per_call(rows_per_call, offer) or weigher.rows_per_call(scan.sample)
        weight = replace(weigher.weigh(scan.sample, rows), scale=self.scale(offer.model))
        preview_rows = scan.choice.rows(self.settings.preview_rows)
        calls = calls_for(scan.distinct, rows, len(preview_rows))
        prompt_tokens = weight.prompt_tokens(calls, scan.distinct)
        completion_tokens = scan.distinct * weight.answer
        return Plan(
            task=task,
            database=self.database,
            target=target,
            prompt=prompt,
            model=offer.model,
            pending=scan.pending,
            row_cap=scan.row_cap,
            empty=scan.empty,
            distinct=scan.distinct,
            distinct_low=scan.distinct_low,
            exact=scan.exact,
            rows_per_call=rows,
            calls=calls,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=offer.price.of(prompt_tokens, completion_tokens) if offer.price else None,
            seconds=math.ceil(calls / self.concurrency) * self.settings.seconds_per_call,
            growth_bytes=scan.pending * weight.value_bytes,
            preview_rows=preview_rows,
            weight=weight,
            price=offer.price,
            concurrency=self.concurrency,
            refreshed=selector.refreshed if selector else None,
            snapshot=snapshot,
            escalates_to=offer.escalates_to,
        )

    def _weigher(self, prompt: Prompt, target: Target, offer: Offer) -> Weigher | TextWeigher:
        if target.vector is not None:
            return TextWeigher(target.vector, self.estimate, offer.texts_per_call or 1)
        return Weigher(prompt, self.estimate, self.settings)

    def _rows_per_call(self, wanted: int | None, offer: Offer) -> int | None:
        if offer.texts_per_call is None:
            return wanted or self.settings.rows_per_call
        return min(wanted, offer.texts_per_call) if wanted else None  # more would be sent as several requests

    def _prompt(self, task: ColumnTask, target: Target, *, confidence: bool) -> Prompt:
        intents = [spec.intent for spec in task.columns.values()]
        return Prompt.build(
            target.source.name, intents, target.contracts, self.settings.max_output_tokens, confidence=confidence
        )

    def _scan(self, target: Target, selector: RowSelector | None) -> Scan:
        paging = Paging(target, ready=not target.missing, every=selector is not None)
        reader = RowReader(target.key, target.source_columns, target.names, self.settings.max_source_chars)
        select = selector.select if selector else None
        return Scanner(self.gate, self.caller, target, paging, reader, select).scan()
