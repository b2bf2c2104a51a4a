"""How skills see a language model: one question in, one answer out, with what it cost.

The limiter, retries and spend live behind this protocol (`agent.llm`), shared with the chat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """One call. `system` is byte-identical over a run so that prefix caches hit; `user` carries the rows."""

    system: str
    user: str
    json_schema: Mapping[str, object]  # of the answer object
    max_output_tokens: int


@dataclass(frozen=True, kw_only=True)
class ModelReply:
    """The parsed JSON object of the answer and what it cost."""

    answer: Mapping[str, object]
    prompt_tokens: int
    completion_tokens: int
    retries: int  # attempts beyond the first that reached the endpoint


class ModelCaller(Protocol):
    """Raises ModelUnusable (stop the run) or AnswerUnusable (this row only)."""

    @property
    def label(self) -> str:
        """The model's name as recorded beside every answer."""

    async def call(self, request: ModelRequest) -> ModelReply: ...

    async def aclose(self) -> None: ...


class ModelUnusable(Exception):
    """The endpoint cannot serve this run: wrong key, unknown model, unreachable. Stop at once."""


class AnswerUnusable(Exception):
    """The model answered, but not with a usable object (refusal, cut off, malformed)."""

    def __init__(self, message: str, *, prompt_tokens: int = 0, completion_tokens: int = 0) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens
