"""A second opinion on a sample of filled rows: how often it agrees, how sure that number is, and where it does not.

Pure: who gave the second opinion (a judge model, gold labels of a file) does not matter here. Rows without one are
counted apart and never as agreement. The interval is Wilson's at 95 %, right for small samples and for 100 %.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from skills.ai_column.task import ColumnSpec
from skills.settings import QualitySettings
from tools.db.values import Value, canonical

_Z_95 = 1.959963984540054
_MOST_SHOWN = 20  # disagreements in a report, as many as failures


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One filled row that was drawn."""

    key: str  # as rows.key_json has it
    source: str  # the row as the model saw it
    value: Value


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What someone else says of one row: either a value of their own, or whether they agree with ours."""

    value: Value = None
    agrees: bool | None = None  # None: compare the values
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    key: str
    value: Value
    other: Value  # None as well where the judge only disagreed
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The result for one column."""

    compared: int
    agreed: int
    without: int  # drawn, and no second opinion could be had
    interval: Interval
    confusion: Mapping[tuple[str, str], int]  # (ours, theirs) -> rows; empty where the column has no labels
    disagreements: tuple[Disagreement, ...]  # the first few
    alert: bool  # the agreement is below quality.min_agreement, or nothing could be compared
    stop: bool  # below it beyond doubt, and quality.stop is set

    @property
    def share(self) -> float | None:
        return self.agreed / self.compared if self.compared else None

    def describe(self) -> str:
        """One line for people."""
        if self.share is None:
            return f"no second opinion could be had on any of {self.without} rows"
        line = (
            f"{self.agreed} of {self.compared} rows agree: {self.share:.1%} "
            f"(95 % interval {self.interval.low:.1%} to {self.interval.high:.1%})"
        )
        return f"{line}; {self.without} rows without a second opinion" if self.without else line

    def as_json(self) -> dict[str, object]:
        return {
            "compared": self.compared,
            "agreed": self.agreed,
            "without": self.without,
            "agreement": self.share,
            "interval": [self.interval.low, self.interval.high],
            "confusion": [
                {"value": ours, "other": theirs, "rows": rows} for (ours, theirs), rows in self.confusion.items()
            ],
            "alert": self.alert,
        }


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came of a check."""

    judge: str  # a model's name or the file's
    rows: int
    columns: Mapping[str, Agreement] = field(default_factory=dict)
    problem: str | None = None  # why there is no result

    @property
    def alert(self) -> bool:
        return any(one.alert for one in self.columns.values())

    @property
    def stop(self) -> bool:
        return any(one.stop for one in self.columns.values())

    def describe(self) -> tuple[str, ...]:
        """Lines for people."""
        if self.problem is not None:
            return (f"no second opinion: {self.problem}",)
        return tuple(f"{column}, against {self.judge}: {one.describe()}" for column, one in self.columns.items())

    def as_json(self) -> dict[str, object]:
        columns = {name: one.as_json() for name, one in self.columns.items()}
        return {
            "judge": self.judge,
            "rows": self.rows,
            "alert": self.alert,
            "problem": self.problem,
            "columns": columns,
        }


def agreement(
    samples: Sequence[Sample], opinions: Mapping[str, Opinion], spec: ColumnSpec, settings: QualitySettings
) -> Agreement:
    """How the opinions, by key, compare with the samples."""
    judged = [(sample, opinions[sample.key]) for sample in samples if sample.key in opinions]
    differing = [(sample, opinion) for sample, opinion in judged if not _agrees(sample, opinion, spec, settings)]
    agreed = len(judged) - len(differing)
    interval = wilson(agreed, len(judged))
    return Agreement(
        compared=len(judged),
        agreed=agreed,
        without=len(samples) - len(judged),
        interval=interval,
        confusion=confusion(judged) if spec.labels else {},
        disagreements=tuple(
            Disagreement(key=sample.key, value=sample.value, other=opinion.value, reason=opinion.reason)
            for sample, opinion in differing[:_MOST_SHOWN]
        ),
        alert=bool(samples) and (not judged or agreed / len(judged) < settings.min_agreement),
        stop=settings.stop and bool(judged) and interval.high < settings.min_agreement,
    )


def wilson(agreed: int, compared: int) -> Interval:
    """Wilson's score interval at 95 %; everything is possible while nothing was compared."""
    if not compared:
        return Interval(low=0.0, high=1.0)
    share, z_squared = agreed / compared, _Z_95**2
    centre = share + z_squared / (2 * compared)
    spread = _Z_95 * math.sqrt(share * (1 - share) / compared + z_squared / (4 * compared**2))
    scale = 1 + z_squared / compared
    # At the ends the bound is exact, and rounding would pass it.
    low = 0.0 if agreed == 0 else (centre - spread) / scale
    high = 1.0 if agreed == compared else (centre + spread) / scale
    return Interval(low=low, high=high)


def confusion(judged: Iterable[tuple[Sample, Opinion]]) -> dict[tuple[str, str], int]:
    """How often our label met which of theirs; most frequent first."""
    pairs = Counter(
        (_label(sample.value), _label(opinion.value)) for sample, opinion in judged if opinion.agrees is None
    )
    return dict(sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0])))


def _label(value: Value) -> str:
    return "NULL" if value is None else str(value)


def _agrees(sample: Sample, opinion: Opinion, spec: ColumnSpec, settings: QualitySettings) -> bool:
    if opinion.agrees is not None:
        return opinion.agrees
    return same_value(sample.value, opinion.value, spec, settings.number_tolerance)


def same_value(ours: Value, theirs: Value, spec: ColumnSpec, tolerance: float) -> bool:
    """Labels and texts by their words, numbers within the tolerance, NULL only with NULL, the rest exactly."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    first, second = _number(ours), _number(theirs)
    if first is not None and second is not None and not (isinstance(ours, str) and isinstance(theirs, str)):
        return abs(first - second) <= _room(first, second, spec, tolerance)
    if isinstance(ours, str) or isinstance(theirs, str):
        return normalised(str(ours)) == normalised(str(theirs))
    return canonical(ours) == canonical(theirs)


def normalised(text: str) -> str:
    """A text without what carries no meaning: case, width of letters, blanks, and a full stop at the end."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).rstrip(".。!！ ")


def _number(value: Value) -> Decimal | None:
    """A text counts too: gold labels of a CSV file are texts."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _room(first: Decimal, second: Decimal, spec: ColumnSpec, tolerance: float) -> Decimal:
    if spec.minimum is not None and spec.maximum is not None:
        span = Decimal(str(spec.maximum)) - Decimal(str(spec.minimum))
    else:
        span = max(abs(first), abs(second))
    return span * Decimal(str(tolerance))
