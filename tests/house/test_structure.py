"""Rules of the house that a machine can keep: packages, files, floors, what may hold a connection."""

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("agent", "skills", "tools", "memory")
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")


def identify(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_four_import_names_belong_to_columnist_alone() -> None:
    owners = importlib.metadata.packages_distributions()
    for floor in FLOORS:
        assert set(owners.get(floor, ())) <= {"columnist"}
        spec = importlib.util.find_spec(floor)
        assert spec is not None
        assert spec.origin == str(ROOT / floor / "__init__.py")


def test_the_distribution_makes_only_the_four_packages_importable() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(FLOORS)


def test_every_package_folder_has_an_init() -> None:
    folders = {path.parent for path in SOURCES}
    assert [identify(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    if not text.strip():
        assert path.name == "__init__.py"
        return
    assert ast.get_docstring(ast.parse(text)), f"{identify(path)} has no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_a_file_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_no_module_is_named_after_nothing() -> None:
    nothing = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [identify(path) for path in SOURCES if path.stem in nothing] == []


@pytest.mark.parametrize("path", SOURCES, ids=identify)
def test_only_the_door_and_the_connections_may_open_or_hold_a_connection(path: Path) -> None:
    inside = (ROOT / "tools" / "db", ROOT / "tools" / "safety")
    if any(path.is_relative_to(folder) for folder in inside):
        return
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert not imported & {"tools.db.connection.Connection", "tools.db.database.Connection"}
    if path != ROOT / "agent" / "app.py":
        assert "tools.db.database.Database" not in imported


def test_the_lock_pins_hashes_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[a-z0-9][\w.-]*==", lock, flags=re.MULTILINE)
    assert len(pins) > 50
    assert len(re.findall(r"--hash=sha256:", lock)) >= len(pins)
    assert "://" not in lock


@pytest.mark.skipif(len(TRACKED) < 2, reason="not a git checkout")
def test_no_tracked_file_names_a_place_on_a_developers_machine() -> None:
    private = re.compile(r"(?<![\w.])/(?:work|root|Users)/(?!\*)[a-z]")
    guilty = []
    for name in TRACKED:
        path = ROOT / name
        if not name or path.suffix in {".svg", ".png", ".lock"} or not path.is_file():
            continue
        if private.search(path.read_text(errors="replace")):
            guilty.append(name)
    assert guilty == []
