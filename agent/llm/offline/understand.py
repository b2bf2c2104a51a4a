"""A person's sentence -> an intent, in English or Chinese."""

import re
from collections.abc import Mapping

from agent.llm.offline.changes import read_change
from agent.llm.offline.filling import asks_to_fill, read_fill
from agent.llm.offline.intents import Describe, Help, Intent, ListTables, NotUnderstood
from agent.llm.offline.lexicon import Lexicon
from agent.llm.offline.reading import read_question
from agent.llm.offline.seen import SeenTable
from agent.llm.offline.steering import read_steering
from agent.llm.offline.vocabulary import Part

_HELP = re.compile(
    r"^(help|hi|hello|hey|thanks?( you)?|what can you do|你好|您好|帮助|谢谢|你能做什么|你会什么)\W*$", re.I
)
_TABLES = re.compile(
    r"^(please\s+)?((list|show)( me)?( all)?( the)? tables|(what|which) tables\b.*|tables)\W*$"
    r"|^(请)?(列出|显示|查看|看看)?(所有|全部)?(的)?(数据)?表(名)?(有哪些)?\W*$|有(哪些|什么)(数据)?表|(数据)?表有哪些",
    re.I,
)
_DESCRIBE = re.compile(
    r"^(please\s+)?(describe|desc)\b|\b(structure|schema|columns|fields) (of|in)\b|(what|which) (columns|fields)\b"
    r"|(结构|字段|有哪些列|有什么列|列有哪些|定义)",
    re.I,
)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def understand(question: str, tables: Mapping[str, SeenTable]) -> Intent:
    """What is asked for, given the tables that are known."""
    text = " ".join(question.split())
    if _HELP.match(text):
        return Help()
    if _TABLES.search(text):
        return ListTables()
    steering = read_steering(text)
    if steering is not None:
        return steering
    if asks_to_fill(text):
        return read_fill(text) or NotUnderstood(reason="fill")
    lexicon = Lexicon(tables)
    change = read_change(text, lexicon, tables)
    if change is not None:
        return change
    tokens = lexicon.scan(text)
    if _DESCRIBE.search(text):
        named = [token for token in tokens if token.part is Part.TABLE]
        if len(named) == 1:
            return Describe(table=min(named[0].names))
        return NotUnderstood(reason="which table?")
    return read_question(tokens, tables)


def unread_tables(question: str, tables: Mapping[str, SeenTable]) -> list[str]:
    """The tables that the question names and of which only the name is known."""
    named = {name for token in Lexicon(tables).scan(question) if token.part is Part.TABLE for name in token.names}
    return sorted(name for name in named if not tables[name].columns)
