"""`fill_jobs` as a conversation calls it: jobs found without their ids, asked, resumed under the yes they have."""

from dataclasses import dataclass, field, replace

import pytest
from column_kit import Kit, task

from memory.jobs import JobRequest, JobState
from skills.ai_column.budget import Limits
from skills.ai_column.job_control import JobControl
from skills.ai_column.jobs_tool import jobs_tool
from skills.errors import ConsentExceeded, SkillError
from tools.context import ToolContext
from tools.safety.gate import Gate
from tools.settings import Mode
from tools.toolbox import CallInvalid


@dataclass
class Chat:
    kit: Kit
    started: list[str] = field(default_factory=list)
    mode: Mode = Mode.OPERATE

    def say(self, action: str, **more: str) -> str:
        tool = jobs_tool(JobControl(jobs=self.kit.jobs, background=self._start))
        context = ToolContext(gate=self.kit.door.gate, caller=replace(self.kit.door.caller, mode=self.mode))
        return str(tool.run(tool.parse({"action": action, **more}), context))

    def _start(self, job_id: str, gate: Gate) -> None:
        assert gate is self.kit.door.gate
        self.started.append(job_id)


@pytest.fixture
def chat(sqlite_kit: Kit) -> Chat:
    sqlite_kit.reviews(40)
    return Chat(sqlite_kit)


def test_without_any_fill_there_is_nothing_to_steer(chat: Chat) -> None:
    assert "No column was filled" in chat.say("list")
    with pytest.raises(SkillError, match="no column was filled"):
        chat.say("pause")
    with pytest.raises(CallInvalid):
        chat.say("explode")


def test_the_fill_at_work_is_meant_and_hears_it(chat: Chat) -> None:
    said: list[str] = []

    def on_call(number: int) -> None:
        if number == 20:
            said.extend(chat.say(action) for action in ("status", "slower", "pause"))
            (job,) = chat.kit.jobs.list(1)
            assert job.requested is JobRequest.PAUSE

    chat.kit.model.on_call, chat.kit.model.most_sent = on_call, 20
    report = chat.kit.run(task())
    assert report.state is JobState.PAUSED
    status, slower, pause = said
    assert "(reviews.sentiment): running" in status
    assert "of 40 rows filled" in status
    assert "Why not faster:" in status
    assert "slower" in slower
    assert "pause" in pause
    assert f"job {report.job_id} (reviews.sentiment): paused" in chat.say("why_slow")
    assert "paused on request" in chat.say("why_slow")


def test_a_paused_fill_goes_on_in_the_background_only_where_writing_is_allowed(chat: Chat) -> None:
    job_id = chat.kit.run(task(), limits=Limits(max_calls=10)).job_id
    chat.mode = Mode.ASK
    with pytest.raises(SkillError, match="only reading"):
        chat.say("resume")
    chat.mode = Mode.OPERATE
    assert "in the background" in chat.say("resume")
    assert chat.started == [job_id]
    with pytest.raises(SkillError, match="nobody works on job"):
        chat.say("faster")


def test_what_was_never_approved_or_is_over_is_not_resumed(chat: Chat) -> None:
    with chat.kit.fill() as fill:
        fill.begin(fill.plan(task()))
    with pytest.raises(ConsentExceeded, match="never approved"):
        chat.say("resume")
    assert "cancelled" in chat.say("cancel")
    with pytest.raises(SkillError, match="is cancelled"):
        chat.say("resume")
    assert chat.started == []
