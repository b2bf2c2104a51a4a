"""Requests to change rows: "set the price of product 3 to 10", 删除日志 3.

A change names its rows by key or by condition; without either it is not understood, and whatever is left over
makes the whole request not understood. The door asks a person before anything runs.
"""

import re
from collections.abc import Mapping

from agent.llm.offline.conditions import take_conditions
from agent.llm.offline.intents import Delete, Intent, NotUnderstood, Update
from agent.llm.offline.lexicon import Lexicon
from agent.llm.offline.parts import Parts, Puzzled, own_column
from agent.llm.offline.seen import SeenTable
from agent.llm.offline.vocabulary import Part

_UPDATE = (
    re.compile(
        r"^(?:please\s+)?update\s+(?P<what>.+?)\s+set\s+(?P<column>\w+)\s*(?:\bto\b|=)\s*(?P<value>.+)$", re.I | re.S
    ),
    re.compile(
        r"^(?:please\s+)?(?:set|change|update|make)\s+(?P<what>.+?)\s*(?:\bto\b|=)\s*(?P<value>.+)$", re.I | re.S
    ),
    re.compile(r"^请?(?:把|将)(?P<what>.+?)(?:改为|改成|设为|设成|设置为|更新为|修改为|变为)(?P<value>.+)$", re.S),
)
_DELETE = (
    re.compile(r"^(?:please\s+)?(?:delete|remove)\s+(?P<what>.+)$", re.I | re.S),
    re.compile(r"^请?(?:删除|删掉|移除)(?P<what>.+)$", re.S),
    re.compile(r"^请?(?:把|将)(?P<what>.+?)(?:删除|删掉|移除)$", re.S),
)
_QUOTES = "'\"“”‘’「」`"


def read_change(question: str, lexicon: Lexicon, tables: Mapping[str, SeenTable]) -> Intent | None:
    """None: the question does not ask for a change."""
    text = question.strip().rstrip("。.!！").strip()
    for pattern in (*_UPDATE, *_DELETE):
        found = pattern.match(text)
        if found:
            try:
                return _change(found, lexicon, tables)
            except Puzzled as puzzled:
                return NotUnderstood(reason=str(puzzled))
    return None


def _change(found: re.Match[str], lexicon: Lexicon, tables: Mapping[str, SeenTable]) -> Intent:
    said = found.groupdict()
    parts = Parts(lexicon.scan(f"{said['what']} {said.get('column', '')}"))
    named = {min(token.names) for token in parts.of(Part.TABLE)}
    if len(named) != 1:
        raise Puzzled("which table?")
    table = tables[named.pop()]
    conditions = take_conditions(parts, table, None)
    parts.drop(Part.TABLE)
    if not conditions:
        raise Puzzled("which rows? Name one by its key, for example: product 3")
    if "value" not in said:
        _nothing_left(parts)
        return Delete(table=table, conditions=conditions)
    targets = parts.of(Part.COLUMN)
    parts.drop(Part.COLUMN)
    _nothing_left(parts)
    if len(targets) != 1:
        raise Puzzled("which column?")
    column = own_column(targets[0], table)
    value = said["value"].strip().strip(_QUOTES)
    if column.numeric and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise Puzzled(f"{value} is not a number, and {column.name} is")
    return Update(table=table, column=column, value=value, conditions=conditions)


def _nothing_left(parts: Parts) -> None:
    parts.drop(Part.SHOW, Part.AND)
    if parts.left:
        raise Puzzled(" ".join(token.text for token in parts.left))
