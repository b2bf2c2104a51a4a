"""`columnist jobs` on a job that another process runs, and what is left of it: processes, exit codes, JSON."""

import io
import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import column_kit
import launch
import pytest
from column_kit import Kit
from fill_process import FILL, answer, content_of, last, start, url_of
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest
from rich.console import Console

from agent.interfaces.jobs_view import job_details
from agent.interfaces.jobs_watch import code_of, watch
from memory.jobs import Job, JobState
from skills.ai_column.budget import Limits
from skills.ai_column.offer import Price

FLAGS = (*FILL, "--concurrency", "4")


@pytest.fixture
def env(openai_server: LoopbackOpenAI, tmp_path: Path) -> dict[str, str]:
    openai_server.handler = answer
    return launch.environment(
        tmp_path / "home", OPENAI_BASE_URL=openai_server.base_url, OPENAI_API_KEY="key", COLUMNIST_MODEL="small"
    )


@pytest.fixture
def kit(sqlite_url: str, tmp_path: Path) -> Iterator[Kit]:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'setup.db'}") as opened:
        yield opened


class Held:
    """Answers so many calls, then keeps the others waiting until it lets go."""

    def __init__(self, server: LoopbackOpenAI, calls: int) -> None:
        self.reached, self.release = threading.Event(), threading.Event()
        self._calls = calls
        server.handler = self

    def __call__(self, request: WireRequest) -> Reply:
        if request.number > self._calls:
            self.reached.set()
            assert self.release.wait(60)
        return answer(request)


def test_a_running_job_is_shown_slowed_and_watched_to_its_end(
    kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str]
) -> None:
    kit.reviews(60)
    held = Held(openai_server, 20)
    process = start("fill", url_of(kit), *FLAGS, env=env)
    assert held.reached.wait(60)
    (listed,) = last(launch.run("jobs", "list", "--json", env=env))["jobs"]
    assert (listed["state"], listed["progress"]["pending"]) == ("running", 60)
    assert listed["status"]
    assert listed["report"] is None
    slower = launch.run("jobs", "slower", listed["job"], env=env)
    assert (slower.returncode, "was asked" in slower.stdout) == (0, True)
    watching = start("jobs", "watch", listed["job"], "--json", env=env)
    held.release.set()
    out, err = watching.communicate(timeout=60)
    process.communicate(timeout=60)
    assert (watching.returncode, process.returncode) == (0, 0), err
    shown = json.loads(out.splitlines()[-1])
    assert (shown["state"], shown["rows"]["filled"]) == ("done", 60)
    assert kit.sentiments() == column_kit.expected(60)


def test_a_finished_job_shows_its_report(kit: Kit, openai_server: LoopbackOpenAI, env: dict[str, str]) -> None:
    kit.reviews(12)
    poison = column_kit.text_of(4)
    openai_server.handler = lambda request: (
        Reply.of({"sentiment": "no idea"}) if content_of(request)["content"] == poison else answer(request)
    )
    done = launch.run("fill", url_of(kit), *FLAGS, env=env)
    assert done.returncode == 4, done.stderr
    job = last(done)["job"]
    shown = last(launch.run("jobs", "show", job, "--json", env=env))
    assert shown["report"]["seconds"] > 0
    assert shown["report"]["model"] == "small"
    assert len(shown["report"]["samples"]) == 5
    assert shown["report"]["calls_per_row"] == pytest.approx(shown["calls"]["made"] / 12, abs=0.001)
    assert [(one["rows"], "no idea" in one["reason"]) for one in shown["reasons"]] == [(1, True)]
    assert shown["cost"] is None
    text = launch.run("jobs", "show", job, env=env).stdout
    for words in ("calls per row", "failed, by reason", "some of the filled rows", "tokens"):
        assert words in text
    watched = launch.run("jobs", "watch", job, env=env)
    assert watched.returncode == 4
    nobody = launch.run("jobs", "faster", job, env=env)
    assert (nobody.returncode, "partial" in nobody.stdout) == (1, True)


@pytest.mark.parametrize(
    ("calls", "state", "code"), [(None, JobState.DONE, 0), (5, JobState.BUDGET, 6)], ids=["done", "budget"]
)
def test_watching_ends_with_the_exit_code_of_the_job(kit: Kit, calls: int | None, state: JobState, code: int) -> None:
    kit.reviews(20)
    seen: list[str] = []
    console = Console(file=io.StringIO(), width=200)

    def on_call(number: int) -> None:
        if number == 3:
            (job,) = kit.jobs.list(1)
            thread.start()
            assert looked.wait(30)
            seen.append(job.id)

    def wait(_: float) -> None:
        looked.set()

    looked, watched = threading.Event(), list[Job]()
    thread = threading.Thread(target=lambda: watched.append(watch(kit.jobs, kit.jobs.list(1)[0], console, wait)))
    kit.model.on_call = on_call
    kit.run(column_kit.task(), limits=Limits(max_calls=calls))
    thread.join(30)
    (job,) = watched
    assert (job.state, code_of(job)) == (state, code)


def test_the_details_of_a_priced_job_have_its_cost(kit: Kit) -> None:
    kit.price = Price(prompt=Decimal(1), completion=Decimal(2))
    kit.reviews(3)
    kit.run(column_kit.task())
    (job,) = kit.jobs.list(1)
    console = Console(width=150, force_terminal=False)
    with console.capture() as captured:
        console.print(job_details(job, (), kit.jobs.summary(job.id)))
    assert f"cost {job.counts.usage.cost:.4f}" in captured.get()
