"""A killed process: the question is still there, what was approved runs at most once, and a doubt is reported."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DRIVER = ROOT / "tests" / "chat_process.py"
TOTALS = "SELECT total FROM orders ORDER BY id"
BEFORE, AFTER = [(10,), (20,), (30,), (40,)], [(11,), (21,), (30,), (40,)]


class Chat:
    """Runs processes with one conversation."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database, self._folder = database, folder
        self.session = "new"

    def start(self, *todo: str) -> "subprocess.Popen[str]":
        state = self._folder / "state" / "state.db"
        state.parent.mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-P", str(DRIVER), str(self._database), str(state), self.session, *todo],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "HOME": str(self._folder), "PATH": "/usr/bin:/bin"},
        )

    def said(self, process: "subprocess.Popen[str]", until: str) -> list[dict[str, object]]:
        """Read its lines up to the first one with the key `until`."""
        assert process.stdout is not None
        lines: list[dict[str, object]] = []
        for line in process.stdout:
            lines.append(json.loads(line))
            self.session = str(lines[-1].get("session", self.session))
            if until in lines[-1]:
                return lines
        raise AssertionError(f"ended without {until!r}: {lines}")

    def run(self, *todo: str) -> list[dict[str, object]]:
        with self.start(*todo) as process:
            assert process.stdout is not None
            lines = [json.loads(line) for line in process.stdout]
        assert process.returncode in (0, -signal.SIGKILL), process.returncode
        self.session = str(lines[0]["session"])
        return lines

    def kill_while_asking(self) -> None:
        with self.start("ask", "hang") as process:
            self.said(process, "question")
            process.kill()
        assert process.returncode == -signal.SIGKILL


@pytest.fixture
def chat(shop, tmp_path: Path) -> Chat:
    return Chat(shop.path, tmp_path)


def test_a_killed_process_finds_its_question_again_and_executes_once(chat: Chat, shop) -> None:
    chat.kill_while_asking()
    assert shop.rows(TOTALS) == BEFORE
    lines = chat.run("resume", "yes")
    assert {"question": "UPDATE orders SET total = total + 1 WHERE customer_id = 1", "rows": 2} in lines
    assert lines[-1] == {"ended": "reported"}
    assert shop.rows(TOTALS) == AFTER
    assert not any("question" in line for line in chat.run("resume"))
    assert shop.rows(TOTALS) == AFTER


def test_a_resumed_question_can_be_refused(chat: Chat, shop) -> None:
    chat.kill_while_asking()
    chat.run("resume", "no")
    assert shop.rows(TOTALS) == BEFORE


def test_rows_that_changed_meanwhile_are_asked_about_anew(chat: Chat, shop) -> None:
    chat.kill_while_asking()
    shop.run("INSERT INTO orders VALUES (5, 1, 50, NULL)")
    lines = chat.run("resume", "yes")
    assert lines[-1]["rows"] == 3
    assert shop.rows(TOTALS)[:2] == [(10,), (20,)]


@pytest.mark.parametrize(
    ("death", "said"),
    [("die-before-closing", "may have been committed"), ("die-after-closing", "executed by an earlier process")],
)
def test_a_kill_between_commit_and_checkpoint_is_reported_and_not_repeated(
    death: str, said: str, chat: Chat, shop
) -> None:
    chat.run(death, "ask", "yes")
    assert shop.rows(TOTALS) == AFTER
    lines = chat.run("resume")
    assert any(said in str(line.get("notice")) for line in lines), lines
    assert lines[-1] == {"ended": "reported"}
    assert shop.rows(TOTALS) == AFTER
    chat.run("resume")
    assert shop.rows(TOTALS) == AFTER
