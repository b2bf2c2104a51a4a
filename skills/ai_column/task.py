"""What a person wants filled, in their words: from flags, a task file, the chat's tool or a slash command.

Several columns of one table are one task: each row is asked about once, for all of them. A ColumnTask is checked
for shape here and against the database in `target`. Its `identity` is what "the same command" means: limits, caps
and the model do not count.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from skills.errors import TaskInvalid

EVERY_COLUMN = "*"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ColumnSpec(_Strict):
    """One column to fill. What is left out is derived from the column that exists."""

    intent: str = Field(alias="as", description="What to generate, in plain words.")
    type: str | None = Field(None, description="SQL type of the column if it must be created.")
    labels: tuple[str, ...] = Field((), description="The only values allowed.")
    max_length: int | None = Field(None, ge=1, description="The most characters of a text.")
    minimum: float | None = Field(None, description="The least number allowed.")
    maximum: float | None = Field(None, description="The greatest number allowed.")
    pattern: str | None = Field(None, description="A regular expression that the whole text must match.")
    language: str | None = Field(None, description="The language of the text.")
    nullable: bool = Field(False, description="Whether the model may answer NULL when the row does not tell.")

    @field_validator("labels", mode="before")
    @classmethod
    def _split_labels(cls, value: object) -> object:
        return split_names(value) if isinstance(value, str) else value

    @field_validator("intent")
    @classmethod
    def _say_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("say what to generate")
        return value.strip()

    @field_validator("labels")
    @classmethod
    def _labels_differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        folded = [label.strip().casefold() for label in value]
        if len(set(folded)) != len(folded) or "" in folded:
            raise ValueError("labels must be different and not empty")
        return value

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value


class ColumnTask(_Strict):
    """Which rows of which table give which columns of which table their values."""

    table: str = Field(min_length=1)
    source: tuple[str, ...] = Field(alias="from", min_length=1)
    where: str | None = None
    key: tuple[str, ...] = ()
    into: str | None = None
    join: str | None = Field(None, description="`source.column = target.column`, joined by AND if there are several.")
    columns: dict[str, ColumnSpec] = Field(min_length=1, description="The columns to fill, by name.")

    @field_validator("source", "key", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_names(value) if isinstance(value, str) else value

    @field_validator("where")
    @classmethod
    def _blank_is_none(cls, value: str | None) -> str | None:
        return value.strip() or None if value is not None else None

    @model_validator(mode="after")
    def _whole(self) -> "ColumnTask":
        if len({name.casefold() for name in self.columns}) < len(self.columns):
            raise ValueError("a column is named twice")
        if self.join and not self.into:
            raise ValueError("`join` needs `into`, the other table")
        return self

    @property
    def intent(self) -> str:
        """What is to be generated, in one line."""
        if len(self.columns) == 1:
            return next(iter(self.columns.values())).intent
        return "; ".join(f"{name}: {spec.intent}" for name, spec in self.columns.items())

    def reworded(self, intents: Mapping[str, str]) -> "ColumnTask":
        """The same task with other words for these columns."""
        columns = {
            name: spec.model_copy(update={"intent": intents.get(name, spec.intent)})
            for name, spec in self.columns.items()
        }
        return self.model_copy(update={"columns": columns})

    def identity(self, database: str) -> str:
        """sha256 of what makes two commands the same job."""
        body = self.model_dump(mode="json", by_alias=True)
        text = json.dumps({"database": database, "task": body}, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True)

    @classmethod
    def from_json(cls, text: str) -> "ColumnTask":
        return cls.model_validate_json(text)


def split_names(text: str) -> tuple[str, ...]:
    """Names between commas; blanks around them do not count."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def build_task(values: dict[str, object]) -> ColumnTask:
    """A task from outside values; every mistake in one sentence each."""
    try:
        return ColumnTask.model_validate(values)
    except ValidationError as error:
        raise TaskInvalid("; ".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())) from error


def build_spec(values: dict[str, object]) -> ColumnSpec:
    """One column's wording and contract from outside values."""
    try:
        return ColumnSpec.model_validate(values)
    except ValidationError as error:
        raise TaskInvalid("; ".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())) from error


def load_task(path: Path) -> ColumnTask:
    """The task in a YAML file. A mistake names the file."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TaskInvalid(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TaskInvalid(f"{path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        raise TaskInvalid(f"{place}: not valid YAML ({getattr(error, 'problem', None) or 'unreadable'})") from error
    if not isinstance(values, dict):
        raise TaskInvalid(f"{path}: expected `table`, `from` and `columns`")
    try:
        return build_task(values)
    except TaskInvalid as invalid:
        raise TaskInvalid(f"{path}: {invalid.message}") from invalid


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(part) for part in place)
    text = message.removeprefix("Value error, ")
    return f"{where}: {text}" if where else text
