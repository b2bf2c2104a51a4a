"""Bad input gets one clear line and the right exit code, never a traceback, and nothing is lost."""

import json
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from launch import PROGRAM, environment, run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, price REAL)")
        connection.execute("INSERT INTO products VALUES (1, 2.5)")
        connection.commit()
    return path


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only line on stderr."""
    assert "Traceback" not in done.stderr + done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def sql(url: object, statement: str, home: Path, *flags: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return run("sql", "run", str(url), statement, *flags, env=environment(home, **extra))


@pytest.mark.parametrize(
    "url", ["postgres://nobody:hunter2@127.0.0.1:1/none", "mysql://nobody:hunter2@127.0.0.1:1/none"]
)
def test_an_unreachable_server_is_said_and_its_password_is_not(url: str, tmp_path: Path) -> None:
    done = sql(url, "SELECT 1", tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1" in one_line(done)
    assert "hunter2" not in done.stderr + done.stdout


def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    done = sql(tmp_path / "none.db", "SELECT 1", tmp_path)
    assert done.returncode == 1
    assert "none.db" in one_line(done)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("engine", ["postgres_url", "mysql_url"])
def test_a_wrong_password_is_never_echoed_or_logged(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    from sqlalchemy.engine import make_url

    url = make_url(request.getfixturevalue(engine)).set(password="hunter2-wrong")
    done = sql(url.render_as_string(hide_password=False), "SELECT 1", tmp_path)
    assert done.returncode == 1
    one_line(done)
    written = [done.stdout, done.stderr, *(path.read_bytes().decode(errors="replace") for path in files(tmp_path))]
    assert [text for text in written if "hunter2" in text] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("statement", "near"), [("SELECT * FROM product", "products"), ("SELECT prise FROM products", "price")]
)
def test_an_unknown_name_comes_with_the_nearest_ones(statement: str, near: str, shop: Path, tmp_path: Path) -> None:
    done = sql(shop, statement, tmp_path)
    assert done.returncode in (1, 3)
    assert near in one_line(done)


def test_a_name_like_no_other_comes_with_those_that_there_are(shop: Path, tmp_path: Path) -> None:
    assert "products has " in one_line(sql(shop, "SELECT zzz FROM products", tmp_path))
    assert "the tables are " in one_line(sql(shop, "SELECT 1 FROM zzz", tmp_path))


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT 1; SELECT 2", "SELECT (", "SELECT '"])
def test_what_cannot_be_parsed_is_refused(statement: str, shop: Path, tmp_path: Path) -> None:
    done = sql(shop, statement, tmp_path)
    assert done.returncode == 3
    one_line(done)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("safety:\n  mode: sometimes\n", "config.yaml:2: safety.mode"),
        ("safety:\n  max_rows: 3\n", "config.yaml:2: safety.max_rows"),
        ("safety: [\n", "config.yaml:"),
        ("permissions:\n  default: deny\n", "not yet supported"),
        ("users: {}\n", "not yet supported"),
    ],
)
def test_a_wrong_setting_names_file_line_and_key(text: str, place: str, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text)
    done = run("sql", "run", str(shop), "SELECT 1", env=environment(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert place in one_line(done)


@pytest.mark.parametrize(
    "flags",
    [("--mode", "sometimes"), ("--as", "bob"), ("--config", "none.yaml")],
    ids=["mode", "as", "config"],
)
def test_a_wrong_flag_is_a_usage_error(flags: tuple[str, ...], shop: Path, tmp_path: Path) -> None:
    done = sql(shop, "SELECT 1", tmp_path, *flags)
    assert done.returncode == 2
    one_line(done)


def test_the_ceiling_of_the_configuration_cannot_be_raised(shop: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("safety:\n  mode: ask\n")
    done = sql(shop, "DELETE FROM products", tmp_path, "--mode", "operate", "--yes", "--config", str(config))
    assert done.returncode in (2, 3)
    with closing(sqlite3.connect(shop)) as connection:
        assert connection.execute("SELECT count(*) FROM products").fetchone() == (1,)


def test_no_model_names_the_three_ways(shop: Path, tmp_path: Path) -> None:
    done = run("-p", "how many products?", str(shop), env=environment(tmp_path))
    assert done.returncode == 2
    line = one_line(done)
    assert "OPENAI_API_KEY" in line
    assert "OPENAI_BASE_URL" in line
    assert "demo" in line


def test_no_database_is_a_usage_error(tmp_path: Path) -> None:
    done = run("-p", "how many?", env=environment(tmp_path, OPENAI_API_KEY="none"), cwd=tmp_path)
    assert done.returncode == 2
    assert "DATABASE_URL" in one_line(done)


def test_a_state_folder_that_cannot_be_written_runs_nothing(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    done = sql(shop, "UPDATE products SET price = 0 WHERE id = 1", tmp_path, "--mode", "operate", "--yes")
    assert done.returncode == 1
    assert "state" in one_line(done)
    with closing(sqlite3.connect(shop)) as connection:
        assert connection.execute("SELECT price FROM products").fetchone() == (2.5,)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_output_is_one_line_and_not_a_traceback(shop: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(PROGRAM), "sql", "run", str(shop), "SELECT 1", "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment(tmp_path),
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_with_130_and_leaves_the_data_alone(shop: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(PROGRAM), "sql", "run", str(shop), "--jsonl", "--mode", "operate", "--yes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for number, statement in enumerate(["BEGIN", "UPDATE products SET price = 0 WHERE id = 1"]):
        process.stdin.write(json.dumps({"id": number, "sql": statement}) + "\n")
        process.stdin.flush()
        assert "error" not in process.stdout.readline()
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    with closing(sqlite3.connect(shop)) as connection:
        assert connection.execute("SELECT price FROM products").fetchone() == (2.5,)


def test_sigterm_ends_with_143_and_rolls_back(shop: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(PROGRAM), "sql", "run", str(shop), "--jsonl", "--mode", "operate", "--yes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('{"id": 1, "sql": "BEGIN"}\n')
    process.stdin.flush()
    process.stdout.readline()
    process.terminate()
    _, errors = process.communicate()
    assert process.returncode == 143
    assert "Traceback" not in errors
