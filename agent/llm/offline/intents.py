"""What the offline rules can be asked for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from agent.llm.offline.seen import SeenColumn, SeenTable


class Function(StrEnum):
    COUNT = "count"
    AVG = "avg"
    SUM = "sum"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`column operator value`; the operator "is null" has no value."""

    column: SeenColumn
    operator: str
    value: str = ""
    guessed: bool = False  # which column was meant was not said
    exact: bool = True  # False: a word of the question, compared without regard to capitals


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is computed. `table` is another table, joined by `join`, when the rows counted are not the table's own."""

    function: Function
    column: SeenColumn | None = None  # None: rows
    table: SeenTable | None = None
    join: str = ""  # the column of `table` that names a row of the main table


@dataclass(frozen=True, kw_only=True)
class ListTables:
    """Which tables are there?"""


@dataclass(frozen=True, kw_only=True)
class Describe:
    """What is in a table?"""

    table: str


@dataclass(frozen=True, kw_only=True)
class Compute:
    """One number, or one per group: counts, sums, averages."""

    table: SeenTable
    measure: Measure
    group: SeenColumn | None = None
    unit: str = ""  # the group is a date cut to day, month or year
    conditions: tuple[Condition, ...] = ()
    descending: bool | None = None  # order of the groups by their number; None: by the group itself
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of a table, ordered and limited; ordered by a column of its own or by a measure over another table."""

    table: SeenTable
    order: SeenColumn | None = None
    by: Measure | None = None
    descending: bool = True
    limit: int = 10
    conditions: tuple[Condition, ...] = ()
    columns: tuple[SeenColumn, ...] = ()  # none: all


@dataclass(frozen=True, kw_only=True)
class Update:
    table: SeenTable
    column: SeenColumn
    value: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class Delete:
    table: SeenTable
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class Fill:
    table: str
    column: str
    sources: tuple[str, ...]
    intent: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Steer:
    """Do something with the fill under way, as the tool `fill_jobs` names it."""

    action: str


@dataclass(frozen=True, kw_only=True)
class Help:
    """What can you do?"""


@dataclass(frozen=True, kw_only=True)
class NotUnderstood:
    """Says which words stood in the way."""

    reason: str = ""


Intent: TypeAlias = ListTables | Describe | Compute | Rows | Update | Delete | Fill | Steer | Help | NotUnderstood
