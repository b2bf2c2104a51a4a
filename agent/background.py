"""A fill in a process of its own, which outlives the conversation that started it.

The process is `columnist jobs resume JOB` again, detached, with its output in a log file. What it must know goes
through its environment: a URL on the command line could be read by every user of the machine.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_state_path

_START = "import sys; from agent.interfaces.cli import main; sys.exit(main())"


def log_file(job_id: str) -> Path:
    """Where a background run writes its news."""
    folder = user_state_path("columnist", ensure_exists=True) / "jobs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{job_id}.log"


def environment(url: str, state_url: str | None, config: Path | None, model: str) -> dict[str, str | None]:
    """What it must know to work on the same database, store, model and configuration."""
    return {
        "DATABASE_URL": url,
        "COLUMNIST_STATE_URL": state_url,
        "COLUMNIST_CONFIG": str(config.resolve()) if config else None,
        "COLUMNIST_MODEL": model,
    }


def start(job_id: str, knows: Mapping[str, str | None]) -> int:
    """Start it and return its process id. `knows`: variables of its environment; None: as it is here."""
    environment = {**os.environ, **{name: value for name, value in knows.items() if value is not None}}
    with log_file(job_id).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # our own program, with a job id of ours
            [sys.executable, "-P", "-c", _START, "jobs", "resume", job_id],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    # It is nobody's child to wait for: the store says how it goes.
    process.returncode = 0
    return process.pid
