"""`columnist audit list` and `/audit`: the audit rows, newest first. Looking is recorded before anything is shown."""

import uuid
from typing import TextIO

from agent.app import App
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from memory.audit import AuditEntry, AuditEvent, AuditRow, AuditStatus
from memory.principal import LOCAL

PIPE_COLUMNS = 160


def list_audit(opening: Opening, stdout: TextIO, *, limit: int, as_json: bool) -> int:
    """Print rows of every session; with `as_json` one object, `{"rows": [...]}`."""
    with opened(opening) as app:
        rows = read_audit(app, limit=limit)
    if as_json:
        write_line(stdout, {"rows": [row.as_json() for row in rows]})
        return 0
    from rich.console import Console

    from agent.interfaces.listings import audit

    console = Console(file=stdout, highlight=False)
    # In a pipe every row is one line, for grep and the like.
    console.width = console.width if console.is_terminal else PIPE_COLUMNS
    console.print(audit(rows, width=console.width))
    return 0


def read_audit(app: App, *, limit: int, session_id: str | None = None) -> list[AuditRow]:
    """The newest rows, without the one that records this look."""
    entry = AuditEntry(
        event=AuditEvent.READ_AUDIT,
        request_id=uuid.uuid4().hex,
        session_id=session_id or "",
        principal=LOCAL,
        database="",
        status=AuditStatus.SUCCESS,
    )
    look = app.audit.append(entry)
    rows = app.audit.recent(limit=limit + 1, session_id=session_id)
    return [row for row in rows if row.id != look][:limit]
