"""What the model is shown: who it is, the tables that the question is about, and as much history as fits.

What never changes comes first and what changes most comes last, and a turn sees the same tables from its first step
to its last: endpoints keep the beginning of a prompt that they have seen. The prompt stays under `chat.prompt_tokens`
by our own estimate. Older turns are dropped whole, so a tool call and its result are never parted; what was asked and
run in them stays as one line each. No password, no URL and nothing from the settings but the database's name goes in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agent.fence import fenced, new_mark
from agent.history import shortened
from agent.limits import ChatSettings
from agent.llm.tokens import estimate
from agent.state import MessageState
from skills.loader import Skills
from tools.db.schema import Schema
from tools.errors import DatabaseError
from tools.relevance import SchemaIndex
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.sql.statement import Dialect
from tools.table_text import table_line

PROMPTS = Path(__file__).parent / "prompts"
NAMES_SHARE = 0.25  # of the schema's tokens, for the bare names of the tables not shown
TURNS_CONSIDERED = 3  # the last ones: "and by month?" speaks of the tables of the question before
RELEVANT_SHARE = 0.25  # of the best score: tables below share a common column with the question, and no more
FURTHER = "Further tables (call `schema_inspect` with `describe` before using one)"
DIALECTS = {Dialect.SQLITE: "SQLite", Dialect.POSTGRES: "PostgreSQL", Dialect.MYSQL: "MySQL"}


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

    @property
    def text(self) -> str:
        further = f"{FURTHER}: {self.names}" if self.names else ""
        return "\n".join(part for part in (self.lines, further) if part) or "(none)"


class ContextBuilder:
    """Builds prompts. Keeps the index of the last schema seen."""

    def __init__(self, chat: ChatSettings, skills: Skills) -> None:
        self._chat = chat
        self._skills = skills
        self._index: SchemaIndex | None = None
        self._mark = new_mark()  # kept, so that the fence around the tables stays the same text
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
        schema = gate.visible_schema()
        visible = self.visible_tables(schema, _spoken_of(messages))
        facts = {
            "database": gate.database.rpartition("/")[2],
            "server": _server(gate, schema.dialect),
            "dialect": DIALECTS[schema.dialect],
            "mode": caller.mode.value,
            "transaction": gate.transaction(caller.session_id) is not None,
            "today": f"{now.astimezone():%A, %Y-%m-%d (UTC%z)}",
            "skills": self._skills.usable(),
            "notice": gate.schema.notice,
            "tables": fenced(visible.text, self._mark),
            "names": visible.names,
            "hidden": visible.hidden,
        }
        system = self._template.render(**facts, earlier="")
        spent = estimate(system) + sum(estimate(json.dumps(tool, ensure_ascii=False)) for tool in tools)
        history = shortened(messages, self._chat.prompt_tokens - spent)
        if history.earlier:
            system = self._template.render(**facts, earlier=history.earlier)
        return Prompt(system=system, messages=history.messages)

    def visible_tables(self, schema: Schema, spoken_of: str) -> VisibleTables:
        """All tables if they fit, always in the same order. Else those spoken of, then names, then only a count."""
        names = sorted(schema.tables)
        lines = {name: table_line(schema.tables[name]) for name in names}
        if sum(_cost(line) for line in lines.values()) <= self._chat.schema_tokens:
            return VisibleTables(lines="\n".join(lines.values()), names="", hidden=0)
        left = self._chat.schema_tokens
        shown: list[str] = []
        for name in self._relevant(schema, spoken_of):
            if name in lines and _cost(lines[name]) <= left:
                left -= _cost(lines[name])
                shown.append(name)
        rest = ", ".join(name for name in names if name not in shown)
        fits = estimate(rest) <= self._chat.schema_tokens * NAMES_SHARE
        return VisibleTables(
            lines="\n".join(lines[name] for name in shown),
            names=rest if fits else "",
            hidden=len(names) - len(shown),
        )

    def _relevant(self, schema: Schema, spoken_of: str) -> list[str]:
        """The tables that the words speak of, the nearest first, without those that only share a common column."""
        if self._index is None or self._index.schema.version != schema.version:
            self._index = SchemaIndex(schema)
        scores = self._index.scores(spoken_of)
        least = RELEVANT_SHARE * max(scores.values(), default=0.0)
        return [name for name, score in scores.items() if score >= least]


def _server(gate: Gate, dialect: Dialect) -> str:
    try:
        return gate.server
    except DatabaseError:  # the remembered structure goes on serving
        return DIALECTS[dialect]


def _cost(line: str) -> int:
    return estimate(line) + 1


def _spoken_of(messages: Sequence[MessageState]) -> str:
    """The last questions, and what was run for those before the one under way."""
    asked = [at for at, message in enumerate(messages) if message["role"] == "user"][-TURNS_CONSIDERED:]
    if not asked:
        return ""
    spoken = [messages[at]["text"] for at in asked]
    for message in messages[asked[0] : asked[-1]]:
        spoken += [str(call["arguments"].get("sql", "")) for call in message.get("calls", [])]
    return "\n".join(spoken)
