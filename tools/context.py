"""What a tool is given beside its arguments: the door, and in whose name it knocks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.gate import Gate
from tools.safety.pending import Approval, Pending


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A question that a person answered with yes."""

    pending: Pending
    approval: Approval


def _silent(_: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """One tool call. A tool that needs a yes raises ApprovalRequired and is called again with `approved`."""

    gate: Gate
    caller: Caller
    cancel: CancelToken = field(default_factory=CancelToken)
    approved: Approved | None = None
    progress: Callable[[str], None] = _silent  # a line of news for the person who waits
