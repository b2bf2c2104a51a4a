"""A few answers before anything is written, journaled like all others, so that an approved one is kept.

The rows are asked as the run will ask them, so what they cost is what the plan goes by from then on.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from memory.jobs import Answer, AnswerStatus, JobStore, Lease, Usage
from skills.ai_column.answers import Standing, answer_of, settled_again, standing
from skills.ai_column.asking import Ask, Asker, Question, Settled
from skills.ai_column.callers import ModelLoop
from skills.ai_column.plan import Measured, Plan
from skills.ai_column.report import Shown
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop
from skills.ai_column.tally import Tally
from skills.model_caller import CallNotSent

_WATCH_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The rows with their answers, or why there is none; fewer rows after a stop."""

    plan: Plan  # which knows what the answers cost, if the endpoint says so
    shown: tuple[Shown, ...]


def preview(
    plan: Plan,
    rows: Sequence[SourceRow],
    asker: Asker,
    loop: ModelLoop,
    jobs: JobStore,
    lease: Lease,
    stop: Stop,
    *,
    reuse: bool,
) -> Preview:
    """Raises ModelUnusable or BudgetReached."""
    known = _known(plan, rows, jobs, lease, reuse=reuse)
    fresh = [row for row in rows if row.input_hash not in known]
    before, started = asker.meter.total, time.monotonic()
    settled, errors = loop.run(ask_all(plan, asker, fresh, stop))
    measured = _measured(plan, asker, before.calls, before.prompt_tokens, settled, time.monotonic() - started)
    known |= {one.input_hash: one for one in settled}
    answered = [row for row in rows if row.input_hash in known]
    jobs.journal(lease, [_answer(plan, row, known[row.input_hash]) for row in answered], asker.meter.take())
    if errors:
        raise errors[0]
    return Preview(
        plan=plan.after(measured) if measured else plan,
        shown=tuple(_shown(plan, row, known[row.input_hash]) for row in answered),
    )


async def ask_all(
    plan: Plan, asker: Asker, rows: Sequence[SourceRow], stop: Stop
) -> tuple[list[Settled], list[BaseException]]:
    """All at once; one call that fails does not lose the answers of the others."""
    settled: list[Settled] = []

    async def until_settled(asks: list[Ask]) -> None:
        outcome = await asker.ask(asks)
        settled.extend(outcome.settled)
        again = [*outcome.alone, *([ask] for ask in outcome.together)]
        await asyncio.gather(*map(until_settled, again))

    asks = [asker.new(Question(input_hash=row.input_hash, text=row.text)) for row in rows]
    size = plan.rows_per_call
    open_calls = {asyncio.create_task(until_settled(asks[at : at + size])) for at in range(0, len(asks), size)}
    calls = tuple(open_calls)
    while open_calls:
        _, open_calls = await asyncio.wait(open_calls, timeout=_WATCH_S)
        if stop.impatient:
            for call in open_calls:
                call.cancel()
    ended = await asyncio.gather(*calls, return_exceptions=True)
    stopped = (CallNotSent, asyncio.CancelledError)
    errors = [error for error in ended if error is not None and not (stop.is_set() and isinstance(error, stopped))]
    return settled, errors


def _measured(
    plan: Plan, asker: Asker, calls_before: int, prompt_before: int, settled: Sequence[Settled], seconds: float
) -> Measured | None:
    used = asker.meter.total
    calls, prompt_tokens = used.calls - calls_before, used.prompt_tokens - prompt_before
    completion_tokens = sum(one.completion_tokens for one in settled)
    # Of a cascade nobody could tell which model it says something of.
    if not settled or not prompt_tokens or plan.escalates_to or not (completion_tokens or plan.target.vector):
        return None
    expected = plan.weight.unscaled(calls, len(settled))
    return Measured(
        prompt=prompt_tokens / max(1.0, expected), completion=completion_tokens / len(settled), seconds=seconds
    )


def measured_by(plan: Plan, used: Usage, tally: Tally) -> Measured | None:
    """What a whole run has shown; None: nothing, or its repairs blur it."""
    if not (tally.asked and used.prompt_tokens and used.completion_tokens) or used.retried or plan.escalates_to:
        return None
    rounds = -(-used.calls // plan.concurrency)
    return Measured(
        prompt=used.prompt_tokens / max(1.0, plan.weight.unscaled(used.calls, tally.asked)),
        completion=used.completion_tokens / tally.asked,
        seconds=tally.elapsed_s / max(1, rounds),
    )


def _known(plan: Plan, rows: Sequence[SourceRow], jobs: JobStore, lease: Lease, *, reuse: bool) -> dict[str, Settled]:
    own = {answer.key_json: answer for answer in jobs.known(lease.job_id, [row.key_json for row in rows])}
    answered: list[tuple[Answer, bool]] = [
        (own[row.key_json], own[row.key_json].reused)
        for row in rows
        if standing(row, own.get(row.key_json), plan) is Standing.ANSWERED
    ]
    if reuse:
        hashes = sorted({row.input_hash for row in rows})
        earlier = [
            answer for model in plan.models for answer in jobs.answered_inputs(plan.prompt.version, model, hashes)
        ]
        answered = [*((answer, True) for answer in earlier), *answered]
    again = (settled_again(answer, plan, reused=reused) for answer, reused in answered)
    return {settled.input_hash: settled for settled in again if settled is not None}


def _answer(plan: Plan, row: SourceRow, settled: Settled) -> Answer:
    good = any(value is not None for value in settled.values) or settled.failed is None
    status = AnswerStatus.ANSWERED if good else AnswerStatus.FAILED
    return answer_of(plan, row, settled, status, settled.failed)


def _shown(plan: Plan, row: SourceRow, settled: Settled) -> Shown:
    return Shown(key=row.key, source=row.source, values=plan.target.shown(settled.values), failed=settled.failed)
