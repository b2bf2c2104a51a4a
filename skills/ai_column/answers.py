"""Answers as the journal keeps them, and what a journaled answer means for a row that is still pending."""

import json
from collections.abc import Sequence
from enum import StrEnum

from memory.jobs import Answer, AnswerStatus
from skills.ai_column.asking import Settled
from skills.ai_column.plan import Plan
from skills.ai_column.rows import SourceRow
from tools.db.values import Value, decode_row, encode_row


class Standing(StrEnum):
    """How a pending row stands in the journal of its own job."""

    OPEN = "open"  # not known, or its source has changed since
    ANSWERED = "answered"  # the answer is known; it is not in the cells
    SETTLED = "settled"  # nothing more to do: quarantined, or rightly NULL


def standing(row: SourceRow, answer: Answer | None, plan: Plan) -> Standing:
    if answer is None or answer.input_hash != row.input_hash or not plan.prompt.is_answered_by(answer.prompt_version):
        return Standing.OPEN
    if answer.status is AnswerStatus.FAILED:
        # Another model may do better with it.
        return Standing.SETTLED if answer.model in plan.models else Standing.OPEN
    if answer.status is AnswerStatus.UNDONE or answer.answer_json is None:
        return Standing.OPEN
    if answer.status is AnswerStatus.MOOT and all(value is None for value in values_of(answer)):
        return Standing.SETTLED
    if answer.status is AnswerStatus.WRITTEN and _is_null_rightly(row, values_of(answer)):
        return Standing.SETTLED
    return Standing.ANSWERED


def _is_null_rightly(row: SourceRow, values: Sequence[Value]) -> bool:
    """Every cell that is still NULL was answered with NULL."""
    return all(value is None for now, value in zip(row.present, values, strict=True) if now is None)


def settled_again(answer: Answer, plan: Plan, *, reused: bool) -> Settled | None:
    """A journaled answer as if it had just come, nothing was paid for it now; None: a part of it is missing."""
    values = values_of(answer)
    waits = answer.status is AnswerStatus.ANSWERED  # its reason, if any, says what is missing
    failed = answer.reason if waits else None
    if failed is None and any(
        value is None and not contract.nullable for value, contract in zip(values, plan.target.contracts, strict=True)
    ):
        return None
    return Settled(
        input_hash=answer.input_hash,
        values=values,
        failed=failed,
        reused=reused,
        pack=answer.pack,
        model=answer.model,
    )


def values_of(answer: Answer) -> tuple[Value, ...]:
    return decode_row(json.loads(answer.answer_json or "[]"))


def values_json(values: Sequence[Value]) -> str:
    if len(values) == 1 and type(values[0]) is str:
        return f"[{json.dumps(values[0])}]"
    return json.dumps(encode_row(values))


def answer_of(plan: Plan, row: SourceRow, settled: Settled, status: AnswerStatus, reason: str | None) -> Answer:
    """`status` ANSWERED with a reason: some of the row's values are good and wait to be written, others are not."""
    return Answer(
        key_json=row.key_json,
        input_hash=row.input_hash,
        answer_json=None if status is AnswerStatus.FAILED else values_json(settled.values),
        model=settled.model or plan.model,
        prompt_version=plan.prompt.version,
        prompt_tokens=settled.prompt_tokens,
        completion_tokens=settled.completion_tokens,
        status=status,
        reused=settled.reused,
        reason=reason,
        pack=settled.pack,
        previous_json=None if row.present.count(None) == len(row.present) else values_json(row.present),
    )
