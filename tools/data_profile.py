"""What the values of a table look like: two reads through the door, of a sample when the table is big."""

import re
from collections.abc import Sequence

from sqlglot import exp

from tools.context import ToolContext
from tools.db.schema import Column, Table
from tools.db.values import Value, to_json
from tools.errors import UnknownName
from tools.safety.pending import Outcome
from tools.sql.statement import Dialect
from tools.table_text import find_table

SAMPLE_ROWS = 100_000
MAX_COLUMNS = 20
TOP_VALUES = 5
MAX_VALUE_CHARS = 60

# Types that every engine can compare, count and take the smallest of; others are profiled as text.
_ORDERED = re.compile(
    r"\b(?:(?:tiny|small|medium|big)?int(?:eger|\d)?|(?:small|big)?serial|num(?:eric|ber)?|dec(?:imal)?|real|double|float\d?"
    r"|n?(?:var)?char(?:acter)?|(?:tiny|medium|long)?text|clob|date(?:time)?|time(?:stamp)?(?:tz)?|year|interval|money)\b",
    re.IGNORECASE,
)
_BINARY = re.compile(r"blob|bytea|binary", re.IGNORECASE)


def data_profile(table: str, columns: list[str] | None = None, *, ctx: ToolContext) -> str:
    """Describe the values of a table: rows, and per column the share of NULLs, distinct values, range, top values.

    Use it before filtering or grouping by a column whose values you do not know. `columns`: only these.
    """
    schema = ctx.gate.visible_schema()
    found = find_table(schema, table)
    chosen = _chosen(found, columns)
    source = _source(found, chosen)
    facts = _read(ctx, _facts_query(chosen, source, schema.dialect))
    counts = facts.rows[0]
    tops = [column for at, column in enumerate(chosen) if _repeats(column, counts, at)]
    top_rows = _read(ctx, _top_query(tops, source, schema.dialect)).rows if tops else ()
    return _words(found, chosen, counts, top_rows)


def _chosen(table: Table, names: Sequence[str] | None) -> tuple[Column, ...]:
    if not names:
        return tuple(table.columns[:MAX_COLUMNS])
    known = {column.name.lower(): column for column in table.columns}
    for name in names:
        if name.lower() not in known:
            raise UnknownName(
                f"{table.name} has no column {name!r}", hint=f"its columns: {', '.join(c.name for c in table.columns)}"
            )
    return tuple(known[name.lower()] for name in names)[:MAX_COLUMNS]


def _source(table: Table, columns: Sequence[Column]) -> exp.Expression:
    """The table, or its first rows when it is big."""
    schema, _, name = table.name.rpartition(".")
    whole = exp.Table(this=_name(name), db=_name(schema) if schema else None)
    if not _sampled(table):
        return whole
    sample = exp.select(*(exp.column(_name(column.name)) for column in columns)).from_(whole).limit(SAMPLE_ROWS)
    return sample.subquery("sample")


def _sampled(table: Table) -> bool:
    return (table.row_estimate or 0) > SAMPLE_ROWS


def _name(identifier: str) -> exp.Identifier:
    return exp.to_identifier(identifier, quoted=True)


def _value(column: Column, dialect: Dialect) -> exp.Expression:
    plain = exp.column(_name(column.name))
    return plain if _ORDERED.search(column.type) and not column.enum else _as_text(plain, dialect)


def _as_text(value: exp.Expression, dialect: Dialect) -> exp.Expression:
    return exp.cast(value, exp.DataType.Type.CHAR if dialect is Dialect.MYSQL else exp.DataType.Type.TEXT)


def _facts_query(columns: Sequence[Column], source: exp.Expression, dialect: Dialect) -> str:
    """Rows, then per column: values, distinct values, smallest, largest."""
    picks: list[exp.Expression] = [exp.Count(this=exp.Star())]
    for column in columns:
        value = exp.column(_name(column.name))
        picks.append(exp.Count(this=value))
        if _BINARY.search(column.type):
            picks += [exp.null(), exp.null(), exp.null()]
            continue
        ordered = _value(column, dialect)
        distinct = exp.Count(this=exp.Distinct(expressions=[ordered]))
        picks += [distinct, exp.Min(this=ordered.copy()), exp.Max(this=ordered.copy())]
    aliased = (exp.alias_(pick, f"f{at}") for at, pick in enumerate(picks))
    return exp.select(*aliased).from_(source.copy()).sql(dialect=dialect.value)


def _top_query(columns: Sequence[Column], source: exp.Expression, dialect: Dialect) -> str:
    """The most frequent values of each column, all in one statement."""
    parts = [
        exp.select(exp.alias_(exp.Literal.number(at), "at"), "value", "n").from_(
            _top_of(column, source, dialect).subquery(f"top{at}")
        )
        for at, column in enumerate(columns)
    ]
    query: exp.Query = parts[0]
    for part in parts[1:]:
        query = exp.union(query, part, distinct=False)
    return query.sql(dialect=dialect.value)


def _top_of(column: Column, source: exp.Expression, dialect: Dialect) -> exp.Select:
    value = exp.column(_name(column.name))
    return (
        exp.select(exp.alias_(_as_text(value, dialect), "value"), exp.alias_(exp.Count(this=exp.Star()), "n"))
        .from_(source.copy())
        .where(value.copy().is_(exp.null()).not_())
        .group_by(_as_text(value.copy(), dialect))
        .order_by(exp.column("n").desc(), exp.column("value"))
        .limit(TOP_VALUES)
    )


def _read(ctx: ToolContext, sql: str) -> Outcome:
    return ctx.gate.run(sql, ctx.caller, cancel=ctx.cancel)


def _repeats(column: Column, counts: Sequence[Value], at: int) -> bool:
    values, distinct = counts[1 + at * 4], counts[2 + at * 4]
    if _BINARY.search(column.type) or not isinstance(values, int) or not isinstance(distinct, int):
        return False
    return 0 < distinct < values


def _words(
    table: Table, columns: Sequence[Column], counts: Sequence[Value], top_rows: Sequence[Sequence[Value]]
) -> str:
    rows = _count(counts[0])
    sampled = f" (a sample of about {table.row_estimate})" if _sampled(table) else ""
    lines = [f"{table.name}: {rows} rows{sampled}"]
    tops: dict[int, list[str]] = {}
    for at, value, count in top_rows:
        tops.setdefault(int(str(at)), []).append(f"{_short(value)} ({_count(count)})")
    repeating = [column.name for place, column in enumerate(columns) if _repeats(column, counts, place)]
    for place, column in enumerate(columns):
        values, distinct, least, most = counts[1 + place * 4 : 5 + place * 4]
        nulls = _share(rows, _count(values))
        line = f"{column.name} {column.type}: {nulls} NULL"
        if distinct:
            line += f", {_count(distinct)} distinct, from {_short(least)} to {_short(most)}"
        if column.name in repeating:
            line += f", top: {', '.join(tops.get(repeating.index(column.name), []))}"
        lines.append(line)
    if len(table.columns) > len(columns) == MAX_COLUMNS:
        lines.append(f"… {len(table.columns) - MAX_COLUMNS} more columns; name them to see them")
    return "\n".join(lines)


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _share(rows: int, values: int) -> str:
    if not rows:
        return "0 %"
    return f"{100 * (rows - values) / rows:.1f} %".replace(".0 %", " %")


def _short(value: Value) -> str:
    text = " ".join(str(to_json(value)).split())
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS]}…"
