"""The tables that a statement reads and writes. CTE names and aliases are not tables; a view is itself."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from tools.sql.names import table_name, written
from tools.sql.statement import Dialect

CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)


def read_tables(tree: exp.Expr, dialect: Dialect, default_schema: str | None = None) -> tuple[str, ...]:
    """Every table whose rows can influence the result."""
    targets = {id(table) for table in _targets(tree)}
    names = {
        table_name(table, dialect, default_schema)
        for table in tree.find_all(exp.Table)
        if id(table) not in targets and is_relation(table) and not is_cte(table, dialect)
    }
    names.update(table_name(table, dialect, default_schema) for table in in_tables(tree, dialect))
    return tuple(sorted(names))


def written_tables(tree: exp.Expr, dialect: Dialect, default_schema: str | None = None) -> tuple[str, ...]:
    """Every table that the statement changes, creates or drops."""
    named = [table for table in _targets(tree) if not _is_alias_target(table)]
    return tuple(sorted({table_name(table, dialect, default_schema) for table in named if table.name}))


def is_relation(table: exp.Table) -> bool:
    """A named relation, and not a function in FROM, an index hint, a reference or the name of something else."""
    if isinstance(table.this, exp.Func) or not table.name:
        return False
    if table.find_ancestor(exp.Reference) is not None or isinstance(table.parent, exp.Opclass):
        return False
    created = table.parent.parent if isinstance(table.parent, exp.Schema) else table.parent
    if isinstance(created, exp.Create) and created.kind not in ("TABLE", "VIEW") and table.arg_key == "this":
        return False  # CREATE TYPE t, CREATE SEQUENCE s
    return not isinstance(table.parent, exp.Comment | exp.Drop | exp.AlterRename) and table.arg_key not in (
        "indexed",
        "index",
    )


def is_cte(table: exp.Table, dialect: Dialect) -> bool:
    """Whether the name means a common table expression that is visible at this place."""
    if table.args.get("db"):
        return False
    name = _folded(table.this, dialect)
    child: exp.Expr = table
    node = table.parent
    while node is not None:
        if isinstance(node, exp.With) and name in _visible_in(node, child, dialect):
            return True
        clause = node.args.get("with_")
        if isinstance(clause, exp.With) and clause is not child and name in _names(clause.expressions, dialect):
            return True
        child, node = node, node.parent
    return False


def in_tables(tree: exp.Expr, dialect: Dialect) -> Iterator[exp.Table]:
    """SQLite's `x IN payroll`, as tables."""
    if dialect is not Dialect.SQLITE:
        return
    for node in tree.find_all(exp.In):
        field = node.args.get("field")
        if isinstance(field, exp.Column):
            table = exp.Table(
                this=field.this.copy(), db=field.args["table"].copy() if field.args.get("table") else None
            )
        elif isinstance(field, exp.Literal) and field.is_string:
            table = exp.Table(this=exp.to_identifier(field.name, quoted=True))
        else:
            continue
        table.parent = node  # so that CTEs in scope are seen
        if not is_cte(table, dialect):
            yield table


def _visible_in(clause: exp.With, child: exp.Expr, dialect: Dialect) -> set[str]:
    if clause.args.get("recursive"):
        return _names(clause.expressions, dialect)
    before = []
    for cte in clause.expressions:
        if cte is child:
            break
        before.append(cte)
    return _names(before, dialect)


def _names(ctes: list[exp.CTE], dialect: Dialect) -> set[str]:
    return {_folded(cte.args["alias"].this, dialect) for cte in ctes if cte.args.get("alias")}


def _folded(identifier: exp.Expr, dialect: Dialect) -> str:
    name = written(identifier, dialect)
    return name if dialect is Dialect.POSTGRES else name.lower()


def _targets(tree: exp.Expr) -> Iterator[exp.Table]:
    for node in tree.find_all(*CHANGES, exp.Into, exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Comment):
        yield from _targets_of(node)


def _targets_of(node: exp.Expr) -> Iterator[exp.Table]:
    match node:
        case exp.Update():
            yield from _update_targets(node)
        case exp.Delete():
            yield from _delete_targets(node)
        case exp.TruncateTable():
            yield from (table for table in node.expressions if isinstance(table, exp.Table))
        case exp.Drop():
            yield from _drop_targets(node)
        case exp.Create() if node.kind == "INDEX":
            table = node.this.args.get("table") if isinstance(node.this, exp.Index) else None
            if isinstance(table, exp.Table):
                yield table
        case exp.Create() if node.kind not in ("TABLE", "VIEW"):
            return
        case _:
            yield from _named_target(node)


def _named_target(node: exp.Expr) -> Iterator[exp.Table]:
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    if isinstance(target, exp.Table):
        yield target
    elif isinstance(target, exp.Column) and target.table:  # COMMENT ON COLUMN t.c
        yield exp.Table(this=target.args["table"].copy(), db=target.args.get("db"))


def _drop_targets(node: exp.Drop) -> Iterator[exp.Table]:
    on = node.args.get("cluster")
    if isinstance(on, exp.OnProperty) and isinstance(on.this, exp.Table):
        yield on.this  # MySQL: DROP INDEX i ON t
    elif node.args.get("kind") in ("TABLE", "VIEW"):
        yield from (table for table in node.args.get("tables") or [node.this] if isinstance(table, exp.Table))


def _update_targets(node: exp.Update) -> Iterator[exp.Table]:
    """One table, or (MySQL) those of the joined tables whose columns are assigned."""
    if not isinstance(node.this, exp.Table):
        return
    joined = [node.this, *(join.this for join in node.this.args.get("joins") or () if isinstance(join.this, exp.Table))]
    assigned = {column.table.lower() for item in node.expressions for column in item.this.find_all(exp.Column)}
    if len(joined) == 1 or "" in assigned or not assigned:
        yield from joined
        return
    yield from (table for table in joined if table.alias_or_name.lower() in assigned)


def _delete_targets(node: exp.Delete) -> Iterator[exp.Table]:
    named = [table for table in node.args.get("tables") or () if isinstance(table, exp.Table)]
    using = node.args.get("using") or ()
    if not named and not (using and isinstance(node.this, exp.Table)):
        if isinstance(node.this, exp.Table):
            yield node.this
        return
    sources = (
        [source for part in (node.this, *using) for source in part.find_all(exp.Table)]
        if named
        else list(_sources(using))
    )
    for target in named or [node.this]:
        # A target may be named by the alias of its source.
        match = next((source for source in sources if source.alias_or_name.lower() == target.name.lower()), None)
        yield target
        if match is not None:
            yield match


def _sources(parts: Sequence[exp.Expr]) -> Iterator[exp.Table]:
    for part in parts:
        yield from part.find_all(exp.Table)


def _is_alias_target(table: exp.Table) -> bool:
    """Whether a target of a MySQL multi-table DELETE is an alias, whose table is yielded beside it."""
    delete = table.parent
    if not isinstance(delete, exp.Delete) or table.args.get("db"):
        return False
    sources = [s for part in (delete.this, *(delete.args.get("using") or ())) for s in part.find_all(exp.Table)]
    return any(s is not table and s.alias and s.alias.lower() == table.name.lower() for s in sources)
