"""Which tables a text speaks of: names, columns and comments against its words, with a look at the neighbours.

Words are compared in lower case without a plural s, names are split at `_` and at capitals, Chinese, Japanese and
Korean text goes by pairs of characters. Rare words weigh more, so `id` and `name` decide nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable

from tools.db.schema import Schema, Table

NAME_WEIGHT = 4.0
COLUMN_WEIGHT = 1.5
COMMENT_WEIGHT = 1.0
NEIGHBOUR_SHARE = 0.3  # of a table's score, for those that a foreign key joins to it

_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_SMALL = rf"[^\W\d_A-Z{_CJK}]"  # letters of any other script, most of them in lower case
_WORDS = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[A-Z]?{_SMALL}+|[A-Z]+(?!{_SMALL})|\d+)")

_IDENTIFIERS = re.compile(rf"[^\W{_CJK}]+")


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "zes", "ches", "shes", "uses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def terms(text: str) -> frozenset[str]:
    """The words of a text or of an identifier."""
    found: set[str] = set()
    for match in _WORDS.finditer(text):
        piece = match.group().lower()
        if match.lastgroup == "cjk":
            found.update(piece[at : at + 2] for at in range(max(1, len(piece) - 1)))
        else:
            found.add(_singular(piece))
    return frozenset(found)


# Of any question: they match columns such as `is_active`, and comments in whole sentences.
_EMPTY = terms(
    "a an and any are as at be been by can did do does each for from had has have how i if in into is it its list many "
    "me more most much my no not of on only or our over per please show tell than that the their them there these they "
    "this those to up us was we were what when where which who whose why will with would you your "
    "多少 哪些 什么 怎么 如何 有多 是多 有哪 是什 我们 他们 这些 那些 一个 每个 所有 请问 给我 一下"
)


class SchemaIndex:
    """The words of every table of one schema, ready to be asked."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._weights = {table.name: _weights(table) for table in schema.tables.values()}
        self._neighbours = _neighbours(schema)
        counts = Counter(term for weights in self._weights.values() for term in weights)
        total = max(1, len(self._weights))
        self._rarity = {term: math.log(1 + total / count) for term, count in counts.items()}
        self._rarest = math.log(1 + total)

    def ranked(self, text: str) -> tuple[str, ...]:
        """The tables that `text` speaks of, the nearest first; tables without any match are left out."""
        return tuple(self.scores(text))

    def scores(self, text: str) -> dict[str, float]:
        """How much `text` speaks of each of these tables, the nearest first."""
        asked = terms(text) - _EMPTY
        identifiers = frozenset(_IDENTIFIERS.findall(text.lower()))
        own: dict[str, float] = {}
        for name, weights in self._weights.items():
            score = sum(weights[term] * self._rarity[term] for term in asked if term in weights)
            if name.lower().rpartition(".")[2] in identifiers:
                score += NAME_WEIGHT * self._rarest
            if score:
                own[name] = score
        # The nearest neighbour counts, not their number: else a hub would outweigh what was asked about.
        scores = dict(own)
        for name, score in own.items():
            for other in self._neighbours.get(name, ()):
                scores[other] = max(scores.get(other, 0.0), own.get(other, 0.0) + NEIGHBOUR_SHARE * score)
        return {name: scores[name] for name in sorted(scores, key=lambda name: (-scores[name], name))}


def _weights(table: Table) -> dict[str, float]:
    weights: dict[str, float] = {}
    for weight, texts in (
        (COMMENT_WEIGHT, [table.comment, *(column.comment for column in table.columns)]),
        (COLUMN_WEIGHT, [column.name for column in table.columns]),
        (NAME_WEIGHT, [table.name]),
    ):
        weights.update(dict.fromkeys(_all_terms(texts), weight))
    return weights


def _all_terms(texts: Iterable[str | None]) -> set[str]:
    return {term for text in texts if text for term in terms(text)}


def _neighbours(schema: Schema) -> dict[str, set[str]]:
    neighbours: dict[str, set[str]] = {}
    for table in schema.tables.values():
        for key in table.foreign_keys:
            if key.table in schema.tables and key.table != table.name:
                neighbours.setdefault(table.name, set()).add(key.table)
                neighbours.setdefault(key.table, set()).add(table.name)
    return neighbours
