"""A few answers before anything is written, journaled like all others, so that an approved one is kept."""

import asyncio
from collections.abc import Sequence

from memory.jobs import Answer, AnswerStatus, JobStore, Lease
from skills.ai_column.answers import Standing, answer_of, settled_again, standing
from skills.ai_column.asking import Asker, Question, Settled
from skills.ai_column.callers import ModelLoop
from skills.ai_column.plan import Plan
from skills.ai_column.report import Shown
from skills.ai_column.rows import SourceRow
from skills.ai_column.stop import Stop
from skills.model_caller import CallNotSent

_WATCH_S = 0.1


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
) -> tuple[Shown, ...]:
    """The rows with their answers, or why there is none; fewer after a stop. Raises ModelUnusable or BudgetReached."""
    known = _known(plan, rows, jobs, lease, reuse=reuse)
    asked: list[Settled] = []
    fresh = [row for row in rows if row.input_hash not in known]
    errors = loop.run(_ask_all(asker, fresh, asked, stop))
    known |= {settled.input_hash: settled for settled in asked}
    answered = [row for row in rows if row.input_hash in known]
    jobs.journal(lease, [_answer(plan, row, known[row.input_hash]) for row in answered], asker.meter.take())
    if errors:
        raise errors[0]
    return tuple(_shown(row, known[row.input_hash]) for row in answered)


async def _ask_all(asker: Asker, rows: Sequence[SourceRow], settled: list[Settled], stop: Stop) -> list[BaseException]:
    """All at once; one that fails does not lose the answers of the others."""
    questions = [Question(input_hash=row.input_hash, text=row.text) for row in rows]
    open_calls = {asyncio.create_task(asker.ask([one], settled.append)) for one in questions}
    calls = tuple(open_calls)
    while open_calls:
        _, open_calls = await asyncio.wait(open_calls, timeout=_WATCH_S)
        if stop.impatient:
            for call in open_calls:
                call.cancel()
    ended = await asyncio.gather(*calls, return_exceptions=True)
    stopped = (CallNotSent, asyncio.CancelledError)
    return [error for error in ended if error is not None and not (stop.is_set() and isinstance(error, stopped))]


def _known(plan: Plan, rows: Sequence[SourceRow], jobs: JobStore, lease: Lease, *, reuse: bool) -> dict[str, Settled]:
    own = {answer.key_json: answer for answer in jobs.known(lease.job_id, [row.key_json for row in rows])}
    answered: list[tuple[Answer, bool]] = [
        (own[row.key_json], own[row.key_json].reused)
        for row in rows
        if standing(row, own.get(row.key_json), plan) is Standing.ANSWERED
    ]
    if reuse:
        hashes = sorted({row.input_hash for row in rows})
        earlier = jobs.answered_inputs(plan.prompt.version, plan.model, hashes, target=plan.target.column)
        answered = [*((answer, True) for answer in earlier), *answered]
    return {answer.input_hash: settled_again(answer, reused=reused) for answer, reused in answered}


def _answer(plan: Plan, row: SourceRow, settled: Settled) -> Answer:
    status = AnswerStatus.ANSWERED if settled.failed is None else AnswerStatus.FAILED
    return answer_of(plan, row, settled, status, settled.failed)


def _shown(row: SourceRow, settled: Settled) -> Shown:
    return Shown(key=row.key, source=row.source, value=settled.value, failed=settled.failed)
