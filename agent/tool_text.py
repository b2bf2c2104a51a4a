"""What tools gave, in words for the model: short, fenced as data, and honest about what was left out.

Rows are one JSON array per line under a line of column names. The whole outcome stays with the surface
(`/expand`); the model sees the first rows under a token cap.
"""

import json

from agent.fence import fenced
from agent.llm.tokens import estimate
from skills.errors import SkillError
from tools.db.values import Value, to_json
from tools.errors import Refused, ToolError
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

MAX_CELL_CHARS = 400


def outcome_text(outcome: Outcome, max_tokens: int) -> str:
    """One executed statement."""
    notices = "".join(f"\nNote: {notice}" for notice in outcome.notices)
    if outcome.kind is Kind.TRANSACTION:
        return f"Done: {outcome.sql}.{notices}"
    if outcome.kind is Kind.DDL:
        return f"Done: {' '.join(outcome.sql.split())[:MAX_CELL_CHARS]}.{notices}"
    if not outcome.columns:
        undo = f" It can be undone by the user with /undo {outcome.undo_id}." if outcome.undo_id else ""
        return f"Done: {_rows(outcome.row_count)} changed.{undo}{notices}"
    shown, lines = rows_within(outcome, max_tokens)
    head = f"More than {_rows(outcome.row_count)}." if outcome.truncated else f"{_rows(outcome.row_count)}."
    if shown < len(outcome.rows) or outcome.truncated:
        head += f" You see the first {shown}; aggregate, filter or limit in SQL to see what you need."
    return f"{head}{notices}\n{fenced(lines)}"


def rows_within(outcome: Outcome, max_tokens: int) -> tuple[int, str]:
    """How many rows fit, and the lines of names and rows."""
    lines = [json.dumps(outcome.columns, ensure_ascii=False)]
    left = max_tokens - estimate(lines[0])
    for row in outcome.rows:
        line = json.dumps([_cell(value) for value in row], ensure_ascii=False, separators=(",", ":"))
        left -= estimate(line) + 1
        if left < 0 and len(lines) > 1:
            break
        lines.append(line)
    return len(lines) - 1, "\n".join(lines)


def words(text: str, max_tokens: int, *, trusted: bool) -> str:
    """The answer of a tool that returns words. Cut where the cap is, at a line's end if possible."""
    if estimate(text) > max_tokens:
        text = cut(text, max_tokens)
    return text if trusted else fenced(text)


def error_text(error: ToolError | SkillError) -> str:
    """What went wrong and the way out."""
    kind = "Refused" if isinstance(error, Refused) else "Error"
    reasons = error.reasons if isinstance(error, Refused) and len(error.reasons) > 1 else (error.message,)
    hint = f"\nHint: {error.hint}" if error.hint else ""
    # Messages of the database quote values: one line each, cut, so that a value cannot pose as more.
    facts = "; ".join(" ".join(reason.split())[: MAX_CELL_CHARS * 2] for reason in reasons)
    return f"{kind}: {facts}{hint}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _cell(value: Value) -> object:
    if isinstance(value, str) and len(value) > MAX_CELL_CHARS:
        return f"{value[:MAX_CELL_CHARS]}… ({len(value)} characters)"
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    leaving = to_json(value)
    if isinstance(leaving, list | dict):
        text = json.dumps(leaving, ensure_ascii=False)
        if len(text) > MAX_CELL_CHARS:
            return f"{text[:MAX_CELL_CHARS]}… ({len(text)} characters)"
    return leaving


def cut(text: str, max_tokens: int) -> str:
    """Its first lines, as many as fit, and a word about the rest."""
    kept: list[str] = []
    left = max_tokens
    for line in text.splitlines():
        left -= estimate(line) + 1
        if left < 0:
            break
        kept.append(line)
    shown = "\n".join(kept) or text[:max_tokens]
    return f"{shown}\n… (cut: {len(text)} characters in all)"
