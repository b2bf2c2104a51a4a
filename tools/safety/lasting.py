"""What no rollback takes back: it must not run before the yes, not even to be measured.

Tables without transactions and foreign ones, wherever a write reaches them: by name, through a view, by a trigger.
What cannot be looked through counts as such.
"""

from collections.abc import Iterable, Iterator

from tools.db.schema import Schema, Table, TableKind
from tools.errors import StatementError
from tools.safety.rules.relations import view_statement
from tools.sql.statement import Dialect


def lasting(schema: Schema, names: Iterable[str]) -> dict[str, str]:
    """Of these tables and views those whose changes may stay, each with the reason."""
    return {name: why for name in dict.fromkeys(names) if (why := next(_reasons(schema, name, ()), None))}


def _reasons(schema: Schema, name: str, above: tuple[str, ...]) -> Iterator[str]:
    table = schema.table(name)
    if table is None:
        # Elsewhere in PostgreSQL and SQLite everything rolls back; another database of MySQL may hold any engine.
        if schema.dialect is Dialect.MYSQL:
            yield f"the storage engine of {name} is not known"
    elif table.kind is TableKind.FOREIGN:
        yield f"{name} lives on another server"
    elif not table.transactional:
        yield f"the storage engine of {name} has no transactions"
    elif table.triggers_stay:
        yield f"a trigger of {name} writes where no rollback reaches"
    elif table.kind is TableKind.VIEW and name not in above:
        yield from _behind(schema, table, (*above, name))


def _behind(schema: Schema, view: Table, above: tuple[str, ...]) -> Iterator[str]:
    try:
        behind = view_statement(view.name, schema)
    except StatementError:
        behind = None
    if behind is None:
        if not all(table.transactional for table in schema.tables.values()):
            yield f"what {view.name} writes to is not known"
        return
    for name in behind.reads:
        yield from _reasons(schema, name, above)
