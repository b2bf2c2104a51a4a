"""The settings of this floor. Every key has a default and a sentence; unknown keys are errors."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Mode(StrEnum):
    ASK = "ask"  # reads only
    OPERATE = "operate"  # writes, each behind a confirmation


class Environment(StrEnum):
    DEV = "dev"
    STAGING = "staging"
    PRODUCTION = "production"  # every surface starts in `ask`


class WholeTableWrites(StrEnum):
    CONFIRM = "confirm"  # asked about, with a warning in red
    DENY = "deny"  # never run


class Section(BaseModel):
    """A section of config.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SafetySettings(Section):
    """config.yaml: safety. What may run, how much of it, and what is remembered to undo it."""

    mode: Mode | None = Field(
        None, description="Ceiling for every surface: `ask` or `operate`; unset: each surface has its own start."
    )
    query_timeout_seconds: float = Field(
        30.0, gt=0, description="A statement that runs longer is cancelled on the server."
    )
    max_result_rows: int = Field(
        1000, ge=1, description="Rows of a result that are read; then the statement is cancelled on the server."
    )
    blocked_tables: tuple[str, ...] = Field(
        (), description="Tables (`table` or `schema.table`) that no statement may touch."
    )
    blocked_columns: tuple[str, ...] = Field(
        (), description="Columns (`column` or `table.column`) that no statement may read or write."
    )
    blocked_functions: tuple[str, ...] = Field(
        (), description="Functions refused in addition to all that are not on the allow-list."
    )
    allowed_functions: tuple[str, ...] = Field(
        (), description="Functions allowed in addition to the allow-list (your own functions)."
    )
    allow_explain: bool = Field(True, description="Whether an EXPLAIN written by a person or a model may run.")
    readonly_role: str | None = Field(None, description="PostgreSQL role taken (`SET ROLE`) for every read.")
    safe_search_path: tuple[str, ...] = Field(
        (), description="PostgreSQL search_path set on every connection; empty: the server's."
    )
    rehearse_max_rows: int = Field(10_000, ge=0, description="Writes of more rows are counted instead of rehearsed.")
    transaction_idle_s: float = Field(120.0, gt=0, description="An open transaction idle for longer is rolled back.")
    approval_ttl_s: float = Field(
        600.0, gt=0, description="Seconds from the yes within which an approved statement must start."
    )
    lock_timeout_ms: int = Field(
        2000, ge=1, description="How long a write waits for rows that another transaction holds."
    )
    yes_max_rows: int = Field(1000, ge=0, description="The most rows one statement may change under `--yes`.")
    undo_max_rows: int = Field(10_000, ge=0, description="The most rows whose before-images are kept to undo a write.")
    whole_table_writes: WholeTableWrites = Field(
        WholeTableWrites.CONFIRM,
        description="UPDATE or DELETE without a narrowing WHERE, TRUNCATE and DROP: `confirm` or `deny`.",
    )


class DatabaseSettings(Section):
    """config.yaml: databases, one entry each. A database that can be opened by its name."""

    name: str = Field(description="The name to open it by; unique.")
    url: str = Field(repr=False, description="`postgres://`, `mysql://`, `sqlite:///` or a path to a file.")
    environment: Environment = Field(Environment.DEV, description="`production` starts every surface in `ask`.")


class SchemaSettings(Section):
    """config.yaml: schema. How the structure of a database is remembered."""

    ttl_seconds: float = Field(
        3600.0, ge=0, description="Seconds for which the structure read from the database is trusted."
    )
