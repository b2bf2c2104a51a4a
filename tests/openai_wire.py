"""A real HTTP server on 127.0.0.1 that speaks the OpenAI wire, for tests of clients.

Set `server.handler` to a function WireRequest -> Reply, or `server.script(reply, ...)`; every request is kept in
`server.requests`. Files, batches and embeddings are `server.lanes`, see openai_lanes.py. Knobs: `latency_s`,
`api_key` (401 without it), `models` (404 for others), `prefix` (404 outside it), `refuses` ("tools", "json_schema",
"response_format", "stream_options", ...: 400 when a body has it).
"""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from openai_lanes import Asked, Lanes
from openai_replies import Reply, body_of, chunks_of, example_of


@dataclass(frozen=True)
class WireRequest:
    number: int  # of the chat completions, from 1
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: dict[str, Any]
    at: float  # time.monotonic() of arrival

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", []))

    @property
    def user(self) -> str:
        """The text of the last user message."""
        return next((str(m["content"]) for m in reversed(self.messages) if m["role"] == "user"), "")

    @property
    def json_schema(self) -> dict[str, Any] | None:
        answer_format = self.body.get("response_format") or {}
        return dict(answer_format.get("json_schema", {}).get("schema", {})) or None

    @property
    def tool_names(self) -> list[str]:
        return [tool["function"]["name"] for tool in self.body.get("tools", [])]


def default_handler(request: WireRequest) -> Reply:
    """An instance of the schema if one is given, else a greeting."""
    schema = request.json_schema
    return Reply.of(example_of(schema)) if schema else Reply.say("Hello from the loopback server.")


