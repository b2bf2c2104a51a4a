"""Questions for the most and the least: "top 5 products by price", "which city has the most customers"."""

from collections.abc import Mapping

from agent.llm.offline.intents import Compute, Condition, Function, Intent, Measure, Rows
from agent.llm.offline.lexicon import Token
from agent.llm.offline.measures import place_measure, take_measure
from agent.llm.offline.parts import Parts, Puzzled, column_of, link_to
from agent.llm.offline.seen import SeenColumn, SeenTable
from agent.llm.offline.vocabulary import Part

SUPERLATIVES = (Part.MOST, Part.LEAST, Part.LATEST, Part.EARLIEST)
_SEVERAL = 5
_UNORDERED = frozenset({"first", "前"})  # "top 5 products" does not say by what, "first 5" need not


def read_ranking(
    parts: Parts,
    tables: Mapping[str, SeenTable],
    main: SeenTable,
    other: SeenTable | None,
    limit: int | None,
    conditions: tuple[Condition, ...],
) -> Intent:
    """Rows in order, groups in order of a number, or the greatest value itself."""
    ranking = _Ranking(parts, tables, main, other, limit, conditions)
    measure = take_measure(parts, tables, main)
    intent = ranking.by_measure(measure) if measure is not None else ranking.by_column()
    parts.drop(*SUPERLATIVES, Part.TOP, Part.BY)
    return intent


class _Ranking:
    def __init__(
        self,
        parts: Parts,
        tables: Mapping[str, SeenTable],
        main: SeenTable,
        other: SeenTable | None,
        limit: int | None,
        conditions: tuple[Condition, ...],
    ) -> None:
        self.parts, self.tables, self.main, self.other = parts, tables, main, other
        self.limit, self.conditions = limit, conditions
        self.said = next(iter(parts.of(*SUPERLATIVES)), None)
        self.descending = self.said is None or self.said.part in (Part.MOST, Part.LATEST)
        self.subject = next((t for t in parts.of(Part.TABLE) if main.name in t.names), None)

    def by_measure(self, measure: Measure) -> Intent:
        """ "top 3 categories by average price", "top 5 customers by number of orders"."""
        group = self._take_category()
        if group is not None:
            return self._groups(group, measure)
        if measure.function is Function.COUNT:
            return self._by_children()
        return self._rows_by(measure)

    def by_column(self) -> Intent:
        if self.said is not None and self.said.part in (Part.LATEST, Part.EARLIEST):
            if self.main.dated is None:
                raise Puzzled(self.said.text)
            return self._rows(self.main.dated)
        if self.said is not None and self.said.value:
            return self._rows_by(self._place(Token(Part.COLUMN, self.said.value, names=frozenset({self.said.value}))))
        if self.subject is not None and self.said is not None and self.other is None:
            group = self._take_category()
            if group is not None:
                return self._groups(group, Measure(function=Function.COUNT))
        columns = self.parts.of(Part.COLUMN)
        if columns:
            return self._by_named_column(columns[0])
        if self.other is not None:
            return self._by_children()
        if self.said is None and all(token.text.lower() in _UNORDERED for token in self.parts.of(Part.TOP)):
            return self._rows(None)
        raise Puzzled("by what?")

    def _by_named_column(self, token: Token) -> Intent:
        wants_value = self.subject is None or (
            self.limit is None and self.said is not None and self.said.start < token.start < self.subject.start
        )
        self.parts.left.remove(token)
        measure = self._place(token)
        if wants_value and measure.table is None and self.said is not None:
            function = Function.MAX if self.descending else Function.MIN
            value = Measure(function=function, column=measure.column)
            return Compute(table=self.main, measure=value, conditions=self.conditions)
        return self._rows_by(measure)

    def _take_category(self) -> tuple[SeenColumn, Token] | None:
        """A column by whose values the rows fall into groups."""
        for token in self.parts.of(Part.COLUMN):
            column = column_of(token, self.main)
            if column is not None and not column.numeric and not column.temporal:
                self.parts.left.remove(token)
                return column, token
        return None

    def _groups(self, group: tuple[SeenColumn, Token], measure: Measure) -> Intent:
        column, token = group
        return Compute(
            table=self.main,
            measure=measure,
            group=column,
            conditions=self.conditions,
            descending=self.descending,
            limit=self._how_many(token),
        )

    def _by_children(self) -> Intent:
        """The customers with the most orders."""
        link = link_to(self.other, self.main) if self.other is not None else None
        if self.other is None or link is None:
            raise Puzzled("by what?")
        return self._rows_by(Measure(function=Function.COUNT, table=self.other, join=link.name))

    def _rows_by(self, measure: Measure) -> Intent:
        return self._rows(measure.column) if measure.table is None else self._rows(None, measure)

    def _rows(self, order: SeenColumn | None, by: Measure | None = None) -> Intent:
        return Rows(
            table=self.main,
            order=order,
            by=by,
            descending=self.descending,
            limit=self._how_many(self.subject),
            conditions=self.conditions,
        )

    def _place(self, token: Token) -> Measure:
        return place_measure(None, token, self.tables, self.main)

    def _how_many(self, subject: Token | None) -> int:
        """As many as were asked for; one for a singular, and Chinese does not say."""
        plural = subject is None or subject.text.lower().endswith("s")
        return self.limit or (_SEVERAL if plural or self.said is None else 1)
