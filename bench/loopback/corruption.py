"""The ways in which packed answers come back spoiled, each seen in practice; chosen in turn, by a seeded chance.

Values that were exchanged under the right ids and echoes are left out: nobody could tell.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import orjson

Items = list[dict[str, Any]]
Spoil = Callable[[Items, random.Random], Items]


def _missing(items: Items, chance: random.Random) -> Items:
    items.pop(chance.randrange(len(items)))
    return items


def _extra(items: Items, chance: random.Random) -> Items:
    """One more, for a row that was not asked about."""
    items.insert(chance.randrange(len(items)), {**chance.choice(items), "id": f"{chance.getrandbits(24):06x}"})
    return items


def _swapped(items: Items, chance: random.Random) -> Items:
    """The ids of two answers change places; echo and values stay where they were."""
    one, other = chance.sample(range(len(items)), 2)
    items[one]["id"], items[other]["id"] = items[other]["id"], items[one]["id"]
    return items


def _duplicated(items: Items, chance: random.Random) -> Items:
    """One row is answered twice, the second time with another row's values."""
    one, other = chance.sample(items, 2)
    items.append({**other, "id": one["id"], "echo": one.get("echo", "")})
    return items


def _mislabelled(items: Items, chance: random.Random) -> Items:
    """A value that no column takes."""
    spoilt = chance.choice(items)
    values = dict(spoilt.get("values") or {})
    values[chance.choice(list(values))] = {"no such": "label"}
    spoilt["values"] = values
    return items


KINDS: dict[str, Spoil] = {
    "missing": _missing,
    "extra": _extra,
    "swapped": _swapped,
    "duplicated": _duplicated,
    "mislabelled": _mislabelled,
}
CUTS = ("truncated", "cut off")  # broken JSON that ends with "stop", and with "length"


class Corruption:
    """Decides which answers are spoiled, and how."""

    def __init__(self, share: float, kinds: Sequence[str], seed: int) -> None:
        self._share, self._kinds = share, tuple(kinds) or (*KINDS, *CUTS)
        self._chance = random.Random(seed)
        self._turn = 0

    def choose(self, rows: int) -> str | None:
        """The kind for this answer; None: it stays as it is."""
        if rows < 2 or self._share <= 0 or self._chance.random() >= self._share:
            return None
        self._turn += 1
        return self._kinds[self._turn % len(self._kinds)]

    def text(self, kind: str, items: Items, name: str) -> str:
        """The spoiled answer as the text of a completion; `name` is the property that holds the items."""
        if kind in KINDS:
            items = KINDS[kind](items, self._chance)
        whole = orjson.dumps({name: items}).decode()
        return whole[: self._chance.randrange(1, len(whole) - 1)] if kind in CUTS else whole
