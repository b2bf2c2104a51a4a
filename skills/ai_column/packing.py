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

_ID_BYTES = 3
_LOOK_FURTHER = 200  # characters after which an echo that differs is no longer looked for


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The rows of one call, in the order asked."""

    rows: tuple[PromptRow, ...]


def pack(texts: Sequence[str], echo_chars: int, problems: Sequence[str | None] | None = None) -> Pack:
    ids = _ids(len(texts))
    echoes = _echoes(texts, echo_chars)
    why = problems or (None,) * len(texts)
    rows = zip(ids, echoes, texts, why, strict=True)
    return Pack(rows=tuple(PromptRow(id=one, echo=echo, text=text, problem=no) for one, echo, text, no in rows))


def _ids(count: int) -> list[str]:
    ids: set[str] = set()
    while len(ids) < count:
        digits = secrets.token_hex(_ID_BYTES * (count - len(ids)))
        ids.update(digits[start : start + 2 * _ID_BYTES] for start in range(0, len(digits), 2 * _ID_BYTES))
    return list(ids)


def _echoes(texts: Sequence[str], chars: int) -> list[str]:
    """A few characters of each text, from where the texts begin to differ; others if another row shows the same."""
    start = _equal_start(texts)
    taken: set[str] = set()
    echoes = []
    for text in texts:
        echo = text[start : start + chars]
        if echo in taken:
            last = min(len(text) - chars, start + _LOOK_FURTHER)
            others = (text[place : place + chars] for place in range(start + 1, last + 1))
            echo = next((other for other in others if other not in taken), echo)
        taken.add(echo)
        echoes.append(echo)
    return echoes


def _equal_start(texts: Sequence[str]) -> int:
    """How many characters all texts begin with alike."""
    if len(texts) < 2:
        return 0
    low, high = min(texts), max(texts)
    pairs = enumerate(zip(low, high, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(low), len(high)))


def unpack(packed: Pack, answer: Mapping[str, object]) -> tuple[Mapping[str, object] | ContractBroken, ...]:
    """For each row of the pack its raw values by column, or why there are none."""
    answers = answer.get("answers")
    if not isinstance(answers, list):
        broken = ContractBroken("the answer holds no list `answers`")
        return tuple(broken for _ in packed.rows)
    items = [item for item in answers if isinstance(item, dict)]
    times = Counter(str(item.get("id")) for item in items)
    by_id = {str(item.get("id")): item for item in items}
    return tuple(_one(by_id.get(row.id), times[row.id], row.echo) for row in packed.rows)


def _one(item: Mapping[str, object] | None, times: int, echo: str) -> Mapping[str, object] | ContractBroken:
    if item is None:
        return ContractBroken("the row was left out of the answer")
    if times > 1:
        return ContractBroken("the row was answered more than once")
    if str(item.get("echo", "")).strip() != echo.strip():
        return ContractBroken("the answer repeats another row's text")
    values = item.get("values")
    return values if isinstance(values, dict) else ContractBroken("the answer has no values for the row")
