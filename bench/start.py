"""Start-up: wall time of `columnist` against `litecli --version`, interleaved so that noise hits both."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
from outcome import Outcome, at_most
from workshop import Options

BIN = Path(sys.executable).parent
ROUNDS = 15
LIMITS = {"columnist --version": 0.5, "columnist --help": 1.0, "prompt of `columnist shop.db`": 1.6}


def wall(*command: str) -> float:
    began = time.perf_counter()
    subprocess.run([str(BIN / command[0]), *command[1:]], check=True, capture_output=True)
    return time.perf_counter() - began


def until_prompt(database: str, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    child = pexpect.spawn(
        str(BIN / "columnist"), [database], env=environment, encoding="utf-8", dimensions=(30, 100), timeout=30
    )
    child.expect("shop> ")
    taken = time.perf_counter() - began
    child.sendeof()
    child.close(force=True)
    return taken


def main(_: list[str], __: Options) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "shop.db")
        environment = {**os.environ, "HOME": folder, "TERM": "xterm-256color", "OPENAI_API_KEY": "none"}
        environment |= {"XDG_STATE_HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        subprocess.run(
            [sys.executable, "-c", f"import sqlite3; sqlite3.connect({database!r}).execute('CREATE TABLE t(a)')"],
            check=True,
        )
        measures: dict[str, Callable[[], float]] = {
            "columnist --version": lambda: wall("columnist", "--version"),
            "columnist --help": lambda: wall("columnist", "--help"),
            "prompt of `columnist shop.db`": lambda: until_prompt(database, environment),
        }
        ratios: dict[str, list[float]] = {name: [] for name in measures}
        for round_number in range(ROUNDS + 1):
            peer = wall("litecli", "--version")
            for name, measure in measures.items():
                ratio = measure() / peer
                if round_number:  # the first round warms the disk cache
                    ratios[name].append(ratio)
    outcomes = [
        at_most(
            name, statistics.median(values), LIMITS[name], "x litecli --version",
            note=f"min {min(values):.2f}, max {max(values):.2f}",
        )
        for name, values in ratios.items()
    ]  # fmt: skip
    for outcome in outcomes:
        print(outcome.line())
    return outcomes
