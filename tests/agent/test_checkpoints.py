"""The file in which conversations wait: private, small, and clear when it cannot be used."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from fakes import call, say

from agent.events import Decision, DecisionKind
from memory.checkpoints import Checkpoints
from memory.errors import StateUnavailable
from tools.errors import Refused


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "new" / "c.db")
    checkpoints.close()
    assert stat.S_IMODE((tmp_path / "new" / "c.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("obstacle", ["a file in place of the folder", "not a database"])
def test_a_file_that_cannot_be_used_is_a_clear_sentence(obstacle: str, tmp_path: Path) -> None:
    (tmp_path / "thing").write_text("x" * 5000)
    path = tmp_path / "thing" if obstacle == "not a database" else tmp_path / "thing" / "c.db"
    with pytest.raises(StateUnavailable) as error:
        Checkpoints(path)
    assert error.value.hint


def test_a_long_conversation_keeps_one_checkpoint(make_app, tmp_path: Path) -> None:
    conversation = make_app(*[say(f"answer {number}") for number in range(5)]).conversation()
    for number in range(5):
        list(conversation.ask(f"question {number}"))
    with closing(sqlite3.connect(tmp_path / "state" / "checkpoints.db")) as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)


def test_a_question_answered_in_one_process_is_not_run_again_by_another(make_app, shop) -> None:
    update = "UPDATE orders SET total = total + 1 WHERE id = 1"
    first = make_app(call("data_modify", sql=update), say("one")).conversation()
    list(first.ask("raise"))
    second = make_app(say("two"), say("three")).conversation(session_id=first.session_id)
    list(second.resume())
    stale = second.pending
    list(first.answer(Decision(kind=DecisionKind.YES)))
    assert stale is not None
    with pytest.raises(Refused, match="nothing waits"):
        list(second.answer(Decision(kind=DecisionKind.YES)))
    assert shop.rows("SELECT total FROM orders WHERE id = 1") == [(11,)]
