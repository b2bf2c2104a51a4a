"""The conditions of a question: comparisons, equalities, missing values, places, "shipped orders", "order 5"."""

from dataclasses import replace

from agent.llm.offline.intents import Condition
from agent.llm.offline.lexicon import Token
from agent.llm.offline.parts import Parts, Puzzled, link_to, own_column
from agent.llm.offline.seen import SeenColumn, SeenTable
from agent.llm.offline.synonyms import ADJECTIVE_COLUMNS, PLACE_COLUMNS
from agent.llm.offline.vocabulary import Part

_VALUES = (Part.NUMBER, Part.DATE, Part.QUOTED)
_NAMES = (Part.QUOTED, Part.WORD)


def take_conditions(parts: Parts, table: SeenTable, other: SeenTable | None) -> tuple[Condition, ...]:
    """All conditions that are said, on columns of `table`; `other` may name the row they belong to."""
    _join_words(parts)
    found: list[Condition] = []
    while (condition := _next(parts, table, other)) is not None:
        found.append(condition)
    return tuple(found)


def _join_words(parts: Parts) -> None:
    """Neighbouring unknown words are one value: New York."""
    joined: list[Token] = []
    for token in parts.left:
        last = joined[-1] if joined else None
        if last and last.part is token.part is Part.WORD and token.start - last.end <= 1:
            text = last.text + " " * (token.start - last.end) + token.text
            joined[-1] = Token(Part.WORD, text, text, start=last.start)
        else:
            joined.append(token)
    parts.left = joined


def _next(parts: Parts, table: SeenTable, other: SeenTable | None) -> Condition | None:
    return (
        _compared(parts, table)
        or _missing(parts, table)
        or _equal(parts, table)
        or _by_key(parts, table, other)
        or _named_value(parts, table)
        or _placed(parts, table)
        or _adjective(parts, table)
    )


def _compared(parts: Parts, table: SeenTable) -> Condition | None:
    for kind in _VALUES:
        if taken := parts.take(Part.COLUMN, Part.COMPARE, kind):
            return _condition(own_column(taken[0], table), taken[1].value, taken[2])
        if taken := parts.take(Part.COMPARE, kind, Part.COLUMN):
            return _condition(own_column(taken[2], table), taken[0].value, taken[1])
    if taken := parts.take(Part.COMPARE, Part.DATE):
        return _condition(_dated(table), taken[0].value, taken[1])
    return None


def _missing(parts: Parts, table: SeenTable) -> Condition | None:
    if taken := parts.take(Part.WITHOUT, Part.COLUMN):
        return Condition(column=own_column(taken[1], table), operator="is null")
    if taken := parts.take(Part.COLUMN, Part.WITHOUT):
        return Condition(column=own_column(taken[0], table), operator="is null")
    return None


def _equal(parts: Parts, table: SeenTable) -> Condition | None:
    for kind in (*_VALUES, Part.WORD):
        if taken := parts.take(Part.COLUMN, Part.EQUALS, kind):
            return _condition(own_column(taken[0], table), "=", taken[2])
    for kind in _NAMES:
        if taken := parts.take(Part.COLUMN, kind):
            return _condition(own_column(taken[0], table), "=", taken[1])
    if taken := parts.take(Part.COLUMN, Part.NUMBER):
        return _condition(own_column(taken[0], table), "=", taken[1])
    return None


def _by_key(parts: Parts, table: SeenTable, other: SeenTable | None) -> Condition | None:
    """ "order 5" is the order whose key is 5; beside another table, "customer 5" is whom its rows belong to."""
    taken = parts.take(Part.TABLE, Part.NUMBER)
    if taken is None:
        return None
    named, number = taken
    if other is not None and table.name not in named.names:
        column = link_to(table, other)
    else:
        column = table.key
        parts.left.append(named)
    if column is None:
        raise Puzzled(f"{named.text} {number.text}")
    return _condition(column, "=", number)


def _placed(parts: Parts, table: SeenTable) -> Condition | None:
    for kind in _NAMES:
        if taken := parts.take(Part.IN, kind):
            return _condition(_first(PLACE_COLUMNS, table, taken[1]), "=", taken[1])
    return None


def _named_value(parts: Parts, table: SeenTable) -> Condition | None:
    """ "in the kitchen category" """
    for kind in _NAMES:
        if taken := parts.take(Part.IN, kind, Part.COLUMN):
            return _condition(own_column(taken[2], table), "=", taken[1])
    return None


def _adjective(parts: Parts, table: SeenTable) -> Condition | None:
    """ "how many shipped orders", "show Berlin customers", 北京的客户: the answer says how it was read."""
    asked = parts.has(Part.COUNT, Part.SHOW, Part.WHICH, Part.AGGREGATE, Part.MOST, Part.LEAST, Part.LATEST)
    for kind in _NAMES:
        if taken := parts.take(kind, Part.TABLE):
            parts.left.append(taken[1])
            # "explain orders", 分析订单, "colour of products": what is not understood is no adjective.
            gap = taken[1].start - taken[0].end
            if not (asked and gap == 1 if taken[0].text.isascii() else gap > 0):
                raise Puzzled(taken[0].text)
            is_name = taken[0].text[:1].isupper() and not taken[0].text.isupper()
            kinds = PLACE_COLUMNS if is_name or not taken[0].text.isascii() else ADJECTIVE_COLUMNS
            column = _first((*kinds, *ADJECTIVE_COLUMNS), table, taken[0])
            return replace(_condition(column, "=", taken[0]), guessed=True)
    return None


def _condition(column: SeenColumn, operator: str, value: Token) -> Condition:
    if column.numeric and value.part is not Part.NUMBER:
        raise Puzzled(f"{value.text} is not a number, and {column.name} is")
    if column.temporal and value.part is Part.NUMBER:
        raise Puzzled(f"{value.text} is not a date, and {column.name} is")
    return Condition(column=column, operator=operator, value=value.value, exact=value.part is not Part.WORD)


def _dated(table: SeenTable) -> SeenColumn:
    if table.dated is None:
        raise Puzzled(f"{table.name} has no single date column")
    return table.dated


def _first(names: tuple[str, ...], table: SeenTable, value: Token) -> SeenColumn:
    found = next((column for name in names if (column := table.column(name)) is not None), None)
    if found is None:
        raise Puzzled(value.text)
    return found
