"""`--model cascade`: which rows the fast model's answer is not good enough for, and how many were sent on and why.

Pure: it decides from what a row's answer showed. A model that does not say how sure it is counts as unsure, so a
missing or absurd confidence never keeps a doubtful answer.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CONFIDENCE = "confidence"  # the name under which a model says how sure it is of one row
CONFIDENCE_SCHEMA: Mapping[str, object] = {
    "type": "number",
    "description": "how sure you are of this row's values, from 0 (a guess) to 1 (certain)",
}


class Escalation(StrEnum):
    """Why a row goes to the precise model; the first that holds, in this order."""

    FAILED = "no answer within the contract"
    REPAIRED = "the answer had to be repaired"
    UNSAID = "the model did not say how sure it is"
    UNSURE = "the model is not sure enough"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the fast model's answer for one row showed."""

    confidence: float | None  # 0 to 1; None: not said
    repairs: int = 0  # answers for this row that broke the contract before the one that holds
    failed: bool = False  # there is none that holds


@dataclass(frozen=True, kw_only=True)
class Cascade:
    """The policy."""

    escalate_below: float = 0.7
    most_repairs: int = 0

    def decide(self, evidence: Evidence) -> Escalation | None:
        """None: the fast model's answer stands."""
        if evidence.failed:
            return Escalation.FAILED
        if evidence.repairs > self.most_repairs:
            return Escalation.REPAIRED
        if evidence.confidence is None:
            return Escalation.UNSAID
        return Escalation.UNSURE if evidence.confidence < self.escalate_below else None


def read_confidence(said: object) -> float | None:
    """A number from 0 to 1; None for everything else, 85 for 85 % included: it could also mean "off the scale"."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return None
    return float(said) if 0 <= said <= 1 else None


@dataclass
class CascadeTally:
    """How many rows stayed and how many went on, for the report. For one thread."""

    kept: int = 0
    escalated: Counter[Escalation] = field(default_factory=Counter)

    def add(self, decision: Escalation | None) -> None:
        if decision is None:
            self.kept += 1
        else:
            self.escalated[decision] += 1

    def as_json(self) -> dict[str, object]:
        reasons = {reason.name.lower(): self.escalated[reason] for reason in Escalation if self.escalated[reason]}
        return {"kept": self.kept, "escalated": self.escalated.total(), "reasons": reasons}

    def describe(self) -> str:
        """One line for people."""
        escalated = self.escalated.total()
        line = f"{escalated} of {self.kept + escalated} rows went to the precise model"
        reasons = [f"{count}: {reason.value}" for reason in Escalation if (count := self.escalated[reason])]
        return f"{line} ({'; '.join(reasons)})" if reasons else line
