"""Writes the reference pages from the code that they describe: `make docs`. A test keeps them equal.

configuration.md and the sample config.yaml come from the settings classes, commands.md from the command line and the
table of chat commands, task.schema.json from the class of a column task.
"""

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer
import yaml
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from agent.interfaces import commands
from agent.interfaces.command_line import app
from agent.settings import Settings
from skills.ai_column.task_schema import task_schema

HERE = Path(__file__).parent
GENERATED = "<!-- Made by `make docs` from the code; edit the code instead. -->"


def configuration() -> str:
    """docs/configuration.md: every key of config.yaml with its default and its sentence."""
    parts = [(HERE / "configuration.head.md").read_text().rstrip(), ""]
    for name, field in Settings.model_fields.items():
        section = _section(field)
        title = field.alias or name
        if section is None:
            continue
        parts += [f"## `{title}`", "", _purpose(section), ""]
        parts += _table(section)
    loose = {name: field for name, field in Settings.model_fields.items() if _section(field) is None}
    parts += ["## Top level", "", *_rows(loose), ""]
    return "\n".join([GENERATED, "", *parts]).rstrip() + "\n"


def command_reference() -> str:
    """docs/commands.md: the command line, then the commands of the chat."""
    parts = [GENERATED, "", "# Commands", "", "## Command line", ""]
    for path, command in _walk("columnist", typer.main.get_command(app)):
        context = typer.Context(command, info_name=path, max_content_width=110, terminal_width=110)
        parts += [f"### `{path}`", "", "```text", command.get_help(context).strip(), "```", ""]
    parts += ["## In the chat", "", "| command | what it does |", "|---|---|"]
    parts += [f"| `{_cell(commands.usage(entry))}` | {_cell(entry.summary)} |" for entry in commands.COMMANDS]
    parts += ["", "| key | what it does |", "|---|---|"]
    parts += [f"| {_cell(key)} | {_cell(effect)} |" for key, effect in commands.KEYS]
    return "\n".join(parts) + "\n"


def sample() -> str:
    """config.yaml: every key with its default and its sentence, ready to be copied and changed."""
    parts = [(HERE / "config.head.yaml").read_text().rstrip(), ""]
    loose = {name: field for name, field in Settings.model_fields.items() if not _is_section(field)}
    parts += [*_entries(loose, indent=""), ""]
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is None or not _is_section(field):
            continue
        parts += [f"# {_purpose(section)}", f"{field.alias or name}:", *_entries(section.model_fields, indent="  "), ""]
    return "\n".join(parts).rstrip() + "\n"


def schema_of_tasks() -> str:
    """docs/task.schema.json: what a task file may say."""
    return json.dumps(task_schema(), indent=2, ensure_ascii=False) + "\n"


PAGES = {
    "docs/configuration.md": configuration,
    "docs/commands.md": command_reference,
    "docs/task.schema.json": schema_of_tasks,
    "config.yaml": sample,
}


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _purpose(section: type[BaseModel]) -> str:
    """The docstring without the words that place it in config.yaml."""
    text = section.__doc__ or ""
    return text.partition(". ")[2].strip() or text


def _entries(fields: dict[str, FieldInfo], *, indent: str) -> list[str]:
    lines = []
    for name, field in fields.items():
        value = field.get_default(call_default_factory=True)
        written = yaml.safe_dump(_plain(value), default_flow_style=True, width=1000).removesuffix("...\n").strip()
        lines += [f"{indent}# {field.description}", f"{indent}{field.alias or name}: {written}"]
    return lines


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(f"{path} {name}", child)


def _section(field: FieldInfo) -> type[BaseModel] | None:
    """The section class behind a field: itself, or the entries of its list or mapping."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _table(section: type[BaseModel]) -> list[str]:
    lines = [*_rows(section.model_fields), ""]
    for name, field in section.model_fields.items():
        inner = _section(field)
        if inner is not None:
            lines += [f"### each entry of `{name}`", "", *_rows(inner.model_fields), ""]
    return lines


def _rows(fields: dict[str, FieldInfo]) -> list[str]:
    lines = ["| key | default | meaning |", "|---|---|---|"]
    for name, field in fields.items():
        lines.append(f"| `{field.alias or name}` | {_default(field)} | {_cell(field.description or '')} |")
    return lines


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, SecretStr):
        return "unset"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, tuple | list | dict) and not value:
        return "empty"
    if isinstance(value, tuple | list):
        return ", ".join(f"`{entry}`" for entry in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    for name, page in PAGES.items():
        (HERE.parent / name).write_text(page())


if __name__ == "__main__":
    main()
