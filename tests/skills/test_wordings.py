"""The wordings that ship: each makes a valid column in both languages."""

import pytest

from skills.ai_column.derive import derive
from skills.ai_column.task import ColumnTask
from skills.ai_column.wordings import CHINESE, ENGLISH, WORDINGS, Wording, wording
from skills.errors import TaskInvalid
from tools.sql.statement import Dialect


def test_the_library_has_what_people_ask_for_most() -> None:
    names = [one.name for one in WORDINGS]
    assert names == ["summary", "sentiment", "classify", "translate", "score", "tags", "risk"]


@pytest.mark.parametrize("one", WORDINGS, ids=lambda one: one.name)
@pytest.mark.parametrize("said_in", [ENGLISH, CHINESE])
@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_wording_makes_a_task_that_every_engine_can_hold(one: Wording, said_in: str, dialect: Dialect) -> None:
    spec = one.spec(said_in=said_in, labels=("a", "b") if one.needs_labels else ())
    assert "{" not in spec.intent
    assert any("\u4e00" <= character <= "\u9fff" for character in spec.intent) is (said_in == CHINESE)
    contract = derive("c", spec.type or "", spec, dialect)
    assert contract.labels == spec.labels
    task = ColumnTask.model_validate({"table": "t", "from": "x", "columns": {"c": spec}})
    assert ColumnTask.from_json(task.to_json()) == task


def test_labels_and_language_can_be_chosen() -> None:
    spec = wording("Classify ").spec(labels=("bug", "question"))
    assert spec.labels == ("bug", "question")
    assert "bug, question" in spec.intent
    assert wording("sentiment").spec(labels=("+", "-")).labels == ("+", "-")
    translated = wording("translate").spec(language="German")
    assert translated.language == "German"
    assert "into German" in translated.intent


def test_labels_with_braces_stay_as_they_are() -> None:
    assert "{x}, b" in wording("classify").spec(labels=("{x}", "b")).intent


def test_a_classification_without_labels_is_refused() -> None:
    with pytest.raises(TaskInvalid, match="needs labels"):
        wording("classify").spec()


@pytest.mark.parametrize(("name", "hint"), [("sumary", "did you mean summary?"), ("xyz", "there are summary, ")])
def test_an_unknown_name_is_answered_with_those_there_are(name: str, hint: str) -> None:
    with pytest.raises(TaskInvalid, match="no wording") as unknown:
        wording(name)
    assert (unknown.value.hint or "").startswith(hint)
