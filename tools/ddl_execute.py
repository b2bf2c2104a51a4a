"""Changing structure: one CREATE, ALTER or DROP through the door."""

from tools.context import ToolContext
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

STRUCTURE_CHANGES = frozenset({Kind.DDL})


def ddl_execute(sql: str, *, ctx: ToolContext) -> Outcome:
    """Run one statement that changes the structure (CREATE, ALTER, DROP, TRUNCATE).

    A person sees its effect and is asked first, so do not ask for permission in words.
    """
    return ctx.gate.run(sql, ctx.caller, expect=STRUCTURE_CHANGES, cancel=ctx.cancel)
