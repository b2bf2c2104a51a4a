"""The parts of a question, taken away one by one as they are understood."""

from collections.abc import Callable

from agent.llm.offline.lexicon import Token, singular
from agent.llm.offline.seen import SeenColumn, SeenTable
from agent.llm.offline.vocabulary import Part


class Puzzled(Exception):
    """The question cannot be read; names the words that stand in the way, or what is missing."""


class Parts:
    """What is not understood yet, in the order of the question."""

    def __init__(self, tokens: list[Token]) -> None:
        self.left = tokens

    def take(self, *pattern: Part) -> tuple[Token, ...] | None:
        """The first run of neighbours of these kinds, taken away; None if there is none."""
        for at in range(len(self.left) - len(pattern) + 1):
            run = self.left[at : at + len(pattern)]
            if all(token.part is part for token, part in zip(run, pattern, strict=True)):
                del self.left[at : at + len(pattern)]
                return tuple(run)
        return None

    def has(self, *parts: Part) -> bool:
        return any(token.part in parts for token in self.left)

    def of(self, *parts: Part) -> list[Token]:
        return [token for token in self.left if token.part in parts]

    def drop(self, *parts: Part) -> None:
        self.left = [token for token in self.left if token.part not in parts]

    def replace(self, change: Callable[[Token], Token]) -> None:
        self.left = [change(token) for token in self.left]

    def follows(self, first: Part, second: Part) -> bool:
        """Whether the two kinds stand side by side somewhere."""
        pairs = zip(self.left, self.left[1:], strict=False)
        return any(one.part is first and two.part is second for one, two in pairs)


def column_of(token: Token, table: SeenTable) -> SeenColumn | None:
    """The column of the table that a token names; the exact name wins over a synonym."""
    exact = table.column(token.text.lower().replace(" ", "_"))
    return exact or next((column for column in table.columns if column.name in token.names), None)


def own_column(token: Token, table: SeenTable) -> SeenColumn:
    """The same for a column that must be there."""
    found = column_of(token, table)
    if found is None:
        raise Puzzled(f"{table.name} has no column {token.text}")
    return found


def link_to(child: SeenTable, parent: SeenTable) -> SeenColumn | None:
    """The column by which rows of `child` belong to rows of `parent`."""
    if child.name == parent.name:
        return None
    return child.column(f"{singular(parent.name.rpartition('.')[2])}_id")
