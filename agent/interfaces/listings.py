"""Tables, skills, sessions and audit rows as a person reads them."""

from collections.abc import Sequence
from typing import TypeAlias

from rich import box
from rich.console import Group, JustifyMethod, RenderableType
from rich.table import Table as View_
from rich.text import Text

from agent.interfaces.plain_text import one_line
from agent.interfaces.render import shortened
from memory.audit import AuditRow
from memory.sessions import SessionRow
from skills.loader import Skills
from tools.db.schema import Column, Schema, Table
from tools.errors import UnknownName

View: TypeAlias = RenderableType
LONGEST_TEXT = 60  # of a statement or a title in a list
WIDE_AUDIT = 140  # columns of a terminal on which an audit row fits one line, its statement included


def tables(schema: Schema, pattern: str) -> View:
    """Names, kinds and sizes."""
    found = [each for name, each in sorted(schema.tables.items()) if pattern.lower() in name.lower()]
    if not found:
        return Text("no tables" if not pattern else f"no table has {one_line(pattern)} in its name", style="yellow")
    view = _view("table", "kind", "columns", "rows (about)", "comment", numbers=("columns", "rows (about)"))
    for each in found:
        rows = "" if each.row_estimate is None else f"{each.row_estimate:,}"
        view.add_row(*_texts(each.name, each.kind.value.lower(), str(len(each.columns)), rows, each.comment or ""))
    return Group(view, Text(_stale(schema), style="yellow")) if schema.stale else view


def table(schema: Schema, name: str) -> View:
    """One table: columns, keys, indexes, what points at it."""
    name = name.strip().rstrip(";")
    found = schema.table(name) or schema.table(name.strip('"`[]'))
    if found is None:
        near = schema.nearest(name)
        raise UnknownName(f"there is no table {name}", hint=f"did you mean {', '.join(near)}?" if near else None)
    view = _view("column", "type", "null", "default", "comment", title=found.name)
    for column in found.columns:
        view.add_row(*_texts(column.name, _type(column, found), "" if column.nullable else "no", column.default or "",
                             column.comment or ""))  # fmt: skip
    return Group(view, *(Text(one_line(line)) for line in _keys(schema, found)))


def skills(found: Skills) -> View:
    """Every skill with where it came from; what cannot be used says why."""
    view = _view("skill", "from", "what it does")
    for skill in found.list():
        note = "" if skill.trusted else "not trusted yet: "
        view.add_row(*_texts(f"/{skill.name}", skill.origin.value, f"{note}{skill.description}"))
    problems = [Text(one_line(f"{problem.path}: {problem.reason}"), style="yellow") for problem in found.problems]
    return Group(view, *problems)


def sessions(rows: Sequence[SessionRow], current: str) -> View:
    """Conversations to go on with."""
    view = _view("session", "last used (UTC)", "about", "database")
    for row in rows:
        mark = " (this one)" if row.id == current else ""
        view.add_row(*_texts(f"{row.id}{mark}", f"{row.touched_at:%Y-%m-%d %H:%M}", _cut(row.title), row.database))
    return view


def audit(rows: Sequence[AuditRow], *, width: int) -> View:
    """Audit rows, newest first; where the width leaves no room for one more column, the statement stands below."""
    if width < WIDE_AUDIT:
        return Group(*(line for row in rows for line in _audit_lines(row, width)))
    view = _view("id", "time (UTC)", "event", "verdict", "status", "rows", "user", "statement")
    for row in rows:
        count = "" if row.result_rows is None else f"{row.result_rows:,}"
        view.add_row(*_texts(*_audit_words(row), count, row.user_id, _cut(row.statement)))
    return view


def _audit_words(row: AuditRow) -> tuple[str, ...]:
    return str(row.id), f"{row.created_at:%m-%d %H:%M:%S}", row.event, row.verdict, row.status


def _audit_lines(row: AuditRow, width: int) -> list[Text]:
    number, when, event, verdict, status = _audit_words(row)
    count = "" if row.result_rows is None else f"  {row.result_rows:,} row{'' if row.result_rows == 1 else 's'}"
    fact = Text(f"{number:>6}  {when}  {event:<11}  {verdict:<7}  {status:<8}  {row.user_id}{count}")
    statement = Text(f"        {one_line(' '.join(row.statement.split()))}", style="dim")
    return [shortened(line, width) for line in (fact, statement) if line.plain.strip()]


def _view(*headers: str, title: str | None = None, numbers: tuple[str, ...] = ()) -> View_:
    view = View_(box=box.SIMPLE_HEAD, header_style="bold", title=title and Text(one_line(title)), title_justify="left")
    for number, header in enumerate(headers):
        last = number == len(headers) - 1
        justify: JustifyMethod = "right" if header in numbers else "left"
        view.add_column(header, no_wrap=not last, overflow="fold" if last else "ellipsis", justify=justify)
    return view


def _texts(*cells: str) -> list[Text]:
    return [Text(one_line(each)) for each in cells]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _type(column: Column, found: Table) -> str:
    key = " key" if column.name in found.primary_key else ""
    generated = " generated" if column.generated else ""
    return f"{column.type}{key}{generated}"


def _keys(schema: Schema, found: Table) -> list[str]:
    lines = [f"key: {', '.join(found.primary_key)}"] if found.primary_key else ["no primary key"]
    lines += [f"unique: {', '.join(columns)}" for columns in found.unique_keys]
    lines += [
        f"{', '.join(link.columns)} -> {link.table} ({', '.join(link.referred_columns)})" for link in found.foreign_keys
    ]
    lines += [
        f"{'unique ' if index.unique else ''}index {index.name} ({', '.join(index.columns)})"
        for index in found.indexes
        if not (index.unique and index.columns == found.primary_key)  # the first line says it
    ]
    lines += [
        f"referenced by {child.name} ({', '.join(link.columns)})" for child, link in schema.referencing(found.name)
    ]
    lines += [f"trigger {name}" for name in found.triggers]
    return lines


def _stale(schema: Schema) -> str:
    return f"the structure as of {schema.read_at:%H:%M:%S} UTC; the database could not be asked again"
