"""Answers as the journal keeps them, and what a journaled answer means for a row that is still pending."""

import json
from enum import StrEnum

from memory.jobs import Answer, AnswerStatus
from skills.ai_column.asking import Settled
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow
from tools.db.values import Value, decode, encode

NULL_JSON = "null"  # the answer is NULL, or there was nothing to judge: the cell stays NULL for good


class Standing(StrEnum):
    """How a pending row stands in the journal of its own job."""

    OPEN = "open"  # not known, or its source has changed since
    ANSWERED = "answered"  # the answer is known; it is not in the cell
    SETTLED = "settled"  # nothing more to do: quarantined, or rightly NULL


def standing(row: SourceRow, answer: Answer | None, plan: Plan) -> Standing:
    if answer is None or answer.input_hash != row.input_hash or answer.prompt_version != plan.prompt.version:
        return Standing.OPEN
    if answer.status is AnswerStatus.FAILED:
        # Another model may do better with it.
        return Standing.SETTLED if answer.model == plan.model else Standing.OPEN
    if answer.answer_json is None:
        return Standing.OPEN
    if answer.answer_json == NULL_JSON and answer.status in (AnswerStatus.WRITTEN, AnswerStatus.MOOT):
        return Standing.SETTLED
    return Standing.ANSWERED


def settled_again(answer: Answer, *, reused: bool) -> Settled:
    """A journaled answer as if it had just come; nothing was paid for it now."""
    return Settled(input_hash=answer.input_hash, value=value_of(answer), reused=reused)


def value_of(answer: Answer) -> Value:
    return decode(json.loads(answer.answer_json or NULL_JSON))


def answer_json(value: Value) -> str:
    return json.dumps(encode(value), ensure_ascii=True)


def answer_of(plan: Plan, row: SourceRow, settled: Settled, status: AnswerStatus, reason: str | None) -> Answer:
    return Answer(
        key_json=row.key_json,
        target=plan.target.column,
        input_hash=row.input_hash,
        answer_json=None if settled.failed is not None else answer_json(settled.value),
        model=plan.model,
        prompt_version=plan.prompt.version,
        prompt_tokens=settled.prompt_tokens,
        completion_tokens=settled.completion_tokens,
        status=status,
        reused=settled.reused,
        reason=reason,
    )
