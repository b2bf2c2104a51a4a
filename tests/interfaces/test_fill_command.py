"""`columnist fill` and `columnist jobs` as a script runs them: processes, exit codes, JSON, a loopback model."""

import json
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import column_kit
import launch
import pytest
from column_kit import Kit
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest

from agent import background

FLAGS = ("--table", "reviews", "--from", "content", "--to", "sentiment", "--as", "the sentiment of the review")
FILL = (*FLAGS, "--labels", "positive,negative", "--rows-per-call", "1")


def answer(request: WireRequest) -> Reply:
    return Reply.of({"sentiment": column_kit.sentiment(content_of(request))})


def content_of(request: WireRequest) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(next(line for line in request.user.splitlines() if line.startswith("{")))
    return row


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


def columnist(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return launch.run(*arguments, env=env)


def last(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values


def url_of(kit: Kit) -> str:
    return kit.door.database.target.url.render_as_string(hide_password=False)


class Halfway:
    """Kills a process after so many answers, while others are in flight."""

    def __init__(self, server: LoopbackOpenAI, calls: int) -> None:
        self.reached = threading.Event()
        self._calls = calls
        server.handler = self

    def __call__(self, request: WireRequest) -> Reply:
        if request.number >= self._calls:
            self.reached.set()
        return answer(request)


def start(*arguments: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(launch.PROGRAM), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(env)
    )


def test_a_fill_killed_half_way_is_finished_by_the_same_command(
    kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    kit.reviews(1200)
    halfway = Halfway(server, 600)
    command = ("fill", url_of(kit), *FILL, "--concurrency", "8", "--yes", "--json")
    process = start(*command, env=env)
    assert halfway.reached.wait(60)
    process.kill()
    process.communicate()
    server.handler = answer
    journaled = _journaled(env)
    filled = sum(value is not None for value in kit.sentiments().values())
    assert 0 < filled < 1200
    bought = len(server.requests)
    done = columnist(*command, env=env)
    assert done.returncode == 0, done.stderr
    assert "its worker is gone" in done.stderr
    report = last(done)
    assert report["state"] == "done"
    assert report["rows"] == {"pending": 0, "filled": 1200, "failed": 0, "reused": 0}
    assert kit.sentiments() == column_kit.expected(1200)
    times = Counter(content_of(request)["content"] for request in server.requests)
    # Only what had not reached the journal when the process died is asked again; `make soak` holds it to a time.
    assert all(times[text] == 1 for text in journaled)
    assert len(server.requests) <= 1200 + 8 + (bought - len(journaled))


def _journaled(env: Mapping[str, str]) -> set[str]:
    """The texts whose answers the killed process had committed."""
    path = Path(env["XDG_STATE_HOME"]) / "columnist" / "state.db"
    with sqlite3.connect(path) as connection:
        keys = [json.loads(key)[0] for (key,) in connection.execute("SELECT key_json FROM job_answers")]
    connection.close()
    return {column_kit.text_of(key) for key in keys}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminate"])
def test_a_signal_pauses_cleanly(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str], number: signal.Signals, code: int
) -> None:
    sqlite_kit.reviews(300)
    server.latency_s = 0.02
    halfway = Halfway(server, 60)
    process = start("fill", url_of(sqlite_kit), *FILL, "--yes", "--json", "--concurrency", "4", env=env)
    assert halfway.reached.wait(60)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    report = json.loads(out.splitlines()[-1])
    assert (report["state"], report["exit_code"]) == ("paused", code)
    # Everything that was paid for is written.
    assert report["rows"]["filled"] == len(server.requests) == report["calls"]["made"]
    done = columnist("fill", url_of(sqlite_kit), *FILL, "--yes", "--json", env=env)
    assert last(done)["rows"]["filled"] == len(server.requests) == 300


def test_without_a_terminal_and_without_yes_nothing_happens(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    sqlite_kit.reviews(3)
    done = columnist("fill", url_of(sqlite_kit), *FILL, "--json", env=env)
    assert done.returncode == 3
    assert last(done)["state"] == "refused"
    assert not server.requests
    assert set(sqlite_kit.sentiments().values()) == {None}


def test_a_plan_is_free_and_has_the_shape_that_scripts_rely_on(
    kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    kit.reviews(30)
    done = columnist("fill", url_of(kit), *FILL, "--plan", "--json", env=env)
    assert done.returncode == 0, done.stderr
    plan = last(done)
    assert {"pending", "distinct", "rows_per_call", "calls", "tokens", "cost", "seconds", "hash", "contract"} <= set(
        plan
    )
    assert (plan["pending"], plan["distinct"], plan["rows_per_call"], plan["calls"]) == (30, 30, 1, 30)
    assert set(plan["tokens"]) >= {"prompt", "completion"}
    assert plan["contract"]["labels"] == ["positive", "negative"]
    assert not server.requests


def test_a_preview_writes_nothing_and_is_used_by_the_run(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    sqlite_kit.reviews(12)
    done = columnist("fill", url_of(sqlite_kit), *FILL, "--preview", "3", "--json", env=env)
    assert done.returncode == 0, done.stderr
    assert [set(shown) for shown in last(done)["preview"]] == [{"key", "value", "reason"}] * 3
    assert set(sqlite_kit.sentiments().values()) == {None}
    columnist("fill", url_of(sqlite_kit), *FILL, "--yes", env=env)
    assert len(server.requests) == 12
    assert sqlite_kit.sentiments() == column_kit.expected(12)


def test_a_missing_column_is_created_under_the_same_yes(kit: Kit, env: dict[str, str]) -> None:
    kit.reviews(60, column="other INTEGER")
    done = columnist("fill", url_of(kit), *FILL, "--yes", "--json", env=env)
    assert done.returncode == 0, done.stderr + done.stdout
    assert kit.sentiments() == column_kit.expected(60)


def test_a_task_file_is_the_long_form(sqlite_kit: Kit, env: dict[str, str], tmp_path: Path) -> None:
    sqlite_kit.reviews(8)
    task = tmp_path / "task.yaml"
    task.write_text(
        "table: reviews\nfrom: content\nwhere: id > 4\n"
        "columns:\n  sentiment:\n    as: the sentiment of the review\n    labels: [positive, negative]\n"
    )
    done = columnist(
        "fill", url_of(sqlite_kit), "--task", str(task), "--rows-per-call", "1", "--yes", "--json", env=env
    )
    assert last(done)["rows"]["filled"] == 4
    task.write_text("table: reviews\nfrom: content\ncolumns: {sentiment: {as: x, lables: [a]}}\n")
    done = columnist("fill", url_of(sqlite_kit), "--task", str(task), "--yes", env=env)
    assert done.returncode == 2
    assert "columns.sentiment.lables" in done.stderr


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (("--table", "review"), 2, "did you mean reviews"),
        (("--from", "contents"), 2, "did you mean content"),
        (("--to", "id"), 3, "cannot be filled"),
        (("--where", "1=1) OR (1=1"), 2, "filter"),
        (("--type", "TEXT, DROP COLUMN content", "--to", "fresh"), 2, "not a column type"),
        (("--table", "loose"), 3, "has no usable key"),
        (("--max-calls", "0"), 2, "--max-calls"),
    ],
    ids=["table", "column", "key", "filter", "type", "keyless", "limit"],
)
def test_mistakes_are_said_in_one_line_and_nothing_is_asked(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str], flags: tuple[str, ...], code: int, words: str
) -> None:
    sqlite_kit.reviews(3)
    sqlite_kit.door.sql("CREATE TABLE loose (content TEXT, sentiment TEXT)")
    done = columnist("fill", url_of(sqlite_kit), *FILL, *flags, "--yes", "--json", env=env)
    assert done.returncode == last(done)["exit_code"] == code, done.stderr
    assert words.casefold() in done.stderr.casefold()
    assert "Traceback" not in done.stderr
    assert not server.requests


def test_a_wrong_key_fails_the_run_and_says_so(sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str]) -> None:
    sqlite_kit.reviews(3)
    server.api_key = "another"
    done = columnist("fill", url_of(sqlite_kit), *FILL, "--yes", "--json", env=env)
    assert done.returncode == 1
    assert last(done)["state"] == "failed"
    assert last(done)["message"]


def test_quarantined_rows_are_listed_and_asked_again_on_request(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    sqlite_kit.reviews(10)
    poison = column_kit.text_of(4)
    server.handler = lambda request: (
        Reply.of({"sentiment": "no idea"}) if content_of(request)["content"] == poison else answer(request)
    )
    done = columnist("fill", url_of(sqlite_kit), *FILL, "--yes", "--json", env=env)
    assert done.returncode == 4
    report = last(done)
    assert (report["state"], report["rows"]["filled"], report["rows"]["failed"]) == ("partial", 9, 1)
    assert report["failures"][0]["key"] == 4
    shown = last(columnist("jobs", "show", report["job"], "--json", env=env))
    assert shown["failures"] == report["failures"]
    server.handler = answer
    again = columnist("jobs", "retry-failed", report["job"], url_of(sqlite_kit), "--json", env=env)
    assert again.returncode == 0, again.stderr
    assert sqlite_kit.sentiments() == column_kit.expected(10)


def test_jobs_are_listed_and_cancelled(sqlite_kit: Kit, env: dict[str, str]) -> None:
    sqlite_kit.reviews(4)
    job = last(columnist("fill", url_of(sqlite_kit), *FILL, "--preview", "2", "--json", env=env))["job"]
    listed = last(columnist("jobs", "list", "--json", env=env))["jobs"]
    assert [(one["job"], one["state"]) for one in listed] == [(job, "planned")]
    assert columnist("jobs", "resume", job, url_of(sqlite_kit), env=env).returncode == 3
    assert last(columnist("jobs", "cancel", job, "--json", env=env))["state"] == "cancelled"
    assert columnist("jobs", "show", "nothing", env=env).returncode == 1


def test_two_processes_cannot_work_on_one_job(sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str]) -> None:
    sqlite_kit.reviews(200)
    server.latency_s = 0.05
    halfway = Halfway(server, 10)
    first = start("fill", url_of(sqlite_kit), *FILL, "--yes", "--json", "--concurrency", "2", env=env)
    assert halfway.reached.wait(60)
    second = columnist("fill", url_of(sqlite_kit), *FILL, "--yes", env=env)
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr
    first.terminate()
    first.communicate(timeout=60)


def test_a_background_process_goes_on_with_a_job_on_its_own(
    sqlite_kit: Kit, server: LoopbackOpenAI, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_kit.reviews(120)
    killed = Halfway(server, 40)
    process = start("fill", url_of(sqlite_kit), *FILL, "--yes", env=env)
    assert killed.reached.wait(60)
    process.kill()
    process.communicate()
    (job,) = last(columnist("jobs", "list", "--json", env=env))["jobs"]
    assert "its worker is gone" in columnist("jobs", "watch", job["job"], env=env).stderr
    running = Halfway(server, len(server.requests) + 10)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    background.start(job["job"], {"DATABASE_URL": url_of(sqlite_kit), "COLUMNIST_CONFIG": None})
    assert running.reached.wait(60)
    watched = columnist("jobs", "watch", job["job"], "--json", env=env)
    assert (last(watched)["state"], last(watched)["rows"]["filled"]) == ("done", 120)
    assert "120 rows filled" in background.log_file(job["job"]).read_text()
    assert sqlite_kit.sentiments() == column_kit.expected(120)
