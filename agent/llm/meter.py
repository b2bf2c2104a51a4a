"""What the calls of one run used, written to the store in batches.

A commit per call would wait for the disk more often than for the model. A killed process loses at most
a second of these counts; the tokens of each answer are also in the job's own journal.
"""

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from agent.llm.settings import ModelSettings

_EVERY_CALLS = 200
_EVERY_S = 1.0


class SpendLog(Protocol):
    """memory.spend.Spend, as far as it is needed here."""

    def record(
        self,
        *,
        session_id: str,
        job_id: str | None,
        model: str,
        prompt_tokens: int,
        completion_tokens: int,
        calls: int = 1,
        cost: Decimal | None = None,
    ) -> object: ...


class SpendMeter:
    """Adds up the usage of one model in one session or job. For one event loop."""

    def __init__(
        self,
        log: SpendLog,
        model: str,
        *,
        session_id: str,
        job_id: str | None,
        settings: ModelSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log, self._model, self._settings, self._clock = log, model, settings, clock
        self._session_id, self._job_id = session_id, job_id
        self._calls = self._prompt_tokens = self._completion_tokens = 0
        self._written_at = clock()
        self._writing: asyncio.Task[None] | None = None

    def add(self, prompt_tokens: int, completion_tokens: int) -> None:
        self._calls += 1
        self._prompt_tokens += prompt_tokens
        self._completion_tokens += completion_tokens
        due = self._calls >= _EVERY_CALLS or self._clock() - self._written_at >= _EVERY_S
        if due and (self._writing is None or self._writing.done()):
            # Beside the call: an answer that is paid for does not wait for the disk on its way to the journal.
            self._writing = asyncio.ensure_future(self._write())

    async def flush(self) -> None:
        """Write what has gathered; raises what kept an earlier part from being written."""
        if self._writing is not None:
            await self._writing
        await self._write()

    async def _write(self) -> None:
        calls, prompt, completion = self._calls, self._prompt_tokens, self._completion_tokens
        if not calls:
            return
        self._calls = self._prompt_tokens = self._completion_tokens = 0
        self._written_at = self._clock()
        cost = self._settings.cost(self._model, prompt, completion)
        await asyncio.to_thread(self._record, calls, prompt, completion, cost)

    def _record(self, calls: int, prompt_tokens: int, completion_tokens: int, cost: Decimal | None) -> None:
        self._log.record(
            session_id=self._session_id,
            job_id=self._job_id,
            model=self._model,
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            calls=calls,
            cost=cost,
        )
