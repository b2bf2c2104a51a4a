"""What the schema tells about a write beyond its own rows: triggers, sequences, dependents, locks.

Said before the yes, because it cannot be measured or cannot be undone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tools.db.schema import Schema, Table
from tools.safety.lasting import lasting
from tools.safety.pending import Undoable
from tools.sql.affected import is_plain_insert
from tools.sql.statement import Dialect, Kind, Statement

EMPTYING = ("drop table", "truncate", "drop materialized view")
DDL_LOCKS = {
    Dialect.POSTGRES: "no other session can use {table} until this ends",
    Dialect.SQLITE: "no other connection can write to the file until this ends",
    Dialect.MYSQL: "MySQL and MariaDB commit this at once: it cannot be rolled back",
}


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Something that undo will not be able to restore."""

    undoable: Undoable
    why: str


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """Sentences for the confirmation, and what they mean for undo."""

    notes: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()

    def and_also(self, more: "Consequences") -> "Consequences":
        return Consequences(notes=(*self.notes, *more.notes), losses=(*self.losses, *more.losses))


def of_rows(schema: Schema, statement: Statement, tables: Sequence[str]) -> Consequences:
    """Of a change of rows in these tables, the statement's own and those that cascades reach."""
    told = of_tables(schema, tables)
    if not is_plain_insert(statement):
        told = told.and_also(of_followers(schema, tables))
    numbered = [
        table.name
        for name in statement.writes
        if (table := schema.table(name)) and any(column.identity for column in table.columns)
    ]
    if statement.kind is not Kind.INSERT or not numbered:
        return told
    note = f"the numbers that {numbered[0]} hands out are not taken back by a rollback or an undo"
    return told.and_also(Consequences(notes=(note,)))


def of_followers(schema: Schema, tables: Iterable[str]) -> Consequences:
    """Of a change of rows that tables of other databases refer to."""
    followers = [other for name in tables if (table := schema.table(name)) for other in table.followers_elsewhere]
    return Consequences(
        notes=tuple(f"rows of {other} may follow by foreign key; they are not counted" for other in followers),
        losses=tuple(Loss(undoable=Undoable.PARTIAL, why=f"not the rows of {other}") for other in followers),
    )


def of_tables(schema: Schema, tables: Iterable[str]) -> Consequences:
    """Of any change of rows in these tables."""
    names = tuple(tables)
    stays = lasting(schema, names)
    notes = [f"{name} cannot be rehearsed or undone: {why}" for name, why in stays.items()]
    losses = [Loss(undoable=Undoable.NONE, why=why) for why in stays.values()]
    for table in [table for name in names if (table := schema.table(name))]:
        if table.inherited:
            notes.append(f"rows of tables that inherit from {table.name} are among its own")
        for trigger in table.triggers:
            notes.append(f"trigger {trigger} on {table.name} runs too; what it does elsewhere is not measured")
            losses.append(Loss(undoable=Undoable.PARTIAL, why=f"not what trigger {trigger} does elsewhere"))
    return Consequences(notes=tuple(notes), losses=tuple(losses))


def of_ddl(schema: Schema, statement: Statement) -> Consequences:
    """Of a change of structure."""
    known = [table for name in statement.writes if (table := schema.table(name))]
    notes = [note for table in known for note in _dependents(schema, table)]
    notes += [DDL_LOCKS[statement.dialect].format(table=table.name) for table in known]
    if known and any(change.args.get("dtype") for change in statement.tree.find_all(exp.AlterColumn)):
        notes.append(f"changing a type can rewrite all of {known[0].name}")
    if statement.dialect is Dialect.MYSQL and not known:
        notes.append(DDL_LOCKS[Dialect.MYSQL])
    loss = Loss(undoable=Undoable.NONE, why="a change of structure cannot be undone")
    return Consequences(notes=tuple(dict.fromkeys(notes)), losses=(loss,))


def empties(statement: Statement) -> bool:
    return statement.action.startswith(EMPTYING)


def cuts_columns(statement: Statement) -> bool:
    """Whether every row loses a value."""
    drops = statement.tree.find_all(exp.Drop) if isinstance(statement.tree, exp.Alter) else ()
    return any(str(drop.args.get("kind") or "").upper() == "COLUMN" for drop in drops)


def _dependents(schema: Schema, table: Table) -> Iterable[str]:
    named = re.compile(rf"\b{re.escape(table.name.rsplit('.', 1)[-1])}\b", re.IGNORECASE)
    for view in schema.tables.values():
        if view.definition and view.name != table.name and named.search(view.definition):
            yield f"{view.kind.value.replace('_', ' ')} {view.name} depends on {table.name}"
    for child, _ in schema.referencing(table.name):
        yield f"{child.name} refers to {table.name} by a foreign key"
