"""PostgreSQL's other way to call a function: `t.f`, `(t).f` and `(expression).f` mean `f(...)` when there is no column
`f`: `(9).pg_sleep` waits, `x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) x` reads a file.

A name must be a column by the schema, one that the function before the dot returns, or no name of a function that does
more than compute. What cannot be a row has no fields.
"""

import re
from collections.abc import Iterator

from sqlglot import exp

from tools.db.schema import Schema
from tools.sql.functions.postgres import ALLOWED
from tools.sql.lineage import sources_of
from tools.sql.statement import Dialect, Statement

_SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})
# Functions of one argument that do more than compute, in the server and in common extensions.
_HARMFUL = re.compile(
    r"(pg_|lo_|_?dblink|binary_upgrade_|brin_|gin_|pgp_|http|net_|cron_|query_to_|table_to_|schema_to_|database_to_"
    r"|cursor_to_|postgres_fdw_|gen_|txid_|plpgsql|plpython|plperl|plv8|bt_index_|verify_|ts_stat|crosstab)\w*"
    r"|nextval|currval|lastval|setval|setseed|set_limit|set_config|loread|lowrite|amvalidate|connectby|amcheck"
)
# What table functions call their columns.
_COLUMNS = """
abbrev acl alias baredesc barelabel base catcode catdesc config description dictionaries dictionary document grantee
grantor is_dst is_grantable isleaf key level lexeme lexemes n name ordinality parentrelid parser_name parser_oid
partitionid path positions privilege_type relid rootrelid target token tokid txt utc_offset value weights word x
"""
_RETURNED = frozenset(_COLUMNS.split())
# Their columns are declared by the statement or by a type.
_OF_ANY_TYPE = frozenset(
    {
        f"json{b}_{name}"
        for b in ("", "b")
        for name in ("populate_record", "populate_recordset", "to_record", "to_recordset")
    }
    | {"json_table", "xmltable", "unnest"}
)


def calls_by_attribute(statement: Statement, schema: Schema | None) -> Iterator[str]:
    """One reason per name that may be a function."""
    if statement.dialect is not Dialect.POSTGRES:
        return
    for node in statement.tree.find_all(exp.Column, exp.Dot):
        if isinstance(node, exp.Column) and node.table and not isinstance(node.this, exp.Star):
            yield from _qualified(node, schema)
        elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier) and not _is_type(node):
            yield from _field(node, schema)


def _qualified(column: exp.Column, schema: Schema | None) -> Iterator[str]:
    name = column.name.lower()
    function = _function_named(column, column.table)
    if _HARMFUL.fullmatch(name) or (function is not None and not _may_return(function, name)):
        yield f"{column.table}.{column.name} could call a function; give the column another name"
    elif not _may_be_column(column, column.table, column.name, schema):
        yield f"{column.table} has no column {column.name}, so {column.table}.{column.name} could call a function"


def _may_be_column(place: exp.Expr, qualifier: str, name: str, schema: Schema | None) -> bool:
    sources = sources_of(place, schema.default_schema) if schema else ()
    source = next((source for source in sources if source.alias == qualifier.lower()), None)
    table = schema.table(source.table) if schema and source and source.table and not source.renamed else None
    return table is None or name.lower() in _SYSTEM_COLUMNS or table.column(name) is not None


def _field(dot: exp.Dot, schema: Schema | None) -> Iterator[str]:
    name = dot.expression.name.lower()
    row = dot.this
    while isinstance(row, exp.Paren):
        row = row.this
    if _HARMFUL.fullmatch(name) or not _may_have_field(row, name):
        yield f"(...).{dot.expression.name} could call a function; write it as a call"
    elif (
        isinstance(row, exp.Column)
        and _is_whole_row(row)
        and not (schema and _may_be_column(row, row.name, name, schema))
    ):
        yield f"({row.name}).{name} could call a function; write {row.name}.{name}"


def _is_whole_row(column: exp.Column) -> bool:
    return not column.table and any(s.alias == column.name.lower() and s.table for s in sources_of(column, None))


def _is_type(dot: exp.Dot) -> bool:
    """The name of a type in a schema: x::public.mood"""
    outer = dot.parent
    while isinstance(outer, exp.Dot):
        outer = outer.parent
    return isinstance(outer, exp.DataType) or (isinstance(outer, exp.Cast) and outer.args.get("to") is dot)


def _may_have_field(row: exp.Expr, name: str) -> bool:
    match row:
        case exp.Column() if not row.table and (function := _function_named(row, row.name)) is not None:
            return _may_return(function, name)
        case exp.Column() | exp.Bracket() | exp.Dot() | exp.Subquery() | exp.Tuple() | exp.Star():
            return True
        case exp.Cast():
            # A type of the user's own may be a row; the engine's types are not.
            to = row.args["to"]
            return (isinstance(to, exp.DataType) and to.this is exp.DType.USERDEFINED) or name in ALLOWED
        case exp.Func():
            return _may_return(row, name) or row.name.lower() == "row"
    return name in ALLOWED


def _function_named(column: exp.Column, alias: str) -> exp.Expr | None:
    """The function in FROM with that alias, in the nearest query that has it."""
    query = column.find_ancestor(exp.Select)
    while query is not None:
        found = next((source for source in _sources(query) if source.alias_or_name.lower() == alias.lower()), None)
        if found is not None:
            return None if _is_table(found) else found
        query = query.find_ancestor(exp.Select)
    return None


def _sources(query: exp.Expr) -> Iterator[exp.Expr]:
    source = query.args.get("from_")
    parts = [source] if source is not None else []
    for part in (*parts, *(query.args.get("joins") or ()), *(query.args.get("laterals") or ())):
        inner = part if isinstance(part, exp.Lateral) else part.this
        if isinstance(inner, exp.Expr):
            yield inner
            yield from (join.this for join in inner.args.get("joins") or ())


def _is_table(source: exp.Expr) -> bool:
    if isinstance(source, exp.Lateral):
        return isinstance(source.this, exp.Subquery)
    return isinstance(source, exp.Subquery | exp.Values) or (
        isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)
    )


def _may_return(function: exp.Expr, name: str) -> bool:
    """Whether `name` is a column of what the function returns, or harmless as a function of it."""
    alias = function.args.get("alias")
    declared = {column.name.lower() for column in alias.columns} if isinstance(alias, exp.TableAlias) else set()
    declared |= {column.name.lower() for column in function.find_all(exp.ColumnDef, exp.JSONColumnDef)}
    own = {call.name.lower() for call in function.find_all(exp.Anonymous)} | {
        known.lower() for call in function.find_all(exp.Func) for known in type(call).sql_names()
    }
    if not own.isdisjoint(_OF_ANY_TYPE) and not _of_plain_values(function):
        return True
    return name in declared | own | _RETURNED | ALLOWED | {function.alias_or_name.lower()}


def _of_plain_values(function: exp.Expr) -> bool:
    """unnest(ARRAY[1, 2]): values that are no rows."""
    return isinstance(function, exp.Unnest) and next(function.find_all(exp.Column, exp.Subquery), None) is None
