"""An application on a small SQLite database, with a scripted model."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedModel
from langchain_core.language_models import BaseChatModel

from agent.app import App
from agent.llm.models import Models, Role
from agent.llm.settings import ModelSettings
from agent.settings import Settings

SCRIPT = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), total INTEGER, note TEXT);
INSERT INTO customers VALUES (1, 'Ada', 'Beijing'), (2, 'Bob', 'Paris'), (3, '小明', NULL);
INSERT INTO orders VALUES (1, 1, 10, NULL), (2, 1, 20, NULL), (3, 2, 30, 'gift'), (4, 3, 40, NULL);
"""


class FixedModels(Models):
    """One chat model in both roles."""

    def __init__(self, model: BaseChatModel) -> None:
        super().__init__(dict.fromkeys(Role, "scripted"), None, ModelSettings())
        self._model = model

    def chat(self, role: Role) -> BaseChatModel:
        return self._model


class Shop:
    """The database file, looked at from outside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def run(self, script: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(script)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop.db")
    shop.run(SCRIPT)
    return shop


MakeApp = Callable[..., App]


@pytest.fixture
def make_app(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeApp]:
    """Applications over one state store, as several processes one after the other would open them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with ExitStack() as closing_apps:

        def make(*answers: Any, model: BaseChatModel | None = None, **overrides: Any) -> App:
            settings = Settings.load(
                env={"COLUMNIST_STATE_URL": f"sqlite:///{tmp_path}/state/state.db"},
                overrides=overrides,
                folder=tmp_path,
            )
            models = FixedModels(model or ScriptedModel(answers=list(answers)))
            app = App.build(settings, url=str(shop.path), models=models, project=tmp_path)
            closing_apps.callback(app.close)
            return app

        yield make
