"""What an endpoint says about its limits in the headers of an answer, in all the forms that are in use.

Retry-After (retry-after-ms wins), and x-ratelimit-{limit,remaining,reset}-{requests,tokens} as OpenAI sends them;
the plain x-ratelimit-* of gateways counts requests. What cannot be read was not said.
"""

import email.utils
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|[dhms])")
_UNIT_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_EPOCH_S = 1e9  # a "reset" this large is a moment, not a duration
_EPOCH_MS = 1e12
_UNSAID_RESET_S = 1.0  # "nothing remains", without a word on until when


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left of one limit, until it is whole again."""

    limit: float | None
    remaining: float
    reset_s: float


@dataclass(frozen=True, kw_only=True)
class Told:
    """The headers of one answer; None: nothing was said about it."""

    wait_s: float | None = None
    requests: Allowance | None = None
    tokens: Allowance | None = None

    @property
    def pause_s(self) -> float | None:
        """How long a refused caller was told to wait: by Retry-After, else until what is used up is whole again."""
        if self.wait_s is not None:
            return self.wait_s
        used_up = [each.reset_s for each in (self.requests, self.tokens) if each is not None and each.remaining < 1]
        return max(used_up, default=None)


NOTHING_TOLD = Told()


def read_told(headers: Mapping[str, str]) -> Told:
    wait_s = retry_after_s(headers)
    requests = _allowance(headers, "-requests") or _allowance(headers, "")
    tokens = _allowance(headers, "-tokens")
    if wait_s is None and requests is None and tokens is None:
        return NOTHING_TOLD
    return Told(wait_s=wait_s, requests=requests, tokens=tokens)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait an endpoint asks for. Milliseconds win over seconds, seconds over a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        wait_s = _number(headers.get(name))
        if wait_s is not None:
            return max(0.0, wait_s / unit)
    return _until_date(headers.get("retry-after"))


def duration_s(text: str) -> float | None:
    """`1s`, `6m0s`, `20ms`, plain seconds, a moment since 1970 in seconds or milliseconds, or a date."""
    number = _number(text)
    if number is None:
        parts = _PART.findall(text)
        if parts and "".join(value + unit for value, unit in parts) == text.strip():
            return sum(float(value) * _UNIT_S[unit] for value, unit in parts)
        return _until_date(text)
    if number >= _EPOCH_MS:
        number /= 1000.0
    return max(0.0, number - time.time() if number >= _EPOCH_S else number)


def _allowance(headers: Mapping[str, str], what: str) -> Allowance | None:
    remaining = _number(headers.get(f"x-ratelimit-remaining{what}"))
    if remaining is None:
        return None
    reset = headers.get(f"x-ratelimit-reset{what}")
    reset_s = duration_s(reset) if reset is not None else None
    return Allowance(
        limit=_number(headers.get(f"x-ratelimit-limit{what}")),
        remaining=max(0.0, remaining),
        reset_s=_UNSAID_RESET_S if reset_s is None else reset_s,
    )


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until_date(text: str | None) -> float | None:
    date = email.utils.parsedate_tz(text) if text else None
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None
