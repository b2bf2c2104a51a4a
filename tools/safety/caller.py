"""In whose name, from where and under which mode a statement comes to the door."""

from dataclasses import dataclass

from memory.principal import LOCAL, Principal
from tools.settings import Mode


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Passed explicitly with every statement; nothing about it is remembered between calls."""

    session_id: str  # one chat, one `sql run` process, one job
    request_id: str  # one turn; groups the audit rows
    principal: Principal = LOCAL
    mode: Mode = Mode.ASK
    question: str = ""  # the person's words, for the audit
    model: str | None = None  # the model that wrote the statement; None: a person typed it
    job_id: str | None = None
