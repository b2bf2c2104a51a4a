"""Whatever is said to the offline rules, they answer, or read one SELECT, or ask for one change that has a WHERE."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offline_shop import SCHEMA, TOOLS

from agent.llm.offline import vocabulary
from agent.llm.offline.conversation import Heard, Say, next_step
from agent.llm.offline.synonyms import COLUMNS, LEAST_OF, MOST_OF, TABLES
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Kind

FIXED = [word for values in vocabulary.FIXED.values() for words in values.values() for word in words.split("|")]
NAMES = [word for known in (TABLES, COLUMNS) for name, words in known.items() for word in (name, *words.split())]
VERBS = [
    "set",
    "to",
    "delete",
    "update",
    "把",
    "改为",
    "删除",
    "describe",
    "fill",
    "from",
    ":",
    "=",
    "'",
    "O'Neil",
    ";",
]
WORDS = [*FIXED, *NAMES, *VERBS, *MOST_OF, *LEAST_OF, *vocabulary.IGNORED.split("|"), "3", "0", "-1", "2026-01-01"]
QUESTIONS = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join),
    st.text(max_size=60),
)


@pytest.mark.parametrize("dialect", list(Dialect))
@settings(max_examples=150, deadline=None)
@given(question=QUESTIONS)
def test_any_words_lead_to_an_answer_or_one_harmless_call(dialect: Dialect, question: str) -> None:
    system = SCHEMA.replace("sqlite", dialect.value)
    tools = {name: frozenset(arguments) for name, arguments in TOOLS.items()}
    step = next_step(Heard(question=question, system=system, earlier=(), results=(), tools=tools))
    if isinstance(step, Say):
        assert step.text
        return
    for use in step:
        assert set(use.arguments) <= set(TOOLS[use.tool])
        if use.tool in ("query_execute", "data_modify"):
            statement = parse(str(use.arguments["sql"]), dialect)
            wanted = {Kind.SELECT} if use.tool == "query_execute" else {Kind.UPDATE, Kind.DELETE}
            assert statement.kind in wanted
            assert statement.kind is Kind.SELECT or statement.has_where
