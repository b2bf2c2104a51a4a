"""What the command line asked for, as values that the commands take."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class OutputFormat(StrEnum):
    TEXT = "text"  # the answer on stdout, news on stderr
    JSON = "json"  # one object as the last line
    STREAM_JSON = "stream-json"  # one event per line


class Dialect(StrEnum):
    """As tools.sql.statement has it; that module loads the parser."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"
    MYSQL = "mysql"  # MariaDB included


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Which database, under which configuration, in whose name."""

    url: str | None = None
    config: Path | None = None
    model: str | None = None
    mode: str | None = None
    as_user: str | None = None
    demo: bool = False  # the demo shop, with the offline rules where no model is configured


@dataclass(frozen=True, kw_only=True)
class ChatOptions:
    """`columnist chat`, `columnist -p` and `columnist demo`."""

    opening: Opening
    question: str | None = None  # -p
    output: OutputFormat = OutputFormat.TEXT
    resume: str | None = None  # a session id or "last"
    yes: bool = False


@dataclass(frozen=True, kw_only=True)
class SqlOptions:
    """`columnist sql run`."""

    opening: Opening
    statement: str | None = None
    jsonl: bool = False
    json: bool = False
    yes: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """`columnist sql check`."""

    opening: Opening
    files: tuple[Path, ...] = ()
    dialect: Dialect | None = None
    jsonl: bool = False
    json: bool = False
