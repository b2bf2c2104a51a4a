"""`why`, `jobs undo`, `fill --refresh` and `watch` as a script runs them: processes, exit codes, JSON, kills."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import column_kit
import launch
import pytest
from column_kit import Kit
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest
from terminal import Terminal

FLAGS = ("--table", "reviews", "--from", "content", "--to", "sentiment", "--as", "the sentiment of the review")
FILL = (*FLAGS, "--labels", "positive,negative", "--yes", "--json")
TASK = """
table: reviews
from: content
columns:
  sentiment: {as: the sentiment of the review, labels: "positive,negative"}
"""


def answer(request: WireRequest) -> Reply:
    rows: list[dict[str, Any]] = [json.loads(line) for line in request.user.splitlines() if line.startswith("{")]
    if "id" not in rows[0]:
        return Reply.of({"sentiment": column_kit.sentiment(rows[0])})
    return Reply.of(
        {
            "answers": [
                {"id": row["id"], "echo": row["echo"], "values": {"sentiment": column_kit.sentiment(row["row"])}}
                for row in rows
            ]
        }
    )


@pytest.fixture
def server(openai_server: LoopbackOpenAI) -> LoopbackOpenAI:
    openai_server.handler = answer
    return openai_server


@pytest.fixture
def env(server: LoopbackOpenAI, tmp_path: Path) -> dict[str, str]:
    return launch.environment(
        tmp_path / "home", OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY="key", COLUMNIST_MODEL="small"
    )


@pytest.fixture
def kit(any_url: str, tmp_path: Path) -> Iterator[Kit]:
    with column_kit.kit(any_url, f"sqlite:///{tmp_path / 'setup.db'}") as opened:
        yield opened


@pytest.fixture
def sqlite_kit(sqlite_url: str, tmp_path: Path) -> Iterator[Kit]:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'setup.db'}") as opened:
        yield opened


def last(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values


def url_of(kit: Kit) -> str:
    return kit.door.database.target.url.render_as_string(hide_password=False)


def start(*arguments: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(launch.PROGRAM), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(env)
    )


def filled_job(kit: Kit, env: Mapping[str, str]) -> str:
    done = launch.run("fill", url_of(kit), *FILL, env=env)
    assert done.returncode == 0, done.stderr
    return str(last(done)["job"])


def test_why_tells_which_job_wrote_a_cell_and_whether_it_still_stands(kit: Kit, env: dict[str, str]) -> None:
    kit.reviews(6)
    job = filled_job(kit, env)
    kit.door.sql("UPDATE reviews SET content = 'turned bad' WHERE id = 2")
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id = 3")
    url = url_of(kit)
    first, second, third = (
        last(launch.run("why", url, "reviews.sentiment", key, "--json", env=env)) for key in ("1", "2", "3")
    )
    assert (first["job"], first["value"], first["previous"], first["model"]) == (job, "positive", None, "small")
    assert (first["key"], first["wording"]) == (1, "the sentiment of the review")
    assert (first["standing"], first["stale"], first["changed"]) == ("holds what the job wrote", False, False)
    assert first["tokens"]["prompt"] > 0
    assert first["pack"]
    assert (second["stale"], second["changed"]) == (True, False)
    assert (third["stale"], third["changed"], third["value"], third["answered"]) == (False, True, "mine", "positive")
    words = launch.run("why", url, "reviews.sentiment", "3", env=env).stdout
    assert "changed by someone since" in words


@pytest.mark.parametrize(
    ("cell", "code", "words"),
    [
        (("review.sentiment", "1"), 2, "Did you mean reviews"),
        (("reviews.sentimen", "1"), 2, "Did you mean sentiment"),
        (("reviews.sentiment", "99"), 2, "has no row with id = 99"),
        (("reviews.sentiment", "one"), 2, "'one' cannot be a key"),
        (("reviews.sentiment", "1", "2"), 2, "the key of reviews is (id)"),
        (("sentiment", "1"), 2, "is not TABLE.COLUMN"),
        (("reviews.content", "1"), 0, "never filled by a job"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_why_says_what_is_not_there(
    sqlite_kit: Kit, env: dict[str, str], cell: tuple[str, ...], code: int, words: str
) -> None:
    sqlite_kit.reviews(2)
    filled_job(sqlite_kit, env)
    done = launch.run("why", url_of(sqlite_kit), *cell, env=env)
    assert done.returncode == code
    assert words in done.stdout + done.stderr


def test_in_the_chat_a_cell_is_explained_and_a_run_taken_back(sqlite_kit: Kit, env: dict[str, str]) -> None:
    sqlite_kit.reviews(4)
    job = filled_job(sqlite_kit, env)
    with Terminal("chat", url_of(sqlite_kit), "--mode", "operate", env=env) as chat:
        chat.until("> ")
        chat.enter("/why reviews.sentiment 1")
        chat.until("holds what the job wrote")
        chat.enter("/why reviews.sentimen 1")
        chat.until("did you mean|Did you mean")
        chat.enter(f"/jobs undo {job}")
        chat.until(r"Put the old values back\? \[y/N\]")
        chat.enter("n")
        chat.until("cancelled")
        assert None not in sqlite_kit.sentiments().values()
        chat.enter(f"/jobs undo {job}")
        chat.until(r"Put the old values back\? \[y/N\]")
        chat.enter("y")
        chat.until("done. 4 rows put back")
    assert set(sqlite_kit.sentiments().values()) == {None}


def test_an_undo_wants_a_yes_and_then_puts_everything_back(kit: Kit, env: dict[str, str]) -> None:
    kit.reviews(40)
    job = filled_job(kit, env)
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id = 4")
    refused = launch.run("jobs", "undo", job, url_of(kit), "--json", env=env)
    assert (refused.returncode, last(refused)["state"]) == (3, "refused")
    assert "39 rows of reviews.sentiment" in refused.stderr
    assert None not in kit.sentiments().values()
    done = launch.run("jobs", "undo", job, url_of(kit), "--yes", "--json", env=env)
    report = last(done)
    assert (done.returncode, report["exit_code"], report["state"]) == (4, 4, "partial")
    assert report["rows"] == {"undone": 39, "changed": 1, "gone": 0, "pending": 0}
    assert [conflict["key"] for conflict in report["conflicts"]] == [4]
    assert kit.sentiments() == dict.fromkeys(range(1, 41)) | {4: "mine"}
    again = launch.run("jobs", "undo", job, url_of(kit), "--yes", env=env)
    assert "nothing to put back" in again.stdout


def test_an_undo_killed_half_way_is_finished_by_the_same_command(kit: Kit, env: dict[str, str]) -> None:
    kit.reviews(4000)
    job = filled_job(kit, env)
    command = ("jobs", "undo", job, url_of(kit), "--yes")
    process = start(*command, env=env)
    assert process.stderr is not None
    for line in process.stderr:
        if "put back" in line:
            process.kill()
            break
    process.communicate()
    left = sum(value is not None for value in kit.sentiments().values())
    assert 0 < left < 4000
    done = launch.run(*command, "--json", env=env)
    assert (done.returncode, last(done)["state"]) == (0, "done"), done.stderr
    assert set(kit.sentiments().values()) == {None}


def test_a_refresh_killed_half_way_is_finished_without_paying_twice(
    kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    kit.reviews(600)
    filled_job(kit, env)
    kit.door.sql("UPDATE reviews SET sentiment = 'mine' WHERE id = 10")
    reached, bought = threading.Event(), len(server.requests)

    def flipped(request: WireRequest) -> Reply:
        if request.number >= bought + 300:
            reached.set()
        return Reply.of({"sentiment": "negative"})

    server.handler = flipped
    command = ("fill", url_of(kit), *FILL, "--refresh", "all", "--rows-per-call", "1", "--concurrency", "8")
    process = start(*command, env=env)
    assert reached.wait(60)
    process.kill()
    process.communicate()
    done = launch.run(*command, env=env)
    assert (done.returncode, last(done)["state"], last(done)["rows"]["filled"]) == (0, "done", 599), done.stderr
    assert "its worker is gone" in done.stderr
    assert kit.sentiments() == dict.fromkeys(range(1, 601), "negative") | {10: "mine"}
    # What was on its way to the journal when the process died is asked again, and no more.
    assert len(server.requests) - bought <= 599 + 120


def test_refresh_flags_that_make_no_sense_are_usage_errors(sqlite_kit: Kit, env: dict[str, str]) -> None:
    sqlite_kit.reviews(2)
    for flags in (("--refresh", "old"), ("--overwrite-edits",)):
        assert launch.run("fill", url_of(sqlite_kit), *FILL, *flags, env=env).returncode == 2


def test_watch_fills_rows_that_come_later_and_ends_on_a_signal(
    kit: Kit, server: LoopbackOpenAI, env: dict[str, str], tmp_path: Path
) -> None:
    kit.reviews(5)
    task = tmp_path / "task.yaml"
    task.write_text(TASK)
    process = start("watch", str(task), url_of(kit), "--every", "1s", "--yes", env=env)
    assert process.stderr is not None
    try:
        assert "5 rows filled" in process.stderr.readline()
        asked = len(server.requests)
        kit.insert(6, 3)
        assert "3 rows filled" in process.stderr.readline()
        assert len(server.requests) > asked
        asked = len(server.requests)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 143
    assert err == ""  # rounds without news say nothing
    assert len(server.requests) == asked
    assert kit.sentiments() == column_kit.expected(8)


def test_a_round_of_watch_stays_within_its_bounds_and_asks_nothing_twice(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str], tmp_path: Path
) -> None:
    kit = sqlite_kit
    kit.reviews(5)
    task = tmp_path / "task.yaml"
    task.write_text(TASK)
    once = ("watch", str(task), url_of(kit), "--once", "--json")
    assert launch.run(*once, env=env).returncode == 3
    first = launch.run(*once, "--yes", "--max-rows", "2", env=env)
    assert (first.returncode, last(first)["round"]) == (0, 2), first.stderr
    second = launch.run(*once, "--yes", env=env)
    assert (last(second)["round"], last(second)["job"]) == (3, last(first)["job"])
    asked = len(server.requests)
    third = launch.run(*once, "--yes", env=env)
    assert (third.returncode, last(third)["message"]) == (0, "nothing is pending")
    assert len(server.requests) == asked


def test_watch_does_not_ask_again_about_rows_that_were_set_aside(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str], tmp_path: Path
) -> None:
    sqlite_kit.reviews(3)
    sqlite_kit.door.sql("UPDATE reviews SET content = 'poison' WHERE id = 2")
    task = tmp_path / "task.yaml"
    task.write_text(TASK)

    def poisoned(request: WireRequest) -> Reply:
        return Reply.of({"sentiment": "nonsense"}) if "poison" in request.user else answer(request)

    server.handler = poisoned
    once = ("watch", str(task), url_of(sqlite_kit), "--once", "--yes", "--json")
    first = launch.run(*once, env=env)
    assert (first.returncode, last(first)["state"]) == (4, "partial"), first.stderr
    asked = len(server.requests)
    second = launch.run(*once, env=env)
    assert (second.returncode, last(second)["round"]) == (4, 0)
    assert len(server.requests) == asked
    assert sqlite_kit.sentiments() == {1: "positive", 2: None, 3: "positive"}
