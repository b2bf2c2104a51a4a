"""Writes a result to a file: CSV, JSON or a Markdown table, by the file's name; whole or not at all."""

import csv
import io
import json
from pathlib import Path

from agent.interfaces.failures import UsageProblem
from agent.interfaces.plain_text import one_line
from tools.db.values import Value, rows_as_json, to_json
from tools.safety.pending import Outcome


def export(outcome: Outcome, path: Path) -> int:
    """Write the rows; returns how many. An existing file is left alone."""
    writers = {".csv": _csv, ".json": _json, ".md": _markdown}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise UsageProblem(f"{path.name}: the name must end in .csv, .json or .md")
    if path.exists():
        raise UsageProblem(f"{path} exists; choose another name")
    text = write(outcome)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageProblem(f"{path} cannot be written: {error.strerror}") from None
    return len(outcome.rows)


def _csv(outcome: Outcome) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(outcome.columns)
    for row in outcome.rows:
        writer.writerow("" if value is None else _flat(value) for value in row)
    return text.getvalue()


def _json(outcome: Outcome) -> str:
    rows = [dict(zip(outcome.columns, row, strict=True)) for row in rows_as_json(outcome.rows)]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _markdown(outcome: Outcome) -> str:
    lines = [_line(outcome.columns), _line(("---",) * len(outcome.columns))]
    lines += [_line(tuple("" if value is None else _flat(value) for value in row)) for row in outcome.rows]
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"


def _flat(value: Value) -> str:
    leaving = to_json(value)
    return leaving if isinstance(leaving, str) else json.dumps(leaving, ensure_ascii=False)
