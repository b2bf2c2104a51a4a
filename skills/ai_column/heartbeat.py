"""Keeps a job's lease alive from a thread of its own, and hears what other processes ask of the job.

A thread, because the main one may be busy printing or asking. A lost lease stops the run at once.
"""

import threading
import time

from memory.errors import LeaseLost, MemoryFailure
from memory.jobs import JobRequest, JobStore, Lease
from skills.ai_column.stop import Stop, StopReason

_LISTEN_S = 0.4  # a pause is honoured within a second

_REQUESTS = {
    JobRequest.PAUSE: (StopReason.PAUSED, "paused on request"),
    JobRequest.CANCEL: (StopReason.CANCELLED, "cancelled on request"),
}


class Heartbeat:
    """Runs from construction to `close`."""

    def __init__(self, jobs: JobStore, lease: Lease, stop: Stop) -> None:
        self._jobs = jobs
        self._lease = lease
        self._stop = stop
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        renewed = time.monotonic()
        while not self._end.wait(_LISTEN_S):
            try:
                if time.monotonic() - renewed > self._lease.lease_s / 3:
                    self._jobs.renew(self._lease)
                    renewed = time.monotonic()
                request = self._jobs.requested(self._lease.job_id)
            except LeaseLost as lost:
                self._stop.set(StopReason.LEASE_LOST, lost.message)
                return
            except MemoryFailure as failure:
                self._stop.set(StopReason.FAILED, failure.message)
                return
            if request is not None:
                self._stop.set(*_REQUESTS[request])
