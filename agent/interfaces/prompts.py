"""`columnist prompts` and `/prompts`: the wordings for filling columns, those that ship and those approved."""

import json
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from agent.interfaces.plain_text import one_line, visible
from skills.ai_column.library import MARK, Entry, Library
from skills.ai_column.task import build_spec


def list_prompts(opening: Opening, stdout: TextIO, *, as_json: bool) -> int:
    with opened(opening) as app:
        entries = app.filling.library.list()
    if as_json:
        write_line(stdout, {"prompts": [_json(entry) for entry in entries]})
    else:
        Console(file=stdout, highlight=False).print(_table(entries))
    return 0


def show_prompt(opening: Opening, name: str, stdout: TextIO, *, as_json: bool) -> int:
    with opened(opening) as app:
        entry = app.filling.library.entry(name)
    if as_json:
        write_line(stdout, _json(entry))
    else:
        Console(file=stdout, highlight=False).print(_details(entry))
    return 0


def add_prompt(opening: Opening, name: str, spec: Mapping[str, object], stdout: TextIO) -> int:
    with opened(opening) as app:
        kept = app.filling.library.add(name, build_spec(dict(spec)))
    stdout.write(f"kept as {MARK}{kept}; use it with --as {MARK}{kept}\n")
    return 0


def remove_prompt(opening: Opening, name: str, stdout: TextIO) -> int:
    with opened(opening) as app:
        removed = app.filling.library.remove(name)
    stdout.write(f"removed: {MARK}{removed}\n")
    return 0


def prompts_view(library: Library, words: str) -> RenderableType:
    """`/prompts`, `/prompts NAME`, `/prompts show NAME` and `/prompts remove NAME`."""
    action, _, name = words.strip().partition(" ")
    if not action:
        return _table(library.list())
    if action == "remove" and name:
        return Text(f"removed: {MARK}{library.remove(name)}")
    return _details(library.entry(name if action == "show" and name else action))


def _table(entries: list[Entry]) -> RenderableType:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("name", no_wrap=True)
    table.add_column("used", justify="right", no_wrap=True, min_width=4)
    table.add_column("ships", no_wrap=True, min_width=5)
    table.add_column("what", no_wrap=True, overflow="ellipsis")
    for entry in entries:
        table.add_row(f"{MARK}{entry.name}", f"{entry.used:,}", "yes" if entry.ships else "", one_line(entry.about))
    return table


def _details(entry: Entry) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _json(entry).items():
        if value not in (None, [], False):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            table.add_row(Text(name, style="dim"), Text(visible(shown)))
    return table


def _json(entry: Entry) -> dict[str, object]:
    contract = entry.spec.model_dump(mode="json", by_alias=True) if entry.spec else {"as": None}
    return {"name": entry.name, "about": entry.about, "ships": entry.ships, "used": entry.used, **contract}
