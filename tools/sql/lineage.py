"""The columns of real tables that a statement touches, wherever in it: output, conditions, ordering, writing.

A whole row (`SELECT u FROM users u`, `u.*`, `TABLE t`, `x IN t`, NATURAL JOIN, a list of column aliases) counts as `*`:
every column. A column that may belong to several tables has `table=None`. With a catalogue, names are resolved by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from tools.sql.names import table_name
from tools.sql.statement import ColumnUse, Dialect
from tools.sql.tables import in_tables, is_cte, is_relation

_SCOPES = (exp.Select, exp.Update, exp.Delete, exp.Insert, exp.Merge)
# In PostgreSQL `u.to_jsonb` calls to_jsonb(u) when u has no such column.
_ROW_CALLS = frozenset(
    [
        "text",
        "varchar",
        "bpchar",
        "name",
        "to_json",
        "to_jsonb",
        "row_to_json",
        "record_out",
        "hash_record",
        "quote_literal",
        "quote_nullable",
    ]
)


class Catalogue(Protocol):
    """What is known of the structure; names as in `Statement.reads`."""

    def columns_of(self, table: str) -> tuple[str, ...] | None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Something in FROM, by the name that columns are qualified with (lower case)."""

    alias: str
    table: str | None  # None: a subquery, a CTE or a function
    renamed: bool = False  # its columns have other names here: users AS t (a, b)


def columns_used(
    tree: exp.Expr, dialect: Dialect, default_schema: str | None = None, catalogue: Catalogue | None = None
) -> tuple[ColumnUse, ...]:
    """Sorted, unique."""
    resolver = _Resolver(dialect, default_schema, catalogue)
    uses = set(resolver.uses(tree))
    return tuple(sorted(uses, key=lambda use: (use.table or "", use.column)))


def sources_of(node: exp.Expr, default_schema: str | None) -> tuple[Source, ...]:
    """What a column at this place of a PostgreSQL statement can refer to, the nearest first."""
    return _Resolver(Dialect.POSTGRES, default_schema, None).chain(node)


class _Resolver:
    def __init__(self, dialect: Dialect, default_schema: str | None, catalogue: Catalogue | None) -> None:
        self._dialect = dialect
        self._default_schema = default_schema
        self._catalogue = catalogue
        self._known: dict[int, tuple[Source, ...]] = {}

    def uses(self, tree: exp.Expr) -> Iterator[ColumnUse]:
        for node in tree.walk():
            match node:
                case exp.Column():
                    yield from self._column(node)
                case exp.Star() if not isinstance(node.parent, exp.Column | exp.Count):
                    yield from self._every_column(self._sources(node))
                case exp.Join():
                    yield from self._join(node)
                case exp.TableAlias() if node.columns and isinstance(node.parent, exp.Table):
                    yield from self._every_column(self._source_of(node.parent))
                case exp.Insert():
                    yield from self._insert(node)
                case exp.Dot() if isinstance(node.expression, exp.Identifier):
                    yield ColumnUse(table=None, column=node.expression.name.lower())
        for table in in_tables(tree, self._dialect):
            yield ColumnUse(table=table_name(table, self._dialect, self._default_schema), column="*")

    def _column(self, column: exp.Column) -> Iterator[ColumnUse]:
        qualifier = column.table.lower()
        if isinstance(column.this, exp.Star):
            yield from self._every_column(s for s in self.chain(column) if s.alias == qualifier)
        elif qualifier:
            yield from self._qualified(column, qualifier)
        else:
            yield from self._bare(column)

    def _qualified(self, column: exp.Column, qualifier: str) -> Iterator[ColumnUse]:
        source = next((source for source in self.chain(column) if source.alias == qualifier), None)
        if source is None:
            yield ColumnUse(table=None, column=column.name.lower())
        elif source.table is not None:
            row = self._is_row_call(source.table, column.name.lower())
            yield ColumnUse(table=source.table, column="*" if row else column.name.lower())

    def _is_row_call(self, table: str, name: str) -> bool:
        if self._dialect is not Dialect.POSTGRES:
            return False
        columns = self._columns_of(table)
        return name not in columns if columns is not None else name in _ROW_CALLS

    def _bare(self, column: exp.Column) -> Iterator[ColumnUse]:
        name = column.name.lower()
        chain = self.chain(column)
        owners = [s.table for s in chain if s.table is not None and name in (self._columns_of(s.table) or ())]
        rows = [source for source in chain if source.alias == name]
        if owners and not rows:
            yield from (ColumnUse(table=table, column=name) for table in owners)
            return
        yield from self._every_column(rows)
        unknown = [s.table for s in chain if s.table is not None and self._columns_of(s.table) is None]
        if len(chain) == 1 and unknown:
            yield ColumnUse(table=unknown[0], column=name)
        elif unknown or owners:
            yield ColumnUse(table=None, column=name)

    def _join(self, join: exp.Join) -> Iterator[ColumnUse]:
        if (join.args.get("method") or "").upper() == "NATURAL":
            yield from self._every_column(self._sources(join))
        for shared in join.args.get("using") or ():
            yield from (ColumnUse(table=s.table, column=shared.name.lower()) for s in self._sources(join) if s.table)

    def _insert(self, insert: exp.Insert) -> Iterator[ColumnUse]:
        target = insert.this
        table = target.this if isinstance(target, exp.Schema) else target
        if not isinstance(table, exp.Table):
            return
        name = table_name(table, self._dialect, self._default_schema)
        columns = target.expressions if isinstance(target, exp.Schema) else insert.args.get("columns")
        for column in columns or [exp.Star()]:
            yield ColumnUse(table=name, column="*" if isinstance(column, exp.Star) else column.name.lower())

    def _every_column(self, sources: "Iterator[Source] | tuple[Source, ...] | list[Source]") -> Iterator[ColumnUse]:
        yield from (ColumnUse(table=source.table, column="*") for source in sources if source.table is not None)

    def _columns_of(self, table: str) -> tuple[str, ...] | None:
        return self._catalogue.columns_of(table) if self._catalogue else None

    def chain(self, node: exp.Expr) -> tuple[Source, ...]:
        """The sources of the nearest query and of those around it, the nearest first."""
        found: tuple[Source, ...] = ()
        scope = node.find_ancestor(*_SCOPES)
        while scope is not None:
            found += self._sources_in(scope)
            scope = scope.find_ancestor(*_SCOPES)
        return found

    def _sources(self, node: exp.Expr) -> tuple[Source, ...]:
        scope = node.find_ancestor(*_SCOPES)
        return self._sources_in(scope) if scope is not None else ()

    def _sources_in(self, scope: exp.Expr) -> tuple[Source, ...]:
        if id(scope) not in self._known:
            self._known[id(scope)] = tuple(self._find_sources(scope))
        return self._known[id(scope)]

    def _find_sources(self, scope: exp.Expr) -> Iterator[Source]:
        for node in scope.find_all(exp.Table, exp.Subquery, exp.Lateral, exp.Values):
            if node.find_ancestor(*_SCOPES) is not scope:
                continue
            if isinstance(node, exp.Table):
                yield from self._source_of(node)
            elif node.alias:
                yield Source(node.alias.lower(), None)

    def _source_of(self, table: exp.Table) -> tuple[Source, ...]:
        if not is_relation(table) or is_cte(table, self._dialect):
            return (Source(table.alias_or_name.lower(), None),)
        name = table_name(table, self._dialect, self._default_schema)
        alias = table.args.get("alias")
        renamed = isinstance(alias, exp.TableAlias) and bool(alias.columns)
        return (Source(table.alias_or_name.lower(), name, renamed),)
