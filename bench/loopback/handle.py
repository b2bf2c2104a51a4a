"""A loopback model server as its user holds it: started, changed, read, stopped.

with ModelServer.started(latency_s=0.2) as server: ... server.base_url ... server.statistics()
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback.knobs import Knobs
from loopback.records import Record, Statistics

_HOME = Path(__file__).resolve().parents[1]
# A proxy of the environment does not reach this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class ModelServer:
    """One process. Requests may come from any process of this machine."""

    process: subprocess.Popen[str]
    port: int

    @classmethod
    @contextmanager
    def started(cls, **knobs: Any) -> Iterator["ModelServer"]:
        command = [sys.executable, "-m", "loopback.server", Knobs().changed(knobs).to_json()]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_HOME)
        try:
            assert process.stdout is not None
            yield cls(process, int(process.stdout.readline()))
        finally:
            process.kill()
            process.communicate()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def change(self, **knobs: Any) -> None:
        """Starts the limit and the corruption anew."""
        self._ask("knobs", json.dumps(knobs).encode())

    def reset(self) -> None:
        """Forgets every request."""
        self._ask("reset", b"")

    def statistics(self) -> Statistics:
        return Statistics(**json.loads(self._ask("statistics")))

    def log(self) -> list[Record]:
        """Every request since the last reset, in order of arrival."""
        return [
            Record(**{**record, "rows": tuple(record["rows"])})
            for record in map(json.loads, self._ask("log").splitlines())
        ]

    def _ask(self, what: str, body: bytes | None = None) -> bytes:
        with _OPENER.open(f"http://127.0.0.1:{self.port}/control/{what}", data=body, timeout=60) as answer:
            return bytes(answer.read())
