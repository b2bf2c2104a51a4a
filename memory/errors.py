"""What this floor raises, and what the errors of every floor have in common.

Failure                a fact and, in `hint`, the way out; the root of each floor's tree
MemoryFailure          something about the store
├── StateUnavailable   the store cannot be opened, read or written: nothing was recorded
├── JobBusy            another worker holds the job's lease
├── LeaseLost          this worker's lease was taken over or released: nothing was written
└── UnknownRecord      no such job, approval, session, ... in this store
"""

from datetime import datetime

from memory.worker import Worker


class Failure(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.hint = hint

    @property
    def message(self) -> str:
        return str(self.args[0])


class MemoryFailure(Failure):
    """The state store could not do what was asked."""


class StateUnavailable(MemoryFailure):
    """The state store is not available."""


class JobBusy(MemoryFailure):
    """Another worker is on this job."""

    def __init__(self, job_id: str, holder: Worker, until: datetime) -> None:
        super().__init__(
            f"job {job_id} is being worked on by process {holder.pid} on {holder.host}",
            hint=f"its lease ends at {until:%H:%M:%S} UTC if that worker has died",
        )
        self.job_id = job_id
        self.holder = holder
        self.until = until


class LeaseLost(MemoryFailure):
    """The lease on this job was taken over or released; nothing was written."""


class UnknownRecord(MemoryFailure):
    """There is no such record in the state store."""
