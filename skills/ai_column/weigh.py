"""What rows and their answers weigh in tokens, from a sample of the rows, and how many fit into one call."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skills.ai_column.contract import Contract, ValueKind
from skills.ai_column.prompt import Prompt, PromptRow
from skills.ai_column.vectors import VectorColumn, embedded_text
from skills.settings import FillSettings

# Beyond about 25 rows the saving is small (the static part is shared by then) and answers get worse.
_MOST_ROWS = 25
_TEXTS_TOKENS = 100_000  # of one embedding request; OpenAI takes three times as many
_FLOAT32_BYTES = 4
_USUAL_DIMENSIONS = 1_536
_ROWS_TOKENS = 2_500  # of the rows of one call
_ANSWERS_TOKENS = 4_000  # of its answers: a longer one takes long and is cut off more often
_ID = "1a2b3c"
_ID_AND_ECHO = f'{{"id": "{_ID}", "echo": "12345678", "values": }}'
_WORD = "word "


@dataclass(frozen=True, kw_only=True)
class Weight:
    """Expected tokens."""

    static: int  # of a call, without its rows
    row: float  # of one row in a call
    answer: int  # of one row's answer
    value_bytes: int  # that one row's values take in the table
    row_chars: int  # of one row's text
    scale: float = 1.0  # tokens that this model really counts for each of ours

    def prompt_tokens(self, calls: int, distinct: int) -> int:
        return round(self.scale * self.unscaled(calls, distinct))

    def unscaled(self, calls: int, distinct: int) -> float:
        return calls * self.static + distinct * self.row


class Weigher:
    """Weighs for one prompt."""

    def __init__(self, prompt: Prompt, estimate: Callable[[str], int], settings: FillSettings) -> None:
        self._prompt = prompt
        self._estimate = estimate
        self._echo_chars = settings.echo_chars

    def rows_per_call(self, sample: Sequence[str]) -> int:
        """As many rows as share a call well."""
        if not sample:
            return _MOST_ROWS
        a_row = max(1.0, self._rows_tokens(sample, _MOST_ROWS) / len(sample))
        fits = min(_ROWS_TOKENS / a_row, _ANSWERS_TOKENS / self._answer(packed=True), _MOST_ROWS)
        return max(1, int(fits))

    def weigh(self, sample: Sequence[str], rows_per_call: int) -> Weight:
        schema = self._prompt.one("").json_schema if rows_per_call == 1 else self._prompt.pack([]).json_schema
        values = self._values()
        return Weight(
            static=self._estimate(self._prompt.system) + self._estimate(json.dumps(schema)),
            row=self._rows_tokens(sample, rows_per_call) / len(sample) if sample else 0.0,
            answer=self._answer(packed=rows_per_call > 1),
            value_bytes=sum(len(str(value).encode()) for value in values.values()),
            row_chars=sum(map(len, sample)) // max(1, len(sample)),
        )

    def _rows_tokens(self, sample: Sequence[str], rows_per_call: int) -> int:
        if rows_per_call == 1:
            return sum(self._estimate(self._prompt.one(text).user) for text in sample)
        # Not the ids of a real pack: the same rows make the same plan.
        rows = [PromptRow(id=_ID, echo=text[: self._echo_chars], text=text) for text in sample]
        packs = (rows[start : start + rows_per_call] for start in range(0, len(rows), rows_per_call))
        return sum(self._estimate(self._prompt.pack(some).user) for some in packs)

    def _answer(self, *, packed: bool) -> int:
        values = self._estimate(json.dumps(self._values(), ensure_ascii=False))
        return values + (self._estimate(_ID_AND_ECHO) if packed else 0)

    def _values(self) -> dict[str, object]:
        values = {contract.column: _typical(contract) for contract in self._prompt.contracts}
        sure = self._prompt.confidence_name
        return values if sure is None else {**values, sure: 0.95}


class TextWeigher:
    """Weighs texts to be embedded: nothing is said beside them, and an answer costs nothing."""

    def __init__(self, column: VectorColumn, estimate: Callable[[str], int], texts_per_call: int) -> None:
        self._column = column
        self._estimate = estimate
        self._texts_per_call = texts_per_call

    def rows_per_call(self, sample: Sequence[str]) -> int:
        """As many as an endpoint takes at once, of long texts fewer."""
        a_text = max(1.0, self._tokens(sample))
        return max(1, min(self._texts_per_call, int(_TEXTS_TOKENS / a_text)))

    def weigh(self, sample: Sequence[str], _rows_per_call: int) -> Weight:
        return Weight(
            static=0,
            row=self._tokens(sample),
            answer=0,
            value_bytes=_FLOAT32_BYTES * (self._column.dimensions or _USUAL_DIMENSIONS),
            row_chars=sum(map(len, sample)) // max(1, len(sample)),
        )

    def _tokens(self, sample: Sequence[str]) -> float:
        return sum(self._estimate(embedded_text(text)) for text in sample) / max(1, len(sample))


def _typical(contract: Contract) -> object:
    """A value of about the length that most answers have."""
    if contract.labels:
        return sorted(contract.labels, key=len)[len(contract.labels) // 2]
    if contract.kind is ValueKind.TEXT:
        return _WORD * min(30, max(1, (contract.max_length or 200) // 8))
    return 12 if contract.kind in (ValueKind.INTEGER, ValueKind.DECIMAL, ValueKind.FLOAT) else _WORD * 2
