"""Changing rows: one INSERT, UPDATE or DELETE through the door."""

from tools.context import ToolContext
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

DATA_CHANGES = frozenset({Kind.INSERT, Kind.UPDATE, Kind.DELETE})


def data_modify(
    sql: str, params: dict[str, str | int | float | bool | None] | None = None, *, ctx: ToolContext
) -> Outcome:
    """Run one INSERT, UPDATE or DELETE. Values may be given as `:name` in `sql` with `params`.

    A person sees the measured effect and is asked first, so do not ask for permission in words. Several
    calls in one turn are shown and run as one unit, all or nothing.
    """
    return ctx.gate.run(sql, ctx.caller, params=params, expect=DATA_CHANGES, cancel=ctx.cancel)
