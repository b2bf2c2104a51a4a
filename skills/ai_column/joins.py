"""How a source row finds its row in another target table.

Each source row must have one place in the target: the join uses the whole key of the source, and the
target's side of it is unique, so that an upsert knows whether to insert or to update.
"""

import re
from dataclasses import dataclass

from skills.ai_column.task import ColumnTask
from skills.errors import TaskInvalid, TaskRefused
from tools.db.schema import Table


@dataclass(frozen=True, kw_only=True)
class JoinPair:
    """`source` column = `target` column."""

    source: str
    target: str


def join_pairs(task: ColumnTask, source: Table, target: Table, key: tuple[str, ...]) -> tuple[JoinPair, ...]:
    pairs = _written(task.join, source, target) if task.join else _by_foreign_key(source, target)
    if {pair.source for pair in pairs} != set(key):
        raise TaskInvalid(
            f"the join must use the key of {source.name}, ({', '.join(key)})",
            hint="with --key another unique key can be chosen",
        )
    _check_target_side(target, tuple(pair.target for pair in pairs), tuple(task.columns))
    return tuple(sorted(pairs, key=lambda pair: key.index(pair.source)))


def _written(join: str, source: Table, target: Table) -> tuple[JoinPair, ...]:
    pairs = []
    for part in re.split(r"\s+AND\s+|,", join.strip(), flags=re.IGNORECASE):
        left, equals, right = (side.strip() for side in part.partition("="))
        if not equals or not left or not right:
            raise TaskInvalid(f"the join {join!r} is not understood", hint="write source.column = target.column")
        pairs.append(_pair(left, right, source, target) or _pair(right, left, source, target))
    if None in pairs:
        raise TaskInvalid(
            f"the join {join!r} does not fit the tables",
            hint=f"columns of {source.name}: {_names(source)}; of {target.name}: {_names(target)}",
        )
    return tuple(pair for pair in pairs if pair is not None)


def _pair(left: str, right: str, source: Table, target: Table) -> JoinPair | None:
    source_column, target_column = _column(left, source), _column(right, target)
    if source_column is None or target_column is None:
        return None
    return JoinPair(source=source_column, target=target_column)


def _column(written: str, table: Table) -> str | None:
    qualifier, _, name = written.replace('"', "").replace("`", "").rpartition(".")
    if qualifier and qualifier.casefold() not in (table.name.casefold(), table.name.rpartition(".")[2].casefold()):
        return None
    column = table.column(name)
    return column.name if column else None


def _by_foreign_key(source: Table, target: Table) -> tuple[JoinPair, ...]:
    keys = [key for key in target.foreign_keys if key.table == source.name]
    if len(keys) != 1:
        raise TaskInvalid(
            f"how do rows of {source.name} find theirs in {target.name}?",
            hint=f"say it with --join '{source.name}.COLUMN = {target.name}.COLUMN'",
        )
    return tuple(
        JoinPair(source=referred, target=own)
        for own, referred in zip(keys[0].columns, keys[0].referred_columns, strict=True)
    )


def _check_target_side(target: Table, columns: tuple[str, ...], filled: tuple[str, ...]) -> None:
    optional = {column.name for column in target.columns if column.nullable}
    unique = [set(key) for key in (target.primary_key, *target.unique_keys) if key and not optional & set(key)]
    if set(columns) not in unique:
        raise TaskRefused(
            f"({', '.join(columns)}) is not unique in {target.name}, so a row could be filled twice",
            hint=f"add a unique key: CREATE UNIQUE INDEX ... ON {target.name} ({', '.join(columns)})",
        )
    needed = [
        column.name
        for column in target.columns
        if not column.nullable
        and column.default is None
        and not column.generated
        and not column.identity
        and column.name not in (*columns, *filled)
    ]
    if needed and target.primary_key != tuple(needed):
        raise TaskRefused(f"a row of {target.name} cannot be inserted without {', '.join(needed)}")


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns[:12])
