"""One step of a turn: which tools to use next, or what to say.

The rules keep no state: every step reads the question again and looks at the results that are there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agent.fence import unfenced
from agent.llm.offline.guide import fill_form, help_text, not_understood
from agent.llm.offline.intents import (
    Compute,
    Delete,
    Describe,
    Fill,
    Help,
    Intent,
    ListTables,
    NotUnderstood,
    Rows,
    Steer,
    Update,
)
from agent.llm.offline.phrases import Phrases, rowset
from agent.llm.offline.seen import SeenTable, dialect_in, tables_in
from agent.llm.offline.statements import sql_of
from agent.llm.offline.understand import is_chinese, understand, unread_tables

_INSPECT = "schema_inspect"
_MOST_LOOKS = 12  # tables described before a question is given up
_PIPED = "\n\nInput:\n-----"  # from here on it is what was piped in; these rules read questions only
_TROUBLE = ("Refused:", "Error:", "The user refused")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the rules are given. `earlier` and `results` are what tools gave before and after the last question."""

    question: str
    system: str
    earlier: tuple[tuple[str, str], ...]  # (tool, text)
    results: tuple[tuple[str, str], ...]
    tools: Mapping[str, frozenset[str]]  # name -> arguments

    @property
    def schema_texts(self) -> list[str]:
        """Only what describes the structure: rows of a table must not pose as one."""
        looked = [text for tool, text in (*self.earlier, *self.results) if tool == _INSPECT]
        return [self.system, *looked]


@dataclass(frozen=True, kw_only=True)
class Say:
    text: str


@dataclass(frozen=True, kw_only=True)
class Use:
    tool: str
    arguments: Mapping[str, object]


Step: TypeAlias = Say | tuple[Use, ...]


def next_step(heard: Heard) -> Step:
    tables = tables_in(heard.schema_texts)
    question = heard.question.partition(_PIPED)[0]
    phrases = Phrases(chinese=is_chinese(question))
    intent = understand(question, tables)
    step = _look_first(heard, intent, tables) or _act(heard, intent, tables, phrases)
    return Say(text=phrases.signed(step.text)) if isinstance(step, Say) else step


def _look_first(heard: Heard, intent: Intent, tables: Mapping[str, SeenTable]) -> tuple[Use, ...]:
    """The structure, where the conversation has not shown it yet."""
    if isinstance(intent, Help | ListTables | Describe | Fill | Steer) or _INSPECT not in heard.tools:
        return ()
    if any(tool != _INSPECT for tool, _ in heard.results):
        return ()
    if not tables:
        return () if heard.results else (Use(tool=_INSPECT, arguments={"action": "list"}),)
    unread = unread_tables(heard.question.partition(_PIPED)[0], tables)
    if not unread and isinstance(intent, NotUnderstood) and not any(table.columns for table in tables.values()):
        unread = list(tables)
    if len(heard.results) > 1 or len(unread) > _MOST_LOOKS:
        return ()
    return tuple(Use(tool=_INSPECT, arguments={"action": "describe", "name": name}) for name in unread)


def _act(heard: Heard, intent: Intent, tables: Mapping[str, SeenTable], phrases: Phrases) -> Step:
    use = _use(intent, dialect_in(heard.schema_texts))
    if use is None:
        return Say(text=_without_tools(intent, tables, phrases))
    if use.tool not in heard.tools:
        return Say(text=_not_on_offer(use.tool, phrases))
    results = [text for tool, text in heard.results if tool == use.tool]
    if results:
        return Say(text=_report(intent, results[-1], phrases))
    known = heard.tools[use.tool]
    return (Use(tool=use.tool, arguments={name: value for name, value in use.arguments.items() if name in known}),)


def _not_on_offer(tool: str, phrases: Phrases) -> str:
    if tool in ("data_modify", "fill_column"):
        return phrases.pick(
            "Only reading is possible here, so I did nothing; /mode operate allows changes.",
            "当前只能读取，因此没有执行任何操作；/mode operate 可以允许修改。",
        )
    return phrases.pick(f"The tool {tool} is not on offer here.", f"这里不能使用工具 {tool}。")


def _use(intent: Intent, dialect: str) -> Use | None:
    match intent:
        case ListTables():
            return Use(tool=_INSPECT, arguments={"action": "list"})
        case Describe():
            return Use(tool=_INSPECT, arguments={"action": "describe", "name": intent.table})
        case Compute() | Rows():
            return Use(tool="query_execute", arguments={"sql": sql_of(intent, dialect)})
        case Update() | Delete():
            return Use(tool="data_modify", arguments={"sql": sql_of(intent, dialect)})
        case Steer():
            return Use(tool="fill_jobs", arguments={"action": intent.action})
        case Fill():
            return Use(tool="fill_column", arguments=_fill_arguments(intent))
        case _:
            return None


def _fill_arguments(intent: Fill) -> dict[str, object]:
    spec: dict[str, object] = {"as": intent.intent}
    if intent.labels:
        spec["labels"] = list(intent.labels)
    return {"table": intent.table, "from_columns": list(intent.sources), "columns": {intent.column: spec}}


def _without_tools(intent: Intent, tables: Mapping[str, SeenTable], phrases: Phrases) -> str:
    if isinstance(intent, NotUnderstood):
        return fill_form(phrases) if intent.reason == "fill" else not_understood(phrases, intent.reason, tables)
    return help_text(phrases, tables)


def _report(intent: Intent, text: str, phrases: Phrases) -> str:
    if text.startswith(_TROUBLE):
        return phrases.trouble(text)
    match intent:
        case ListTables():
            inner = unfenced(text) or text
            head = next((line for line in inner.splitlines() if "tables" in line), "")
            return phrases.tables(sorted(tables_in([inner])), head)
        case Describe():
            return phrases.page(intent.table, (unfenced(text) or text).strip())
        case Update() | Delete():
            return phrases.changed(text, intent.table) if text.startswith("Done:") else text
        case Compute() | Rows():
            found = rowset(text)
            if found is None:
                return text
            return phrases.computed(intent, found) if isinstance(intent, Compute) else phrases.rows(intent, found)
        case _:
            return (unfenced(text) or text).strip()
