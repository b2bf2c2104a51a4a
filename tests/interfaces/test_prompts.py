"""`columnist prompts` and `/prompts`, and `--as @NAME` of `columnist fill`."""

import sqlite3
from pathlib import Path

import launch
import pytest
from fill_process import last
from rich.console import Console

from agent.interfaces.prompts import prompts_view
from memory.prompts import PromptLibrary
from memory.store import StateStore
from skills.ai_column.library import Library
from skills.ai_column.task import build_spec
from skills.errors import TaskInvalid


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return launch.environment(tmp_path / "home")


def test_wordings_are_listed_added_shown_and_removed(env: dict[str, str]) -> None:
    shipped = [one["name"] for one in last(launch.run("prompts", "list", "--json", env=env))["prompts"]]
    assert shipped == ["summary", "sentiment", "classify", "translate", "score", "tags", "risk"]
    added = launch.run("prompts", "add", "mood", "--as", "the mood", "--labels", "glad,sad", env=env)
    assert (added.returncode, "--as @mood" in added.stdout) == (0, True)
    shown = last(launch.run("prompts", "show", "@mood", "--json", env=env))
    assert (shown["as"], shown["labels"], shown["ships"]) == ("the mood", ["glad", "sad"], False)
    other = launch.run("prompts", "add", "mood", "--as", "another", env=env)
    assert (other.returncode, "another wording already" in other.stderr) == (2, True)
    assert launch.run("prompts", "remove", "mood", env=env).returncode == 0
    gone = launch.run("prompts", "show", "mood", env=env)
    assert (gone.returncode, "no wording @mood" in gone.stderr) == (2, True)
    assert launch.run("prompts", "remove", "summary", env=env).returncode == 2


def test_a_plan_takes_a_wording_by_its_name(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE reviews (id INTEGER PRIMARY KEY, content TEXT, mood TEXT)")
        connection.execute("INSERT INTO reviews VALUES (1, 'good', NULL)")
    connection.close()
    fill = ("fill", str(path), "--table", "reviews", "--from", "content", "--to", "mood", "--plan", "--json", "--as")
    plan = launch.run(*fill, "@sentiment", env=env)
    assert plan.returncode == 0, plan.stderr
    assert last(plan)["contract"]["labels"] == ["positive", "neutral", "negative"]
    wrong = launch.run(*fill, "@sentimental", env=env)
    assert (wrong.returncode, "did you mean @sentiment" in wrong.stderr.casefold()) == (2, True)
    file = tmp_path / "task.yaml"
    file.write_text("table: reviews\nfrom: content\ncolumns: {mood: {as: '@risk'}}\n")
    planned = last(launch.run("fill", str(path), "--task", str(file), "--plan", "--json", env=env))
    assert planned["contract"]["labels"] == ["low", "medium", "high"]


def test_the_chat_lists_shows_and_removes_them(state_url: str) -> None:
    library = Library(PromptLibrary(StateStore.open(state_url)))
    library.add("mood", build_spec({"as": "the mood"}))

    def said(words: str) -> str:
        console = Console(width=100, force_terminal=False)
        with console.capture() as captured:
            console.print(prompts_view(library, words))
        return captured.get()

    assert "@mood" in said("")
    assert "the mood" in said("mood") == said("show mood")
    assert "removed: @mood" in said("remove mood")
    with pytest.raises(TaskInvalid):
        said("mood")
