"""How the database would run a statement, without running it."""

from tools.context import ToolContext


def explain_plan(sql: str, *, ctx: ToolContext) -> str:
    """Show how the database would run one statement, with estimated rows and full scans. It is not executed."""
    plan = ctx.gate.explain(sql, ctx.caller)
    lines = [plan.text]
    if plan.rows is not None:
        lines.append(f"Estimated rows: {plan.rows}")
    if plan.cost is not None:
        lines.append(f"Estimated cost: {plan.cost}")
    if plan.full_scans:
        lines.append(f"Full scans of: {', '.join(plan.full_scans)}")
    return "\n".join(lines)
