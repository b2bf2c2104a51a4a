"""Gold labels from a file: what a person says a column should hold, as second opinions (skills.ai_column.quality).

CSV with a header, or JSON Lines: one column for each part of the key, and one named as the target column. An empty
CSV cell and a JSON null are NULL; everything else is held against the column's contract, so a label that is spelled
wrongly is found here and not counted as a disagreement. A mistake names file and line, and none of the file is used.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from skills.ai_column.contract import Contract, ContractBroken
from skills.ai_column.quality import Opinion
from skills.errors import TaskInvalid
from tools.db.values import Value, to_json

_JSON_LINES = frozenset({".jsonl", ".ndjson"})


class Gold:
    """The labels of one file, found by a row's key whatever type its parts have in the database."""

    def __init__(self, opinions: Mapping[tuple[str, ...], Opinion]) -> None:
        self._opinions = dict(opinions)

    def __len__(self) -> int:
        return len(self._opinions)

    def find(self, key: Sequence[Value]) -> Opinion | None:
        return self._opinions.get(tuple(_text(part) for part in key))


def load_gold(path: Path, key: Sequence[str], contract: Contract) -> Gold:
    """Raises TaskInvalid."""
    column = contract.column
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = _json_rows(file, path) if path.suffix.lower() in _JSON_LINES else _csv_rows(file, path)
            opinions = _opinions(rows, path, tuple(key), contract)
    except OSError as error:
        raise TaskInvalid(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TaskInvalid(f"{path}: not UTF-8 text") from error
    except csv.Error as error:
        raise TaskInvalid(f"{path}: not a CSV file ({error})") from error
    if not opinions:
        raise TaskInvalid(f"{path}: holds no gold labels", hint=f"write one line each with {', '.join((*key, column))}")
    return Gold(opinions)


Row = tuple[int, Mapping[str, Value]]  # with its line number


def _opinions(
    rows: Iterator[Row], path: Path, key: tuple[str, ...], contract: Contract
) -> dict[tuple[str, ...], Opinion]:
    column = contract.column
    opinions: dict[tuple[str, ...], Opinion] = {}
    for line, row in rows:
        missing = [name for name in (*key, column) if name not in row]
        if missing:
            raise TaskInvalid(
                f"{path}:{line}: has no {', '.join(missing)}",
                hint=f"each line needs the key ({', '.join(key)}) and the label ({column})",
            )
        named = tuple(_text(row[part]) for part in key)
        if any(row[part] in (None, "") for part in key):
            raise TaskInvalid(f"{path}:{line}: the key is empty")
        if named in opinions:
            raise TaskInvalid(f"{path}:{line}: the key {', '.join(named)} is there twice")
        try:
            opinions[named] = Opinion(value=None if row[column] is None else contract.check(row[column]))
        except ContractBroken as broken:
            raise TaskInvalid(f"{path}:{line}: {column}: {broken}") from broken
    return opinions


def _csv_rows(file: Iterator[str], path: Path) -> Iterator[Row]:
    reader = csv.DictReader(file, strict=True)
    names = reader.fieldnames or []
    if len(set(names)) < len(names):
        raise TaskInvalid(f"{path}:1: a column name is there twice")
    for row in reader:
        if None in row or None in row.values():
            raise TaskInvalid(f"{path}:{reader.line_num}: has another number of fields than the header")
        yield reader.line_num, {name: value if value != "" else None for name, value in row.items()}


def _json_rows(file: Iterator[str], path: Path) -> Iterator[Row]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except ValueError as error:
            raise TaskInvalid(f"{path}:{line}: not valid JSON") from error
        if not isinstance(row, dict):
            raise TaskInvalid(f"{path}:{line}: expected a JSON object")
        yield line, row


def _text(part: Value) -> str:
    """Equal for a key from the database and from a file: 7 and "7", a date and its ISO form."""
    return str(to_json(part))
