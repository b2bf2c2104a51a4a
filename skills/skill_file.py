"""One SKILL.md: its front matter as a value, its body as text.

A file that breaks a rule raises SkillInvalid with the file and the rule; nothing is guessed.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import frontmatter
import yaml

from skills.errors import SkillInvalid

SKILL_FILE = "SKILL.md"
MAX_FILE_BYTES = 256 * 1024
MAX_FOLDER_FILES = 500
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
_MAX_NAME = 64
_MAX_DESCRIPTION = 1024


class SkillOrigin(StrEnum):
    BUILT_IN = "built-in"  # ships with the program
    USER = "user"  # in a folder of the person who runs it
    PROJECT = "project"  # came with the current folder; used only after trust


@dataclass(frozen=True, kw_only=True)
class Skill:
    """What the front matter says. The body is read when the skill is used."""

    name: str
    description: str
    path: Path  # of the SKILL.md
    origin: SkillOrigin
    trusted: bool
    allowed_tools: tuple[str, ...] | None  # None: all tools on offer; a list can only narrow them

    def narrow(self, offered: tuple[str, ...]) -> tuple[str, ...]:
        """The tools this skill may use, of those on offer; a name that is not on offer adds nothing."""
        if self.allowed_tools is None:
            return offered
        return tuple(tool for tool in offered if tool in self.allowed_tools)


def read_skill(path: Path, origin: SkillOrigin, *, trusted: bool) -> Skill:
    """The front matter of one SKILL.md, checked."""
    metadata = _load(path).metadata
    name, description = metadata.get("name"), metadata.get("description")
    if not isinstance(name, str) or len(name) > _MAX_NAME or not _NAME.match(name):
        raise SkillInvalid(
            f"{path}: `name` must be lower-case letters, digits, `-` or `_`, at most {_MAX_NAME} characters"
        )
    if name != path.parent.name:
        raise SkillInvalid(f"{path}: `name: {name}` is not the name of its folder, {path.parent.name!r}")
    if not isinstance(description, str) or not description.strip() or len(description) > _MAX_DESCRIPTION:
        raise SkillInvalid(f"{path}: `description` must be a text of 1 to {_MAX_DESCRIPTION} characters")
    return Skill(
        name=name,
        description=" ".join(description.split()),
        path=path,
        origin=origin,
        trusted=trusted,
        allowed_tools=_tool_names(path, metadata.get("allowed-tools")),
    )


def read_body(path: Path) -> str:
    return str(_load(path).content)


def folder_hash(folder: Path) -> str:
    """sha256 over every file of a skill's folder, names included, so that no part can change unseen."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() or file.is_symlink())
    if len(files) > MAX_FOLDER_FILES:
        raise SkillInvalid(f"{folder}: more than {MAX_FOLDER_FILES} files")
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(_bytes(file)).digest())
    return digest.hexdigest()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SkillInvalid(f"{file}: cannot be read ({error.strerror})") from error


def _load(path: Path) -> frontmatter.Post:
    raw = _bytes(path)
    if len(raw) > MAX_FILE_BYTES:
        raise SkillInvalid(f"{path}: larger than {MAX_FILE_BYTES // 1024} KB")
    try:
        return frontmatter.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SkillInvalid(f"{path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise SkillInvalid(f"{path}: the front matter is not valid YAML ({_yaml_place(error)})") from error


def _yaml_place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "unreadable"
    return f"line {mark.line + 2}: {problem}" if mark is not None else str(problem)


def _tool_names(path: Path, value: object) -> tuple[str, ...] | None:
    """`allowed-tools` as a list, or as one string with spaces or commas between the names."""
    if value is None:
        return None
    if isinstance(value, str):
        return tuple(re.findall(r"[^\s,]+", value))
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise SkillInvalid(f"{path}: `allowed-tools` must be a list of tool names")
