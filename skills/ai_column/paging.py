"""The SQL that reads rows to fill: a count, keyset pages, one row by its key, and sampled results.

Never OFFSET, so a page costs the same wherever it is. MySQL does not range-scan `(a, b) > (x, y)`, so a
composite key is compared in the OR form there. The person's filter keeps its exact text.
"""

from collections.abc import Mapping, Sequence

from sqlglot import TokenType, exp, tokenize
from sqlglot.errors import SqlglotError

from skills.ai_column.target import Target
from skills.errors import TaskInvalid
from tools.db.schema import Table
from tools.db.values import Value
from tools.errors import StatementError
from tools.sql.parse import parse
from tools.sql.statement import Dialect

_TARGET_ALIAS = "columnist_target"


class Paging:
    """Statements over one target. `ready`: its columns all exist, and so can be looked at.

    `every`: rows whose cells are filled are read too, which is what a refresh looks at.
    """

    def __init__(self, target: Target, *, ready: bool, every: bool = False) -> None:
        self._target = target
        self._ready = ready
        self._every = every
        self._source = quoted_table(target.source, target.dialect)
        if target.where is not None:
            check_filter(target.where, self._source, target.dialect)

    @property
    def shows_present(self) -> bool:
        """Whether a page holds the target cells too; else they are all NULL."""
        return self._ready and (self._every or len(self._target.columns) > 1)

    def page(self, rows: int, *, first: bool) -> str:
        """The next rows to fill after the key `:k0`, `:k1`, ...: key, source columns, present target cells."""
        conditions = self._pending() if first else (*self._pending(), self._after())
        order = ", ".join(self._own(part) for part in self._target.key)
        selected = self._selected(present=self.shows_present)
        return f"SELECT {selected} FROM {self._source}{_where(conditions)} ORDER BY {order} LIMIT {rows}"

    def count(self) -> str:
        return f"SELECT COUNT(*) FROM {self._source}{_where(self._pending())}"

    def count_beyond(self, rows: int) -> str:
        """As `count`, but no further than to one more than `rows`."""
        return (
            f"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {self._source}{_where(self._pending())}"
            f" LIMIT {rows + 1}) AS pending"
        )

    def by_keys(self, rows: int) -> str:
        """Rows by their keys `:k0_0`, `:k0_1`, ... up to `rows` of them: key, source columns, present target cells."""
        parts = [self._own(part) for part in self._target.key]
        if len(parts) == 1:
            slots = ", ".join(f":k{row}_0" for row in range(rows))
            condition = f"{parts[0]} IN ({slots})"
        else:
            condition = " OR ".join(
                "(" + " AND ".join(f"{part} = :k{row}_{place}" for place, part in enumerate(parts)) + ")"
                for row in range(rows)
            )
        return f"SELECT {self._selected(present=True)} FROM {self._source} WHERE {condition}"

    def ends(self) -> str:
        """The least and the greatest key, of a key that is one column."""
        key = self._own(self._target.key[0])
        return f"SELECT MIN({key}), MAX({key}) FROM {self._source}"

    def _selected(self, *, present: bool) -> str:
        columns = [self._own(column) for column in (*self._target.key, *self._target.source_columns)]
        return ", ".join([*columns, *(self._present() if present else ())])

    def _present(self) -> tuple[str, ...]:
        target = self._target
        if target.same_table:
            return tuple(self._own(name) for name in target.names)
        return tuple(f"(SELECT {_TARGET_ALIAS}.{self._quote(name)} FROM {self._joined()})" for name in target.names)

    def _pending(self) -> tuple[str, ...]:
        target = self._target
        filtered = () if target.where is None else (f"({target.where})",)
        if not self._ready or self._every:
            return filtered
        if target.same_table:
            empty = " OR ".join(f"{self._own(name)} IS NULL" for name in target.names)
            return (empty if len(target.names) == 1 else f"({empty})", *filtered)
        filled = " AND ".join(f"{_TARGET_ALIAS}.{self._quote(name)} IS NOT NULL" for name in target.names)
        return (f"NOT EXISTS (SELECT 1 FROM {self._joined()} AND {filled})", *filtered)

    def _joined(self) -> str:
        target = self._target
        pairs = [f"{_TARGET_ALIAS}.{self._quote(pair.target)} = {self._own(pair.source)}" for pair in target.join]
        return f"{quoted_table(target.table, target.dialect)} AS {_TARGET_ALIAS} WHERE {' AND '.join(pairs)}"

    def _after(self) -> str:
        parts = [self._own(part) for part in self._target.key]
        if len(parts) == 1:
            return f"{parts[0]} > :k0"
        if self._target.dialect is not Dialect.MYSQL:
            return f"({', '.join(parts)}) > ({', '.join(f':k{place}' for place in range(len(parts)))})"
        steps = []
        for place, part in enumerate(parts):
            equal = [f"{earlier} = :k{number}" for number, earlier in enumerate(parts[:place])]
            steps.append(f"({' AND '.join([*equal, f'{part} > :k{place}'])})")
        # The first condition alone gives the index range; the rest cuts it exactly.
        return f"{parts[0]} >= :k0 AND ({' OR '.join(steps)})"

    def _own(self, column: str) -> str:
        return f"{self._source}.{self._quote(column)}"

    def _quote(self, name: str) -> str:
        return quote(name, self._target.dialect)


def key_params(key: Sequence[Value]) -> Mapping[str, Value]:
    return {f"k{place}": part for place, part in enumerate(key)}


def keys_params(keys: Sequence[Sequence[Value]], rows: int) -> Mapping[str, Value]:
    """For `by_keys(rows)`; fewer keys fill it up with their last one."""
    filled = [*keys, *[keys[-1]] * (rows - len(keys))]
    return {f"k{row}_{place}": part for row, key in enumerate(filled) for place, part in enumerate(key)}


def quote(name: str, dialect: Dialect) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect.value)


def quoted_table(table: Table, dialect: Dialect) -> str:
    return ".".join(quote(part, dialect) for part in table.name.split(".", 1))


def check_filter(where: str, source: str, dialect: Dialect) -> None:
    """The filter is one condition and nothing more: it cannot close a bracket, add a clause or hide a comment."""
    try:
        tokens = tokenize(where, dialect=dialect.value)
        if any(token.comments or token.token_type is TokenType.SEMICOLON for token in tokens):
            raise TaskInvalid("the filter must be one plain condition, without comments or `;`")
        alone = parse(f"SELECT 1 FROM {source} WHERE {where}", dialect).tree
    except (StatementError, SqlglotError) as error:
        raise TaskInvalid(f"the filter {where!r} is not understood: {error}") from error
    if alone.find(exp.Placeholder, exp.Parameter):
        raise TaskInvalid(f"the filter {where!r} holds a placeholder; write the value itself")
    parts = {name for name, value in alone.args.items() if value}
    if not isinstance(alone, exp.Select) or not parts <= {"kind", "expressions", "from", "from_", "where"}:
        raise TaskInvalid(f"the filter {where!r} must be one condition, as after WHERE")


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
