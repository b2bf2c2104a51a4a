"""Which process on which machine this is, and whether another one still lives.

A worker is host + boot id + process id + process start time, so neither a reboot nor a reused process id is
mistaken for the old worker. What cannot be told is None, never a guess.
"""

import errno
import json
import os
import platform
import socket
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A process. Two are the same exactly if all fields are equal."""

    host: str
    place: str  # tells machines and containers of one host name apart: machine id and process-id namespace
    boot_id: str | None  # None: the machine does not say
    pid: int
    started_at: str | None  # the kernel's own notation; only compared, never read. None: the machine does not say

    @classmethod
    def here(cls) -> "Worker":
        """This very process."""
        pid = os.getpid()
        seen = _look(pid)
        return cls(
            host=socket.gethostname(),
            place=_place(),
            boot_id=_boot_id(),
            pid=pid,
            started_at=seen.started_at if seen else None,
        )

    def is_gone(self, other: "Worker") -> bool | None:
        """Whether `other` no longer runs, as seen from here; None: it is elsewhere, or the machine does not say."""
        if (other.host, other.place) != (self.host, self.place):
            return None
        if self.boot_id and other.boot_id and self.boot_id != other.boot_id:
            return True
        seen = _look(other.pid)
        if seen is None or seen.dead:
            return True
        if seen.started_at is None or other.started_at is None:
            return None
        return seen.started_at != other.started_at

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Worker":
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True)
class _Process:
    """What the machine says of a process id that exists."""

    dead: bool  # a zombie: killed, but its parent has not asked yet
    started_at: str | None


def _look(pid: int) -> _Process | None:
    """The process of that id, or None if there is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError as error:
        # EPERM: it exists and belongs to someone else.
        if error.errno != errno.EPERM:
            raise
    return _look_linux(pid) if _on_linux() else _look_bsd(pid)


def _look_linux(pid: int) -> _Process:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return _Process(dead=False, started_at=None)
    # The second field is the command in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    return _Process(dead=fields[0] in ("Z", "X"), started_at=fields[19])


def _look_bsd(pid: int) -> _Process:
    state, _, started_at = _output("ps", "-o", "stat=,lstart=", "-p", str(pid)).partition(" ")
    return _Process(dead=state.startswith("Z"), started_at=started_at.strip() or None)


def _on_linux() -> bool:
    return platform.system() == "Linux"


def _boot_id() -> str | None:
    if _on_linux():
        return _content("/proc/sys/kernel/random/boot_id") or None
    # Not kern.boottime: that one moves when the clock is set.
    return _output("sysctl", "-n", "kern.bootsessionuuid") or None


def _place() -> str:
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{_content('/etc/machine-id')} {namespace}".strip()


def _content(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _output(*command: str) -> str:
    """What a fixed command of the operating system prints; "" if it cannot."""
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, env=environment, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
