"""Writes the demo shop to its SQLite file, in seconds.

The file is built beside its place and moved there whole, so a killed build leaves the old one (or none) behind.
"""

from pathlib import Path
from tempfile import mkdtemp

from platformdirs import user_data_path
from tools.db.database import Connection, Database
from tools.db.limits import SessionLimits
from tools.db.url import parse_url

from agent.demo.shop import SEED, shop
from tools.settings import SafetySettings

SCHEMA = Path(__file__).with_name("schema.sql")


def demo_path() -> Path:
    """Where the demo shop lives: the XDG data folder's columnist/demo.db."""
    return user_data_path("columnist", appauthor=False) / "demo.db"


def build(path: Path, *, seed: int = SEED) -> None:
    """Create the shop at `path`, replacing what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".demo-", dir=path.parent))
    fresh = folder / path.name
    fresh.touch()
    try:
        database = Database(parse_url(str(fresh)), SessionLimits.build(SafetySettings()))
        try:
            with database.connect(readonly=False) as connection:
                _fill(connection, seed)
        finally:
            database.close()
        for suffix in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)
    finally:
        for leftover in folder.iterdir():
            leftover.unlink()
        folder.rmdir()


def _fill(connection: Connection, seed: int) -> None:
    with connection.atomic():
        for statement in SCHEMA.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.write(statement)
        for table in shop(seed):
            columns, marks = ", ".join(table.columns), ", ".join("?" for _ in table.columns)
            connection.write_many(f"INSERT INTO {table.table} ({columns}) VALUES ({marks})", table.rows)
