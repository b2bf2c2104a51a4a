"""`columnist why` and `/why`: what the journals know of one cell, as facts and as JSON."""

import os
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.app import App
from agent.interfaces.failures import UsageProblem
from agent.interfaces.fill import caller_of
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import opened
from agent.interfaces.options import Opening
from agent.interfaces.plain_text import one_line
from memory.jobs import JobStore
from skills.ai_column.offer import Price
from skills.ai_column.report import shown_key
from skills.ai_column.why import Why, explain_cell
from tools.db.values import to_json
from tools.safety.caller import Caller
from tools.safety.gate import Gate

_USAGE = "columnist why [URL] TABLE.COLUMN KEY"
_FILES = (".db", ".sqlite", ".sqlite3")


def run_why(words: Sequence[str], opening: Opening, *, as_json: bool, stdout: TextIO | None = None) -> int:
    """One question from the command line; returns the exit code."""
    stdout = stdout or sys.stdout
    url, cell = _parted(words)
    with opened(Opening(url=url, config=opening.config)) as app:
        why = _ask(app, app.gate(), caller_of(app, "why"), cell)
        if as_json:
            write_line(stdout, why_json(app, why))
        else:
            _print(app, why, Console(file=stdout, highlight=False))
    return 0


def print_why(app: App, gate: Gate, caller: Caller, cell: Sequence[str], console: Console) -> None:
    """`/why TABLE.COLUMN KEY` in the chat."""
    _print(app, _ask(app, gate, caller, cell), console)


def why_json(app: App, why: Why) -> dict[str, object]:
    """Every fact; those about a job only where one has settled the cell."""
    facts: dict[str, object] = {
        "table": why.table,
        "column": why.column,
        "key": shown_key(why.key),
        "value": to_json(why.holds),
        "standing": why.standing,
        "job": None,
    }
    if why.made is None:
        return facts
    answer, job = why.made.answer, why.made.by.job
    cost = _cost(app, why)
    return facts | {
        "job": job.id,
        "status": answer.status.value,
        "answered": to_json(why.made.value),
        "previous": to_json(why.made.before),
        "changed": why.changed,
        "stale": why.stale,
        "wording": why.wording,
        "at": answer.answered_at.isoformat() if answer.answered_at else None,
        "model": answer.model,
        "prompt_version": answer.prompt_version,
        "input_hash": answer.input_hash,
        "pack": answer.pack,
        "reused": answer.reused,
        "tokens": {"prompt": answer.prompt_tokens, "completion": answer.completion_tokens},
        "cost": None if cost is None else format(cost.normalize(), "f"),
        "by": job.principal,
    }


def _ask(app: App, gate: Gate, caller: Caller, cell: Sequence[str]) -> Why:
    if len(cell) < 2:
        raise UsageProblem(f"which cell? {_USAGE}")
    jobs = JobStore(app.store)
    return explain_cell(gate, jobs, caller, cell[0], cell[1:], app.settings.fill.max_source_chars)


def _cost(app: App, why: Why) -> Decimal | None:
    """The row's share of its call."""
    assert why.made is not None
    answer = why.made.answer
    price = app.settings.models.prices.get(answer.model)
    if price is None:
        return None
    return Price(prompt=price.input, completion=price.output).of(answer.prompt_tokens, answer.completion_tokens)


def _print(app: App, why: Why, console: Console) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in why_json(app, why).items():
        if value is not None:
            table.add_row(Text(name.replace("_", " "), style="dim"), Text(one_line(_words(value))))
    console.print(table)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _parted(words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The URL, if the first word is one, and the rest."""
    if len(words) >= 3 and _is_database(words[0]):
        return words[0], words[1:]
    return None, words


def _is_database(word: str) -> bool:
    """A cell has a dot and is no file."""
    return "://" in word or "." not in word or os.sep in word or word.endswith(_FILES) or Path(word).is_file()
