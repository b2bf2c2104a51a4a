"""What the offline rules can do, with examples on the tables at hand, and what they say when they cannot."""

from collections.abc import Mapping

from agent.llm.offline.lexicon import singular
from agent.llm.offline.phrases import Phrases
from agent.llm.offline.seen import SeenColumn, SeenTable

_MISSING = {"which table?": "哪个表？", "which column?": "哪一列？", "by what?": "按什么排序？"}


def help_text(phrases: Phrases, tables: Mapping[str, SeenTable]) -> str:
    return phrases.pick(
        "I am a set of built-in rules: I can list and describe tables, count and show rows, rank and group them, "
        "change or delete single rows, and fill a column.",
        "我是一组内置规则：可以列出和描述表、计数、显示、排序和分组统计，修改或删除单行，以及填充一列。",
    ) + _examples(phrases, tables)


def not_understood(phrases: Phrases, reason: str, tables: Mapping[str, SeenTable]) -> str:
    """Says so plainly, names the words in the way, and nothing else."""
    if reason in _MISSING:
        return phrases.pick(
            f"The offline rules need to know: {reason}", f"离线规则需要知道：{_MISSING[reason]}"
        ) + _examples(phrases, tables)
    stumbled = phrases.pick(f" (stumbled over: {reason})", f"（不理解：{reason}）") if reason else ""
    return phrases.pick(
        f"The offline rules do not understand this{stumbled}, so I did nothing. Put it more simply, or connect a "
        "language model (OPENAI_API_KEY, or OPENAI_BASE_URL and COLUMNIST_MODEL).",
        f"离线规则不理解这个问题{stumbled}，因此没有执行任何操作。请换一种更简单的说法，或者连接一个语言模型"
        "（OPENAI_API_KEY，或 OPENAI_BASE_URL 和 COLUMNIST_MODEL）。",
    ) + _examples(phrases, tables)


def fill_form(phrases: Phrases) -> str:
    return phrases.pick(
        "To fill a column say: fill column COLUMN of TABLE from COLUMN: what to write, for example\n"
        "- fill column sentiment of reviews from content: positive, negative or neutral",
        "填充一列请这样说：用 来源列 填充 表 的 目标列 列：要写什么，例如\n"
        "- 用 content 填充 reviews 的 sentiment 列：正面、负面或中性",
    )


def _examples(phrases: Phrases, tables: Mapping[str, SeenTable]) -> str:
    described = [table for table in tables.values() if table.columns]
    if not described:
        return ""
    richest = max(described, key=lambda table: (_measure(table) is not None) + (_category(table) is not None))
    name, number, category = richest.name, _measure(richest), _category(richest)
    lines = [phrases.pick("list tables", "有哪些表"), phrases.pick(f"how many {name} are there", f"{name} 有多少行")]
    if category:
        lines.append(phrases.pick(f"how many {name} per {category.name}", f"每个 {category.name} 有多少 {name}"))
    if number:
        lines.append(phrases.pick(f"top 5 {name} by {number.name}", f"{number.name} 最高的 5 个 {name}"))
    if number and category:
        lines.append(
            phrases.pick(f"average {number.name} by {category.name}", f"每个 {category.name} 的平均 {number.name}")
        )
    if number and richest.key:
        one = singular(name)
        lines.append(phrases.pick(f"set the {number.name} of {one} 3 to 10", f"把 {one} 3 的 {number.name} 改为 10"))
    return phrases.pick("\nFor example:\n- ", "\n例如：\n- ") + "\n- ".join(lines)


def _measure(table: SeenTable) -> SeenColumn | None:
    return next(
        (c for c in table.columns if c.numeric and not c.key and not c.name.endswith("_id") and c.name != "id"), None
    )


def _category(table: SeenTable) -> SeenColumn | None:
    wanted = ("category", "status", "level", "segment", "city", "type")
    return next((column for column in table.columns if column.name in wanted), None)
