"""What the loopback model server can be told to do: at its start as JSON, later by `ModelServer.change`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum


class Signal(StrEnum):
    """What a refusal by the limit says about when to come back."""

    BARE = "bare"  # 429 and nothing else
    RETRY_AFTER = "retry-after"  # whole seconds
    RETRY_AFTER_MS = "retry-after-ms"
    RATE_HEADERS = "x-ratelimit"  # x-ratelimit-* on every answer, as OpenAI sends them


class Window(StrEnum):
    """How requests are counted against the limit."""

    BUCKET = "bucket"  # `burst` at once, refilled evenly
    SLIDING = "sliding"  # so many in any `limit_window_s`
    FIXED = "fixed"  # so many from one full window to the next


class Poison(StrEnum):
    """How a request with the poison text fails."""

    BAD_REQUEST = "400"
    SERVER_ERROR = "500"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"


class TokenRule(StrEnum):
    """How the server counts tokens, each text by itself."""

    QUARTER = "quarter"  # a quarter for each ASCII character, one for each other character, rounded up
    PIECES = "pieces"  # near to what tokenizers do: up to 6 letters, up to 3 digits, any other sign, or one blank


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """Every setting with its quiet default."""

    models: tuple[str, ...] = ("small", "large")
    api_key: str | None = None  # None: any
    latency_s: float = 0.0
    jitter_s: float = 0.0  # up to so much is added, evenly spread
    at_once: int | None = None  # requests worked on at the same time; the others queue and are never refused
    limit: int | None = None  # requests per window
    token_limit: int | None = None  # prompt tokens per window, a quarter of the request's bytes
    limit_window_s: float = 1.0
    window: Window = Window.BUCKET
    burst: int | None = None  # of the bucket; None: the limit
    signal: Signal = Signal.BARE
    corrupt: float = 0.0  # share of the packed answers that are spoiled
    corruptions: tuple[str, ...] = ()  # kinds, in turn; empty: all
    poison: str | None = None  # a request with this text in a row always fails
    poison_as: Poison = Poison.BAD_REQUEST
    formats: tuple[str, ...] = ("json_schema", "tool", "json_object", "text")  # others are refused with a 400
    strict: bool = True  # refuse what OpenAI's structured outputs would refuse
    token_rule: TokenRule = TokenRule.QUARTER
    counts_schema: bool = True  # the schema's tokens are prompt tokens
    keeps_rows: bool = True  # the log holds which rows each request asked about
    dimensions: int = 64  # of an embedding, unless the request says
    seed: int = 1

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def changed(self, values: Mapping[str, object]) -> "Knobs":
        """With values as they come from JSON."""
        kinds: dict[str, type[StrEnum]] = {
            "window": Window,
            "signal": Signal,
            "poison_as": Poison,
            "token_rule": TokenRule,
        }
        known = {one.name for one in fields(self)}
        read = {
            name: tuple(value) if isinstance(value, list) else kinds[name](str(value)) if name in kinds else value
            for name, value in values.items()
        }
        if unknown := set(read) - known:
            raise ValueError(f"no such knob: {', '.join(sorted(unknown))}")
        return replace(self, **read)  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, text: str) -> "Knobs":
        return cls().changed(json.loads(text))
