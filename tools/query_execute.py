"""Reading: one SELECT through the door."""

from tools.context import ToolContext
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

READS = frozenset({Kind.SELECT, Kind.OTHER})


def query_execute(sql: str, *, ctx: ToolContext) -> Outcome:
    """Run one read-only SQL statement (SELECT, WITH ... SELECT, SHOW, DESCRIBE) and return its rows.

    Aggregate, filter and limit in SQL: of a large result you see only the first rows.
    """
    return ctx.gate.run(sql, ctx.caller, expect=READS, cancel=ctx.cancel)
