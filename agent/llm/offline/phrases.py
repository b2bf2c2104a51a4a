"""What tools gave, in the language of the question. Every number comes out of a tool's result."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.fence import unfenced
from agent.llm.offline.intents import Compute, Condition, Function, Measure, Rows
from agent.llm.offline.label import OFFLINE_LABEL
from agent.llm.offline.seen import SeenTable

_MOST_LINES = 20
_MOST_COLUMNS = 6
_CELL_CHARS = 60
_FUNCTIONS = {
    Function.COUNT: ("number of", "数"),
    Function.AVG: ("average", "平均"),
    Function.SUM: ("sum of", "合计"),
    Function.MAX: ("highest", "最高"),
    Function.MIN: ("lowest", "最低"),
}
_PARTIAL = re.compile(r"Only the first \d+ are shown|^at least ", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Rowset:
    """The rows of a tool result as far as they were shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    partial: bool


def rowset(text: str) -> Rowset | None:
    """Read a result as `agent.tool_text` writes it: a line of names, then one JSON array per row."""
    try:
        lines = [json.loads(line) for line in (unfenced(text) or "").splitlines() if line.startswith("[")]
    except ValueError:
        return None
    if not lines or not all(isinstance(line, list) for line in lines):
        return None
    partial = _PARTIAL.search(text) is not None
    return Rowset(columns=tuple(map(str, lines[0])), rows=tuple(tuple(line) for line in lines[1:]), partial=partial)


