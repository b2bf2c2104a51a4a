"""Transactions of the conversation: begin, look, commit or roll back."""

from typing import Literal

from tools.context import ToolContext
from tools.safety.pending import Outcome


def transaction(action: Literal["begin", "commit", "rollback", "status"], *, ctx: ToolContext) -> Outcome | str:
    """Control a transaction: `begin`, `commit`, `rollback` or `status`.

    Inside one, changes run at once and your reads see them; `commit` shows a person the whole effect and
    asks; `rollback` undoes all of it. Use it only if the user wants to look before keeping the changes.
    """
    if action == "status":
        return _status(ctx)
    return ctx.gate.run(action.upper(), ctx.caller, cancel=ctx.cancel)


def _status(ctx: ToolContext) -> str:
    open_transaction = ctx.gate.transaction(ctx.caller.session_id)
    if open_transaction is None:
        return "No transaction is open."
    tables = ", ".join(open_transaction.tables) or "none yet"
    return (
        f"A transaction is open. Statements: {open_transaction.statements}; changed tables: {tables}; "
        f"idle for {open_transaction.idle_s:.0f} s."
    )
