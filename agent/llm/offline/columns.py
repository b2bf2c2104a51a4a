"""What the offline rules can put into a column: a label, or the first sentence of a text.

They count words; they understand nothing. Where counting cannot decide, CannotTell is raised rather than
a value made up.
"""

import json
import re
from collections.abc import Mapping, Sequence

from agent.llm.offline import column_words as words

_SENTENCE_END = re.compile(r"(?<=[。！？!?])|(?<=\.)(?=\s|$)")
_SUMMARY = re.compile(
    r"summar|one[ -](\w+[ -])?sentence|first sentence|shorten|abstract|概括|摘要|总结|概述|一句话|简介", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_DEFAULT_SUMMARY_CHARS = 200


class CannotTell(Exception):
    """The rules cannot answer this; says why."""


def value_for(row: Mapping[str, object], intent: str, schema: Mapping[str, object]) -> object:
    """The value of one column for one row, within its JSON schema."""
    text = "\n".join(value for value in row.values() if isinstance(value, str))
    labels = [label for label in _enum(schema) if isinstance(label, str)]
    if labels:
        return _label(text, row, labels)
    if schema.get("type") in ("string", ["string", "null"]) and _SUMMARY.search(intent):
        return first_sentence(text, _max_length(schema))
    raise CannotTell("the offline rules only choose among labels or take the first sentence of a text")


def first_sentence(text: str, max_chars: int = _DEFAULT_SUMMARY_CHARS) -> str:
    """Cut at the end of the first sentence, or earlier, with an ellipsis, where it does not fit."""
    flat = " ".join(text.split())
    if not flat:
        raise CannotTell("the row holds no text")
    sentence = _SENTENCE_END.split(flat, maxsplit=1)[0].strip()
    if len(sentence) <= max_chars:
        return sentence
    return sentence[: max_chars - 1].rstrip() + "…" if max_chars > 1 else sentence[:max_chars]


def feeling(text: str) -> int:
    """Above zero praise, below zero blame, zero undecided."""
    low = text.lower().replace("'", "").replace("’", "")
    score = 0
    for phrases, worth in (((*words.UNDECIDED, *words.UNDECIDED_ZH), 0), ((*words.PRAISE, *words.PRAISE_ZH), 1)):
        for phrase in phrases:
            score += worth * low.count(phrase)
            low = low.replace(phrase, " . ")
    score -= sum(low.count(phrase) for phrase in words.BLAME)
    return score + _chinese(low) + _english(low)


def _chinese(text: str) -> int:
    """Blame first: 不好用 holds 好用."""
    score = 0
    for phrases, worth in ((words.NEGATIVE_ZH, -1), (words.POSITIVE_ZH, 1)):
        for phrase in sorted(phrases, key=len, reverse=True):
            score += worth * text.count(phrase)
            text = text.replace(phrase, " ")
    return score


def _english(text: str) -> int:
    """A negation turns the next three words around, within its clause."""
    score = 0
    for clause in re.split(r"[.,;!?]", text):
        negated_until = -1
        for position, word in enumerate(_WORD.findall(clause)):
            worth = (word in words.POSITIVE) - (word in words.NEGATIVE)
            score += -worth if position <= negated_until and worth else worth
            if word in words.NEGATIONS:
                negated_until = position + 3
    return score


def _label(text: str, row: Mapping[str, object], labels: Sequence[str]) -> str:
    meanings = {meaning: label for label in labels if (meaning := _meaning(label)) is not None}
    if {"positive", "negative"} <= meanings.keys():
        return _feeling_label(text, meanings)
    if {"high", "low"} <= meanings.keys():
        return _level_label(text, row, meanings)
    return _topic_label(text, labels)


def _meaning(label: str) -> str | None:
    plain = label.strip().casefold().replace("_", " ")
    return next((meaning for meaning, names in words.MEANINGS.items() if plain in names), None)


def _feeling_label(text: str, meanings: Mapping[str, str]) -> str:
    score = feeling(text)
    meaning = "positive" if score > 0 else "negative" if score < 0 else "neutral"
    if meaning not in meanings:
        raise CannotTell("the words of the text are undecided, and there is no neutral label")
    return meanings[meaning]


def _level_label(text: str, row: Mapping[str, object], meanings: Mapping[str, str]) -> str:
    if not text:
        raise CannotTell("the row holds no text to judge by")
    low = json.dumps(dict(row), ensure_ascii=False, default=str).lower()
    urgent, calm = (sum(_occurs(words_, low) for words_ in group) for group in (words.URGENT, words.CALM))
    meaning = "high" if urgent > calm else "low" if calm > urgent else "medium"
    if meaning not in meanings:
        raise CannotTell("the words of the text are undecided, and there is no medium label")
    return meanings[meaning]


def _occurs(phrase: str, text: str) -> bool:
    return all(part in text for part in phrase.split(";"))


def _topic_label(text: str, labels: Sequence[str]) -> str:
    """The label whose words occur most; its own name counts twice."""
    low = text.lower()
    scores = {label: sum(low.count(phrase) for phrase in _phrases(label)) + 2 * _named(label, low) for label in labels}
    best = max(scores, key=lambda label: scores[label])
    if scores[best] and list(scores.values()).count(scores[best]) == 1:
        return best
    other = next((label for label in labels if label.strip().casefold() in words.OTHER), None)
    if other is None or scores[best]:
        raise CannotTell("no label's words decide, and the offline rules do not guess")
    return other


def _named(label: str, text: str) -> bool:
    return label.strip().casefold().replace("_", " ") in text


def _phrases(label: str) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for part in re.split(r"[\s_/\-]+", label.strip().casefold()):
        found += words.TOPICS.get(words.TOPIC_NAMES.get(part, part), ())
    return found


def _enum(schema: Mapping[str, object]) -> Sequence[object]:
    enum = schema.get("enum")
    return enum if isinstance(enum, list | tuple) else ()


def _max_length(schema: Mapping[str, object]) -> int:
    limit = schema.get("maxLength")
    return limit if isinstance(limit, int) else _DEFAULT_SUMMARY_CHARS
