"""What the model is shown: who it is, the tables that the question is about, and as much history as fits.

The prompt stays under `chat.prompt_tokens` by our own estimate. Older turns are dropped whole, so a tool call and
its result are never parted; what was asked and run in them stays as one line each. No password, no URL and nothing
from the settings but the database's name goes in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent.fence import fenced
from agent.history import shortened
from agent.limits import ChatSettings
from agent.llm.tokens import estimate
from agent.state import MessageState
from skills.loader import Skills
from tools.db.schema import Schema
from tools.relevance import SchemaIndex
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.table_text import table_line

PROMPTS = Path(__file__).parent / "prompts"
NAMES_SHARE = 0.25  # of the schema's tokens, for the bare names of the tables not shown
QUESTIONS_CONSIDERED = 3  # the last ones: "and by month?" speaks of the tables of the question before


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A system text and the messages after it."""

    system: str
    messages: Sequence[MessageState]


@dataclass(frozen=True, kw_only=True)
class VisibleTables:
    """The tables of a prompt: lines for some, names for others, a count of the rest."""

    lines: str
    names: str
    hidden: int


class ContextBuilder:
    """Builds prompts. Keeps the index of the last schema seen."""

    def __init__(self, chat: ChatSettings, skills: Skills, blocked_tables: Sequence[str] = ()) -> None:
        self._chat = chat
        self._skills = skills
        self._blocked = {name.lower() for name in blocked_tables}
        self._index: SchemaIndex | None = None
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._template = environment.from_string((PROMPTS / "system.md").read_text(encoding="utf-8"))

    def prompt(
        self,
        gate: Gate,
        caller: Caller,
        messages: Sequence[MessageState],
        tools: Sequence[Mapping[str, object]],
        now: datetime,
    ) -> Prompt:
        schema = gate.schema.get()
        visible = self.visible_tables(schema, _recent_questions(messages))
        facts = {
            "database": gate.database.rpartition("/")[2],
            "dialect": schema.dialect.value,
            "mode": caller.mode.value,
            "transaction": gate.transaction(caller.session_id) is not None,
            "today": f"{now:%A, %Y-%m-%d}",
            "skills": self._skills.usable(),
            "notice": gate.schema.notice,
            "tables": fenced(visible.lines or "(none)"),
            "names": visible.names,
            "hidden": visible.hidden,
        }
        system = self._template.render(**facts, earlier="")
        spent = estimate(system) + sum(estimate(json.dumps(tool, ensure_ascii=False)) for tool in tools)
        history = shortened(messages, self._chat.prompt_tokens - spent)
        if history.earlier:
            system = self._template.render(**facts, earlier=history.earlier)
        return Prompt(system=system, messages=history.messages)

    def visible_tables(self, schema: Schema, question: str) -> VisibleTables:
        """As many table lines as fit, the nearest to the question first; then names, then only a count."""
        names = [name for name in schema.tables if name.lower() not in self._blocked]
        left = self._chat.schema_tokens
        lines: list[str] = []
        shown: set[str] = set()
        for name in self._by_relevance(schema, question, names):
            line = table_line(schema.tables[name])
            cost = estimate(line) + 1
            if cost > left:
                continue
            left -= cost
            lines.append(line)
            shown.add(name)
        rest = ", ".join(sorted(name for name in names if name not in shown))
        fits = estimate(rest) <= self._chat.schema_tokens * NAMES_SHARE
        return VisibleTables(lines="\n".join(lines), names=rest if fits else "", hidden=len(names) - len(shown))

    def _by_relevance(self, schema: Schema, question: str, names: Sequence[str]) -> list[str]:
        if self._index is None or self._index.schema.version != schema.version:
            self._index = SchemaIndex(schema)
        allowed = set(names)
        ranked = [name for name in self._index.ranked(question) if name in allowed]
        found = set(ranked)
        return ranked + sorted(name for name in names if name not in found)


def _recent_questions(messages: Sequence[MessageState]) -> str:
    questions = [message["text"] for message in messages if message["role"] == "user"]
    return "\n".join(questions[-QUESTIONS_CONSIDERED:])
