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
    """Statements over one target. `filled` says whether the target column exists, and so can be looked at."""

    def __init__(self, target: Target, *, column_exists: bool) -> None:
        self._target = target
        self._exists = column_exists
        self._source = quoted_table(target.source, target.dialect)
        if target.where is not None:
            check_filter(target.where, self._source, target.dialect)

    @property
    def columns(self) -> tuple[str, ...]:
        """Of a page: the key's, then the source's."""
        return (*self._target.key, *self._target.source_columns)

    def page(self, rows: int, *, first: bool) -> str:
        """The next rows to fill after the key `:k0`, `:k1`, ..."""
        conditions = self._pending() if first else (*self._pending(), self._after())
        order = ", ".join(self._own(part) for part in self._target.key)
        return f"SELECT {self._selected()} FROM {self._source}{_where(conditions)} ORDER BY {order} LIMIT {rows}"

    def count(self) -> str:
        return f"SELECT COUNT(*) FROM {self._source}{_where(self._pending())}"

    def by_key(self) -> str:
        """One row by its key: key, source columns, and the present target value."""
        conditions = [f"{self._own(part)} = :k{place}" for place, part in enumerate(self._target.key)]
        return f"SELECT {self._selected()}, {self._present()} FROM {self._source}{_where(conditions)}"

    def _selected(self) -> str:
        return ", ".join(self._own(column) for column in self.columns)

    def _present(self) -> str:
        target = self._target
        if target.same_table:
            return self._own(target.column)
        return f"(SELECT {_TARGET_ALIAS}.{self._quote(target.column)} FROM {self._joined()})"

    def _pending(self) -> tuple[str, ...]:
        target = self._target
        filtered = () if target.where is None else (f"({target.where})",)
        if not self._exists:
            return filtered
        if target.same_table:
            return (f"{self._own(target.column)} IS NULL", *filtered)
        filled = f"{_TARGET_ALIAS}.{self._quote(target.column)} IS NOT NULL"
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
