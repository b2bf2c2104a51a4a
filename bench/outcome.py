"""One measured number beside what was promised, and the table of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

_WORD = {True: "ok", False: "SHORT", None: "-"}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    name: str
    measured: str
    target: str = ""
    met: bool | None = None  # None: shown for comparison only

    def line(self) -> str:
        target = f"  (promised {self.target})" if self.target else ""
        return f"{_WORD[self.met]:5}  {self.name:58} {self.measured}{target}"


def at_most(name: str, measured: float, most: float, unit: str = "", *, note: str = "") -> Outcome:
    text = f"{measured:,.4g}{unit}" + (f"  [{note}]" if note else "")
    return Outcome(name=name, measured=text, target=f"<= {most:,.4g}{unit}", met=measured <= most)


def at_least(name: str, measured: float, least: float, unit: str = "", *, note: str = "") -> Outcome:
    text = f"{measured:,.4g}{unit}" + (f"  [{note}]" if note else "")
    return Outcome(name=name, measured=text, target=f">= {least:,.4g}{unit}", met=measured >= least)


def shown(name: str, measured: str) -> Outcome:
    return Outcome(name=name, measured=measured)


def failed(name: str, reason: str) -> Outcome:
    return Outcome(name=name, measured=reason, target="a run", met=False)


def print_summary(outcomes: Iterable[Outcome]) -> None:
    outcomes = list(outcomes)
    if not outcomes:
        return
    print("== summary")
    for outcome in outcomes:
        print(outcome.line())
    short = sum(outcome.met is False for outcome in outcomes)
    print(f"{sum(outcome.met is True for outcome in outcomes)} kept, {short} short")
