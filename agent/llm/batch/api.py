"""OpenAI's Batch API as the batch lane of one job (skills.batch_lane).

Each batch carries its job, its part and the digest of its file as metadata, so that one whose making was not recorded
(a kill, a lost answer) is found at the endpoint instead of being made and paid a second time.
"""

import asyncio
import functools
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from agent.llm.batch.files import ENDPOINT_PATH, FileLimits, read_line, write_files
from agent.llm.batch.objects import created, items, mapping, metadata, read_batch, same_part
from agent.llm.endpoint import Endpoint
from agent.llm.failure import quote
from agent.llm.meter import SpendMeter
from agent.llm.payload import Shape, payload
from agent.llm.rest import Rest
from agent.llm.sending import RequestRefused, Sender
from agent.llm.wire import Refusal
from skills.batch_lane import Batch, BatchAnswer, BatchFile, BatchQuestion, NotAnswered
from skills.model_caller import ModelUnusable

_PAGE = 100  # batches per listing, the most that is allowed
_BREATH = 100  # lines of a result read at a stretch
_CLOCKS_DIFFER = timedelta(hours=1)  # the job's and the endpoint's
_LOG = logging.getLogger(__name__)

T = TypeVar("T")


class BatchApi:
    """A BatchLane. Made, used and closed on one event loop.

    `shape` is how the endpoint wants to be asked, as the questions sent online have shown. `since` is when the job
    began: batches of before are not looked through.
    """

    def __init__(
        self,
        job_id: str,
        since: datetime,
        *,
        model: str,
        endpoint: Endpoint,
        sender: Sender,
        rest: Rest,
        meter: SpendMeter,
        shape: Callable[[], Shape],
        file_limits: FileLimits | None = None,
    ) -> None:
        self._job_id, self._since, self._model, self._shape = job_id, since, model, shape
        self._endpoint, self._sender, self._rest, self._meter = endpoint, sender, rest, meter
        self._file_limits = file_limits or FileLimits()

    @property
    def label(self) -> str:
        return self._model

    def write(self, questions: Iterable[BatchQuestion], folder: Path, *, first_part: int = 1) -> Iterator[BatchFile]:
        shape = self._shape()
        return write_files(
            questions,
            folder,
            first_part=first_part,
            payload=lambda question: payload(self._model, question.request, shape),
            limits=self._file_limits,
        )

    async def submit(self, file: BatchFile, on_retry: Callable[[], None]) -> Batch:
        there = same_part(file, await self.find())
        if there is not None:
            return there
        name = f"columnist-{self._job_id}-{file.part}.jsonl"
        uploaded = await self._send(lambda: self._rest.upload(file.path, name, "batch"), on_retry)
        doubtful = False

        async def make() -> Batch | Refusal:
            nonlocal doubtful
            if doubtful:  # an attempt whose answer was lost may have made it
                mine = await self._list()
                found = mine if isinstance(mine, Refusal) else same_part(file, mine)
                if found is not None:
                    return found
            doubtful = True
            return await self._create(file, str(uploaded.get("id")))

        return await self._send(make, on_retry)

    async def find(self) -> tuple[Batch, ...]:
        return tuple(reversed(await self._send(self._list)))

    async def look(self, batch_id: str) -> Batch:
        return self._read(await self._send(lambda: self._rest.get(f"/batches/{batch_id}")))

    async def cancel(self, batch_id: str) -> Batch:
        return self._read(await self._send(lambda: self._rest.post(f"/batches/{batch_id}/cancel", {})))

    async def results(self, batch: Batch, known: Container[str] = ()) -> AsyncIterator[BatchAnswer]:
        for file_id in (batch.output_file, batch.error_file):
            if file_id is None:
                continue
            with tempfile.TemporaryFile() as kept:
                download = functools.partial(self._rest.download, f"/files/{file_id}/content", kept)
                await self._send(download)
                kept.seek(0)
                for number, line in enumerate(kept):
                    if number % _BREATH == 0:
                        await asyncio.sleep(0)  # thousands of lines must not keep calls online waiting
                    answer = self._counted(line, known)
                    if answer is not None:
                        yield answer

    async def forget(self, batch: Batch) -> None:
        for file_id in (batch.input_file, batch.output_file, batch.error_file):
            if file_id is not None:
                await self._send(functools.partial(self._delete, file_id))

    async def pause(self, seconds: float) -> None:
        await self._sender.wait(seconds)

    async def stop_sending(self) -> None:
        await self._sender.close()

    async def aclose(self) -> None:
        await self._rest.aclose()
        await self._meter.flush()

    async def _list(self) -> list[Batch] | Refusal:
        """The batches of this job, newest first."""
        mine: list[Batch] = []
        after: dict[str, str] = {}
        while True:
            page = await self._rest.get("/batches", limit=str(_PAGE), **after)
            if isinstance(page, Refusal):
                return page
            entries = [mapping(entry) for entry in items(page.get("data"))]
            mine += [self._read(entry) for entry in entries if metadata(entry).get("job") == self._job_id]
            if not entries or not page.get("has_more") or created(entries[-1]) < self._since - _CLOCKS_DIFFER:
                return mine
            after = {"after": str(entries[-1].get("id"))}

    async def _create(self, file: BatchFile, input_file: str) -> Batch | Refusal:
        made = await self._rest.post(
            "/batches",
            {
                "input_file_id": input_file,
                "endpoint": ENDPOINT_PATH,
                "completion_window": "24h",
                "metadata": {"job": self._job_id, "part": str(file.part), "digest": file.digest},
            },
        )
        return made if isinstance(made, Refusal) else self._read(made)

    async def _delete(self, file_id: str) -> bool | Refusal:
        deleted = await self._rest.delete(f"/files/{file_id}")
        # Not found: it was deleted before, or has expired.
        gone = isinstance(deleted, Refusal) and deleted.failure.status == 404
        return deleted if isinstance(deleted, Refusal) and not gone else True

    def _read(self, entry: Mapping[str, object]) -> Batch:
        return read_batch(entry, self._endpoint)

    def _counted(self, line: bytes, known: Container[str]) -> BatchAnswer | None:
        answer = read_line(line, self._endpoint)
        if answer is None:
            # Its question stays open and is asked again.
            _LOG.warning("a line of a batch result cannot be read", extra={"job": self._job_id})
            return None
        if answer.custom_id in known:
            return None
        if not isinstance(answer.outcome, NotAnswered):
            self._meter.add(answer.outcome.prompt_tokens, answer.outcome.completion_tokens)
        return answer

    async def _send(
        self, attempt: Callable[[], Awaitable[T | Refusal]], on_retry: Callable[[], None] = lambda: None
    ) -> T:
        try:
            return (await self._sender.send(attempt, on_retry)).answer
        except RequestRefused as refused:
            failure = refused.failure
        said = quote(failure.text, self._endpoint)
        if failure.status in (404, 405):
            raise ModelUnusable(
                f"{self._endpoint.base_url} has no such batch or file, or no batches at all ({failure.status}): {said} "
                "(use --lane online)"
            )
        if failure.status in (401, 402, 403) or failure.no_credit:
            raise await self._sender.unusable(failure)
        raise ModelUnusable(f"{self._endpoint.base_url} refused the batch ({failure.status}): {said}")
