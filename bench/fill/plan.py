"""The plan against what the server then counted: calls, prompt tokens, and completion tokens after a preview.

The server counts a quarter of a token for an ASCII character and one for any other, the schema included; how far
off the plan is under a rule that is nearer to real tokenizers is shown beside it.
"""

from dataclasses import dataclass
from typing import Any

from loopback.handle import ModelServer
from loopback.knobs import TokenRule
from loopback.records import Statistics
from outcome import Outcome, at_most, failed, shown
from program import FILL
from workshop import Workshop

ROWS = 2_000
_WORDS = "the parcel came late and its corner was torn but the lamp inside still shines as bright as promised"
CALLS_PERCENT, PROMPT_PERCENT, COMPLETION_PERCENT = 1.0, 5.0, 10.0


@dataclass(frozen=True, kw_only=True)
class Case:
    language: str
    texts: list[str]
    per_call: int | None  # None: as the program likes
    rule: TokenRule = TokenRule.QUARTER

    @property
    def name(self) -> str:
        packed = "packed" if self.per_call is None else f"{self.per_call} row a call"
        counted = "" if self.rule is TokenRule.QUARTER else f", counted in {self.rule}"
        return f"plan: {self.language}, {packed}{counted}"

    @property
    def flags(self) -> tuple[str, ...]:
        return () if self.per_call is None else ("--rows-per-call", str(self.per_call))


def main(shop: Workshop) -> None:
    rows = shop.rows(ROWS)
    with ModelServer.started() as server:
        for language, texts in (("English", _english()), ("Chinese", _chinese())):
            for case in (
                Case(language=language, texts=texts, per_call=None),
                Case(language=language, texts=texts, per_call=1),
                Case(language=language, texts=texts, per_call=None, rule=TokenRule.PIECES),
            ):
                server.change(token_rule=case.rule)
                _compare(shop, server, case, rows, preview=False)
                _compare(shop, server, case, rows, preview=True)


def _english() -> list[str]:
    words = _WORDS.split()
    return [f"Review {n}: {' '.join(words[(n + i) % len(words)] for i in range(5 + n % 40))}." for n in range(1_500)]


def _chinese() -> list[str]:
    text = "包裹晚到了三天盒子的一角也破了不过里面的台灯还是和描述的一样明亮客服态度很好"
    return [f"评论{n}：{(text * 3)[n % 20 : n % 20 + 10 + n % 60]}。" for n in range(1_500)]


def _compare(shop: Workshop, server: ModelServer, case: Case, rows: int, *, preview: bool) -> None:
    with shop.databases.fresh("sqlite") as database:
        database.create(rows, texts=case.texts)
        program = shop.program(server)
        if preview and program.fill(database.url, *FILL, *case.flags, "--preview", "5").exit_code != 0:
            shop.add(failed(case.name, "the preview failed"))
            return
        server.reset()
        planned = program.fill(database.url, *FILL, *case.flags, "--plan")
        run = program.fill(database.url, *FILL, *case.flags, "--yes")
        if not planned.report or not shop.filled(case.name, run, database):
            shop.add(failed(case.name, planned.problem))
            return
    _numbers(shop, case, planned.report, server.statistics(), preview=preview)


def _numbers(shop: Workshop, case: Case, plan: dict[str, Any], seen: Statistics, *, preview: bool) -> None:
    prompt, completion = plan["tokens"]["prompt"], plan["tokens"]["completion"]
    after = f"{case.name}, after a preview"
    outcomes = [
        _off(f"{case.name}, calls", plan["calls"], seen.requests, CALLS_PERCENT),
        _off(f"{case.name}, prompt tokens", prompt, seen.prompt_tokens, PROMPT_PERCENT),
    ]
    if preview:
        outcomes = [
            _off(f"{after}, prompt tokens", prompt, seen.prompt_tokens, PROMPT_PERCENT),
            _off(f"{after}, completion tokens", completion, seen.completion_tokens, COMPLETION_PERCENT),
        ]
    # No plan can know beforehand how an endpoint counts: the second rule is shown, not promised.
    promised = case.rule is TokenRule.QUARTER
    shop.add(*(outcome if promised else shown(outcome.name, outcome.measured) for outcome in outcomes))


def _off(name: str, planned: float, counted: float, most_percent: float) -> Outcome:
    percent = 100 * abs(planned - counted) / max(counted, 1)
    return at_most(name, percent, most_percent, " % off", note=f"planned {planned:,}, counted {counted:,}")
