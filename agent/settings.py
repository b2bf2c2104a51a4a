"""config.yaml, the environment and the flags, as one frozen tree.

Flags win over the environment, then `.env`, `./config.yaml`, the user's config and the defaults. Whatever
is malformed, unknown or out of range is a ConfigError that says where it stands; nothing is accepted and ignored.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_config_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from agent.limits import ChatSettings
from agent.llm.settings import ModelSettings
from agent.settings_sources import ConfigError, Layer, environment_layer, flags_layer, locate, yaml_layer
from skills.settings import FillSettings, QualitySettings
from tools.settings import DatabaseSettings, Environment, Mode, SafetySettings, SchemaSettings, Section

__all__ = ["ConfigError", "Keys", "Language", "Settings", "StateSettings", "UiSettings", "check_ceiling", "start_mode"]

CONFIG_NAME = "config.yaml"


class Keys(StrEnum):
    EMACS = "emacs"
    VI = "vi"


class Language(StrEnum):
    AUTO = "auto"  # the language of the person's locale
    ENGLISH = "en"
    CHINESE = "zh"


class StateSettings(Section):
    """config.yaml: state. Where audit, approvals, sessions and jobs are kept."""

    url: SecretStr | None = Field(
        None, description="URL of the state store; unset: a SQLite file in the user's state folder."
    )


class UiSettings(Section):
    """config.yaml: ui. The prompt and what it prints."""

    keys: Keys = Field(Keys.EMACS, description="Editing keys of the prompt: `emacs` or `vi`.")
    pager: bool = Field(True, description="Whether results longer than the screen go through the pager.")
    language: Language = Field(Language.AUTO, description="Language of the prompt's messages: `auto`, `en` or `zh`.")


class Settings(BaseSettings):
    """Everything that can be configured. Passed down leaf by leaf, never as a whole."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="COLUMNIST_", env_nested_delimiter="__", hide_input_in_errors=True
    )

    databases: tuple[DatabaseSettings, ...] = Field((), description="Databases that can be opened by name.")
    default_database: str | None = Field(None, description="The name of the database opened when none is given.")
    database_url: SecretStr | None = Field(
        None, description="URL opened when none is given on the command line; usually from `DATABASE_URL`."
    )
    model: str | None = Field(None, description="One model for every role; usually from `--model`.")
    models: ModelSettings = Field(default_factory=ModelSettings)
    safety: SafetySettings = Field(default_factory=SafetySettings)
    schema_: SchemaSettings = Field(default_factory=SchemaSettings, alias="schema")
    chat: ChatSettings = Field(default_factory=ChatSettings)
    fill: FillSettings = Field(default_factory=FillSettings)
    quality: QualitySettings = Field(default_factory=QualitySettings)
    state: StateSettings = Field(default_factory=StateSettings)
    ui: UiSettings = Field(default_factory=UiSettings)

    @field_validator("databases")
    @classmethod
    def _names_are_unique(cls, databases: tuple[DatabaseSettings, ...]) -> tuple[DatabaseSettings, ...]:
        names = [database.name for database in databases]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the name {twice!r} is used more than once")
        return databases

    @field_validator("default_database")
    @classmethod
    def _default_is_named(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is not None and name not in {database.name for database in info.data.get("databases", ())}:
            raise ValueError("no database of this name is configured")
        return name

    @classmethod
    def load(
        cls,
        config: Path | None = None,
        env: Mapping[str, str] | None = None,
        overrides: Mapping[str, object] | None = None,
        folder: Path | None = None,
    ) -> "Settings":
        """Gather all sources. `overrides` are flags, nested as in config.yaml; `.env` is looked for in `folder`."""
        env = os.environ if env is None else env
        layers = _layers(config, env, overrides or {}, folder or Path.cwd())

        class Gathered(cls):  # type: ignore[valid-type,misc]
            @classmethod
            def settings_customise_sources(
                cls, settings_cls: type[BaseSettings], **_: PydanticBaseSettingsSource
            ) -> tuple[PydanticBaseSettingsSource, ...]:
                return tuple(InitSettingsSource(settings_cls, dict(layer.values)) for layer in layers)

        try:
            gathered: Settings = Gathered()
        except ValidationError as error:
            raise locate(error, layers, Settings) from None
        return gathered

    def database(self, name: str) -> DatabaseSettings | None:
        return next((database for database in self.databases if database.name == name), None)


def start_mode(settings: SafetySettings, environment: Environment, surface: Mode, asked: Mode | None) -> Mode:
    """What was asked for, else production's `ask`, else the surface's own; never above the ceiling."""
    if asked is not None:
        check_ceiling(settings, asked)
        return asked
    if environment is Environment.PRODUCTION or settings.mode is Mode.ASK:
        return Mode.ASK
    return surface


def check_ceiling(settings: SafetySettings, mode: Mode) -> None:
    if settings.mode is Mode.ASK and mode is Mode.OPERATE:
        raise ConfigError("`operate` is above the ceiling set by safety.mode: ask", key="safety.mode")


def _layers(config: Path | None, env: Mapping[str, str], overrides: Mapping[str, object], folder: Path) -> list[Layer]:
    layers = [flags_layer(overrides), environment_layer(Settings, env)]
    dotenv = folder / ".env"
    if dotenv.is_file():
        written = {name: value for name, value in dotenv_values(dotenv, interpolate=False).items() if value}
        layers.append(environment_layer(Settings, written, file=".env"))
        env = {**written, **env}
    defaults = Settings.model_construct().model_dump(by_alias=True)
    chosen = config or (Path(env["COLUMNIST_CONFIG"]) if env.get("COLUMNIST_CONFIG") else None)
    if chosen is not None:
        layers.append(yaml_layer(chosen, env, defaults, shown_as=str(chosen)))
    elif (folder / CONFIG_NAME).is_file():
        layers.append(yaml_layer(folder / CONFIG_NAME, env, defaults, shown_as=CONFIG_NAME))
    personal = user_config_path("columnist") / CONFIG_NAME
    if personal.is_file():
        layers.append(yaml_layer(personal, env, defaults, shown_as=str(personal)))
    return layers
