from pathlib import Path

import pytest
from column_kit import task

from skills.ai_column.task import ColumnTask, build_task, load_task
from skills.errors import TaskInvalid


def test_the_identity_is_what_is_filled_and_where() -> None:
    assert task().identity("db") == task().identity("db")
    assert task().identity("db") != task().identity("other")
    assert task().identity("db") != task(where="id > 1").identity("db")
    assert task().identity("db") != task(spec={"as": "another thing"}).identity("db")


def test_a_task_survives_its_record() -> None:
    assert ColumnTask.from_json(task(where="a = 1", key="id").to_json()) == task(where="a = 1", key="id")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"table": "t", "from": "a", "columns": {}}, "columns"),
        ({"table": "t", "from": "a", "columns": {"b": {"as": "x"}, "B": {"as": "y"}}}, "named twice"),
        ({"table": "t", "from": "", "columns": {"b": {"as": "x"}}}, "from"),
        ({"table": "t", "from": "a", "columns": {"b": {"as": " "}}}, "say what to generate"),
        ({"table": "t", "from": "a", "columns": {"b": {"as": "x", "labels": "a,A"}}}, "labels must be different"),
        ({"table": "t", "from": "a", "columns": {"b": {"as": "x", "pattern": "("}}}, "regular expression"),
        ({"table": "t", "from": "a", "join": "a=b", "columns": {"b": {"as": "x"}}}, "needs `into`"),
        ({"table": "t", "from": "a", "colour": 1, "columns": {"b": {"as": "x"}}}, "colour"),
    ],
)
def test_a_mistake_is_a_sentence(values: dict[str, object], message: str) -> None:
    with pytest.raises(TaskInvalid, match=message):
        build_task(values)


@pytest.mark.parametrize(
    ("text", "message"),
    [("table: [", ":1: not valid YAML|:2: not valid YAML"), ("just text", "expected `table`"), ("table: t", "from")],
)
def test_a_mistake_in_a_file_names_the_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(text)
    with pytest.raises(TaskInvalid, match=message) as caught:
        load_task(path)
    assert str(path) in caught.value.message
