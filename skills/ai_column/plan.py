"""What a run would do and cost, found out for free: no model call, no write.

Pending rows are counted by the database and read once, up to SCAN_ROWS, for distinct inputs and lengths;
beyond that the rest is extrapolated and `exact` is False. The hash binds a yes to exactly this plan.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from skills.ai_column.choose import PreviewChoice
from skills.ai_column.create import add_column_sql
from skills.ai_column.paging import Paging, key_params
from skills.ai_column.prompt import Prompt
from skills.ai_column.rows import SourceRow, source_row
from skills.ai_column.target import Target, resolve
from skills.ai_column.task import ColumnTask
from skills.settings import FillSettings
from tools.safety.caller import Caller
from tools.safety.gate import Gate

SCAN_ROWS = 100_000
PAGE_ROWS = 500
Estimate = Callable[[str], int]


@dataclass(frozen=True, kw_only=True)
class Price:
    """Money per million tokens, in the currency of the price table."""

    prompt: Decimal
    completion: Decimal

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


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
    exact: bool  # False: more than SCAN_ROWS rows, the rest is extrapolated
    rows_per_call: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None  # None: nobody knows the price of this model
    seconds: float
    preview_rows: tuple[SourceRow, ...]

    @property
    def identity(self) -> str:
        return self.task.identity(self.database)

    @property
    def batch_rows(self) -> int:
        return batch_rows(self.pending)

    @property
    def notes(self) -> tuple[str, ...]:
        notes = list(self.target.notes)
        if self.target.create_type:
            notes.insert(
                0, f"column {self.target.column} {self.target.create_type} will be added to {self.target.table.name}"
            )
        if self.empty:
            notes.append(f"{self.empty} rows have nothing in {', '.join(self.target.source_columns)}: they stay NULL")
        if not self.exact:
            notes.append(f"distinct inputs and tokens are extrapolated from the first {SCAN_ROWS:,} rows")
        return tuple(notes)

    @property
    def hash(self) -> str:
        text = json.dumps(
            [self.identity, self.prompt.version, self.target.create_type, self._numbers()], sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, object]:
        """CONTRACT.md: `fill --plan --json`."""
        target = self.target
        return {
            **self._numbers(),
            "tokens": {
                "prompt": self.prompt_tokens,
                "completion": self.completion_tokens,
                "completion_is_estimate": True,
            },
            "cost": None if self.cost is None else format(self.cost.normalize(), "f"),
            "seconds": round(self.seconds, 1),
            "hash": self.hash,
            "contract": target.contract.as_json(),
            "table": target.source.name,
            "from": list(target.source_columns),
            "into": target.table.name,
            "to": target.column,
            "key": list(target.key),
            "creates": target.create_type,
            "batch_rows": self.batch_rows,
            "exact": self.exact,
            "model": self.model,
            "prompt_version": self.prompt.version,
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


def batch_rows(pending: int) -> int:
    """Rows of one transaction, as seed 003 has it."""
    if pending <= 20:
        return max(1, pending)
    return 50 if pending <= 500 else 100


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Makes plans over one database."""

    gate: Gate
    database: str
    caller: Caller
    settings: FillSettings
    estimate: Estimate
    model: str
    price: Price | None
    concurrency: int

    def plan(self, task: ColumnTask, *, rows_per_call: int) -> Plan:
        target = resolve(task, self.gate.schema.get())
        if target.create_type is not None:
            add_column_sql(target)  # raises TaskInvalid for what is not a type
        prompt = Prompt.build(target.source.name, task.spec, target.contract, self.settings.max_output_tokens)
        paging = Paging(target, column_exists=target.create_type is None)
        scan = self._scan(target, paging, prompt)
        total = self._count(paging) if scan.cut else scan.rows
        factor = total / scan.rows if scan.rows else 1
        distinct = round(len(scan.lengths) * factor)
        calls = math.ceil(distinct / rows_per_call)
        static = self.estimate(prompt.system) + self.estimate(json.dumps(prompt.one("").json_schema))
        prompt_tokens = calls * static + round(sum(scan.lengths.values()) * factor)
        completion_tokens = distinct * self._answer_tokens(prompt)
        return Plan(
            task=task,
            database=self.database,
            target=target,
            prompt=prompt,
            model=self.model,
            pending=round((scan.rows - scan.empty) * factor),
            row_cap=total if scan.cut else scan.rows - scan.empty,
            empty=round(scan.empty * factor),
            distinct=distinct,
            exact=not scan.cut,
            rows_per_call=rows_per_call,
            calls=calls,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            cost=self.price.of(prompt_tokens, completion_tokens) if self.price else None,
            seconds=math.ceil(calls / self.concurrency) * self.settings.seconds_per_call,
            preview_rows=scan.choice.rows(self.settings.preview_rows),
        )

    def _scan(self, target: Target, paging: Paging, prompt: Prompt) -> "_Scan":
        scan = _Scan()
        for row in read_pages(self.gate, self.caller, target, paging, self.settings.max_source_chars):
            if scan.rows == SCAN_ROWS:
                scan.cut = True
                break
            scan.rows += 1
            if row.empty:
                scan.empty += 1
                continue
            scan.choice.see(row)
            if row.input_hash not in scan.lengths:
                scan.lengths[row.input_hash] = self.estimate(prompt.one(row.text).user)
        return scan

    def _count(self, paging: Paging) -> int:
        with self.gate.prepare_read(paging.count(), self.caller) as counted:
            return int(str(counted.fetch(None, max_rows=1).rows[0][0]))

    def _answer_tokens(self, prompt: Prompt) -> int:
        contract = prompt.contract
        if contract.labels:
            longest = max(contract.labels, key=len)
        else:
            longest = "word " * min(40, max(1, (contract.max_length or 200) // 6))
        return self.estimate(json.dumps({contract.column: longest}, ensure_ascii=False))


class _Scan:
    """What reading the pending rows once has shown."""

    def __init__(self) -> None:
        self.rows = 0
        self.empty = 0
        self.cut = False
        self.lengths: dict[str, int] = {}  # input hash -> tokens of its question, without the static part
        self.choice = PreviewChoice()


def read_pages(
    gate: Gate, caller: Caller, target: Target, paging: Paging, max_source_chars: int
) -> Iterator[SourceRow]:
    """Every pending row in key order; each page is read whole and its transaction closed before a row is given."""
    key_parts = len(target.key)
    with (
        gate.prepare_read(paging.page(PAGE_ROWS, first=True), caller) as first,
        gate.prepare_read(paging.page(PAGE_ROWS, first=False), caller) as later,
    ):
        page = first.fetch(None, max_rows=PAGE_ROWS).rows
        while page:
            for values in page:
                yield source_row(values[:key_parts], values[key_parts:], target.source_columns, max_source_chars)
            if len(page) < PAGE_ROWS:
                return
            page = later.fetch(key_params(page[-1][:key_parts]), max_rows=PAGE_ROWS).rows
