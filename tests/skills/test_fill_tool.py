"""`fill_column` as a conversation calls it: the question first, the work after the yes."""

from dataclasses import dataclass, field

import pytest
from column_kit import Kit, expected, refuses, sentiment, text_of

from memory.jobs import JobState
from skills.ai_column.task import ColumnTask, build_task
from skills.ai_column.tool import fill_tool
from skills.errors import SkillError, TaskInvalid
from skills.settings import FillSettings
from tools.context import Approved, ToolContext
from tools.db.schema import Column
from tools.safety.gate import Gate
from tools.safety.pending import ApprovalRequired, ApprovedBy, Pending, PendingKind
from tools.safety.plan import dump, load

ARGUMENTS = {
    "table": "reviews",
    "from_columns": ["content"],
    "columns": {"sentiment": {"as": "the sentiment of the review", "labels": ["positive", "negative"]}},
}


@dataclass
class Chat:
    """One conversation with the tool on offer."""

    kit: Kit
    started: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def call(self, approved: Approved | None = None, **changes: object) -> str:
        tool = fill_tool(lambda gate, caller: self.kit.services(), self._background)
        context = ToolContext(
            gate=self.kit.door.gate, caller=self.kit.door.caller, approved=approved, progress=self.told.append
        )
        return str(tool.run(tool.parse({**ARGUMENTS, **changes}), context))

    def asked(self, **changes: object) -> Pending:
        with pytest.raises(ApprovalRequired) as caught:
            self.call(**changes)
        # As it comes back from a checkpoint.
        return load(dump(caught.value.pending))

    def yes(self, pending: Pending) -> Approved:
        gate, caller = self.kit.door.gate, self.kit.door.caller
        return Approved(pending=pending, approval=gate.approve(pending, caller, ApprovedBy.PERSON))

    def _background(self, job_id: str, gate: Gate) -> None:
        assert gate is self.kit.door.gate
        self.started.append(job_id)


@pytest.fixture
def chat(kit: Kit) -> Chat:
    return Chat(kit)


def test_the_question_shows_the_plan_and_a_preview_and_writes_nothing(chat: Chat) -> None:
    chat.kit.reviews(60)
    pending = chat.asked()
    assert pending.kind is PendingKind.BACKFILL
    assert pending.row_cap == 60
    (sample,) = pending.effect.samples
    assert sample.columns == ("id", "content", "sentiment")
    assert len(sample.changes) == len(chat.kit.model.requests) == 5
    assert any("60 rows, 60 calls" in note for note in pending.effect.notes)
    assert set(chat.kit.sentiments().values()) == {None}


def test_after_the_yes_every_row_is_filled_and_the_preview_is_kept(chat: Chat) -> None:
    chat.kit.reviews(120)
    words = chat.call(chat.yes(chat.asked()))
    assert words.startswith("done: 120 rows filled, 0 failed, 0 left, 120 calls")
    assert chat.kit.sentiments() == expected(120)
    assert len(chat.kit.model.requests) == 120
    assert chat.told[-1].startswith("batch 4/3:") or "120 rows done" in chat.told[-1]


def test_a_missing_column_is_part_of_the_same_question(chat: Chat) -> None:
    chat.kit.reviews(30, column="other INTEGER")
    pending = chat.asked()
    assert "ADD COLUMN" in pending.steps[0].sql
    assert pending.row_cap == 30
    assert "sentiment" not in [column.name for column in _columns(chat)]
    chat.call(chat.yes(pending))
    assert chat.kit.sentiments() == expected(30)


def test_a_large_fill_goes_on_in_the_background(chat: Chat) -> None:
    chat.kit.settings = FillSettings(rows_per_call=1, background_rows=10)
    chat.kit.reviews(20)
    words = chat.call(chat.yes(chat.asked()))
    (job_id,) = chat.started
    assert job_id in words
    job = chat.kit.jobs.get(job_id)
    assert (job.state, job.lease_owner) == (JobState.PLANNED, None)
    with chat.kit.fill() as fill:
        plan = fill.plan(_task())
        fill.begin(plan, job)
        assert fill.run(plan, fill.go_on(plan, chat.kit.jobs.get(job_id)), lambda _: None).filled == 20


def test_more_rows_than_were_approved_are_not_filled(chat: Chat) -> None:
    chat.kit.reviews(10)
    approved = chat.yes(chat.asked())
    chat.kit.insert(11, 5)
    with pytest.raises(SkillError, match="15 rows are pending now, 10 were approved"):
        chat.call(approved)
    assert set(chat.kit.sentiments().values()) == {None}


def test_rows_without_an_answer_are_told(chat: Chat) -> None:
    chat.kit.reviews(8)
    chat.kit.model.judge = lambda row: refuses() if row["content"] == text_of(3) else sentiment(row)
    words = chat.call(chat.yes(chat.asked()))
    assert words.startswith("partial: 7 rows filled, 1 failed")
    assert "failed: 3: the model refused" in words


def test_nothing_to_fill_needs_no_question(chat: Chat) -> None:
    chat.kit.reviews(2)
    chat.kit.door.sql("UPDATE reviews SET sentiment = 'x'")
    assert chat.call().startswith("Nothing to fill")


def test_a_mistake_is_an_error_with_a_hint(chat: Chat) -> None:
    chat.kit.reviews(2)
    with pytest.raises(TaskInvalid) as caught:
        chat.call(from_columns=["contents"])
    assert caught.value.hint == "did you mean content?"


def _columns(chat: Chat) -> list[Column]:
    table = chat.kit.door.gate.schema.refresh().table("reviews")
    assert table is not None
    return list(table.columns)


def _task() -> ColumnTask:
    return build_task({"table": "reviews", "from": ["content"], "columns": ARGUMENTS["columns"]})
