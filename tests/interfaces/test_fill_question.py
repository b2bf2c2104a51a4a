"""The question of `columnist fill` at a terminal: continue, adjust, cancel."""

import io
import json
from pathlib import Path
from typing import Any

import column_kit
import pytest
from openai_replies import Reply
from openai_wire import LoopbackOpenAI, WireRequest

from agent.interfaces.fill import run_fill
from agent.interfaces.fill_options import FillOptions
from agent.interfaces.options import Opening


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def server(openai_server: LoopbackOpenAI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LoopbackOpenAI:
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("COLUMNIST_MODEL", "small")
    monkeypatch.setenv("COLUMNIST_STATE_URL", f"sqlite:///{tmp_path / 'jobs.db'}")
    monkeypatch.chdir(tmp_path)
    openai_server.handler = answer
    return openai_server


def answer(request: WireRequest) -> Reply:
    row: dict[str, Any] = json.loads(next(line for line in request.user.splitlines() if line.startswith("{")))
    return Reply.of({"sentiment": column_kit.sentiment(row)})


def ask(url: str, typed: str) -> tuple[int, dict[str, Any], str]:
    out, err = io.StringIO(), Terminal()
    options = FillOptions(
        opening=Opening(url=url), table="reviews", source="content", column="sentiment", intent="the mood",
        labels="positive,negative", json=True, rows_per_call=1,
    )  # fmt: skip
    code = run_fill(options, Terminal(typed), out, err)
    return code, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


@pytest.fixture
def reviews(sqlite_url: str, tmp_path: Path) -> Any:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'setup.db'}") as kit:
        kit.reviews(20)
        yield kit


def test_continue_keeps_the_preview_and_fills_the_rest(reviews: Any, sqlite_url: str, server: LoopbackOpenAI) -> None:
    code, report, shown = ask(sqlite_url, "c\n")
    assert (code, report["rows"]["filled"], len(server.requests)) == (0, 20, 20)
    assert "preview" in shown
    assert reviews.sentiments() == column_kit.expected(20)


@pytest.mark.parametrize("typed", ["\n", "n\n", "", "what\n", "a\n\n"])
def test_everything_but_a_clear_yes_cancels(reviews: Any, sqlite_url: str, server: LoopbackOpenAI, typed: str) -> None:
    code, report, _ = ask(sqlite_url, typed)
    assert (code, report["state"]) == (3, "refused")
    assert len(server.requests) == 5
    assert set(reviews.sentiments().values()) == {None}


def test_adjust_asks_again_in_other_words_and_throws_the_answers_away(
    reviews: Any, sqlite_url: str, server: LoopbackOpenAI
) -> None:
    code, report, _ = ask(sqlite_url, "a\nthe true mood\nc\n")
    assert (code, report["rows"]["filled"], report["calls"]["made"]) == (0, 20, 20)
    assert len(server.requests) == 25
    assert sum("the true mood" in str(request.messages[0]["content"]) for request in server.requests) == 20
