"""Settings: where they come from, which source wins, and what a wrong one is told."""

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from agent.settings import ConfigError, Settings, start_mode
from tools.settings import Environment, Mode, SafetySettings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def wrong(folder: Path, text: str = "", **sources: object) -> str:
    if text:
        (folder / "config.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        Settings.load(folder=folder, **{"env": {}, **sources})  # type: ignore[arg-type]
    return str(error.value)


def test_without_any_source_the_defaults_stand(folder: Path) -> None:
    assert Settings.load(env={}, folder=folder).model_dump() == Settings.model_construct().model_dump()


def test_the_sample_config_holds_every_key_with_its_default(folder: Path) -> None:
    sample = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert Settings.load(ROOT / "config.yaml", env={}, folder=folder).model_dump() == (
        Settings.load(env={}, folder=folder).model_dump()
    )
    for name, field in Settings.model_fields.items():
        section, kind = sample[field.alias or name], field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            assert set(section) == set(kind.model_fields), name


@pytest.mark.parametrize(
    ("winner", "sources"),
    [
        ("flag", {"flag", "env", "dotenv", "project", "user"}),
        ("env", {"env", "dotenv", "project", "user"}),
        ("dotenv", {"dotenv", "project", "user"}),
        ("project", {"project", "user"}),
        ("user", {"user"}),
    ],
)
def test_the_nearer_source_wins(winner: str, sources: set[str], folder: Path, tmp_path: Path) -> None:
    values = {"flag": 1, "env": 2, "dotenv": 3, "project": 4, "user": 5}
    if "dotenv" in sources:
        (folder / ".env").write_text("COLUMNIST_SAFETY__YES_MAX_ROWS=3\n")
    if "project" in sources:
        (folder / "config.yaml").write_text("safety: {yes_max_rows: 4, undo_max_rows: 44}\n")
    if "user" in sources:
        (tmp_path / "xdg" / "columnist").mkdir(parents=True)
        (tmp_path / "xdg" / "columnist" / "config.yaml").write_text("safety:\n  yes_max_rows: 5\n")
    settings = Settings.load(
        env={"COLUMNIST_SAFETY__YES_MAX_ROWS": "2"} if "env" in sources else {},
        overrides={"safety": {"yes_max_rows": 1}} if "flag" in sources else {},
        folder=folder,
    )
    assert settings.safety.yes_max_rows == values[winner]
    if "project" in sources:
        assert settings.safety.undo_max_rows == 44  # sections are merged key by key


def test_a_null_does_not_hide_what_a_farther_source_sets(folder: Path, tmp_path: Path) -> None:
    (folder / "config.yaml").write_text("safety: {mode: null}\n")
    (tmp_path / "xdg" / "columnist").mkdir(parents=True)
    (tmp_path / "xdg" / "columnist" / "config.yaml").write_text("safety: {mode: ask}\n")
    assert Settings.load(env={}, folder=folder).safety.mode is Mode.ASK
    assert "safety.blocked_tables" in wrong(folder, "safety: {blocked_tables: null}\n")


def test_known_variables_set_their_keys(folder: Path) -> None:
    settings = Settings.load(
        env={
            "DATABASE_URL": "postgres://u:pw@h/d",
            "OPENAI_API_KEY": "sk-1",
            "OPENAI_BASE_URL": "http://localhost:1/v1",
            "COLUMNIST_MODEL": "m",
            "COLUMNIST_STATE_URL": "sqlite:///s.db",
            "COLUMNIST_SAFETY__BLOCKED_TABLES": "a, b",
        },
        folder=folder,
    )
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgres://u:pw@h/d"
    assert settings.models.api_key is not None
    assert settings.models.api_key.get_secret_value() == "sk-1"
    assert settings.models.base_url == "http://localhost:1/v1"
    assert settings.model == "m"
    assert settings.state.url is not None
    assert settings.state.url.get_secret_value() == "sqlite:///s.db"
    assert settings.safety.blocked_tables == ("a", "b")


def test_no_secret_shows_in_a_repr(folder: Path) -> None:
    (folder / "config.yaml").write_text("databases: [{name: a, url: 'postgres://u:hunter2@h/d'}]\n")
    env = {
        "DATABASE_URL": "mysql://u:hunter2@h/d",
        "OPENAI_API_KEY": "hunter2",
        "COLUMNIST_STATE_URL": "x://u:hunter2@h",
    }
    assert "hunter2" not in repr(Settings.load(env=env, folder=folder))


def test_a_config_file_named_by_a_variable_replaces_the_one_in_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "config.yaml").write_text("safety: {mode: operate}\n")
    (tmp_path / "other.yaml").write_text("safety: {mode: ask}\n")
    settings = Settings.load(env={"COLUMNIST_CONFIG": str(tmp_path / "other.yaml")}, folder=folder)
    assert settings.safety.mode is Mode.ASK


