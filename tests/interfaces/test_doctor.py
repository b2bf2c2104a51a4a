"""`columnist doctor` says what is there, what is missing and what to do next, and shows no secret."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from launch import environment, run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    return path


def checks(*arguments: str, home: Path, **extra: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = run("doctor", *arguments, "--json", env=environment(home, **extra), cwd=home)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ok"] is (done.returncode == 0)
    return done.returncode, {check["name"]: check for check in found["checks"]}


def test_a_working_set_up_is_ok_and_the_missing_model_only_a_warning(shop: Path, tmp_path: Path) -> None:
    code, found = checks(str(shop), home=tmp_path)
    assert code == 0
    assert {name: check["health"] for name, check in found.items()} == {
        "python": "ok",
        "config": "ok",
        "state store": "ok",
        "database": "ok",
        "model": "warn",
    }
    assert "OPENAI_API_KEY" in found["model"]["next_step"]
    assert "operate" in found["database"]["found"]


def test_a_broken_configuration_fails_and_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("safety:\n  mode: maybe\n")
    code, found = checks(home=tmp_path)
    assert code == 1
    assert "config.yaml:2" in found["config"]["found"]


def test_what_cannot_be_reached_fails_and_no_secret_is_shown(tmp_path: Path) -> None:
    done = run(
        "doctor",
        "postgres://me:hunter2@127.0.0.1:1/none",
        env=environment(
            tmp_path, OPENAI_API_KEY="sk-hunter3", OPENAI_BASE_URL="http://127.0.0.1:1/v1", COLUMNIST_MODEL="m"
        ),
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "hunter" not in done.stdout + done.stderr
    assert sum(line.startswith("fail") for line in done.stdout.splitlines()) == 2
    assert "next:" in done.stdout


def test_every_engine_answers_with_its_version(any_url: str, tmp_path: Path) -> None:
    _, found = checks(any_url, home=tmp_path)
    assert found["database"]["health"] == "ok"
    assert any(part[0].isdigit() for part in found["database"]["found"].split())
