"""Watches the background fills of a chat from a thread: the bar shows them while they run, and their end is told once.

Told once means over all processes of the session: what ended after the session was last touched has not been told
yet, and telling touches it. A fill that the chat runs itself tells its own end.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from agent.interfaces.plain_text import one_line
from agent.interfaces.repl.bar import Status
from agent.interfaces.repl.loading import Loading, Opened

if TYPE_CHECKING:  # loaded by the watching thread, after the prompt is on the screen
    from memory.jobs import Job

_EVERY_S = 1.0
_RECENT = 20


class FillWatch:
    """Runs from `start` to `close`."""

    def __init__(self, loading: Loading, status: Status, tell: Callable[[str], None]) -> None:
        self._loading = loading
        self._status = status
        self._tell = tell
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fill watch", daemon=True)
        self._told: dict[str, datetime] = {}  # per session, up to which moment

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        from memory.errors import MemoryFailure

        opened = self._loading.opened
        while opened is not None and not self._end.is_set():
            try:
                self.look(opened)
            except MemoryFailure:
                self._status.fills = ""  # the chat itself says what is wrong with the store
            self._end.wait(_EVERY_S)

    def look(self, opened: Opened) -> None:
        """One look at the store: brings the bar up to date and tells what has ended."""
        from memory.jobs import JobState, JobStore

        conversation = self._status.conversation or opened.conversation
        recent = JobStore(opened.app.store).list(_RECENT, conversation.gate.database)
        self._status.fills = fills_words([job for job in recent if job.state is JobState.RUNNING])
        ended = self._untold(opened, recent, conversation.session_id)
        for job in ended:
            self._tell(end_words(job))
        if ended:
            self._told[conversation.session_id] = max(job.updated_at for job in ended)
            opened.app.sessions.touch(conversation.session_id)

    def _untold(self, opened: Opened, recent: "list[Job]", session_id: str) -> "list[Job]":
        """The oldest first."""
        if session_id not in self._told:
            session = opened.app.sessions.get(session_id)
            if session is None:
                return []
            self._told[session_id] = session.touched_at
        since = self._told[session_id]
        return [job for job in reversed(recent) if job.updated_at > since and _ended_elsewhere(job, session_id)]


def fills_words(running: "list[Job]") -> str:
    """For the bar: the fill under way, or how many there are."""
    from datetime import UTC

    from memory.jobs import Worker
    from skills.ai_column.job_control import named
    from skills.ai_column.progress_words import pace
    from skills.ai_column.record import interrupted, progress_of

    here = Worker.here()
    seen = [(job, progress_of(job, datetime.now(UTC))) for job in running if not interrupted(job, here)]
    fills = [(job, standing) for job, standing in seen if standing is not None]
    if len(fills) != 1:
        return f"{len(fills)} fills run" if fills else ""
    job, standing = fills[0]
    return one_line(f"{named(job)} {standing.done:,}/{standing.pending:,}, {pace(standing)}")


def end_words(job: "Job") -> str:
    """How a fill in the background ended, and what to do about it."""
    from memory.jobs import JobState
    from skills.ai_column.job_control import ended_words, named

    further = {
        JobState.PARTIAL: f"; /jobs {job.id} shows the reasons",
        JobState.PAUSED: f"; /jobs resume {job.id} goes on",
        JobState.FAILED: f"; /jobs resume {job.id} goes on",
        JobState.BUDGET: f"; /jobs resume {job.id} goes on",
        JobState.RUNNING: f"; /jobs resume {job.id} goes on",
    }.get(job.state, "")
    return one_line(f"job {job.id} ({named(job)}): {ended_words(job)}{further}")


def _ended_elsewhere(job: "Job", session_id: str) -> bool:
    """Begun in this conversation, and run by another process to wherever it is."""
    from memory.jobs import JobState, Worker
    from skills.ai_column.record import JobRecord, interrupted

    if job.session_id != session_id:
        return False
    if job.state is JobState.RUNNING:
        return interrupted(job, Worker.here())
    report = JobRecord.of(job).report
    return report is not None and report.state is job.state and report.session_id != session_id
