"""How a tool is shown to a model, and how its call is read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tools.context import ToolContext
from tools.settings import Mode
from tools.sql.statement import Kind
from tools.toolbox import CallInvalid, Tool, Toolbox

BOX = Toolbox.standard()
SEVEN = {
    "schema_inspect",
    "query_execute",
    "data_modify",
    "ddl_execute",
    "transaction",
    "explain_plan",
    "data_profile",
}


def test_the_seven_tools_are_on_offer() -> None:
    assert {tool.name for tool in BOX.offered(Mode.OPERATE)} == SEVEN


def test_ask_mode_offers_only_what_reads() -> None:
    assert {tool.name for tool in BOX.offered(Mode.ASK)} == SEVEN - {"data_modify", "ddl_execute", "transaction"}


def test_a_skill_can_only_narrow() -> None:
    assert [tool.name for tool in BOX.offered(Mode.ASK, ["query_execute", "data_modify", "nope"])] == ["query_execute"]


@pytest.mark.parametrize("tool", BOX.tools.values(), ids=lambda tool: tool.name)
def test_every_definition_is_plain_json_with_a_description_and_no_references(tool: Tool) -> None:
    definition: dict[str, Any] = json.loads(json.dumps(tool.schema()))
    function = definition["function"]
    assert len(function["description"]) > 30
    assert "ctx" not in function["parameters"]["properties"]
    assert "$ref" not in json.dumps(definition)


def test_an_optional_argument_is_shown_by_its_plain_type() -> None:
    definition: dict[str, Any] = json.loads(json.dumps(BOX.get("data_profile").schema()))
    assert definition["function"]["parameters"]["properties"] == {
        "table": {"type": "string"},
        "columns": {"type": "array", "items": {"type": "string"}},
    }
    assert BOX.get("data_profile").parse({"table": "a", "columns": None}) == {"table": "a", "columns": None}


def test_every_tool_that_changes_says_what_and_is_not_offered_for_reading() -> None:
    changing = {tool.name: tool.changes for tool in BOX.tools.values() if tool.changes}
    assert changing == {
        "data_modify": {Kind.INSERT, Kind.UPDATE, Kind.DELETE},
        "ddl_execute": {Kind.DDL},
    }
    assert all(BOX.tools[name].operate_only for name in changing)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("query_execute", {}, "sql is missing"),
        ("query_execute", {"sql": 3}, "sql"),
        ("query_execute", {"sql": "SELECT 1", "max": 1}, "max is not an argument of this tool"),
        ("schema_inspect", {"action": "drop"}, "action"),
        ("transaction", {"action": "prepare"}, "action"),
    ],
)
def test_a_wrong_call_says_what_is_expected(tool: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(CallInvalid, match=said) as error:
        BOX.get(tool).parse(arguments)
    assert error.value.hint is not None
    assert error.value.hint.startswith(f"{tool} takes: ")


def test_an_unknown_tool_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CallInvalid) as error:
        BOX.get("drop_everything")
    assert "query_execute" in str(error.value.hint)


def test_another_floor_can_add_a_tool() -> None:
    def greet(name: str, *, ctx: ToolContext) -> str:
        """Say hello to someone by name, as a test."""
        return f"hello {name}"

    function: Callable[..., str] = greet
    box = Toolbox.standard([Tool.of(function)])
    assert box.get("greet").parse({"name": "Ada"}) == {"name": "Ada"}
