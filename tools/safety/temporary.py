"""Temporary tables: only where they live long enough to be used, and never in the place of another table."""

from collections.abc import Sequence

from sqlglot import exp

from tools.db.schema import Schema
from tools.errors import Refused
from tools.safety.reviewed import Reviewed
from tools.sql.statement import Statement


def refuse_temporary(writes: Sequence[Reviewed], schema: Schema, *, inside: bool) -> None:
    """`inside`: of a transaction, whose connection stays."""
    for write in writes:
        if not _is_temporary(write.statement):
            continue
        if not inside:
            raise Refused(
                "a temporary table is gone with its connection, which ends with this statement", hint="BEGIN first"
            )
        for name in write.statement.writes:
            if schema.table(name):
                raise Refused(f"a temporary {name} would stand in the place of the table {name}")


def _is_temporary(statement: Statement) -> bool:
    if not statement.action.startswith(("create", "select into")):
        return False
    said = any(statement.tree.find_all(exp.TemporaryProperty))
    into = any(target.args.get("temporary") for target in statement.tree.find_all(exp.Into))
    return said or into or any(name.lower().startswith(("temp.", "pg_temp.")) for name in statement.writes)