@dataclass
class LoopbackOpenAI:
    handler: Callable[[WireRequest], Reply] = default_handler
    models: list[str] = field(default_factory=lambda: ["small", "large"])
    api_key: str | None = None
    prefix: str = "/v1"
    latency_s: float = 0.0
    refuses: set[str] = field(default_factory=set)
    requests: list[WireRequest] = field(default_factory=list)  # chat completions only
    listings: int = 0  # GETs, whatever the path
    in_flight: int = 0
    most_in_flight: int = 0

    def __post_init__(self) -> None:
        self.lanes = Lanes(answer=self._answer_in_batch, models=lambda: self.models)
        self._lock = threading.Lock()
        self._sockets: set[Any] = set()
        self._http = _Server(("127.0.0.1", 0), _handler_class(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        return self.root_url + self.prefix

    def script(self, *replies: Reply) -> None:
        """Answer with these, in order; the last one repeats."""
        left = list(replies)
        self.handler = lambda request: left.pop(0) if len(left) > 1 else left[0]

    def close(self) -> None:
        self._http.shutdown()
        with self._lock:
            for connection in self._sockets:
                connection.close_now()
        self._http.server_close()
        self._thread.join()

    def _opened(self, connection: "_Connection") -> None:
        with self._lock:
            self._sockets.add(connection)

    def _closed(self, connection: "_Connection") -> None:
        with self._lock:
            self._sockets.discard(connection)

    def _arrived(self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> WireRequest:
        with self._lock:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            request = WireRequest(len(self.requests) + 1, method, path, headers, body, time.monotonic())
            self.requests.append(request)
            return request

    def _left(self) -> None:
        with self._lock:
            self.in_flight -= 1

    def _answer_in_batch(self, body: dict[str, Any]) -> Reply:
        """One line of a batch; the same handler, and none of `requests`."""
        return replace(self.handler(WireRequest(0, "POST", "batch", {}, body, time.monotonic())))

    def _reply(self, request: WireRequest) -> Reply:
        if self.api_key is not None and request.headers.get("authorization") != f"Bearer {self.api_key}":
            return Reply.unauthorized(request.headers.get("authorization", "").removeprefix("Bearer "))
        if request.body.get("model") not in self.models:
            return Reply.unknown_model(str(request.body.get("model")))
        refused = sorted(what for what in self.refuses if what in request.body or what == _format_of(request))
        if refused:
            return Reply.bad_request(f"{refused[0]} is not supported by this model")
        return replace(self.handler(request))


def _format_of(request: WireRequest) -> str:
    return str((request.body.get("response_format") or {}).get("type", ""))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    owner: LoopbackOpenAI

    def setup(self) -> None:
        super().setup()
        self.owner._opened(self)

    def finish(self) -> None:
        self.owner._closed(self)
        super().finish()

    def close_now(self) -> None:
        try:
            self.connection.shutdown(2)
        except OSError:
            self.close_connection = True  # the client was faster

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_DELETE(self) -> None:
        self._lane(b"")

    def _is_lane(self) -> bool:
        return self.path.removeprefix(self.owner.prefix).startswith(("/files", "/batches", "/embeddings"))

    def _lane(self, raw: bytes) -> None:
        key = self.owner.api_key
        if key is not None and self.headers.get("Authorization") != f"Bearer {key}":
            reply, body = Reply.unauthorized(str(self.headers.get("Authorization")).removeprefix("Bearer ")), b""
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path.removeprefix(self.owner.prefix), headers, raw)
            reply, body = self.owner.lanes.handle(asked)
        if reply.hangs_up:
            self.close_connection = True
            self.close_now()
        elif reply.cut_after_bytes is not None:
            self._cut(body, reply.cut_after_bytes)
        elif reply.raw is not None:
            self._send(reply.status, reply.raw, reply.headers)
        elif reply.status != 200:
            self._send(reply.status, json.dumps({"error": reply.error}).encode(), reply.headers)
        else:
            self._send(200, body)

    def _cut(self, body: bytes, after: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:after])
        self.close_connection = True

    def do_GET(self) -> None:
        if self._is_lane():
            self._lane(b"")
            return
        self.owner.listings += 1
        key = self.owner.api_key
        if self.path != f"{self.owner.prefix}/models":
            self._send(404, json.dumps({"detail": "Not Found"}).encode())
        elif key is not None and self.headers.get("Authorization") != f"Bearer {key}":
            self._send(401, json.dumps({"error": {"message": "Incorrect API key provided"}}).encode())
        else:
            listing = [{"id": name, "object": "model"} for name in self.owner.models]
            self._send(200, json.dumps({"object": "list", "data": listing}).encode())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def do_POST(self) -> None:
        raw = self._body()
        if self._is_lane():
            self._lane(raw)
            return
        body = json.loads(raw or b"{}")
        if self.path != f"{self.owner.prefix}/chat/completions":
            self._send(404, json.dumps({"detail": "Not Found"}).encode())
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = self.owner._arrived("POST", self.path, headers, body)
        try:
            self._answer(request, self.owner._reply(request))
        finally:
            self.owner._left()

    def _answer(self, request: WireRequest, reply: Reply) -> None:
        time.sleep(self.owner.latency_s + reply.latency_s)
        if reply.hangs_up:
            self.close_connection = True
            self.close_now()
        elif reply.status != 200 or reply.raw is not None:
            raw = reply.raw if reply.raw is not None else json.dumps({"error": reply.error}).encode()
            self._send(reply.status, raw, reply.headers)
        elif request.body.get("stream"):
            self._stream(request, reply)
        else:
            self._send(200, json.dumps(body_of(reply, request.body)).encode(), reply.headers)

    def _stream(self, request: WireRequest, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, chunk in enumerate(chunks_of(reply, request.body)):
            if number == reply.cut_after_chunks:
                self.close_connection = True
                self.close_now()
                return
            self._event(json.dumps(chunk).encode())
        self._event(b"[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, data: bytes) -> None:
        event = b"data: " + data + b"\n\n"
        self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self.wfile.flush()

    def _send(self, status: int, raw: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def _handler_class(owner: LoopbackOpenAI) -> type[_Connection]:
    return type("Connection", (_Connection,), {"owner": owner})


@pytest.fixture
def openai_server() -> Iterator[LoopbackOpenAI]:
    """A fresh loopback server with the models "small" and "large"; any key is good."""
    server = LoopbackOpenAI()
    yield server
    server.close()


def requests_between(requests: Sequence[WireRequest]) -> list[float]:
    """Seconds between one request and the next."""
    return [later.at - earlier.at for earlier, later in itertools.pairwise(requests)]
