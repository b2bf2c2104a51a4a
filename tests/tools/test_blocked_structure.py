"""What is blocked is not shown either: not in listings, searches or hints, on any engine."""

from pathlib import Path

import pytest
from doors import create, door

from tools.context import ToolContext
from tools.errors import ToolError, UnknownName
from tools.schema_inspect import schema_inspect
from tools.settings import SafetySettings

SETTINGS = SafetySettings(blocked_tables=("salaries",), blocked_columns=("ssn", "people.phone"))


def test_blocked_tables_and_columns_are_left_out_of_what_is_shown(any_url: str, tmp_path: Path) -> None:
    with door(any_url, f"sqlite:///{tmp_path / 'state.db'}", SETTINGS) as shop:
        create(
            shop,
            "CREATE TABLE salaries (id INTEGER PRIMARY KEY, amount INTEGER)",
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20), ssn VARCHAR(20), phone VARCHAR(20))",
            "CREATE TABLE places (id INTEGER PRIMARY KEY, phone VARCHAR(20))",
        )
        context = ToolContext(gate=shop.gate, caller=shop.caller)
        listed = schema_inspect("list", ctx=context)
        assert "people" in listed
        assert "salaries" not in listed
        described = schema_inspect("describe", "people", ctx=context)
        assert "name" in described
        assert not {"ssn", "phone"} & set(described.replace(",", " ").split())
        assert "phone" in schema_inspect("describe", "places", ctx=context)
        with pytest.raises(ToolError, match="salaries"):
            schema_inspect("describe", "salaries", ctx=context)
        with pytest.raises(UnknownName) as unknown:
            shop.run("SELECT id FROM salarie")
        assert "salaries" not in (unknown.value.hint or "")
