"""`columnist fill` run as a person runs it: a process with a home, a state store and an endpoint of its own."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import launch
from texts import LABELS

ROOT = Path(__file__).resolve().parents[1]
COLUMNIST = str(Path(sys.executable).with_name("columnist"))
FLAGS = ("--table", "reviews", "--from", "content", "--to", "sentiment", "--as", "the sentiment of the review")
FILL = (*FLAGS, "--labels", ",".join(LABELS))


@dataclass(frozen=True, kw_only=True)
class Run:
    """A fill that has ended. Times are time.monotonic()."""

    report: dict[str, Any]  # the last line of stdout; empty when there was none
    exit_code: int
    began_at: float
    ended_at: float
    peak_bytes: int  # of resident memory
    errors: str  # stderr

    @property
    def seconds(self) -> float:
        return self.ended_at - self.began_at

    @property
    def problem(self) -> str:
        """Why it did not fill the column, in a few words."""
        said = self.report.get("message") or self.errors.strip().splitlines()[-1:] or ""
        return f"exit {self.exit_code}: {said}"


class Running:
    """A fill that goes on. Its output goes to files, so that it never waits for us."""

    def __init__(self, command: list[str], env: dict[str, str], home: Path) -> None:
        self._out, self._errors = home / "stdout", home / "stderr"
        with self._out.open("wb") as out, self._errors.open("wb") as errors:
            self.began_at = time.monotonic()
            self.process = subprocess.Popen(
                command, env=env, cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=errors
            )
        self._peak_bytes = 0
        threading.Thread(target=self._watch_memory, daemon=True).start()

    def finish(self) -> Run:
        code = self.process.wait()
        ended_at = time.monotonic()
        lines = self._out.read_text().strip().splitlines()
        return Run(
            report=_object_in(lines[-1]) if lines else {},
            exit_code=code,
            began_at=self.began_at,
            ended_at=ended_at,
            peak_bytes=self._peak_bytes,
            errors=self._errors.read_text(errors="replace"),
        )

    def kill(self) -> float:
        """SIGKILL; when that was."""
        killed_at = time.monotonic()
        self.process.kill()
        self.process.wait()
        return killed_at

    def _watch_memory(self) -> None:
        """VmHWM only grows, so reading it now and then is enough."""
        status = Path(f"/proc/{self.process.pid}/status")
        while self.process.returncode is None:
            try:
                marks = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            except (FileNotFoundError, ProcessLookupError):
                return
            if marks:
                self._peak_bytes = max(self._peak_bytes, int(marks[0].split()[1]) * 1024)
            time.sleep(0.02)


def _object_in(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class Program:
    """One person's installation: the state store lives as long as the folder."""

    def __init__(self, home: Path, base_url: str, under: tuple[str, ...] = ()) -> None:
        """`under` stands before the command: a profiler or the like."""
        home.mkdir(parents=True, exist_ok=True)
        self._home = home
        self._env = launch.environment(
            home,
            PYTHONPATH=str(ROOT),
            OPENAI_BASE_URL=base_url,
            OPENAI_API_KEY="loopback",
            COLUMNIST_MODEL="small",
        )
        self._under = under
        self._started: list[Running] = []

    def start(self, url: str, *flags: str) -> Running:
        running = Running([*self._under, COLUMNIST, "fill", url, *flags, "--json"], self._env, self._home)
        self._started.append(running)
        return running

    def fill(self, url: str, *flags: str) -> Run:
        return self.start(url, *flags).finish()

    def close(self) -> None:
        """Ends what an interrupted bench left running."""
        for running in self._started:
            if running.process.poll() is None:
                running.kill()
