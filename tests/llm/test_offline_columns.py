"""Filling columns by counting words: feelings with negation, levels, topics, first sentences; never a guess."""

import asyncio
import json

import pytest

from agent.llm.offline.caller import OfflineCaller
from agent.llm.offline.columns import CannotTell, feeling, first_sentence, value_for
from agent.llm.offline.label import OFFLINE_LABEL
from skills.ai_column.contract import Contract, ValueKind
from skills.ai_column.packing import pack, unpack
from skills.ai_column.prompt import Prompt
from skills.ai_column.rows import RowReader
from skills.model_caller import AnswerUnusable, ModelReply, ModelRequest
from tools.sql.statement import Dialect

FEELINGS = [
    ("I love this lamp. Highly recommended.", 1),
    ("Not bad at all, better than I expected.", 1),
    ("I had no problem setting it up.", 1),
    ("It never let me down on a long trip.", 1),
    ("You will not regret it.", 1),
    ("This lamp is not good.", -1),
    ("I do not recommend it.", -1),
    ("It isn't worth the price.", -1),
    ("It broke after two days, I want a refund.", -1),
    ("Do not buy this. Never again!", -1),
    ("Neither good nor bad.", 0),
    ("The manual is short. It arrived on Tuesday.", 0),
    ("很喜欢这个台灯，质量很好。", 1),
    ("一点也不差，比想象中好。", 1),
    ("用起来没有任何问题。", 1),
    ("这款台灯不好用。", -1),
    ("不推荐，用了两天就坏了。", -1),
    ("一点都不舒服。", -1),
    ("中规中矩，凑合用吧。", 0),
    ("尺寸和描述一致。", 0),
]


@pytest.mark.parametrize(("text", "sign"), FEELINGS)
def test_feelings_are_counted_with_negation(text: str, sign: int) -> None:
    score = feeling(text)
    assert (score > 0) - (score < 0) == sign


def enum(*labels: str) -> dict[str, object]:
    return {"type": "string", "enum": list(labels)}


LABELS = [
    ("I love it", enum("Positive", "Negative", "Neutral"), "Positive"),
    ("很失望", enum("正面", "负面", "中性"), "负面"),
    ("It arrived on Tuesday", enum("pos", "neg", "mixed"), "mixed"),
    ("The charger smoked. Is this dangerous? Call me now!", enum("high", "medium", "low"), "high"),
    ("活动今晚就结束了，非常着急！", enum("高", "中", "低"), "高"),
    ("Which size should I take? No hurry.", enum("low", "medium", "high"), "low"),
    ("connection to payment gateway timed out after 30 ms", enum("timeout", "memory", "other"), "timeout"),
    ("OutOfMemoryError: worker 3 killed", enum("timeout", "memory", "other"), "memory"),
    ("user 7 logged in", enum("timeout", "memory", "other"), "other"),
    ("permission denied: /data", enum("权限", "超时", "其他"), "权限"),
    ("From Friday every lamp is up to 20 percent off.", enum("news", "promotion", "guide"), "promotion"),
]


@pytest.mark.parametrize(("text", "schema", "label"), LABELS)
def test_labels_are_chosen_by_their_words(text: str, schema: dict[str, object], label: str) -> None:
    assert value_for({"text": text}, "classify", schema) == label


@pytest.mark.parametrize(
    ("text", "intent", "schema"),
    [
        ("It arrived on Tuesday", "sentiment", enum("positive", "negative")),
        ("whatever", "classify", enum("red", "green", "blue")),
        ("a red and green thing", "classify", enum("red", "green", "other")),
        ("你好", "translate to English", {"type": "string"}),
        ("text", "rate from 1 to 5", {"type": "integer"}),
        ("", "one sentence summary", {"type": "string"}),
    ],
)
def test_what_counting_cannot_decide_is_not_made_up(text: str, intent: str, schema: dict[str, object]) -> None:
    with pytest.raises(CannotTell):
        value_for({"text": text}, intent, schema)


@pytest.mark.parametrize(
    ("text", "limit", "sentence"),
    [
        ("A lamp. It is bright.", 200, "A lamp."),
        ("It costs 3.50 euros today. Buy.", 200, "It costs 3.50 euros today."),
        ("外壳坚固！开箱即用。", 200, "外壳坚固！"),
        ("no end at all", 200, "no end at all"),
        ("a very long sentence without end", 10, "a very lo…"),
        ("  two\n lines. x", 200, "two lines."),
    ],
)
def test_a_summary_is_the_first_sentence_within_the_limit(text: str, limit: int, sentence: str) -> None:
    assert first_sentence(text, limit) == sentence
    assert len(first_sentence(text, limit)) <= limit


SENTIMENT = Contract(
    column="sentiment", kind=ValueKind.TEXT, dialect=Dialect.SQLITE, labels=("positive", "negative", "neutral")
)
SUMMARY = Contract(column="summary", kind=ValueKind.TEXT, dialect=Dialect.SQLITE, max_length=12)


def prompt(contract: Contract, intent: str) -> Prompt:
    return Prompt.build("reviews", [intent], (contract,), 100)


def row_text(column: str, text: str) -> str:
    return RowReader(["id"], [column], ["c"], 1000).row([1, text]).text


def ask(request: ModelRequest) -> ModelReply:
    return asyncio.run(OfflineCaller().call(request, lambda: None))


def test_the_questions_of_the_column_skill_are_answered() -> None:
    reply = ask(prompt(SENTIMENT, "sentiment").one(row_text("content", "I love it")))
    assert reply.answer == {"sentiment": "positive"}
    assert (reply.prompt_tokens, reply.completion_tokens) == (0, 0)
    assert OfflineCaller().label == OFFLINE_LABEL


def test_the_length_of_the_column_is_kept() -> None:
    reply = ask(prompt(SUMMARY, "一句话概括").one(row_text("description", "a long first sentence. b")))
    assert SUMMARY.check(reply.answer["summary"]) == "a long firs…"


def test_packed_rows_are_answered_by_id_and_echo_and_undecided_ones_left_out() -> None:
    texts = [row_text("content", text) for text in ("I love it", "terrible", "so so, 1.0", "好用")]
    packed = pack(texts, 8)
    reply = ask(prompt(SENTIMENT, "sentiment").pack(packed.rows))
    said = ("positive", "negative", "neutral", "positive")
    assert unpack(packed, reply.answer) == tuple({"sentiment": one} for one in said)


def test_another_intent_is_refused_with_the_label() -> None:
    with pytest.raises(AnswerUnusable, match=OFFLINE_LABEL):
        ask(prompt(SUMMARY, "translate to English").one(json.dumps({"name": "灯"}, ensure_ascii=False)))
