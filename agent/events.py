"""What a conversation tells the surface that shows it, and what a person answers.

Surfaces (REPL, one shot, HTTP) render these and nothing else; they are complete, so that no surface has to
look into the loop.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tools.safety.pending import ApprovedBy, Outcome, Pending
from tools.sql.statement import Kind


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """A piece of the model's answer, as it arrives."""

    text: str


@dataclass(frozen=True, kw_only=True)
class ToolStarted:
    """A tool call that starts now."""

    call_id: str
    name: str
    arguments: str  # the SQL if the tool takes one, else the arguments as JSON


@dataclass(frozen=True, kw_only=True)
class ToolProgress:
    """A line of news from a tool that takes long."""

    call_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ToolFinished:
    """A tool call that ended; `outcome` is complete, while the model saw a preview."""

    call_id: str
    name: str
    summary: str
    rows: int | None = None
    duration_ms: float = 0.0
    outcome: Outcome | None = None
    text: str = ""  # the whole answer of a tool that returns words
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """A person must decide; the iteration ends here, and `Conversation.answer` goes on."""

    pendings: tuple[Pending, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that a person should know and the model need not."""

    text: str
    warning: bool = False


class Ending(StrEnum):
    ANSWERED = "answered"
    CANCELLED = "cancelled"  # a person stopped it
    LIMIT = "limit"  # too many steps or unusable tool calls
    SQL = "sql"  # a statement that a person typed is done; there is no text


@dataclass(frozen=True, kw_only=True)
class TurnEnded:
    """The turn is over. Tokens are those of the whole turn."""

    text: str
    ending: Ending = Ending.ANSWERED
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model: str | None = None
    refused: bool = False  # a write was refused by policy or left without a yes


Event: TypeAlias = TextDelta | ToolStarted | ToolProgress | ToolFinished | Question | Notice | TurnEnded


class DecisionKind(StrEnum):
    YES = "yes"
    NO = "no"
    EDIT = "edit"  # `sql` replaces the statement; it is reviewed and asked about again
    ALWAYS = "always"  # yes, and a standing yes for this session


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A person's answer to a Question."""

    kind: DecisionKind
    sql: str | None = None  # EDIT: the new text
    step: int = 0  # EDIT: which statement of the question it replaces
    by: ApprovedBy = ApprovedBy.PERSON
    reason: str = ""  # NO: what the model is told beside the refusal


def summary_of(outcome: Outcome) -> str:
    """An outcome in a few words."""
    if outcome.kind is Kind.TRANSACTION:
        return outcome.sql.lower()
    if outcome.kind is Kind.DDL:
        return "done"
    rows = f"{outcome.row_count} row{'' if outcome.row_count == 1 else 's'}"
    if outcome.columns:
        return f"more than {rows}" if outcome.truncated else rows
    return f"{rows} changed"
