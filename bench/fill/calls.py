"""How many model calls 1,000 rows with 500 distinct short texts take, for one column and for four at once."""

from pathlib import Path

import yaml
from loopback.handle import ModelServer
from outcome import Outcome, at_most, failed
from program import FILL
from texts import LABELS
from workshop import Workshop

ROWS, DISTINCT = 1_000, 500
MOST_CALLS = 27
COLUMNS = {
    "sentiment": {"as": "the sentiment of the review", "labels": list(LABELS)},
    "category": {"as": "what the review is about", "labels": ["delivery", "product", "service"]},
    "summary": {"as": "the review in five words", "type": "VARCHAR(40)"},
    "urgent": {"as": "whether someone should call", "labels": ["yes", "no"]},
}


def main(shop: Workshop) -> None:
    texts = [f"short review {number}" for number in range(DISTINCT)]
    with ModelServer.started() as server:
        calls = _one_column(shop, server, texts)
        server.reset()
        _four_columns(shop, server, texts, calls)


def _one_column(shop: Workshop, server: ModelServer, texts: list[str]) -> int:
    with shop.databases.fresh("sqlite") as database:
        database.create(ROWS, texts=texts)
        run = shop.program(server).fill(database.url, *FILL, "--yes")
        shop.filled("calls", run, database)
    seen = server.statistics()
    shop.add(
        at_most("calls: 1,000 rows, 500 distinct texts", seen.requests, MOST_CALLS, " calls"),
        Outcome(
            name="calls: each distinct text asked exactly once",
            measured=f"{seen.distinct_rows} texts, the most asked one {seen.most_asked} times",
            target=f"{DISTINCT} texts, 1 time",
            met=seen.distinct_rows == DISTINCT and seen.most_asked == 1,
        ),
    )
    return seen.requests


def _four_columns(shop: Workshop, server: ModelServer, texts: list[str], calls: int) -> None:
    name = "calls: four columns in one task"
    task = Path(shop.folder) / "task.yaml"
    task.write_text(yaml.safe_dump({"table": "reviews", "from": "content", "columns": COLUMNS}))
    with shop.databases.fresh("sqlite") as database:
        database.create(ROWS, texts=texts, columns=tuple(COLUMNS))
        run = shop.program(server).fill(database.url, "--task", str(task), "--yes")
        if run.exit_code != 0:
            shop.add(failed(name, run.problem))
            return
        empty = [column for column in COLUMNS if database.rows(f"SELECT 1 FROM reviews WHERE {column} IS NULL")]
        shop.filled(name, run, database)
    if empty:
        shop.add(failed(name, f"empty cells in {', '.join(empty)}"))
    shop.add(at_most(name, server.statistics().requests, calls, " calls"))