def test_a_variable_in_a_url_is_filled_in(folder: Path) -> None:
    (folder / "config.yaml").write_text("databases: [{name: a, url: 'postgres://u:${PW}@h/d'}]\n")
    settings = Settings.load(env={"PW": "secret"}, folder=folder)
    assert settings.databases[0].url == "postgres://u:secret@h/d"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "safety:\n  max_result_rows: 3\n  mode: opperate\n",
            "config.yaml:3: safety.mode: should be 'ask' or 'operate'",
        ),
        ("safety:\n  moode: ask\n", "config.yaml:2: safety.moode: unknown key; did you mean mode?"),
        ("databases:\n  - name: a\n    ulr: x\n", "config.yaml:2: databases.0.url: is required"),
        ("ui: {}\nsafty:\n  mode: ask\n", "config.yaml:2: safty: unknown key; did you mean safety?"),
        ("ui: {}\nsafety: [\n", "config.yaml:3: not valid YAML"),
        ("- 1\n", "config.yaml:1: the file must be a mapping"),
        ("safety:\n  mode: ask\n  mode: operate\n", "config.yaml:3: safety.mode: written twice"),
        ("ui: {}\npermissions: {}\n", "config.yaml:2: permissions: not yet supported"),
        ("users: {}\n", "config.yaml:1: users: not yet supported"),
        ("safety:\n  max_result_rows: 0\n", "config.yaml:2: safety.max_result_rows: should be greater"),
        ("databases:\n  - name: a\n    url: x\n  - name: a\n    url: y\n", "config.yaml:1: databases: the name 'a'"),
        ("databases:\n  - name: a\n", "config.yaml:2: databases.0.url: is required"),
        (
            "databases:\n  - name: a\n    url: ${NOPE}\n",
            "config.yaml:3: databases.0.url: the environment variable NOPE",
        ),
        ("default_database: q\n", "config.yaml:1: default_database: no database of this name"),
        ("safety: 3\n", "config.yaml:1: safety: should be"),
    ],
)
def test_a_wrong_setting_is_named_with_file_line_and_key(text: str, said: str, folder: Path) -> None:
    assert wrong(folder, text).startswith(said)


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"COLUMNIST_SAFETY__MODE": "opperate"}, "COLUMNIST_SAFETY__MODE: safety.mode: should be"),
        ({"COLUMNIST_SAFETY__MOODE": "ask"}, "COLUMNIST_SAFETY__MOODE: safety.moode: unknown key"),
        ({"COLUMNIST_SAFTEY__MODE": "ask"}, "COLUMNIST_SAFTEY__MODE: unknown setting"),
        ({"COLUMNIST_SAFETY__BLOCKED_TABLES": "[a"}, "COLUMNIST_SAFETY__BLOCKED_TABLES: safety.blocked_tables:"),
        ({"COLUMNIST_USERS": "{}"}, "COLUMNIST_USERS: not yet supported"),
        ({"COLUMNIST_CONFIG": "/nowhere.yaml"}, "/nowhere.yaml: cannot be read"),
    ],
)
def test_a_wrong_variable_is_named(env: dict[str, str], said: str, folder: Path) -> None:
    assert wrong(folder, env=env).startswith(said)


def test_a_wrong_flag_is_named_and_wins_over_a_right_file(folder: Path) -> None:
    said = wrong(folder, "safety: {mode: ask}\n", overrides={"safety": {"mode": "x"}})
    assert said.startswith("command line: safety.mode")


def test_an_error_never_repeats_a_secret(folder: Path) -> None:
    assert "hunter2" not in wrong(folder, "models:\n  api_key: [hunter2]\n")
    assert "hunter2" not in wrong(folder, "databases:\n  - {name: a, url: [hunter2]}\n")


@pytest.mark.parametrize(
    ("ceiling", "environment", "surface", "asked", "start"),
    [
        (None, Environment.DEV, Mode.OPERATE, None, Mode.OPERATE),
        (None, Environment.DEV, Mode.ASK, None, Mode.ASK),
        (None, Environment.PRODUCTION, Mode.OPERATE, None, Mode.ASK),
        (None, Environment.PRODUCTION, Mode.OPERATE, Mode.OPERATE, Mode.OPERATE),
        (Mode.ASK, Environment.DEV, Mode.OPERATE, None, Mode.ASK),
        (Mode.OPERATE, Environment.DEV, Mode.ASK, None, Mode.ASK),
        (None, Environment.DEV, Mode.OPERATE, Mode.ASK, Mode.ASK),
    ],
)
def test_a_surface_starts_in_its_mode(
    ceiling: Mode | None, environment: Environment, surface: Mode, asked: Mode | None, start: Mode
) -> None:
    assert start_mode(SafetySettings(mode=ceiling), environment, surface, asked) is start


def test_no_flag_raises_the_mode_above_the_ceiling() -> None:
    with pytest.raises(ConfigError, match=r"safety\.mode"):
        start_mode(SafetySettings(mode=Mode.ASK), Environment.DEV, Mode.OPERATE, Mode.OPERATE)
