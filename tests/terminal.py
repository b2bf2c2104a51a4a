"""A person at a terminal: types into the installed `columnist` and reads what the screen says."""

import re
import time
from collections.abc import Mapping
from types import TracebackType

import pexpect
from launch import PROGRAM

WAIT_S = 60
_WHERE = "\x1b[6n"
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[=>()][0-9A-B]?|[\r\x08]")

CTRL_C, CTRL_D, CTRL_R, TAB, ENTER, UP = "\x03", "\x04", "\x12", "\t", "\r", "\x1b[A"


class Terminal:
    """One program on one terminal. What was waited for is consumed; the rest waits for the next look."""

    def __init__(self, *arguments: str, env: Mapping[str, str], columns: int = 110, lines: int = 40) -> None:
        self._child: pexpect.spawn[str] = pexpect.spawn(
            str(PROGRAM),
            list(arguments),
            env={**env, "TERM": "xterm-256color"},
            encoding="utf-8",
            dimensions=(lines, columns),
            timeout=WAIT_S,
        )
        self._unread = ""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    def type(self, text: str) -> None:
        """Press these keys, as fast as a person pastes."""
        self._child.send(text)

    def enter(self, line: str) -> None:
        self.type(line + ENTER)

    def until(self, pattern: str) -> str:
        """Read on until the words are on the screen; returns everything up to them."""
        deadline = time.monotonic() + WAIT_S
        while (found := re.search(pattern, self._unread)) is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"{pattern!r} did not appear after:\n{self._unread[-3000:]}")
            try:
                self._take(self._child.read_nonblocking(4096, timeout=1))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                raise AssertionError(f"ended before {pattern!r}:\n{self._unread[-3000:]}") from None
        text, self._unread = self._unread[: found.end()], self._unread[found.end() :]
        return text

    def _take(self, output: str) -> None:
        if _WHERE in output:  # a terminal answers where its cursor is; programs wait for that before they draw
            self._child.send("\x1b[1;1R")
        self._unread = _CONTROL.sub("", self._unread + output)

    def exit_code(self) -> int | None:
        """Wait for the end."""
        self._child.expect(pexpect.EOF)
        self._unread += _CONTROL.sub("", self._child.before or "")
        self._child.close()
        return self._child.exitstatus

    @property
    def rest(self) -> str:
        """What was printed and not read yet."""
        return self._unread

    def kill(self) -> None:
        """kill -9."""
        self._child.kill(9)
        self._child.wait()
