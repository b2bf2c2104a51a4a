"""The commands of `columnist prompts`. Only declarations, as in `command_line`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.interfaces.options import Opening

prompts = typer.Typer(help="The kept wordings for filling columns; `--as @NAME` uses one.")

Config = Annotated[Path | None, typer.Option("--config", envvar="COLUMNIST_CONFIG", help="Configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object as the last line of stdout.")]
PromptName = Annotated[str, typer.Argument(metavar="NAME", help="With or without its @.")]


@prompts.command("list")
def prompts_list(json: Json = False, config: Config = None) -> None:
    """List the wordings that ship and those that were approved, the most used first."""
    from agent.interfaces.prompts import list_prompts

    raise typer.Exit(list_prompts(Opening(config=config), sys.stdout, as_json=json))


@prompts.command("show")
def prompts_show(name: PromptName, json: Json = False, config: Config = None) -> None:
    """Show a wording with its contract."""
    from agent.interfaces.prompts import show_prompt

    raise typer.Exit(show_prompt(Opening(config=config), name, sys.stdout, as_json=json))


@prompts.command("add")
def prompts_add(
    name: PromptName,
    intent: Annotated[str, typer.Option("--as", metavar="WORDS", help="What to generate.")],
    type_: Annotated[str | None, typer.Option("--type", help="Type of the column.")] = None,
    labels: Annotated[str | None, typer.Option("--labels", metavar="A,B", help="The only values allowed.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="The language of the answers.")] = None,
    max_length: Annotated[int | None, typer.Option("--max-length", help="The most characters of an answer.")] = None,
    config: Config = None,
) -> None:
    """Keep a wording under a name; never in the place of another one."""
    from agent.interfaces.prompts import add_prompt

    contract = {"type": type_, "labels": labels or "", "language": language, "max_length": max_length}
    raise typer.Exit(add_prompt(Opening(config=config), name, {"as": intent, **contract}, sys.stdout))


@prompts.command("remove")
def prompts_remove(name: PromptName, config: Config = None) -> None:
    """Forget a wording; those that ship stay."""
    from agent.interfaces.prompts import remove_prompt

    raise typer.Exit(remove_prompt(Opening(config=config), name, sys.stdout))
