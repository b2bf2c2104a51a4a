"""The values a database gives and takes, and how they leave as JSON."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

Value: TypeAlias = (
    "bool | int | float | Decimal | str | bytes | date | datetime | time | timedelta | UUID"
    " | Sequence[Value] | Mapping[str, Value] | None"
)
