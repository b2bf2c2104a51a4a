"""The documentation cannot lie: reference pages, sample configuration and README are held against the code."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from agent.interfaces import commands

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", sorted(generator().PAGES))
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    assert (ROOT / page).read_text() == generator().PAGES[page](), "run `make docs`"


def test_the_readme_shows_the_folders_that_there_are() -> None:
    tree = re.search(r"```text\n(agent/.*?)```", README, flags=re.S)
    assert tree, "README has a tree that begins with agent/"
    named = set(re.findall(r"^(\w+)/", tree.group(1), flags=re.M))
    assert named == {"agent", "skills", "tools", "memory", "tests", "docs", "bench"}
    for folder in named:
        assert (ROOT / folder).is_dir()


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_the_readme_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"`(/\w+)", README))
    known = {name for entry in commands.COMMANDS for name in (entry.name, *entry.aliases)} | {"/ai_column"}
    assert named <= known
