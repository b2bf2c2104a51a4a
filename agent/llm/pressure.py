"""Why it is not faster: what holds the calls to one endpoint and model up, in words for a person."""

from agent.llm.limits import Limits
from agent.llm.quota import Quota
from agent.llm.slot import Holdup
from agent.llm.width import Bound
from skills.model_caller import Pressure, PressureKind


def pressure(limits: Limits) -> Pressure:
    """From any thread; of this moment."""
    paused_s = limits.paused_until - limits.clock()
    if paused_s > 0:
        return Pressure(kind=PressureKind.PAUSED, text=f"the endpoint asked for a pause: {paused_s:.0f} s are left")
    match limits.holdup:
        case Holdup.NONE | Holdup.PAUSE:
            return Pressure(kind=PressureKind.NONE, text=_answering(limits))
        case Holdup.WIDTH:
            return _width(limits)
        case Holdup.PACE:
            return Pressure(kind=PressureKind.RATE, text=_pace(limits))
        case Holdup.REQUESTS:
            return Pressure(kind=PressureKind.RATE, text=_left(limits, limits.requests, "requests"))
        case Holdup.TOKENS:
            return Pressure(kind=PressureKind.TOKENS, text=_left(limits, limits.tokens, "tokens"))
        case Holdup.REQUEST_CAP:
            text = f"models.requests_per_minute is {limits.requests_per_minute}"
            return Pressure(kind=PressureKind.RATE, text=text)
        case Holdup.TOKEN_CAP:
            text = f"models.tokens_per_minute is {limits.tokens_per_minute}"
            return Pressure(kind=PressureKind.TOKENS, text=text)


def _width(limits: Limits) -> Pressure:
    if limits.wish is not None:
        text = f"{limits.wish} in flight, as you asked for slower"
        return Pressure(kind=PressureKind.CONCURRENCY, text=text)
    bound = limits.width.bound
    text = bound.value.format(limits.width.limit)
    if bound is Bound.QUEUE:
        return Pressure(kind=PressureKind.QUEUE, text=text)
    return Pressure(kind=PressureKind.CONCURRENCY, text=f"{_each(limits)}{text}")


def _answering(limits: Limits) -> str:
    if limits.answer_s is None:
        return "nothing waits for the endpoint"
    return f"{_each(limits)}{limits.in_flight} in flight"


def _each(limits: Limits) -> str:
    return "" if limits.answer_s is None else f"the model takes {limits.answer_s:.1f} s an answer, "


def _pace(limits: Limits) -> str:
    accepted = limits.pace.accepted
    if accepted is None:
        return "429s: a short pause"
    return f"429s: {accepted:.1f} requests/s accepted" if accepted >= 1 else f"429s: {accepted * 60:.1f}/min accepted"


def _left(limits: Limits, quota: Quota, what: str) -> str:
    seconds = max(0.0, quota.until - limits.clock())
    return f"the endpoint has {max(0.0, quota.left):.0f} {what} left for {seconds:.0f} s"
