"""From a question to its parts: tables, columns, numbers, and the small words of counting and ordering.

The vocabulary is the schema's names with their synonyms plus a fixed list in English and Chinese. At every
place the longest match wins. What is not in the vocabulary stays a WORD, so that nobody answers a question
of which a part was passed over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.llm.offline import synonyms
from agent.llm.offline.seen import SeenTable
from agent.llm.offline.vocabulary import FIXED, IGNORED, NUMBERS, Part


@dataclass(frozen=True)
class Token:
    part: Part
    text: str  # as written
    value: str = ""
    names: frozenset[str] = frozenset()  # TABLE, COLUMN: what it can stand for
    also: Part | None = None  # TABLE, COLUMN: the small word that is written the same ("total", 数量)
    start: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_-])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-\d{2}(?!\d)")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"|“([^”]*)”|‘([^’]*)’|「([^」]*)」")
_LATIN_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.@-]*[A-Za-z0-9_])?")


@dataclass(frozen=True)
class _Entry:
    part: Part | None  # None: carries no meaning
    value: str = ""
    names: frozenset[str] = frozenset()


class Lexicon:
    """The vocabulary for one schema."""

    def __init__(self, tables: Mapping[str, SeenTable]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        for phrase in IGNORED.split("|"):
            self._add(phrase, _Entry(None))
        for part, phrases in FIXED.items():
            for value, alternatives in phrases.items():
                for phrase in alternatives.split("|"):
                    self._add(phrase, _Entry(part, value))
        for part, implied in ((Part.MOST, synonyms.MOST_OF), (Part.LEAST, synonyms.LEAST_OF)):
            for phrase, column in implied.items():
                self._add(phrase.replace("_", " "), _Entry(part, column))
        for word, number in NUMBERS.items():
            self._add(word, _Entry(Part.NUMBER, str(number)))
        self._add_names(tables)
        self._longest = max(len(phrase) for phrase in self._entries)

    def scan(self, question: str) -> list[Token]:
        """The parts of the question in order; words without meaning are left out."""
        tokens: list[Token] = []
        position = 0
        while position < len(question):
            token, length = self._at(question, position)
            if token is not None:
                tokens = _joined(tokens, token)
            position += length
        return tokens

    def _add(self, phrase: str, entry: _Entry) -> None:
        self._entries.setdefault(phrase, []).append(entry)

    def _add_names(self, tables: Mapping[str, SeenTable]) -> None:
        """A schema's own names win over the fixed words that look like them."""
        named: dict[tuple[str, Part], set[str]] = {}
        for table in tables.values():
            for phrase in spellings(table.name, synonyms.TABLES):
                named.setdefault((phrase, Part.TABLE), set()).add(table.name)
            for column in table.columns:
                for phrase in spellings(column.name, synonyms.COLUMNS):
                    named.setdefault((phrase, Part.COLUMN), set()).add(column.name)
        for (phrase, part), names in named.items():
            self._add(phrase, _Entry(part, names=frozenset(names)))

    def _at(self, question: str, position: int) -> tuple[Token | None, int]:
        for pattern, part in ((_QUOTED, Part.QUOTED), (_DATE, Part.DATE)):
            if found := pattern.match(question, position):
                value = next((group for group in found.groups() if group is not None), found[0])
                return Token(part, found[0], value, start=position), len(found[0])
        for length in range(min(self._longest, len(question) - position), 0, -1):
            text = question[position : position + length]
            entries = self._entries.get(text.lower())
            if entries and _stands_alone(question, position, length):
                return _token(entries, text, position), length
        if found := _NUMBER.match(question, position):
            return Token(Part.NUMBER, found[0], found[0], start=position), len(found[0])
        if found := _LATIN_WORD.match(question, position):
            return Token(Part.WORD, found[0], found[0], start=position), len(found[0])
        character = question[position]
        return (Token(Part.WORD, character, character, start=position) if character.isalpha() else None), 1


def spellings(name: str, known: Mapping[str, str]) -> Iterable[str]:
    """How a name may be written: itself, with blanks, in the singular or plural, and its synonyms."""
    bare = name.rpartition(".")[2].lower()
    words = {name.lower(), bare, *known.get(bare, "").split()}
    words |= {f"{word}s" for word in (bare,) if not word.endswith("s")}
    words |= {singular(bare)}
    return {form for word in words for form in (word, word.replace("_", " ")) if word}


def singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _stands_alone(question: str, position: int, length: int) -> bool:
    """English phrases are whole words; Chinese ones may stand anywhere."""
    before = question[position - 1] if position else " "
    after = question[position + length] if position + length < len(question) else " "
    first, last = question[position], question[position + length - 1]
    return not (_latin(first) and _latin(before)) and not (_latin(last) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _token(entries: list[_Entry], text: str, position: int) -> Token | None:
    """A name of the schema wins over a fixed word; a fixed word over one without meaning."""
    named = sorted((entry for entry in entries if entry.names), key=lambda entry: entry.part is not Part.COLUMN)
    fixed = next((entry for entry in entries if entry.part is not None and not entry.names), None)
    value = fixed.value if fixed else ""
    if named:
        name = named[0]
        return Token(name.part or Part.WORD, text, value, name.names, fixed.part if fixed else None, position)
    return Token(fixed.part, text, value, start=position) if fixed and fixed.part else None


def _joined(tokens: list[Token], token: Token) -> list[Token]:
    """Characters of one unknown Chinese word are one word."""
    last = tokens[-1] if tokens else None
    if last and last.part is token.part is Part.WORD and last.end == token.start and not _latin(token.text[0]):
        text = last.text + token.text
        return [*tokens[:-1], Token(Part.WORD, text, text, start=last.start)]
    return [*tokens, token]
