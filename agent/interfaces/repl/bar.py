"""The line below the prompt: database, mode, model, an open transaction with its countdown, what was spent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from agent.interfaces.plain_text import one_line

if TYPE_CHECKING:  # loaded while the prompt is already on the screen
    from agent.conversation import Conversation
    from tools.safety.transactions import OpenTransaction

Fragments: TypeAlias = list[tuple[str, str]]


@dataclass
class Status:
    """What the bar shows; the chat keeps it up to date."""

    conversation: "Conversation | None" = None  # None: still opening
    database: str = ""
    model: str = ""
    tokens: int = 0  # spent in this chat
    fills: str = ""  # what runs on this database in the background


def bar(status: Status) -> Fragments:
    """The status in one line."""
    if status.conversation is None:
        return [("", " opening the database…")]
    parts: Fragments = []
    transaction = transaction_words(status.conversation.transaction)
    if transaction:
        parts.append(("class:bar.warning", f" {transaction} │"))
    parts.append(("", f" {status.database} │ {status.conversation.mode} │ {status.model}"))
    if status.tokens:
        parts.append(("", f" │ {status.tokens:,} tokens"))
    if status.fills:
        parts.append(("class:bar.warning", f" │ {status.fills}"))
    return parts


def transaction_words(transaction: "OpenTransaction | None") -> str:
    """What an open transaction holds and when it would be rolled back."""
    if transaction is None:
        return ""
    left = max(0, round(transaction.idle_limit_s - transaction.idle_s))
    locked = f", locks {one_line(', '.join(transaction.tables))}" if transaction.tables else ""
    statements = f"{transaction.statements} statement{'' if transaction.statements == 1 else 's'}"
    return f"transaction open ({statements}{locked}): rolled back in {left} s"
