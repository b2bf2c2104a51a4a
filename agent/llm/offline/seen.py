"""The tables that a conversation has shown, read back from its words.

Understood are the lines of a prompt, `table(col type pk -> other, ...) -- comment`, the page of one table, and
the list of names, as `tools.table_text` and `tools.schema_inspect` write them. Lines of another kind are passed over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NAME = r'[A-Za-z_\u0080-\uffff"`][\w$."`]*'
_LINE = re.compile(
    rf"^\s*(?:[-*] )?(?:(?:view|materialized view|foreign|virtual) )?(?P<table>{_NAME})\((?P<columns>.*)$"
)
_LISTED = re.compile(rf"^(?P<table>{_NAME}) \((?:table|view|materialized view|foreign|virtual)[ \w]*, \d+ columns")
_PAGE = re.compile(
    rf"^(?:table|view|materialized view|foreign table|foreign|virtual table|virtual) (?P<table>{_NAME})$"
)
_PAGE_COLUMN = re.compile(rf"^  (?P<name>{_NAME}) (?P<type>\S.*)$")
_KEY = re.compile(r"^primary key: (?P<names>.+)$")
_NUMERIC = re.compile(r"int|serial|num|dec|real|double|float|money", re.IGNORECASE)
_TEMPORAL = re.compile(r"date|time", re.IGNORECASE)
_FURTHER = re.compile(r"^Further tables \([^)]*\): (?P<names>.+)$")
_DIALECT = re.compile(r"\b(?:Write (\w+) SQL|(postgres\w*|mysql|mariadb|sqlite))\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SeenColumn:
    name: str
    type: str
    key: bool = False

    @property
    def numeric(self) -> bool:
        return bool(_NUMERIC.search(self.type)) and not self.temporal

    @property
    def temporal(self) -> bool:
        return bool(_TEMPORAL.search(self.type))


@dataclass(frozen=True, kw_only=True)
class SeenTable:
    """A table; without columns when only its name was shown."""

    name: str
    columns: tuple[SeenColumn, ...] = ()

    def column(self, name: str) -> SeenColumn | None:
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key(self) -> SeenColumn | None:
        """The column of a one-column primary key."""
        keys = [column for column in self.columns if column.key]
        return keys[0] if len(keys) == 1 else None if keys else self.column("id")

    @property
    def labels(self) -> tuple[SeenColumn, ...]:
        """The columns by which people know a row."""
        wanted = ("name", "title", "subject")
        return tuple(column for column in self.columns if column.name.split("_")[0] in wanted)

    @property
    def dated(self) -> SeenColumn | None:
        """The column that says when, if there is exactly one."""
        dates = [column for column in self.columns if column.temporal]
        return dates[0] if len(dates) == 1 else None


def tables_in(texts: Iterable[str]) -> Mapping[str, SeenTable]:
    """All tables of these texts; later and fuller descriptions win."""
    seen: dict[str, SeenTable] = {}
    for text in texts:
        for table in (*_from_lines(text), *_from_page(text)):
            known = seen.get(table.name)
            if known is None or table.columns:
                seen[table.name] = table
    return seen


def dialect_in(texts: Iterable[str]) -> str:
    """The database that the texts name: "postgres", "mysql" or "sqlite"."""
    for text in texts:
        found = _DIALECT.search(text)
        if found:
            word = (found[1] or found[2]).lower()
            return "postgres" if word.startswith("postgres") else "sqlite" if word == "sqlite" else "mysql"
    return "sqlite"


def _from_lines(text: str) -> Iterable[SeenTable]:
    for line in text.splitlines():
        listed = _LISTED.match(line)
        if further := _FURTHER.match(line):
            yield from (SeenTable(name=name.strip()) for name in further["names"].split(","))
        if listed:
            yield SeenTable(name=_bare(listed["table"]))
            continue
        found = _LINE.match(line)
        parts = _parts(found["columns"]) if found else None
        columns = tuple(column for part in parts if (column := _column(part)) is not None) if parts else ()
        if found and columns:
            yield SeenTable(name=_bare(found["table"]), columns=columns)


def _from_page(text: str) -> Iterable[SeenTable]:
    name: str | None = None
    columns: list[SeenColumn] = []
    keys: set[str] = set()
    for line in text.splitlines():
        if page := _PAGE.match(line):
            name, columns, keys = _bare(page["table"]), [], set()
        elif name and (key := _KEY.match(line)):
            keys = {_bare(part.strip()) for part in key["names"].split(",")}
        elif name and (found := _PAGE_COLUMN.match(line)) and not line.startswith("  comment:"):
            columns.append(SeenColumn(name=_bare(found["name"]), type=found["type"].split(" -- ")[0]))
    if name and columns:
        marked = (SeenColumn(name=column.name, type=column.type, key=column.name in keys) for column in columns)
        yield SeenTable(name=name, columns=tuple(marked))


def _parts(text: str) -> list[str]:
    """What stands between commas up to the closing bracket of the table; types have brackets of their own."""
    parts, depth = [""], 1
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return parts
        if character == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += character
    return []


def _column(part: str) -> SeenColumn | None:
    name, _, rest = part.strip().partition(" ")
    words = rest.split("/*")[0].split()
    if not words or not re.fullmatch(_NAME, name):
        return None
    return SeenColumn(name=_bare(name), type=words[0], key="pk" in words[1:])


def _bare(name: str) -> str:
    return name.replace('"', "").replace("`", "")
