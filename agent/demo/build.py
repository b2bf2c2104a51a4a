"""Puts the demo shop in its place, in less than a second."""

from pathlib import Path

from platformdirs import user_data_path

from agent.demo.shop import SEED, shop
from tools.db.new_file import replace_sqlite_file

SCHEMA = Path(__file__).with_name("schema.sql")


def demo_path() -> Path:
    """Where the demo shop lives: the XDG data folder's columnist/demo.db."""
    return user_data_path("columnist", appauthor=False) / "demo.db"


def build(path: Path, *, seed: int = SEED) -> None:
    """Create the shop at `path`, replacing what is there."""
    replace_sqlite_file(path, SCHEMA.read_text(encoding="utf-8"), shop(seed))
