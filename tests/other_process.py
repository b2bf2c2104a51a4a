"""Another process on the same state store (it runs `state_process.py`), told line by line what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_SCRIPT = Path(__file__).with_name("state_process.py")


class OtherProcess:
    """Stands at the line once it is made; `tell` lets it go."""

    def __init__(self, *arguments: str) -> None:
        # -P: this folder's `memory` is not the package of that name.
        command = [sys.executable, "-P", str(_SCRIPT), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.line() == "ready"

    @property
    def pid(self) -> int:
        return self._process.pid

    def line(self) -> str:
        """Its next line of output; "" when it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def tell(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """SIGKILL, and its parent has noticed."""
        self._process.kill()
        self._process.wait()

    def kill_unnoticed(self) -> None:
        """SIGKILL; it stays in the process table as a zombie, as under a parent that does not ask."""
        self._process.kill()
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


StartProcess = Callable[..., OtherProcess]
