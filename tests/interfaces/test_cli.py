"""The command line: which command is meant, what help says, which exit code comes out."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from launch import PROGRAM, run

from agent.interfaces.cli import COMMANDS, with_command
from agent.interfaces.version import VERSION


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ([], ["chat"]),
        (["demo.db"], ["chat", "demo.db"]),
        (["postgres://h/d", "--mode", "ask"], ["chat", "postgres://h/d", "--mode", "ask"]),
        (["-p", "how many?", "demo.db"], ["chat", "-p", "how many?", "demo.db"]),
        (["-p", "demo", "x.db"], ["chat", "-p", "demo", "x.db"]),
        (["--model", "doctor", "x.db"], ["chat", "--model", "doctor", "x.db"]),
        (["sql", "run", "x.db", "SELECT 1"], ["sql", "run", "x.db", "SELECT 1"]),
        (["--config", "c.yaml", "doctor"], ["doctor", "--config", "c.yaml"]),
        (["--help"], ["--help"]),
        (["demo.db", "--help"], ["chat", "demo.db", "--help"]),
        (["--resume"], ["chat", "--resume=last"]),
        (["--resume", "demo.db"], ["chat", "--resume=last", "demo.db"]),
        (["--resume", "a1b2c3d4e5f6", "demo.db"], ["chat", "--resume=a1b2c3d4e5f6", "demo.db"]),
        (["./demo"], ["chat", "./demo"]),
    ],
)
def test_the_command_is_found(typed: list[str], meant: list[str]) -> None:
    assert with_command(typed) == meant


def test_every_command_is_known_to_the_part_that_finds_it() -> None:
    from agent.interfaces.command_line import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {group.name for group in app.registered_groups if group.name}
    assert names == set(COMMANDS)


def test_the_version_is_that_of_the_distribution() -> None:
    assert importlib.metadata.version("columnist") == VERSION
    assert run("--version").stdout == f"columnist {VERSION}\n"


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS], ["sql", "run"], ["audit", "list"]])
def test_every_command_has_help(command: list[str]) -> None:
    shown = run(*command, "--help")
    assert shown.returncode == 0
    assert "Usage: columnist" in shown.stdout


def test_version_and_help_load_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "sqlglot", "langchain_core", "langgraph", "openai", "pydantic", "rich", "prompt_toolkit")
    code = (
        "import sys, agent.interfaces.cli as cli\n"
        "cli.main(['--version']); cli.main(['--help'])\n"
        f"sys.exit(','.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_prompt_needs_nothing_heavier_than_its_line_editor() -> None:
    heavy = ("sqlalchemy", "sqlglot", "langchain_core", "langgraph", "openai", "pydantic", "rich", "yaml")
    code = (
        "import sys, agent.interfaces.repl.start, agent.interfaces.command_line, agent.interfaces.demo\n"
        f"sys.exit(','.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_option_is_a_usage_error() -> None:
    assert run("--frobnicate").returncode == 2


def test_a_chat_without_a_terminal_says_what_to_use_instead(tmp_path: Path) -> None:
    done = run(str(tmp_path / "x.db"))
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "-p" in done.stderr


def test_the_console_script_is_installed() -> None:
    assert PROGRAM.exists()
