"""The documentation cannot lie: reference pages, sample configuration and README are held against the code."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from agent.interfaces import commands
from agent.settings import Settings

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", sorted(generator().PAGES))
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    assert (ROOT / "docs" / page).read_text() == generator().PAGES[page](), "run `make docs`"


def test_the_sample_configuration_holds_every_key_with_its_default() -> None:
    sample = yaml.safe_load(re.sub(r"^# ?(?=\s*[\w]+:|\s+- )", "", (ROOT / "config.yaml").read_text(), flags=re.M)) or {}
    for name, field in Settings.model_fields.items():
        section = field.get_default(call_default_factory=True)
        title = field.alias or name
        if hasattr(section, "model_fields"):
            assert set(sample[title]) == set(type(section).model_fields), title


def test_the_sample_configuration_loads_as_the_defaults(tmp_path: Path) -> None:
    loaded = Settings.load(config=ROOT / "config.yaml", env={}, folder=tmp_path)
    assert loaded == Settings.load(env={}, folder=tmp_path)


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
