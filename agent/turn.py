"""One turn, as the graph's nodes see it: given anew to every run, never stored."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.events import Event
from tools.safety.caller import Caller
from tools.safety.cancel import CancelToken
from tools.safety.gate import Gate


@dataclass(frozen=True, kw_only=True)
class Turn:
    """In whose name, with which door, and where the news goes."""

    gate: Gate
    caller: Caller
    cancel: CancelToken
    emit: Callable[[Event], None]
