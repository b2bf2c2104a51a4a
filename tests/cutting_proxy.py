"""A line to a database server that can be cut at the moment of COMMIT, for tests.

`cut` says when: BEFORE the server hears of the commit, or AFTER it has answered, which the client then never
hears. One commit is cut; everything before and after passes.
"""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from sqlalchemy.engine import make_url


class Cut(Enum):
    BEFORE = "before"
    AFTER = "after"


class CuttingProxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.server = (host, port)
        self.cut: Cut | None = None


class _Line(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, CuttingProxy)
        self._muted, self._answered = threading.Event(), threading.Event()
        with socket.create_connection(self.server.server) as server:
            answers = threading.Thread(target=self._pass_answers, args=(server,), daemon=True)
            answers.start()
            self._pass_questions(self.server, server)
            server.shutdown(socket.SHUT_RDWR)
            answers.join()

    def _pass_questions(self, proxy: CuttingProxy, server: socket.socket) -> None:
        while data := _received(self.request):
            cut = proxy.cut if b"COMMIT" in data else None
            if cut is None:
                server.sendall(data)
                continue
            proxy.cut = None
            if cut is Cut.AFTER:
                self._muted.set()
                server.sendall(data)
                self._answered.wait()
            return

    def _pass_answers(self, server: socket.socket) -> None:
        while data := _received(server):
            if self._muted.is_set():
                self._answered.set()
            else:
                self.request.sendall(data)
        self._answered.set()


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except OSError:
        return b""


@contextmanager
def cutting_proxy(url: str) -> Iterator[tuple[str, CuttingProxy]]:
    """The same database by way of a proxy: its URL and the proxy."""
    address = make_url(url)
    assert address.host is not None
    assert address.port is not None
    with CuttingProxy(address.host, address.port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            host, port = proxy.server_address[:2]
            yield address.set(host=str(host), port=int(port)).render_as_string(hide_password=False), proxy
        finally:
            proxy.shutdown()
            thread.join()
