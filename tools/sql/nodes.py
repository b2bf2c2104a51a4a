"""The parts of the parser's tree that are understood. Everything else is refused, whatever it may be.

Calls of functions are judged by name elsewhere; here only those that need no brackets in the text are left out.
"""

from collections.abc import Iterator

from sqlglot import exp

from tools.sql.statement import Dialect

_QUERY = (
    exp.Alias, exp.Aliases, exp.AtTimeZone, exp.Between, exp.Binary, exp.BitString, exp.Boolean, exp.Bracket,
    exp.ByteString, exp.CharacterSet, exp.Column, exp.ColumnConstraint, exp.ColumnDef, exp.CTE, exp.Cube, exp.DataType,
    exp.DataTypeParam, exp.Distinct, exp.Except, exp.Fetch, exp.Filter, exp.ForIn, exp.FormatJson, exp.From, exp.Func,
    exp.Group, exp.GroupingSets, exp.Having, exp.HexString, exp.Identifier, exp.IgnoreNulls, exp.In, exp.IndexTableHint,
    exp.Intersect, exp.Interval, exp.IntervalSpan, exp.Introducer, exp.Join, exp.JSONColumnDef, exp.JSONKeyValue,
    exp.JSON,
    exp.JSONExtractQuote, exp.JSONPath, exp.JSONPathPart, exp.JSONSchema, exp.JSONValue, exp.Kwarg, exp.Lateral,
    exp.Limit, exp.LimitOptions, exp.Literal, exp.National, exp.Null, exp.ObjectIdentifier, exp.Offset, exp.OnCondition,
    exp.OpenJSONColumnDef, exp.Order, exp.Ordered, exp.Parameter, exp.Partition, exp.PathColumnConstraint,
    exp.Placeholder, exp.Pseudocolumn, exp.PseudoType, exp.RawString, exp.Heredoc, exp.RecursiveWithSearch,
    exp.RespectNulls, exp.Rollup, exp.Select, exp.SessionParameter, exp.Slice, exp.Star, exp.Subquery, exp.Table,
    exp.TableAlias, exp.TableSample, exp.Tuple, exp.Unary, exp.Union, exp.Values, exp.Var, exp.Variadic, exp.Version,
    exp.Where, exp.Window, exp.WindowSpec, exp.With, exp.WithinGroup, exp.All, exp.Any, exp.Collate,
    exp.XMLKeyValueOption, exp.XMLNamespace, exp.ColumnPosition, exp.Opclass,
)  # fmt: skip
_CHANGE = (
    exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.When, exp.Whens, exp.OnConflict, exp.Returning, exp.Schema,
    exp.Into, exp.Lock,
)  # fmt: skip
_DEFINITION = (
    exp.Create, exp.Alter, exp.AlterColumn, exp.AlterRename, exp.AddConstraint, exp.Constraint,
    exp.ColumnConstraintKind,
    exp.Check, exp.Comment, exp.Drop, exp.ForeignKey, exp.Reference, exp.PrimaryKey, exp.Index, exp.IndexParameters,
    exp.IndexConstraintOption, exp.ModifyColumn, exp.OnProperty, exp.Properties, exp.RenameColumn, exp.RenameIndex,
    exp.TruncateTable, exp.DropPrimaryKey, exp.AlterIndex,
    exp.TemporaryProperty, exp.EngineProperty, exp.AutoIncrementProperty, exp.CharacterSetProperty,
    exp.CollateProperty,
    exp.SchemaCommentProperty, exp.RowFormatProperty, exp.MaterializedProperty, exp.WithDataProperty,
    exp.StrictProperty,
    exp.UnloggedProperty, exp.LikeProperty, exp.PartitionedOfProperty, exp.PartitionBoundSpec,
)  # fmt: skip
# `NEXT VALUE FOR s` moves a sequence; `:=` sets a variable; OPERATOR(s.+) calls whatever function stands behind it.
_NEVER = (exp.NextValueFor, exp.PropertyEQ, exp.Operator, exp.Command, exp.ConnectByRoot)
_SELECT_PARTS = frozenset(
    {
        "with_", "kind", "expressions", "hint", "distinct", "from_", "joins", "laterals", "where", "group", "having",
        "windows", "order", "limit", "offset", "operation_modifiers", "locks", "into", "sample",
    }
)  # fmt: skip
_MODIFIERS = frozenset(
    {
        "SQL_CALC_FOUND_ROWS",
        "STRAIGHT_JOIN",
        "HIGH_PRIORITY",
        "SQL_NO_CACHE",
        "SQL_CACHE",
        "SQL_SMALL_RESULT",
        "SQL_BIG_RESULT",
        "SQL_BUFFER_RESULT",
    }
)
_ENGINES = frozenset({"innodb", "myisam", "aria", "memory", "rocksdb"})


def not_understood(tree: exp.Expr, dialect: Dialect, *, definitions: bool) -> Iterator[str]:
    """What in the tree is not on the list, in words, in the order of the text."""
    known = (*_QUERY, *_CHANGE, *_DEFINITION) if definitions else (*_QUERY, *_CHANGE)
    for node in tree.walk(bfs=False):
        if type(node) is exp.Property and isinstance(node.parent, exp.LikeProperty):
            continue  # LIKE t INCLUDING ALL
        if type(node) is exp.PropertyEQ and dialect is Dialect.POSTGRES:
            continue  # the old way to name an argument: make_interval(days := 10)
        if isinstance(node, _NEVER) or not isinstance(node, known):
            yield _NAMES.get(type(node).__name__, type(node).__name__)
        elif isinstance(node, exp.Select):
            yield from _odd_select(node)
        elif isinstance(node, exp.EngineProperty) and node.name.lower() not in _ENGINES:
            yield f"ENGINE={node.name}"
        elif isinstance(node, exp.Table) and dialect is not Dialect.MYSQL and node.args.get("partition"):
            yield "PARTITION"


_NAMES = {
    "PropertyEQ": "an assignment to a variable (:=)",
    "NextValueFor": "NEXT VALUE FOR",
    "Operator": "OPERATOR(...)",
}


def _odd_select(select: exp.Select) -> Iterator[str]:
    yield from (part for part, value in select.args.items() if value and part not in _SELECT_PARTS)
    for modifier in select.args.get("operation_modifiers") or ():
        if modifier.name.upper() not in _MODIFIERS:
            yield modifier.name.upper()
