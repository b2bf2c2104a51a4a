"""The estimate against token counts of real tokenizers, written down here: it must not be below them."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolCall

from agent.llm.tokens import estimate, estimate_messages

# Counts by cl100k_base (GPT-4), the current OpenAI vocabulary that needs most tokens for Chinese.
KNOWN = [
    ("hello world", 2),
    ("The quick brown fox jumps over the lazy dog.", 10),
    ("tiktoken is great!", 6),
    ("antidisestablishmentarianism", 6),
    ("2 + 2 = 4", 7),
    ("お誕生日おめでとう", 9),
    ("你好", 2),
    ("你好世界", 5),
    ("你好，世界！", 7),
]


@pytest.mark.parametrize(("text", "tokens"), KNOWN, ids=[row[0][:12] for row in KNOWN])
def test_the_estimate_is_at_least_what_a_tokenizer_counts_and_not_wildly_more(text: str, tokens: int) -> None:
    assert tokens <= estimate(text) + 1
    assert estimate(text) <= 2.5 * tokens + 2


CHINESE = [text for text, _ in KNOWN if any("\u4e00" <= character <= "\u9fff" for character in text)]


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_is_never_under_counted(text: str) -> None:
    assert estimate(text) >= dict(KNOWN)[text]
    assert estimate(text) >= sum("\u4e00" <= character <= "\u9fff" for character in text)


def test_chinese_counts_for_several_times_what_four_characters_a_token_would_give() -> None:
    text = "这款蓝牙耳机外壳坚固，做工精细，开箱即用。" * 10
    assert estimate(text) >= 4 * len(text) / 4


def test_parts_add_up_and_nothing_is_nothing() -> None:
    assert estimate("") == 0
    assert estimate("abc") + estimate("数据") >= estimate("abc数据")


def test_digits_and_code_weigh_more_than_words() -> None:
    assert estimate("8371945620183746") > estimate("seventeen words")
    assert estimate("a{b}[c](d);") >= 10
    assert estimate("\n\n\n\n    indented") <= 5


def test_messages_count_their_frames_calls_and_tools() -> None:
    plain = [SystemMessage("You are helpful."), HumanMessage("你好")]
    calling = [*plain, AIMessage("", tool_calls=[ToolCall(name="query_execute", args={"sql": "SELECT 1"}, id="1")])]
    tool = {"type": "function", "function": {"name": "query_execute", "parameters": {"type": "object"}}}
    assert estimate_messages(plain) >= estimate("You are helpful.") + estimate("你好") + 8
    assert estimate_messages(calling) > estimate_messages(plain) + 10
    assert estimate_messages(plain, [tool]) > estimate_messages(plain) + 15


def test_the_estimate_of_a_long_text_grows_in_proportion() -> None:
    once, tenfold = estimate("some words, 42 数字 " * 1000), estimate("some words, 42 数字 " * 10_000)
    assert abs(tenfold - 10 * once) <= 20
