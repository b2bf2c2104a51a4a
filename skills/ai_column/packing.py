"""Several rows in one question, and their answers told apart.

An answer counts only if its id was asked, came once, and its echo is what that row shows where the rows
of the pack differ: two answers that were exchanged do not pass. Position means nothing.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.ai_column.contract import ContractBroken
from skills.ai_column.prompt import PromptRow


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The rows of one call, in the order asked."""

    rows: tuple[PromptRow, ...]


def pack(texts: Sequence[str], echo_chars: int) -> Pack:
    ids: set[str] = set()
    while len(ids) < len(texts):
        ids.add(secrets.token_hex(3))
    start = _equal_start(texts)
    return Pack(
        rows=tuple(
            PromptRow(id=one, echo=text[start : start + echo_chars], text=text)
            for one, text in zip(ids, texts, strict=True)
        )
    )


def _equal_start(texts: Sequence[str]) -> int:
    """How many characters all texts begin with alike."""
    if len(texts) < 2:
        return 0
    low, high = min(texts), max(texts)
    pairs = enumerate(zip(low, high, strict=False))
    return next((place for place, (one, other) in pairs if one != other), len(low))


def unpack(packed: Pack, answer: Mapping[str, object], column: str) -> tuple[object | ContractBroken, ...]:
    """For each row of the pack its raw answer, or why there is none."""
    answers = answer.get("answers")
    if not isinstance(answers, list):
        broken = ContractBroken("the answer holds no list `answers`")
        return tuple(broken for _ in packed.rows)
    items = [item for item in answers if isinstance(item, dict)]
    times = Counter(str(item.get("id")) for item in items)
    by_id = {str(item.get("id")): item for item in items}
    return tuple(_one(by_id.get(row.id), times[row.id], row.echo, column) for row in packed.rows)


def _one(item: Mapping[str, object] | None, times: int, echo: str, column: str) -> object | ContractBroken:
    if item is None:
        return ContractBroken("the row was left out of the answer")
    if times > 1:
        return ContractBroken("the row was answered more than once")
    if str(item.get("echo", "")).strip() != echo.strip():
        return ContractBroken("the answer repeats another row's text")
    values = item.get("values")
    if not isinstance(values, dict) or column not in values:
        return ContractBroken(f"the answer has no value {column!r}")
    value: object = values[column]
    return value
