"""Looking at the structure, a page at a time, so that a thousand tables do not fill a conversation."""

from typing import Literal

from tools.context import ToolContext
from tools.db.schema import Schema, Table
from tools.errors import ToolError
from tools.relevance import SchemaIndex
from tools.table_text import find_table, table_line, table_page

PAGE = 50  # with their comments, about as many as fit into one tool result
FOUND = 15


def schema_inspect(
    action: Literal["list", "describe", "search"], name: str = "", page: int = 1, *, ctx: ToolContext
) -> str:
    """Look at the structure of the database.

    `list`: the tables, `page` by page. `describe`: columns, keys, references, indexes of the table `name`.
    `search`: the tables that the words in `name` fit best, in the language of the names and comments.
    """
    if action != "list" and not name.strip():
        raise ToolError(f"`{action}` needs `name`", hint="a table, or for `search` words; `list` shows all tables")
    schema = ctx.gate.visible_schema()
    if action == "list":
        text = _list(schema, page)
    elif action == "describe":
        text = table_page(find_table(schema, name), schema)
    else:
        text = _search(schema, name)
    notice = ctx.gate.schema.notice
    return f"{notice}\n{text}" if notice else text


def _list(schema: Schema, page: int) -> str:
    names = sorted(schema.tables)
    pages = max(1, -(-len(names) // PAGE))
    page = min(max(1, page), pages)
    shown = names[(page - 1) * PAGE : page * PAGE]
    lines = [
        f"{len(names)} {'table or view' if len(names) == 1 else 'tables and views'}"
        + (f", page {page} of {pages}" if pages > 1 else "")
    ]
    lines += [_entry(schema.tables[name]) for name in shown]
    return "\n".join(lines)


def _entry(table: Table) -> str:
    facts = [f"{len(table.columns)} columns"]
    if table.row_estimate is not None:
        facts.append(f"about {table.row_estimate} rows")
    comment = f" -- {' '.join(table.comment.split())[:80]}" if table.comment else ""
    return f"{table.name} ({table.kind.value}, {', '.join(facts)}){comment}"


def _search(schema: Schema, words: str) -> str:
    ranked = SchemaIndex(schema).ranked(words)
    if not ranked:
        return f"No table fits these words; `list` shows all {len(schema.tables)}."
    lines = [table_line(schema.tables[name]) for name in ranked[:FOUND]]
    return "\n".join([f"{len(ranked)} tables fit, the nearest first:", *lines])
