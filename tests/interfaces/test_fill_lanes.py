"""`columnist fill` with an embedding model, a precise one and a cascade, as a script runs it over the OpenAI wire."""

import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import column_kit
import launch
import pytest
from column_kit import Kit
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest

CONFIG = """\
models:
  fast: small
  precise: large
  embedding: embedder
fill:
  rows_per_call: 1
"""
FLAGS = ("--table", "reviews", "--from", "content", "--labels", "positive,negative")
FILL = (*FLAGS, "--to", "sentiment", "--as", "the sentiment of the review", "--yes", "--json")
EMBED = ("--table", "reviews", "--from", "content", "--to", "meaning", "--as", "embedding")


def answer(request: WireRequest) -> Reply:
    """The small model is not sure of what is bad."""
    row: dict[str, Any] = json.loads(next(line for line in request.user.splitlines() if line.startswith("{")))
    value = column_kit.sentiment(row)
    unsure = {"sentiment": "positive", "confidence": 0.1 if value == "negative" else 1.0}
    return Reply.of(unsure if "confidence" in str(request.json_schema) else {"sentiment": value})


@pytest.fixture
def env(openai_server: LoopbackOpenAI, tmp_path: Path) -> dict[str, str]:
    openai_server.handler = answer
    openai_server.models = ["small", "large", "embedder"]
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    return launch.environment(
        tmp_path / "home", OPENAI_BASE_URL=openai_server.base_url, OPENAI_API_KEY="key", COLUMNIST_CONFIG=str(config)
    )


@pytest.fixture
def kit(sqlite_url: str, tmp_path: Path) -> Iterator[Kit]:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'setup.db'}") as opened:
        yield opened


def url_of(kit: Kit) -> str:
    return kit.door.database.target.url.render_as_string(hide_password=False)


def journaled(env: dict[str, str]) -> Counter[str]:
    """How many answers each model gave."""
    connection = sqlite3.connect(Path(env["XDG_STATE_HOME"]) / "columnist" / "state.db")
    rows = connection.execute("SELECT o.model FROM job_answers a JOIN answer_origins o ON o.id = a.origin").fetchall()
    connection.close()
    return Counter(model for (model,) in rows)


def test_vectors_are_asked_for_and_written(kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str]) -> None:
    kit.reviews(30)
    done = launch.run("fill", url_of(kit), *EMBED, "--type", "vector(3)", "--yes", "--json", env=env)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["rows"]["filled"], report["tokens"]["completion"]) == (30, 0)
    assert report["tokens"]["prompt"] == sum(len(column_kit.text_of(number)) for number in range(1, 31))
    stored = {key: bytes(value) for key, value in kit.door.rows("SELECT id, meaning FROM reviews")}  # type: ignore[arg-type]
    length = float(len(column_kit.text_of(7)))
    assert struct.unpack("<3f", stored[7]) == (length, 0.5, -1.0)
    assert {body["dimensions"] for body in openai_server.lanes.embeddings} == {3}
    assert not openai_server.requests
    assert "3 numbers: " in done.stderr


def test_an_embedding_preview_shows_numbers(kit: Kit, env: dict[str, str]) -> None:
    kit.reviews(3)
    done = launch.run("fill", url_of(kit), *EMBED, "--preview", "2", "--json", env=env)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])["preview"]
    assert {one["value"] for one in shown} == {"3 numbers: 16, 0.5, -1"}


def test_a_cascade_says_what_was_escalated(kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str]) -> None:
    kit.reviews(40)
    done = launch.run("fill", url_of(kit), *FILL, "--model", "cascade", env=env)
    assert done.returncode == 0, done.stderr
    assert kit.sentiments() == column_kit.expected(40)
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["cascade"] == {"kept": 36, "escalated": 4, "reasons": {"unsure": 4}}
    assert "4 of 40 rows went to the precise model (4: the model is not sure enough)" in done.stderr
    asked = Counter(request.body["model"] for request in openai_server.requests)
    assert asked == {"small": 40, "large": 4}
    assert journaled(env) == {"small": 36, "large": 4}


@pytest.mark.parametrize(("model", "asked"), [("fast", "small"), ("precise", "large"), ("large", "large")])
def test_a_model_is_chosen_by_role_or_name(
    kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str], model: str, asked: str
) -> None:
    kit.reviews(3)
    done = launch.run("fill", url_of(kit), *FILL, "--model", model, env=env)
    assert done.returncode == 0, done.stderr
    assert {request.body["model"] for request in openai_server.requests} == {asked}


def test_a_fill_with_a_second_opinion_reports_it(
    kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str], tmp_path: Path
) -> None:
    kit.reviews(30)
    done = launch.run("fill", url_of(kit), *FILL, "--quality", "10", "--judge", "large", env=env)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["quality"]["judge"], report["quality"]["rows"], report["quality"]["alert"]) == ("large", 10, False)
    assert "sentiment, against large: 10 of 10 rows agree: 100.0% (95 % interval 72.2% to 100.0%)" in done.stderr
    assert report["calls"]["made"] == len(openai_server.requests) == 40

    gold = tmp_path / "gold.csv"
    gold.write_text("id,sentiment\n10,negative\n11,negative\n12,negative\n")
    checked = launch.run("jobs", "check", report["job"], url_of(kit), "--gold", str(gold), "--json", env=env)
    assert checked.returncode == 1  # below quality.min_agreement
    quality = json.loads(checked.stdout.splitlines()[-1])["quality"]
    assert quality["columns"]["sentiment"]["agreed"] == 1
    assert "below quality.min_agreement" in checked.stderr
    assert len(openai_server.requests) == 40

    again = launch.run("jobs", "check", report["job"], url_of(kit), "--rows", "5", "--json", env=env)
    assert again.returncode == 0, again.stderr
    assert len(openai_server.requests) == 45
    shown = launch.run("jobs", "show", report["job"], "--json", env=env)
    assert (json.loads(shown.stdout)["state"], json.loads(shown.stdout)["calls"]["made"]) == ("done", 45)


def test_a_gold_file_that_is_not_there_is_one_line(
    kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    kit.reviews(3)
    done = launch.run("fill", url_of(kit), *FILL, "--gold", "/nowhere/gold.csv", env=env)
    assert done.returncode == 2
    assert "/nowhere/gold.csv: cannot be read" in done.stderr
    assert not openai_server.requests
