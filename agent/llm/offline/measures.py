"""What is counted or computed, and in which table it lives."""

from collections.abc import Mapping

from agent.llm.offline.intents import Function, Measure
from agent.llm.offline.lexicon import Token
from agent.llm.offline.parts import Parts, Puzzled, column_of, link_to, own_column
from agent.llm.offline.seen import SeenColumn, SeenTable
from agent.llm.offline.vocabulary import Part

# What "sales by month" adds up without being told to.
SUMMED = frozenset({"total", "amount", "quantity"})


def take_measure(parts: Parts, tables: Mapping[str, SeenTable], main: SeenTable) -> Measure | None:
    for pattern in ((Part.AGGREGATE, Part.COUNT), (Part.COUNT, Part.AGGREGATE)):
        if parts.take(*pattern):  # "total number of"
            return Measure(function=Function.COUNT)
    if named := parts.take(Part.AGGREGATE, Part.TABLE, Part.COLUMN):
        return place_measure(Function(named[0].value), named[2], tables, main)
    if taken := parts.take(Part.AGGREGATE, Part.COLUMN):
        return place_measure(Function(taken[0].value), taken[1], tables, main)
    if taken := parts.take(Part.COLUMN, Part.AGGREGATE):
        return place_measure(Function(taken[1].value), taken[0], tables, main)
    if parts.take(Part.COUNT):
        return Measure(function=Function.COUNT)
    if lone := parts.take(Part.AGGREGATE):
        if lone[0].value != Function.SUM:
            raise Puzzled(f"{lone[0].text} of what?")
        return Measure(function=Function.COUNT)  # "total orders": how many there are
    return None


def place_measure(function: Function | None, token: Token, tables: Mapping[str, SeenTable], main: SeenTable) -> Measure:
    """Where the measured column lives: in the table itself, or in the only table whose rows belong to it."""
    own = column_of(token, main)
    if own is not None:
        return Measure(function=function or _default(own), column=own)
    homes = [(child, link) for child in tables.values() if (link := link_to(child, main)) and column_of(token, child)]
    if len(homes) != 1:
        raise Puzzled(f"{main.name} has no column {token.text}")
    child, link = homes[0]
    column = own_column(token, child)
    return Measure(function=function or _default(column), column=column, table=child, join=link.name)


def _default(column: SeenColumn) -> Function:
    return Function.SUM if column.name in SUMMED else Function.AVG
