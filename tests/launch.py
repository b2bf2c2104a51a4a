"""Starts the installed `columnist` as a person would, in an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("columnist")
TIMEOUT_S = 120


def environment(home: Path, **extra: str) -> dict[str, str]:
    """A fresh home: no configuration, no key, no state but what a test puts there."""
    # PYTHONPATH: a second checkout can be tested with the environment of the first.
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "PYTHONPATH") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
        **extra,
    }


def run(
    *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end and return what came out."""
    return subprocess.run(
        [str(PROGRAM), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=env,
        cwd=cwd,
        timeout=TIMEOUT_S,
    )
