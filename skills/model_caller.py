"""How skills see a language model: one question in, one answer out, with what it cost.

The limiter, retries and spend live behind this protocol (`agent.llm`), shared with the chat.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
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


class PressureKind(Enum):
    """What calls wait for before they are sent."""

    NONE = "none"  # nothing
    PAUSED = "paused"  # the endpoint asked for a pause
    RATE = "rate"  # requests per second or minute
    TOKENS = "tokens"  # tokens per minute
    QUEUE = "queue"  # more at once would only wait inside the endpoint
    CONCURRENCY = "concurrency"  # as many are in flight as there may be


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """Why it is not faster, for a person."""

    kind: PressureKind
    text: str


class Paced(Protocol):
    """Whoever calls a model at a pace of its own, which a person can look at and change. From any thread."""

    @property
    def label(self) -> str:
        """The model's name as recorded beside every answer. Callers of one model share its pace."""

    def pressure(self) -> Pressure:
        """What calls wait for at this moment."""

    def slower(self) -> None:
        """A person's wish: half as many at once, until `faster`."""

    def faster(self) -> None:
        """A person's wish: twice as many at once, as far as the endpoint takes them."""


class ModelCaller(Paced, Protocol):
    """Asks one model. For one event loop."""

    @property
    def most_in_flight(self) -> int:
        """How many calls are sent at once at the very most; more than these would only wait."""

    async def connect(self) -> None:
        """Get ready, so that the first call takes no longer than the others. Never fails; not needed."""

    async def call(self, request: ModelRequest, on_retry: Callable[[], None]) -> ModelReply:
        """Raises ModelUnusable (stop the run), AnswerUnusable (this row only) or CallNotSent.

        `on_retry` is told before each further attempt; what it raises ends the call.
        """

    async def stop_sending(self) -> None:
        """From now on nothing is sent: calls that wait for their turn end as CallNotSent."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class EmbeddingReply:
    """One vector for each text, in the order asked, and what they cost."""

    vectors: list[list[float]]
    prompt_tokens: int
    retries: int  # attempts beyond the first that reached the endpoint


class Embedder(Paced, Protocol):
    """Turns texts into vectors with one embedding model. For one event loop."""

    @property
    def most_in_flight(self) -> int:
        """How many calls are sent at once at the very most."""

    @property
    def texts_per_request(self) -> int:
        """How many texts one request takes; more are sent as several."""

    async def embed(self, texts: Sequence[str], on_retry: Callable[[], None]) -> EmbeddingReply:
        """Raises ModelUnusable (stop the run), AnswerUnusable (these texts only) or CallNotSent."""

    async def stop_sending(self) -> None: ...

    async def aclose(self) -> None: ...


class ModelUnusable(Exception):
    """The endpoint cannot serve this run: wrong key, unknown model, unreachable. Stop at once."""


class CallNotSent(Exception):
    """The run stops: this call, or its next attempt, was not sent any more."""


class AnswerUnusable(Exception):
    """The model answered, but not with a usable object (refusal, cut off, malformed)."""

    def __init__(self, message: str, *, prompt_tokens: int = 0, completion_tokens: int = 0) -> None:
        super().__init__(message)
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens


class AnswerRefused(AnswerUnusable):
    """The model will not answer this; asking again seldom helps."""
