"""Keeps a job's lease alive from a thread of its own, and hears what other processes ask of the job.

A thread, because the main one may be busy printing or asking. A lost lease stops the run at once. A wish to go slower
or faster is passed on to the model and is over then.
"""

import threading
import time

from memory.errors import LeaseLost, MemoryFailure
from memory.jobs import JobRequest, JobStore, Lease
from skills.ai_column.model_side import ModelSide
from skills.ai_column.stop import Stop, StopReason

_LISTEN_S = 0.4  # a pause is honoured within a second

_REQUESTS = {
    JobRequest.PAUSE: (StopReason.PAUSED, "paused on request"),
    JobRequest.CANCEL: (StopReason.CANCELLED, "cancelled on request"),
}


class Heartbeat:
    """Runs from construction to `close`; without a model nothing has a pace, and wishes for one are dropped."""

    def __init__(self, jobs: JobStore, lease: Lease, stop: Stop, model: ModelSide | None = None) -> None:
        self._jobs = jobs
        self._lease = lease
        self._stop = stop
        self._model = model
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
                self._heed(self._jobs.requested(self._lease.job_id))
            except LeaseLost as lost:
                self._stop.set(StopReason.LEASE_LOST, lost.message)
                return
            except MemoryFailure as failure:
                self._stop.set(StopReason.FAILED, failure.message)
                return

    def _heed(self, request: JobRequest | None) -> None:
        if request in _REQUESTS:
            self._stop.set(*_REQUESTS[request])
        elif request is not None and (self._model is None or self._model.paced(faster=request is JobRequest.FASTER)):
            self._jobs.clear_request(self._lease)
