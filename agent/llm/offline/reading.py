"""A question about rows and numbers -> what to compute, or NotUnderstood.

Whatever is left of the question at the end was not understood, and then nothing is answered: a question with
a passed-over word has another answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.llm.offline.conditions import take_conditions
from agent.llm.offline.intents import Compute, Condition, Function, Intent, Measure, NotUnderstood, Rows
from agent.llm.offline.lexicon import Token
from agent.llm.offline.measures import SUMMED, take_measure
from agent.llm.offline.parts import Parts, Puzzled, column_of, link_to, own_column
from agent.llm.offline.ranking import SUPERLATIVES, read_ranking
from agent.llm.offline.seen import SeenColumn, SeenTable
from agent.llm.offline.synonyms import TOTALS
from agent.llm.offline.vocabulary import Part

_ROWS = 10


def read_question(tokens: Sequence[Token], tables: Mapping[str, SeenTable]) -> Intent:
    try:
        return _read(Parts(list(tokens)), tables)
    except Puzzled as puzzled:
        return NotUnderstood(reason=str(puzzled))


def _read(parts: Parts, tables: Mapping[str, SeenTable]) -> Intent:
    main, other = _subject(parts, tables)
    _settle_double_meanings(parts, tables, main)
    conditions = take_conditions(parts, main, other)
    limit = _take_limit(parts)
    if parts.has(*SUPERLATIVES, Part.TOP):
        intent = read_ranking(parts, tables, main, other, limit, conditions)
    else:
        intent = _plain(parts, tables, main, other, limit, conditions)
    parts.drop(Part.TABLE, Part.SHOW, Part.WHICH, Part.AND)
    if conditions:
        parts.drop(Part.IN)
    if parts.left:
        raise Puzzled(" ".join(token.text for token in parts.left))
    return intent


def _plain(
    parts: Parts,
    tables: Mapping[str, SeenTable],
    main: SeenTable,
    other: SeenTable | None,
    limit: int | None,
    conditions: tuple[Condition, ...],
) -> Intent:
    """A number, a number per group, or rows."""
    measure = take_measure(parts, tables, main)
    group, unit = _take_group(parts, main, other, keyed=any(c.column == main.key for c in conditions))
    measure = measure or _implied_measure(parts, main, grouped=group is not None)
    if measure is not None:
        return Compute(table=main, measure=measure, group=group, unit=unit, conditions=conditions)
    shown = tuple(own_column(token, main) for token in parts.of(Part.COLUMN))
    parts.drop(Part.COLUMN)
    if group is not None and not shown:
        return Rows(table=main, order=group, descending=False, limit=limit or _ROWS, conditions=conditions)
    if other is not None and not any(link_to(main, other) == c.column for c in conditions):
        raise Puzzled(f"{main.name}, {other.name}")
    return Rows(table=main, limit=limit or _ROWS, conditions=conditions, columns=shown)


def _subject(parts: Parts, tables: Mapping[str, SeenTable]) -> tuple[SeenTable, SeenTable | None]:
    """The table the question is about, and another that is named beside it.

    "orders of customer 5", "orders per customer": the orders. "customers with the most orders": the customers.
    """
    named = list(dict.fromkeys(min(token.names) for token in parts.of(Part.TABLE)))
    if not named:
        return _by_columns(parts, tables), None
    if len(named) == 1:
        return tables[named[0]], None
    if len(named) > 2:
        raise Puzzled(", ".join(named))
    one, two = (tables[name] for name in named)
    child, parent = (one, two) if link_to(one, two) else (two, one)
    if link_to(child, parent) is None:
        raise Puzzled(f"{one.name}, {two.name}")
    about_children = parts.follows(Part.BY, Part.TABLE) or parts.follows(Part.TABLE, Part.NUMBER)
    return (child, parent) if about_children and not parts.has(*SUPERLATIVES) else (parent, child)


def _by_columns(parts: Parts, tables: Mapping[str, SeenTable]) -> SeenTable:
    """No table is named: the only one that has all the columns that are."""
    named = parts.of(Part.COLUMN)
    wanted = [token for token in named if token.also is None] or named
    if not wanted:
        raise Puzzled(" ".join(token.text for token in parts.of(Part.WORD)) or "which table?")
    fitting = [table for table in tables.values() if all(column_of(token, table) for token in wanted)]
    if not fitting and len(wanted) > 1:
        # "average rating by category": grouped by a column of the parent of what is measured.
        fitting = [table for table in tables.values() if _measured_elsewhere(wanted, table, tables)]
    if len(fitting) != 1:
        raise Puzzled("which table? " + ", ".join(table.name for table in fitting))
    return fitting[0]


def _measured_elsewhere(wanted: Sequence[Token], table: SeenTable, tables: Mapping[str, SeenTable]) -> bool:
    foreign = [token for token in wanted if column_of(token, table) is None]
    children = [child for child in tables.values() if link_to(child, table)]
    return len(foreign) == 1 and len(wanted) > 1 and any(column_of(foreign[0], child) for child in children)


def _settle_double_meanings(parts: Parts, tables: Mapping[str, SeenTable], main: SeenTable) -> None:
    """ "total" is a column or "sum of", 数量 a column or "how many": decided by what stands beside it."""
    aggregated = parts.has(Part.AGGREGATE)
    near = [main, *(table for table in tables.values() if link_to(table, main))]
    following = dict(zip((id(token) for token in parts.left), parts.left[1:], strict=False))

    def settled(token: Token) -> Token:
        if token.part is not Part.COLUMN or token.also is None:
            return token
        after = following.get(id(token))
        is_word = not any(column_of(token, table) for table in near)
        if token.also is Part.AGGREGATE:
            is_word = is_word or (after is not None and after.part in (Part.COLUMN, Part.COUNT))
        elif token.also is Part.COUNT:
            is_word = is_word or not aggregated
        return replace(token, part=token.also) if is_word else token

    parts.replace(settled)


def _take_limit(parts: Parts) -> int | None:
    """ "top 5", "5 products": the number; "top" stays, because it also asks for an order."""
    for token in parts.of(Part.NUMBER):
        if not token.value.isdigit() or not 0 < int(token.value) <= 1000:
            raise Puzzled(token.text)
        parts.left.remove(token)
        return int(token.value)
    return None


def _take_group(
    parts: Parts, main: SeenTable, other: SeenTable | None, *, keyed: bool
) -> tuple[SeenColumn | None, str]:
    """What follows "by": a column, a date cut to its month, or the table to which the rows belong."""
    if taken := parts.take(Part.BY, Part.UNIT) or parts.take(Part.UNIT):
        if main.dated is None:
            raise Puzzled(f"{main.name} has no single date column")
        return main.dated, taken[-1].value
    if taken := parts.take(Part.BY, Part.COLUMN):
        return own_column(taken[1], main), ""
    if other is not None and parts.follows(Part.BY, Part.TABLE) and parts.take(Part.BY):
        return link_to(main, other), ""
    if not keyed and (taken := parts.take(Part.WHICH, Part.COLUMN)):
        return own_column(taken[1], main), ""
    return None, ""


def _implied_measure(parts: Parts, main: SeenTable, *, grouped: bool) -> Measure | None:
    """ "sales by month" adds up; "orders per status", "which categories": how many of each."""
    summed = [
        token
        for token in parts.of(Part.COLUMN)
        if (own := column_of(token, main)) and own.name in SUMMED and (grouped or token.text.lower() in TOTALS)
    ]
    if parts.has(Part.SHOW) or not (grouped or summed):
        return None
    if summed:
        parts.left.remove(summed[0])
        return Measure(function=Function.SUM, column=own_column(summed[0], main))
    return None if parts.has(Part.COLUMN) else Measure(function=Function.COUNT)
