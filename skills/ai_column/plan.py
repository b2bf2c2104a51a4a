"""What a run would do and cost, found out for free: no model call, no write.

Up to SCAN_ROWS pending rows are all read, once, for distinct inputs; beyond that some are, the rest is
extrapolated, `exact` is False and the numbers are upper ends. The hash binds a yes to exactly this plan.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from skills.ai_column.offer import Offer, PlannedCheck, Price
from skills.ai_column.prompt import Prompt
from skills.ai_column.refresh import Refreshed
from skills.ai_column.rows import SourceRow
from skills.ai_column.scan import SCAN_ROWS
from skills.ai_column.snapshot import snapshot_note
from skills.ai_column.target import Target
from skills.ai_column.task import ColumnTask
from skills.ai_column.weigh import Weight

Estimate = Callable[[str], int]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a look at a few rows has shown."""

    prompt: float  # tokens that the model counts, for each of our estimate
    completion: float  # tokens of one row's answer
    seconds: float  # of one call

    def as_json(self) -> dict[str, float]:
        return {"prompt": self.prompt, "completion": self.completion, "seconds": self.seconds}


def measured_of(plan_json: str, plan: "Plan") -> Measured | None:
    """What an earlier look at the same question has shown, from its plan as recorded with the job."""
    recorded = json.loads(plan_json or "{}")
    measured = recorded.get("measured")
    same = [recorded.get(name) for name in ("prompt_version", "model", "rows_per_call")]
    if not measured or same != [plan.prompt.version, plan.model, plan.rows_per_call]:
        return None
    return Measured(**measured)


def scale_of(plan_jsons: Iterable[str], model: str) -> float:
    """How this model counts tokens, by the latest plan that has measured it; 1: nobody knows yet."""
    for earlier in map(json.loads, filter(None, plan_jsons)):
        if earlier.get("model") == model and earlier.get("measured"):
            return float(earlier["measured"]["prompt"])
    return 1.0


