"""What a chat shows of fills in the background: the bar while they run, their end once, after a resume too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import column_kit
import pytest
from column_kit import Kit, task

from agent.app import App
from agent.interfaces.completion import Names
from agent.interfaces.options import ChatOptions, Opening
from agent.interfaces.repl.bar import Status, bar
from agent.interfaces.repl.fill_watch import FillWatch
from agent.interfaces.repl.loading import Loading, Opened
from agent.settings import Settings
from skills.ai_column.budget import Limits
from skills.ai_column.engine import ColumnFill
from skills.ai_column.report import Report
from skills.ai_column.services import Choices
from tools.safety.pending import ApprovedBy


@pytest.fixture
def kit(sqlite_url: str, tmp_path: Path) -> Iterator[Kit]:
    with column_kit.kit(sqlite_url, f"sqlite:///{tmp_path / 'state.db'}") as opened:
        opened.reviews(20)
        yield opened


class Chat:
    """A chat on the same state store, as far as its watch sees it."""

    def __init__(self, kit: Kit, url: str, folder: Path, session_id: str | None = None) -> None:
        settings = Settings.load(env={"COLUMNIST_STATE_URL": f"sqlite:///{folder / 'state.db'}"}, folder=folder)
        self.kit = kit
        self.app = App.build(settings, url=url, project=folder)
        self.conversation = self.app.conversation(session_id=session_id)
        self.told: list[str] = []
        self.status = Status(conversation=self.conversation)
        self.opened = Opened(app=self.app, conversation=self.conversation, model="m", database="d")
        loading = Loading(ChatOptions(opening=Opening()), Names(), lambda _: None)
        self._watch = FillWatch(loading, self.status, self.told.append)

    def look(self) -> None:
        self._watch.look(self.opened)

    def fill(self, *, elsewhere: bool, limits: Limits | None = None) -> Report:
        """Approved in this chat; run by it, or by another process in whose name it is."""
        services = self.kit.services()
        mine = replace(services.caller, session_id=self.conversation.session_id)
        with ColumnFill(replace(services, caller=mine), Choices()) as fill:
            plan = fill.plan(task())
            job = fill.begin(plan)
            consent = fill.approve(plan, ApprovedBy.PERSON)
            if not elsewhere:
                return fill.run(plan, consent, lambda _: None)
        with ColumnFill(services, Choices(limits=limits or Limits())) as fill:
            job = self.kit.jobs.get(job.id)
            plan = fill.plan(task())
            fill.begin(plan, job)
            return fill.run(plan, fill.go_on(plan, job), lambda _: None)


@pytest.fixture
def chat(kit: Kit, sqlite_url: str, tmp_path: Path) -> Iterator[Chat]:
    opened = Chat(kit, sqlite_url, tmp_path)
    yield opened
    opened.app.close()


def test_the_bar_shows_a_fill_while_it_runs(chat: Chat) -> None:
    bars: list[str] = []

    def on_call(number: int) -> None:
        if number == 10:
            chat.look()
            bars.append("".join(text for _, text in bar(chat.status)))

    chat.look()
    chat.kit.model.on_call = on_call
    chat.fill(elsewhere=True)
    assert "reviews.sentiment" in bars[0]
    assert "/20, " in bars[0]
    chat.look()
    assert chat.status.fills == ""


def test_the_end_of_a_fill_in_the_background_is_told_once(chat: Chat) -> None:
    chat.look()
    report = chat.fill(elsewhere=True)
    chat.look()
    chat.look()
    assert chat.told == [f"job {report.job_id} (reviews.sentiment): done, 20 rows filled, 0 failed, 240 tokens"]


def test_a_fill_that_stopped_says_how_to_go_on(chat: Chat) -> None:
    chat.look()
    report = chat.fill(elsewhere=True, limits=Limits(max_calls=5))
    chat.look()
    (words,) = chat.told
    assert "budget, 5 rows filled" in words
    assert "15 left" in words
    assert words.endswith(f"/jobs resume {report.job_id} goes on")


def test_a_fill_that_the_chat_ran_itself_is_not_told_again(chat: Chat) -> None:
    chat.look()
    chat.fill(elsewhere=False)
    chat.look()
    assert chat.told == []


def test_what_ended_while_the_chat_was_closed_is_told_at_its_resume_and_only_then(
    chat: Chat, kit: Kit, sqlite_url: str, tmp_path: Path
) -> None:
    report = chat.fill(elsewhere=True)
    session_id = chat.conversation.session_id
    for expected in (1, 0):
        resumed = Chat(kit, sqlite_url, tmp_path, session_id)
        resumed.look()
        resumed.app.close()
        assert len(resumed.told) == expected
        assert all(report.job_id in words for words in resumed.told if report.job_id)
    other = Chat(kit, sqlite_url, tmp_path)
    other.look()
    other.app.close()
    assert other.told == []
