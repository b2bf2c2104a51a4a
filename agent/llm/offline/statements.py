"""An intent -> the SQL text for it, built as a tree for the dialect; values are literals, never spliced text."""

import re

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from agent.llm.offline.intents import Compute, Condition, Delete, Function, Measure, Rows, Update
from agent.llm.offline.seen import SeenColumn, SeenTable

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_UNITS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_COMPARE = {"=": exp.EQ, ">": exp.GT, "<": exp.LT, ">=": exp.GTE, "<=": exp.LTE}


def sql_of(intent: Compute | Rows | Update | Delete, dialect: str) -> str:
    return _Builder(dialect).build(intent).sql(dialect=dialect)


class _Builder:
    def __init__(self, dialect: str) -> None:
        self._nulls_are_large = dialect == "postgres"
        self._keywords = Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS

    def build(self, intent: Compute | Rows | Update | Delete) -> exp.Expr:
        match intent:
            case Compute():
                return self._compute(intent)
            case Rows():
                return self._rows(intent)
            case Update():
                change = exp.EQ(this=self._column(intent.column), expression=_new_value(intent))
                where = self._where(intent.conditions, None)
                return exp.Update(this=self._table(intent.table), expressions=[change], where=exp.Where(this=where))
            case Delete():
                where = self._where(intent.conditions, None)
                return exp.Delete(this=self._table(intent.table), where=exp.Where(this=where))

    def _compute(self, intent: Compute) -> exp.Select:
        measured = intent.measure.table
        owner = intent.table if measured else None  # columns are qualified where two tables meet
        value = self._measured(intent.measure)
        alias = measure_name(intent.measure)
        query = exp.select(exp.alias_(value, alias)).from_(self._table(measured or intent.table))
        if measured:
            query = query.join(self._table(intent.table), on=self._belongs(intent.measure, intent.table))
        if intent.conditions:
            query = query.where(self._where(intent.conditions, owner))
        if intent.group is None:
            return query
        group = self._group(intent.group, intent.unit, owner)
        named = exp.alias_(group, intent.unit) if intent.unit else group
        query = query.select(named, append=False).select(exp.alias_(value.copy(), alias)).group_by(group.copy())
        order = group.copy() if intent.unit and intent.descending is None else exp.column(exp.to_identifier(alias))
        falling = intent.descending if intent.descending is not None else not intent.unit
        query = query.order_by(self._ordered(order, falling))
        return query.limit(intent.limit) if intent.limit else query

    def _rows(self, intent: Rows) -> exp.Select:
        if intent.by is not None:
            return self._rows_by_measure(intent, intent.by)
        shown = self._shown(intent)
        query = exp.select(*shown).from_(self._table(intent.table))
        if intent.conditions:
            query = query.where(self._where(intent.conditions, None))
        if intent.order is not None:
            query = query.where(self._column(intent.order).is_(exp.null()).not_())
            query = query.order_by(self._ordered(self._column(intent.order), intent.descending))
        if intent.table.key is not None:
            query = query.order_by(self._column(intent.table.key))
        return query.limit(intent.limit)

    def _rows_by_measure(self, intent: Rows, measure: Measure) -> exp.Select:
        """Rows in order of a number over the rows of another table; a count keeps those that have none."""
        table, child = intent.table, measure.table
        if child is None or table.key is None:
            raise ValueError("the measure of another table needs that table and a key")
        shown = [self._column(column, table) for column in (table.key, *table.labels)]
        alias = measure_name(measure)
        counted = measure.function is Function.COUNT
        query = (
            exp.select(*shown, exp.alias_(self._measured(measure), alias))
            .from_(self._table(table))
            .join(self._table(child), on=self._belongs(measure, table), join_type="left" if counted else "")
            .group_by(*(column.copy() for column in shown))
            .order_by(self._ordered(exp.column(exp.to_identifier(alias)), intent.descending))
        )
        if not counted:
            # An average over many rows stands before the same average over few.
            query = query.select(exp.alias_(exp.Count(this=exp.Star()), "count"))
            query = query.order_by(self._ordered(exp.column("count"), True))
        if intent.conditions:
            query = query.where(self._where(intent.conditions, table))
        return query.order_by(self._column(table.key, table)).limit(intent.limit)

    def _shown(self, intent: Rows) -> list[exp.Expr]:
        table = intent.table
        if intent.columns:
            chosen = (*((table.key,) if table.key else ()), *intent.columns)
        elif intent.order is not None and (table.key or table.labels):
            chosen = (*((table.key,) if table.key else ()), *table.labels, intent.order)
        else:
            return [exp.Star()]
        return [self._column(column) for column in dict.fromkeys(chosen)]

    def _measured(self, measure: Measure) -> exp.Expr:
        if measure.function is Function.COUNT:
            # Of a left join: the link is NULL where there is no child.
            counted = exp.column(self._name(measure.join), self._name(measure.table.name)) if measure.table else None
            return exp.Count(this=counted or exp.Star())
        if measure.column is None:
            raise ValueError(f"{measure.function} needs a column")
        column = self._column(measure.column, measure.table)
        kinds = {Function.AVG: exp.Avg, Function.SUM: exp.Sum, Function.MAX: exp.Max, Function.MIN: exp.Min}
        return kinds[measure.function](this=column)

    def _belongs(self, measure: Measure, parent: SeenTable) -> exp.Expr:
        if measure.table is None or parent.key is None:
            raise ValueError(f"{parent.name} has no key to join by")
        link = exp.column(self._name(measure.join), self._name(measure.table.name))
        return exp.EQ(this=link, expression=self._column(parent.key, parent))

    def _ordered(self, by: exp.Expr, descending: bool) -> exp.Ordered:
        """With NULLs where the database puts them anyway, so that no clause is needed."""
        return exp.Ordered(this=by, desc=descending, nulls_first=descending is self._nulls_are_large)

    def _group(self, column: SeenColumn, unit: str, owner: SeenTable | None) -> exp.Expr:
        plain = self._column(column, owner)
        return exp.TimeToStr(this=plain, format=exp.Literal.string(_UNITS[unit])) if unit else plain

    def _where(self, conditions: tuple[Condition, ...], owner: SeenTable | None) -> exp.Expr:
        return exp.and_(*(self._condition(condition, owner) for condition in conditions))

    def _condition(self, condition: Condition, owner: SeenTable | None) -> exp.Expr:
        column = self._column(condition.column, owner)
        if condition.operator == "is null":
            return column.is_(exp.null())
        if not condition.exact:
            lowered = exp.Literal.string(condition.value.lower())
            return exp.EQ(this=exp.Lower(this=column), expression=lowered)
        kind = _COMPARE[condition.operator]
        return kind(this=column, expression=_literal(condition.column, condition.value))

    def _column(self, column: SeenColumn, owner: SeenTable | None = None) -> exp.Column:
        return exp.column(self._name(column.name), self._name(owner.name) if owner else None)

    def _table(self, table: SeenTable) -> exp.Table:
        schema, _, name = table.name.rpartition(".")
        return exp.Table(this=self._name(name), db=self._name(schema) if schema else None)

    def _name(self, name: str) -> exp.Identifier:
        bare = name.rpartition(".")[2]
        return exp.to_identifier(bare, quoted=not _PLAIN.fullmatch(bare) or bare.upper() in self._keywords)


def measure_name(measure: Measure) -> str:
    """The name of the computed column."""
    if measure.function is Function.COUNT or measure.column is None:
        return f"{measure.table.name.rpartition('.')[2]}_count" if measure.table else "row_count"
    return f"{measure.function.value}_{measure.column.name}"


def _new_value(intent: Update) -> exp.Expr:
    return exp.null() if intent.value.lower() == "null" else _literal(intent.column, intent.value)


def _literal(column: SeenColumn, value: str) -> exp.Expr:
    if not column.numeric:
        return exp.Literal.string(value)
    return exp.Neg(this=exp.Literal.number(value[1:])) if value.startswith("-") else exp.Literal.number(value)