def recorded(plan: "Plan", earlier_json: str) -> dict[str, object]:
    """As it is kept with its job: what an earlier run of the job has created counts still."""
    earlier = json.loads(earlier_json or "{}").get("creates") or {}
    creates = {column.name: column.create_type for column in plan.target.missing}
    return {**plan.as_json(), "priced": plan.priced, "creates": {**earlier, **creates}}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Shown to a person before anything happens."""

    task: ColumnTask
    database: str  # identity
    target: Target
    prompt: Prompt
    model: str
    pending: int  # rows that need an answer
    row_cap: int  # the most rows that a yes covers
    empty: int  # rows without anything to judge: left NULL, never asked about
    distinct: int
    exact: bool  # False: more than SCAN_ROWS rows; `distinct`, calls, tokens and cost are upper ends
    distinct_low: int  # the lower end; `distinct` if that is exact
    rows_per_call: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None  # None: nobody knows the price of this model
    seconds: float
    growth_bytes: int  # that the table will grow by, roughly
    preview_rows: tuple[SourceRow, ...]
    weight: Weight
    price: Price | None
    concurrency: int
    refreshed: Refreshed | None = None  # a refresh: cells that hold something are written too
    snapshot: bool = False  # the old values are kept in a table
    measured: Measured | None = None  # None: the completion tokens are only estimated
    escalates_to: Offer | None = None  # the precise model of a cascade
    check: PlannedCheck | None = None  # the second opinion afterwards; None: nobody asked for one

    def after(self, measured: Measured) -> "Plan":
        """The same plan with what a look has shown instead of what was expected."""
        weight = replace(self.weight, scale=measured.prompt)
        prompt_tokens = weight.prompt_tokens(self.calls, self.distinct)
        completion_tokens = round(self.distinct * measured.completion)
        return replace(
            self,
            measured=measured,
            weight=weight,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=self.price.of(prompt_tokens, completion_tokens) if self.price else None,
            seconds=math.ceil(self.calls / self.concurrency) * measured.seconds,
        )

    @property
    def calls_low(self) -> int:
        return calls_for(self.distinct_low, self.rows_per_call, len(self.preview_rows))

    @property
    def models(self) -> tuple[str, ...]:
        """Whose answers count, the best one last."""
        return (self.model,) if self.escalates_to is None else (self.model, self.escalates_to.model)

    @property
    def priced(self) -> bool:
        """Whether every model that may be called has a known price."""
        return self.most_cost is not None

    @property
    def most_calls(self) -> int:
        """If a cascade sends every row on, and with the check."""
        checking = 0 if self.check is None else self.check.calls
        return checking + (self.calls if self.escalates_to is None else 2 * self.calls)

    @property
    def most_cost(self) -> Decimal | None:
        cost = self.cost
        if cost is not None and self.check is not None:
            cost = None if self.check.cost is None else cost + self.check.cost
        if cost is None or self.escalates_to is None:
            return cost
        price = self.escalates_to.price
        return cost + price.of(self.prompt_tokens, self.completion_tokens) if price else None

    @property
    def identity(self) -> str:
        return self.task.identity(self.database)

    @property
    def overwrites(self) -> bool:
        return self.refreshed is not None

    @property
    def batch_rows(self) -> int:
        """Rows of one transaction, as seed 003 has it."""
        if self.pending <= 20:
            return max(1, self.pending)
        return 50 if self.pending <= 500 else 100

    @property
    def notes(self) -> tuple[str, ...]:
        target = self.target
        notes = [
            f"column {column.name} {column.create_type} will be added to {target.table.name}"
            for column in target.missing
        ]
        notes += target.notes
        notes += self.refreshed.notes if self.refreshed else ()
        if self.snapshot:
            notes.append(snapshot_note(target))
        if self.empty:
            notes.append(f"{self.empty:,} rows have nothing in {', '.join(target.source_columns)}: they stay NULL")
        if self.escalates_to is not None:
            cost = "" if self.most_cost is None else f" and a cost of {self.most_cost:.4f}"
            notes.append(
                f"what {self.model} is not sure of goes to {self.escalates_to.model} too: "
                f"up to {self.most_calls:,} calls{cost}"
            )
        if self.check is not None:
            notes.append(self.check.describe())
        if not self.exact:
            notes.append(f"more than {SCAN_ROWS:,} rows: distinct inputs, calls, tokens and cost are upper ends")
        return tuple(notes)

    @property
    def hash(self) -> str:
        text = json.dumps(
            [
                self.identity,
                self.prompt.version,
                [column.create_type for column in self.target.columns],
                self._numbers(),
                *([self.refreshed.as_json()] if self.refreshed else ()),
                *(["snapshot"] if self.snapshot else ()),
            ],
            sort_keys=True,
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, object]:
        """CONTRACT.md: `fill --plan --json`."""
        target = self.target
        contracts = [contract.as_json() for contract in target.contracts]
        return {
            **self._numbers(),
            "calls_range": [self.calls_low, self.calls],
            "distinct_range": [self.distinct_low, self.distinct],
            "tokens": {
                "prompt": self.prompt_tokens,
                "completion": self.completion_tokens,
                "completion_is_estimate": self.measured is None,
            },
            "cost": None if self.cost is None else format(self.cost.normalize(), "f"),
            "seconds": round(self.seconds, 1),
            "growth_bytes": self.growth_bytes,
            "hash": self.hash,
            "contract": contracts[0] if len(contracts) == 1 else contracts,
            "table": target.source.name,
            "from": list(target.source_columns),
            "into": target.table.name,
            "to": target.names[0] if len(target.names) == 1 else list(target.names),
            "key": list(target.key),
            "creates": {column.name: column.create_type for column in target.missing},
            "batch_rows": self.batch_rows,
            "exact": self.exact,
            "model": self.model,
            "escalates_to": self.escalates_to.model if self.escalates_to else None,
            "prompt_version": self.prompt.version,
            "measured": self.measured.as_json() if self.measured else None,
            **({"refresh": self.refreshed.as_json()} if self.refreshed else {}),
            "notes": list(self.notes),
        }

    def _numbers(self) -> dict[str, object]:
        return {
            "pending": self.pending,
            "empty": self.empty,
            "distinct": self.distinct,
            "rows_per_call": self.rows_per_call,
            "calls": self.calls,
        }


def calls_for(distinct: int, rows_per_call: int, preview_rows: int) -> int:
    """The preview's rows are asked in calls of their own, before all others."""
    first = min(distinct, preview_rows)
    return math.ceil(first / rows_per_call) + math.ceil((distinct - first) / rows_per_call)
