"""How many rows a run that ended early leaves, asked of the database: rows may have come and gone meanwhile."""

from skills.ai_column.paging import Paging
from skills.ai_column.plan import Plan
from tools.errors import ToolError
from tools.safety.caller import Caller
from tools.safety.gate import Gate


def rows_left(plan: Plan, gate: Gate, caller: Caller, *, failed: int, done: int) -> int:
    """`done`: rows of the plan that are dealt with, for where the database cannot tell."""
    expected = max(0, plan.pending - done)
    # NULL is a right answer there, the column may not exist yet, or what it holds is old: a count would not tell.
    if plan.target.nullable or plan.target.missing or plan.overwrites:
        return expected
    try:
        with gate.prepare_read(Paging(plan.target, ready=True).count(), caller) as counted:
            unfilled = int(str(counted.fetch(None, max_rows=1).rows[0][0]))
    except ToolError:
        return expected
    return max(0, unfilled - plan.empty - failed)
