"""The structure as people and models are shown it: without what `blocked_tables` and `blocked_columns` name.

The door refuses what is blocked in any case; this keeps it out of prompts, listings, completion and hints.
"""

from dataclasses import replace

from tools.db.schema import Column, Schema, Table
from tools.safety.policy import Policy


def visible(schema: Schema, policy: Policy) -> Schema:
    """The same structure where nothing is blocked."""
    if not policy.blocked_tables and not policy.blocked_columns:
        return schema
    tables = {
        name: _without_blocked(table, policy) for name, table in schema.tables.items() if not policy.blocks_table(name)
    }
    return replace(schema, tables=tables)


def _without_blocked(table: Table, policy: Policy) -> Table:
    def blocked(column: Column) -> bool:
        names = {column.name.lower(), f"{table.name}.{column.name}".lower()}
        return not names.isdisjoint(policy.blocked_columns)

    return replace(
        table,
        columns=tuple(column for column in table.columns if not blocked(column)),
        foreign_keys=tuple(key for key in table.foreign_keys if not policy.blocks_table(key.table)),
    )