class Phrases:
    """The sentences of one language."""

    def __init__(self, *, chinese: bool) -> None:
        self._chinese = chinese

    def pick(self, english: str, chinese: str) -> str:
        return chinese if self._chinese else english

    def signed(self, text: str) -> str:
        return f"{text}\n\n[{OFFLINE_LABEL}]"

    def computed(self, intent: Compute, found: Rowset) -> str:
        if intent.group is not None:
            return self._groups(intent, found)
        value = found.rows[0][0] if found.rows else None
        where = self._where(intent.conditions)
        if intent.measure.function is Function.COUNT:
            name = intent.table.name
            text = self.pick(
                f"{name} has {_shown(value)} row{'' if value == 1 else 's'}{where}.",
                f"{name} 表{where}共有 {_shown(value)} 行。",
            )
        elif value is None:
            text = self.pick(f"There is no value: {intent.table.name} has no rows{where}.", f"没有数据{where}。")
        else:
            what = self._measure(intent.measure)
            in_table = self.pick(f" in {intent.table.name}", f"（{intent.table.name}）")
            text = self.pick(
                f"The {what}{in_table}{where} is {_shown(value)}.", f"{what}{in_table}{where}：{_shown(value)}。"
            )
        return text + self._guesses(intent.conditions)

    def rows(self, intent: Rows, found: Rowset) -> str:
        name, where = intent.table.name, self._where(intent.conditions)
        if not found.rows:
            text = self.pick(f"No rows of {name}{where}.", f"{name}{where} 没有符合条件的行。")
            return text + self._guesses(intent.conditions)
        count = len(found.rows)
        order = self._order(intent)
        capped = count == intent.limit
        head = self.pick(
            f"{'The first ' if capped else ''}{count} row{'s' if count != 1 else ''} of {name}{where}{order}:",
            f"{name}{where}{order}{'的前' if capped else '，共'} {count} 行：",
        )
        lines = [f"{number}. {_line(found.columns, row)}" for number, row in enumerate(found.rows, start=1)]
        return "\n".join([head, *self._capped(lines, found)]) + self._guesses(intent.conditions)

    def changed(self, text: str, table: SeenTable) -> str:
        """After "Done: 3 rows changed." and the way to undo it."""
        found = re.search(r"(\d+) rows? changed", text)
        undo = re.search(r"/undo [\w-]+", text)
        count = found[1] if found else "?"
        done = self.pick(
            f"Done: {count} row{'' if count == '1' else 's'} of {table.name} changed.",
            f"已完成：{table.name} 有 {count} 行被修改。",
        )
        way_back = self.pick(f" {undo[0]} takes it back.", f"可用 {undo[0]} 撤销。") if undo else ""
        return done + way_back

    def trouble(self, text: str) -> str:
        """A refusal or an error, in the words that came; what a model is told after a no is not for people."""
        if text.startswith("The user refused"):
            reason = text.partition(" Reason: ")[2]
            if not reason:
                return self.pick("Nothing was changed.", "没有做任何更改。")
            return self.pick(f"Nothing was changed: {reason}", f"没有做任何更改：{reason}")
        fact = text.removeprefix("Refused: ").removeprefix("Error: ")
        if text.startswith("Error:"):
            return self.pick(f"That failed: {fact}", f"执行失败：{fact}")
        return self.pick(f"Nothing was done. {fact}", f"没有执行。{fact}")

    def tables(self, names: Sequence[str], head: str) -> str:
        listed = "\n".join(f"- {name}" for name in names)
        return self.pick(f"{head}:\n{listed}", f"数据库中的表（{head}）：\n{listed}")

    def page(self, table: str, text: str) -> str:
        return self.pick(f"The structure of {table}:\n{text}", f"{table} 的结构：\n{text}")

    def _groups(self, intent: Compute, found: Rowset) -> str:
        by = intent.unit or (intent.group.name if intent.group else "")
        what = self._measure(intent.measure)
        where = self._where(intent.conditions)
        name = intent.table.name
        head = self.pick(f"{name}{where}: {what} by {by}", f"{name}{where} 按 {by} 统计{what}")
        if not found.rows:
            return self.pick(f"{head}: no rows.", f"{head}：没有数据。") + self._guesses(intent.conditions)
        lines = [f"- {_shown(row[0])}: {_shown(row[-1])}" for row in found.rows]
        return "\n".join([f"{head}:", *self._capped(lines, found)]) + self._guesses(intent.conditions)

    def _capped(self, lines: Sequence[str], found: Rowset) -> list[str]:
        shown = list(lines[:_MOST_LINES])
        if len(lines) > _MOST_LINES or found.partial:
            shown.append(self.pick("… and more; see the whole result above.", "……更多内容见上面的完整结果。"))
        return shown

    def _measure(self, measure: Measure) -> str:
        english, chinese = _FUNCTIONS[measure.function]
        if measure.column is None:
            of = measure.table.name if measure.table else self.pick("rows", "行")
            return self.pick(f"{english} {of}", f"{of}{chinese}")
        return self.pick(f"{english} {measure.column.name}", f"{chinese} {measure.column.name}")

    def _order(self, intent: Rows) -> str:
        by = self._measure(intent.by) if intent.by else intent.order.name if intent.order else ""
        if not by:
            return ""
        first = self.pick(
            "highest first" if intent.descending else "lowest first", "从高到低" if intent.descending else "从低到高"
        )
        return self.pick(f" by {by}, {first}", f" 按 {by} {first}")

    def _where(self, conditions: Sequence[Condition]) -> str:
        said = self.pick(" and ", " 且 ").join(_condition(condition) for condition in conditions)
        return self.pick(f" where {said}", f"（{said}）") if said else ""

    def _guesses(self, conditions: Sequence[Condition]) -> str:
        return "".join(
            self.pick(
                f'\nI took "{condition.value}" for a value of {condition.column.name}; if you meant another column, '
                "name it.",
                f"\n我把“{condition.value}”理解为 {condition.column.name} 的值；如果不是，请写明列名。",
            )
            for condition in conditions
            if condition.guessed
        )


def _condition(condition: Condition) -> str:
    if condition.operator == "is null":
        return f"{condition.column.name} is null"
    value = condition.value if condition.column.numeric else f"'{condition.value}'"
    return f"{condition.column.name} {condition.operator} {value}"


def _line(columns: Sequence[str], row: Sequence[object]) -> str:
    cells = [f"{column} {_shown(value)}" for column, value in zip(columns, row, strict=False) if value is not None]
    rest = ", …" if len(cells) > _MOST_COLUMNS else ""
    return ", ".join(cells[:_MOST_COLUMNS]) + rest


def _shown(value: object) -> str:
    """A value as people read it: whole numbers with commas, fractions with two places."""
    if value is None:
        return "NULL"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float) or re.fullmatch(r"-?\d+\.\d+", value):
        return f"{float(value):,.2f}"
    flat = " ".join(value.split())
    return flat if len(flat) <= _CELL_CHARS else f"{flat[:_CELL_CHARS]}…"
