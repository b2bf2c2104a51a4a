"""`--snapshot`: the target's old values in a table of their own, made once, before the first write of a job.

The table is TABLE_COLUMNS_before_JOB, beside the target. It is made through the door under the yes to the plan.
"""

from skills.ai_column.paging import quote
from skills.ai_column.target import Target
from tools.errors import Refused
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.pending import ApprovedBy, Write

_MOST_BYTES = 63  # of a name on PostgreSQL; the others take one more


def snapshot_note(target: Target) -> str:
    """For the plan, which does not know its job yet."""
    return f"the old values will be kept in table {snapshot_name(target, 'JOB')}"


def snapshot_name(target: Target, job_id: str) -> str:
    """Cut to what every engine takes; the job makes it unique."""
    schema, dot, table = target.table.name.rpartition(".")
    ending = f"_before_{job_id}"
    base = "_".join((table, *target.names)).encode()[: _MOST_BYTES - len(ending)].decode(errors="ignore")
    return f"{schema}{dot}{base}{ending}"


def keep_old_values(gate: Gate, target: Target, job_id: str, begun: bool, by: ApprovedBy, caller: Caller) -> None:
    """Make the table unless it is there. `begun`: the job has written already, so the old values are gone."""
    if gate.schema.get().table(snapshot_name(target, job_id)) is not None:
        return
    if begun:
        raise Refused(
            f"job {job_id} has written rows without a snapshot: what they held before cannot be kept any more",
            hint="leave out --snapshot to go on, or begin a new job with --new",
        )
    pending = gate.prepare([Write(sql=_statement(target, job_id))], caller)
    gate.execute(pending, gate.approve(pending, caller, by), caller)


def _statement(target: Target, job_id: str) -> str:
    match = tuple(pair.target for pair in target.join) or target.key
    columns = ", ".join(quote(name, target.dialect) for name in (*match, *target.names))
    new, old = (
        ".".join(quote(part, target.dialect) for part in name.split(".", 1))
        for name in (snapshot_name(target, job_id), target.table.name)
    )
    return f"CREATE TABLE {new} AS SELECT {columns} FROM {old}"
