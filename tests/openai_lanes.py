"""The other endpoints of the loopback server: /files and /batches as strict as OpenAI's, and /embeddings.

A batch goes one state further each time it is looked at: validating, in_progress, finalizing, completed. Its
requests are answered by the server's own handler, in the order of a shuffle. Knobs: `limits`, `expire_after`
(requests answered before the time is up), `validation_errors`, `hold` (batches stay in_progress), `trouble`.
"""

import base64
import email
import email.policy
import itertools
import json
import random
import re
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openai_replies import Reply, body_of

ENDED = {"completed", "failed", "expired", "cancelled"}


@dataclass(frozen=True)
class Asked:
    """One request to these endpoints."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float = field(default_factory=time.monotonic)


@dataclass
class Trouble:
    """The next request that matches fails with this reply; `done` first, if the work is done all the same."""

    method: str
    path: str  # a regular expression
    reply: Reply
    done: bool = False


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.reply = Reply.failed(status, message, "invalid_request_error")


@dataclass
class Lanes:
    """What the endpoints remember. `answer` answers one chat completion body."""

    answer: Callable[[dict[str, Any]], Reply]
    models: Callable[[], Sequence[str]]
    most_requests: int = 50_000
    most_bytes: int = 200_000_000
    expire_after: int | None = None
    hold: bool = False
    validation_errors: list[dict[str, Any]] = field(default_factory=list)
    trouble: list[Trouble] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    file_names: dict[str, str] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)  # in the order made
    embeddings: list[dict[str, Any]] = field(default_factory=list)  # bodies
    vector: Callable[[str], list[float]] = lambda text: [float(len(text)), 0.5, -1.0]
    refuses_base64: bool = False

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def handle(self, asked: Asked) -> tuple[Reply, bytes]:
        """The reply if it failed, and the body if not."""
        self.asked.append(asked)
        found = next((t for t in self.trouble if t.method == asked.method and re.search(t.path, asked.path)), None)
        if found is not None:
            self.trouble.remove(found)
            return found.reply, self._work(asked)[1] if found.done else b""
        return self._work(asked)

    def _work(self, asked: Asked) -> tuple[Reply, bytes]:
        url = urlsplit(asked.path)
        parts = url.path.strip("/").split("/")
        try:
            match (asked.method, *parts):
                case ("POST", "files"):
                    return Reply(), _json(self._upload(asked))
                case ("GET", "files", file_id, "content"):
                    return Reply(), self._file(file_id)
                case ("DELETE", "files", file_id):
                    self._file(file_id)
                    del self.files[file_id]
                    return Reply(), _json({"id": file_id, "object": "file", "deleted": True})
                case ("POST", "batches"):
                    return Reply(), _json(self._create(json.loads(asked.raw)))
                case ("GET", "batches"):
                    return Reply(), _json(self._list(parse_qs(url.query)))
                case ("GET", "batches", batch_id):
                    return Reply(), _json(self._look(batch_id))
                case ("POST", "batches", batch_id, "cancel"):
                    return Reply(), _json(self._cancel(batch_id))
                case ("POST", "embeddings"):
                    return Reply(), _json(self._embed(json.loads(asked.raw)))
        except Refused as refused:
            return refused.reply, b""
        return Reply.failed(404, "Not Found"), b""

    def _file(self, file_id: str) -> bytes:
        if file_id not in self.files:
            raise Refused(404, f"No such File object: {file_id}")
        return self.files[file_id]

    def _upload(self, asked: Asked) -> dict[str, Any]:
        head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
        form = email.message_from_bytes(head + asked.raw, policy=email.policy.HTTP)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        if "purpose" not in parts or parts["purpose"].get_payload(decode=True) != b"batch":
            raise Refused(400, "'purpose' must be one of 'assistants', 'batch', ...")
        file = parts.get("file")
        if file is None or not str(file.get_filename()).endswith(".jsonl"):
            raise Refused(400, "Invalid file format for Batch API. Must be .jsonl")
        content = file.get_payload(decode=True)
        assert isinstance(content, bytes)
        if len(content) > self.most_bytes:
            raise Refused(413, "The file is larger than 200 MB")
        file_id = self._keep(content)
        self.file_names[file_id] = str(file.get_filename())
        return {"id": file_id, "object": "file", "bytes": len(content), "purpose": "batch", "status": "processed"}

    def _keep(self, content: bytes) -> str:
        file_id = f"file-{next(self._numbers)}"
        self.files[file_id] = content
        return file_id

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        metadata = body.get("metadata", {})
        if body.get("completion_window") != "24h" or body.get("endpoint") != "/v1/chat/completions":
            raise Refused(400, "Invalid completion_window or endpoint")
        if len(metadata) > 16 or any(
            len(k) > 64 or not isinstance(v, str) or len(v) > 512 for k, v in metadata.items()
        ):
            raise Refused(400, "Invalid metadata")
        self._file(body["input_file_id"])
        batch = {
            "id": f"batch_{next(self._numbers)}",
            "object": "batch",
            **body,
            "status": "validating",
            "created_at": int(time.time()),
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "errors": None,
            "output_file_id": None,
            "error_file_id": None,
        }
        self.batches[batch["id"]] = batch
        return batch

    def _list(self, query: dict[str, list[str]]) -> dict[str, Any]:
        limit = int(query.get("limit", ["20"])[0])
        if not 1 <= limit <= 100:
            raise Refused(400, "limit must be between 1 and 100")
        newest_first = list(reversed(self.batches.values()))
        after = query.get("after", [""])[0]
        if after:
            ids = [batch["id"] for batch in newest_first]
            if after not in ids:
                raise Refused(400, f"No such batch: {after}")
            newest_first = newest_first[ids.index(after) + 1 :]
        page = newest_first[:limit]
        return {"object": "list", "data": page, "has_more": len(newest_first) > limit}

    def _batch(self, batch_id: str) -> dict[str, Any]:
        if batch_id not in self.batches:
            raise Refused(404, f"No batch found with id '{batch_id}'.")
        return self.batches[batch_id]

    def _look(self, batch_id: str) -> dict[str, Any]:
        batch = self._batch(batch_id)
        match batch["status"]:
            case "validating":
                errors = self.validation_errors or self._wrong(self.files[batch["input_file_id"]])
                batch["status"] = "failed" if errors else "in_progress"
                batch["errors"] = {"object": "list", "data": errors} if errors else None
                if not errors:
                    batch["request_counts"]["total"] = self.files[batch["input_file_id"]].count(b"\n")
            case "in_progress" if not self.hold:
                self._run(batch)
                batch["status"] = "finalizing"
            case "finalizing":
                batch["status"] = "expired" if self.expire_after is not None else "completed"
            case "cancelling":
                batch["status"] = "cancelled"
        return batch

    def _cancel(self, batch_id: str) -> dict[str, Any]:
        batch = self._batch(batch_id)
        if batch["status"] in ENDED:
            raise Refused(409, f"Cannot cancel a batch with status '{batch['status']}'.")
        if batch["status"] == "in_progress":
            self._run(batch, most=1, why="batch_cancelled")
        batch["status"] = "cancelling"
        return batch

    def _wrong(self, content: bytes) -> list[dict[str, Any]]:
        lines = content.splitlines()
        errors = [] if lines else [{"code": "empty_file", "message": "The file is empty."}]
        if len(lines) > self.most_requests:
            errors.append({"code": "too_many_tasks", "message": f"more than {self.most_requests} requests"})
        entries = [json.loads(line) for line in lines]
        if len({entry["custom_id"] for entry in entries}) < len(entries):
            errors.append({"code": "duplicate_custom_id", "message": "The custom_id is used more than once."})
        if len({entry["body"]["model"] for entry in entries}) > 1:
            errors.append({"code": "mismatched_model", "message": "The file holds requests for several models."})
        if any(entry["method"] != "POST" or entry["url"] != "/v1/chat/completions" for entry in entries):
            errors.append({"code": "mismatched_url", "message": "The url does not match the endpoint of the batch."})
        if any(entry["body"]["model"] not in self.models() for entry in entries):
            errors.append({"code": "model_not_found", "message": "The provided model is not supported."})
        return errors

    def _run(self, batch: dict[str, Any], most: int | None = None, why: str = "batch_expired") -> None:
        entries = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        random.Random(7).shuffle(entries)
        most = self.expire_after if most is None else most
        answered = len(entries) if most is None else most
        good, bad = [], []
        for number, entry in enumerate(entries):
            line = {"id": f"batch_req_{number}", "custom_id": entry["custom_id"], "response": None, "error": None}
            if number >= answered:
                bad.append({**line, "error": {"code": why, "message": f"This request could not be executed: {why}."}})
                continue
            reply = self.answer(entry["body"])
            body = body_of(reply, entry["body"]) if reply.status == 200 else {"error": reply.error}
            answer = {**line, "response": {"status_code": reply.status, "request_id": "r", "body": body}}
            (good if reply.status == 200 else bad).append(answer)
        batch["output_file_id"] = self._keep(_lines(good)) if good else None
        batch["error_file_id"] = self._keep(_lines(bad)) if bad else None
        batch["request_counts"] |= {"completed": len(good), "failed": len(bad)}

    def _embed(self, body: dict[str, Any]) -> dict[str, Any]:
        self.embeddings.append(body)
        texts = body["input"]
        if body["model"] not in self.models():
            raise Refused(404, f"The model `{body['model']}` does not exist")
        if not isinstance(texts, list) or not 1 <= len(texts) <= 2048 or not all(texts):
            raise Refused(400, "'$.input' is invalid")
        if "encoding_format" in body and self.refuses_base64:
            raise Refused(400, "Unrecognized request argument supplied: encoding_format")
        vectors = [self.vector(text)[: body.get("dimensions")] for text in texts]
        data = [
            {"object": "embedding", "index": index, "embedding": _encoded(vector, body.get("encoding_format"))}
            for index, vector in enumerate(vectors)
        ]
        tokens = sum(len(text) for text in texts)
        return {
            "object": "list",
            "model": body["model"],
            "data": list(reversed(data)),
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }


def _encoded(vector: list[float], encoding: str | None) -> list[float] | str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if encoding == "base64" else vector


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _lines(entries: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in entries)
