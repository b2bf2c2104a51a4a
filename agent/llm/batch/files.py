"""The files of the Batch API: questions out, one JSON object per line; answers in, one JSON object per line.

A file of questions keeps the endpoint's limits and is readable by its owner alone.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from agent.llm.endpoint import Endpoint
from agent.llm.failure import failure_of_body, quote
from agent.llm.formats import NoObject
from agent.llm.payload import object_in
from agent.llm.wire import completion_of, encoded
from skills.batch_lane import CUSTOM_ID_CHARS, BatchAnswer, BatchFile, BatchQuestion, NotAnswered
from skills.model_caller import AnswerRefused, AnswerUnusable, ModelReply

ENDPOINT_PATH = "/v1/chat/completions"
# Statuses of one request that say nothing about its row: the key, the model, the load, the server.
_NOT_THE_ROW = frozenset({401, 402, 403, 404, 408, 409, 425, 429})


@dataclass(frozen=True, kw_only=True)
class FileLimits:
    """What one file may hold."""

    requests: int = 50_000
    size_bytes: int = 200_000_000


def write_files(
    questions: Iterable[BatchQuestion],
    folder: Path,
    *,
    first_part: int,
    payload: Callable[[BatchQuestion], Mapping[str, object]],
    limits: FileLimits,
) -> Iterator[BatchFile]:
    """Each file is complete on the disk when it is given. Raises ValueError for a custom_id that cannot be used."""
    lines = _lines(questions, payload)
    line = next(lines, None)
    part = first_part
    while line is not None:
        path = folder / f"part-{part}.jsonl"
        with _private(path) as file:
            digest, requests, size = hashlib.sha256(), 0, 0
            while line is not None and (
                requests == 0 or (requests < limits.requests and size + len(line) <= limits.size_bytes)
            ):
                file.write(line)
                digest.update(line)
                requests, size = requests + 1, size + len(line)
                line = next(lines, None)
            file.flush()
            os.fsync(file.fileno())
        yield BatchFile(part=part, path=path, requests=requests, size_bytes=size, digest=digest.hexdigest())
        part += 1


def _lines(
    questions: Iterable[BatchQuestion], payload: Callable[[BatchQuestion], Mapping[str, object]]
) -> Iterator[bytes]:
    seen: set[str] = set()
    for question in questions:
        name = question.custom_id
        if not 1 <= len(name) <= CUSTOM_ID_CHARS or name in seen:
            raise ValueError(f"custom_id {name!r} is empty, too long or used twice")
        seen.add(name)
        yield encoded({"custom_id": name, "method": "POST", "url": ENDPOINT_PATH, "body": payload(question)}) + b"\n"


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def read_line(line: bytes, endpoint: Endpoint) -> BatchAnswer | None:
    """One line of an output or error file; None if it is not about a question."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("custom_id"), str):
        return None
    return BatchAnswer(custom_id=entry["custom_id"], outcome=_outcome(entry, endpoint))


def _outcome(entry: Mapping[str, object], endpoint: Endpoint) -> ModelReply | AnswerUnusable | NotAnswered:
    response = entry.get("response")
    if not isinstance(response, Mapping):
        return NotAnswered(_words(entry.get("error"), endpoint))
    status, body = response.get("status_code"), response.get("body")
    if status == 200 and isinstance(body, Mapping):
        return _answer(body)
    failure = failure_of_body(status if isinstance(status, int) else 500, body, "")
    if failure.too_long or (400 <= (failure.status or 500) < 500 and failure.status not in _NOT_THE_ROW):
        return AnswerUnusable(f"the endpoint refused the request: {quote(failure.text, endpoint)}")
    return NotAnswered(f"{failure.status}: {quote(failure.text, endpoint)}")


def _words(error: object, endpoint: Endpoint) -> str:
    if not isinstance(error, Mapping):
        return "no reason given"
    return quote(str(error.get("message") or error.get("code") or ""), endpoint)


def _answer(body: Mapping[str, object]) -> ModelReply | AnswerUnusable:
    completion = completion_of(body)
    if completion is None:
        return AnswerUnusable("the answer holds no choice")
    tokens = {"prompt_tokens": completion.prompt_tokens, "completion_tokens": completion.completion_tokens}
    try:
        return ModelReply(answer=object_in(completion), retries=0, **tokens)
    except AnswerRefused as refused:
        return refused
    except NoObject as missing:
        cut_off = completion.finish_reason == "length"
        return AnswerUnusable(
            f"cut off after {completion.completion_tokens} tokens" if cut_off else str(missing), **tokens
        )
