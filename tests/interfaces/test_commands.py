"""The table of commands is the only list of them."""

import pytest

from agent.interfaces.commands import COMMANDS, find, help_text, parse, usage


def test_every_name_and_alias_is_unique() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))


def test_help_lists_every_command_with_its_summary() -> None:
    text = help_text(columns=200)
    for command in COMMANDS:
        assert usage(command) in text
        assert command.summary in text


def test_help_fits_a_terminal_of_80_columns() -> None:
    assert [line for line in help_text(columns=80).splitlines() if len(line) > 80] == []


def test_the_commands_that_were_promised_are_there() -> None:
    promised = (
        "/help /sql /schema \\d /tables \\dt /explain /model /mode /skills /jobs /prompts /undo /history /audit "
        "/resume /clear /export /expand /quit \\x \\timing"
    )
    assert [name for name in promised.split() if find(name) is None] == []


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        ("/tables", "/tables", ""),
        ("\\d products", "/schema", "products"),
        ("  /sql  SELECT 1 ", "/sql", "SELECT 1"),
        ("\\x on", "\\x", "on"),
    ],
)
def test_a_line_that_calls_a_command_is_recognised(line: str, name: str, argument: str) -> None:
    call = parse(line)
    assert call is not None
    assert call.command is not None
    assert (call.command.name, call.argument) == (name, argument)


@pytest.mark.parametrize("line", ["how many orders?", "SELECT 1", "/* a comment */ SELECT 1", "// what", ""])
def test_other_lines_are_not_commands(line: str) -> None:
    assert parse(line) is None


def test_an_unknown_name_is_left_for_the_skills() -> None:
    call = parse("/ai_column products.summary")
    assert call is not None
    assert call.command is None
    assert call.name == "/ai_column"
