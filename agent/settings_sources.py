"""Where settings come from, and where a wrong one stands.

A Layer is one source (flags, environment, `.env`, a YAML file) with its values nested as in config.yaml and a
way to name the place of a value. A value that is a secret is never repeated in an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeGuard

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource
from pydantic_settings.sources.utils import parse_env_vars

PREFIX = "COLUMNIST_"
# Names that people and other tools already use, and the key that each one sets.
ALIASES = {
    "COLUMNIST_STATE_URL": "COLUMNIST_STATE__URL",
    "DATABASE_URL": "COLUMNIST_DATABASE_URL",
    "OPENAI_API_KEY": "COLUMNIST_MODELS__API_KEY",
    "OPENAI_BASE_URL": "COLUMNIST_MODELS__BASE_URL",
}
NOT_KEYS = ("COLUMNIST_CONFIG", "COLUMNIST_TEST_")  # the file itself, and what only the tests read
UNSUPPORTED = ("permissions", "users")
SECRET_KEYS = ("api_key", "url", "database_url", "base_url")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Path_ = tuple[str | int, ...]


class ConfigError(Exception):
    """A setting is malformed, unknown or out of range."""

    def __init__(self, message: str, *, where: str = "", line: int | None = None, key: str = "") -> None:
        self.where, self.line, self.key, self.message = where, line, key, message
        place = f"{where}:{line}" if line else where
        super().__init__(": ".join(part for part in (place, key, message) if part))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one value was given: a file with a line, a variable, a flag."""

    where: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One source of settings."""

    values: Mapping[str, object]
    place: Callable[[Path_], Place | None]  # None: this source says nothing about that key


def flags_layer(overrides: Mapping[str, object]) -> Layer:
    return Layer(values=overrides, place=lambda path: Place(where="command line") if _has(overrides, path) else None)


def environment_layer(settings_cls: type[BaseSettings], env: Mapping[str, str], *, file: str = "") -> Layer:
    """COLUMNIST_* and its aliases from a process environment or a `.env` file."""
    given = {name: value for name, value in env.items() if name.startswith(PREFIX) and not name.startswith(NOT_KEYS)}
    spelled = {name: name for name in given}
    for alias, name in ALIASES.items():
        if env.get(alias):
            given.pop(alias, None)
            given.setdefault(name, env[alias])
            spelled.setdefault(name, alias)
    _refuse_unknown(given, settings_cls, file)

    def place(path: Path_) -> Place | None:
        for length in range(len(path), 0, -1):
            name = PREFIX + "__".join(str(part) for part in path[:length]).upper()
            if name in given:
                return Place(where=f"{file}: {spelled[name]}" if file else spelled[name])
        return None

    return Layer(values=_Environment(settings_cls, given)(), place=place)


def yaml_layer(file: Path, env: Mapping[str, str], defaults: Mapping[str, object], *, shown_as: str) -> Layer:
    """One YAML file; `${NAME}` in its texts is replaced from the environment.

    A null where null is the default says nothing, so that it does not hide what a farther source sets.
    """
    try:
        text = file.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {_reason(error)}", where=shown_as) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ConfigError(f"not valid YAML: {error.problem}", where=shown_as, line=line) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"not valid YAML: {_reason(error)}", where=shown_as) from None
    if values is None:
        return Layer(values={}, place=lambda _: None)
    if not isinstance(values, dict) or tree is None:
        raise ConfigError("the file must be a mapping of sections", where=shown_as, line=1)
    lines = _key_lines(tree, shown_as)
    for section in UNSUPPORTED:
        if section in values:
            raise ConfigError("not yet supported", where=shown_as, line=lines.get((section,)), key=section)

    def place(path: Path_) -> Place | None:
        if not _has(values, path[:1]):
            return None
        known = next(path[:length] for length in range(len(path), 0, -1) if path[:length] in lines)
        return Place(where=shown_as, line=lines[known])

    expanded = {str(key): _expanded(value, env, (str(key),), place) for key, value in values.items()}
    return Layer(values=_said(expanded, defaults), place=place)


def locate(error: ValidationError, layers: Sequence[Layer], settings_cls: type[BaseModel]) -> ConfigError:
    """The first wrong value, with the source that gave it: the one that wins over the others."""
    first = error.errors(include_url=False, include_context=False)[0]
    path: Path_ = first["loc"]
    key = ".".join(str(part) for part in path)
    message = _words(first["type"], first["msg"])
    if first["type"] == "extra_forbidden" and (near := _nearest(settings_cls, path)):
        message = f"{message}; did you mean {near}?"
    scalar = isinstance(first["input"], str | int | float | bool)
    if scalar and first["type"] not in ("missing", "extra_forbidden") and path[-1] not in SECRET_KEYS:
        message = f"{message}, not {first['input']!r}"
    place = next((found for layer in layers if (found := layer.place(path)) is not None), None)
    if place is None:
        return ConfigError(message, key=key)
    return ConfigError(message, where=place.where, line=place.line, key=key)


def _nearest(settings_cls: type[BaseModel], path: Path_) -> str:
    """The key of that section that is spelt most like the last of `path`."""
    section: object = settings_cls
    for part in path[:-1]:
        field = section.model_fields.get(str(part)) if _is_section(section) else None
        section = field.annotation if field else None
    near = get_close_matches(str(path[-1]), section.model_fields, 1) if _is_section(section) else []
    return near[0] if near else ""


def _is_section(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "is required"
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]


def _refuse_unknown(given: Mapping[str, str], settings_cls: type[BaseSettings], file: str) -> None:
    sections = {(field.alias or name).upper() for name, field in settings_cls.model_fields.items()}
    for name in given:
        section = name.removeprefix(PREFIX).partition("__")[0].upper()
        where = f"{file}: {name}" if file else name
        if section.lower() in UNSUPPORTED:
            raise ConfigError("not yet supported", where=where)
        if section not in sections:
            raise ConfigError("unknown setting", where=where)


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of nested variables, from a given mapping instead of the process."""

    def __init__(self, settings_cls: type[BaseSettings], given: Mapping[str, str]) -> None:
        self._given = given
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._given, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: str) -> object:
        """Lists may be written `a,b`; what is not JSON is left to the validation, which names the variable."""
        try:
            decoded: object = super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value if value[:1] in "[{" else [part.strip() for part in value.split(",") if part.strip()]
        return decoded


def _key_lines(node: yaml.Node, shown_as: str, path: Path_ = ()) -> dict[Path_, int]:
    """The line of every key; a key written twice would silently win over the first, so it is an error."""
    lines: dict[Path_, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = (*path, str(key_node.value))
            if key in lines:
                raise ConfigError(
                    "written twice",
                    where=shown_as,
                    line=key_node.start_mark.line + 1,
                    key=".".join(str(part) for part in key),
                )
            lines[key] = key_node.start_mark.line + 1
            lines |= _key_lines(value_node, shown_as, key)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            lines |= _key_lines(item, shown_as, (*path, index))
    return lines


def _expanded(value: object, env: Mapping[str, str], path: Path_, place: Callable[[Path_], Place | None]) -> object:
    if isinstance(value, dict):
        return {key: _expanded(item, env, (*path, str(key)), place) for key, item in value.items()}
    if isinstance(value, list):
        return [_expanded(item, env, (*path, index), place) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in VARIABLE.findall(value):
        if name not in env:
            at = place(path) or Place(where="")
            key = ".".join(str(part) for part in path)
            raise ConfigError(f"the environment variable {name} is not set", where=at.where, line=at.line, key=key)
    return VARIABLE.sub(lambda match: env[match[1]], value)


def _said(values: Mapping[str, object], defaults: Mapping[str, object]) -> dict[str, object]:
    said: dict[str, object] = {}
    for key, value in values.items():
        default = defaults.get(key, ...)
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            said[key] = _said(value, default)
        elif value is not None or default is not None:
            said[key] = value
    return said


def _has(values: object, path: Path_) -> bool:
    if not path:
        return False
    for part in path:
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
