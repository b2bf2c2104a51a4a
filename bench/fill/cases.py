"""The benches of column filling, by the names that `make bench ARGS="fill NAME"` takes."""

from collections.abc import Callable

from fill import calls, corrupt, limit, memory, neighbours, plan, resume, throughput, wall
from outcome import Outcome
from workshop import Options, Workshop, workshop

CASES: dict[str, Callable[[Workshop], None]] = {
    "calls": calls.main,
    "wall": wall.main,
    "throughput": throughput.main,
    "limit": limit.main,
    "corrupt": corrupt.main,
    "memory": memory.main,
    "resume": resume.main,
    "plan": plan.main,
    "neighbours": neighbours.main,
}


def main(chosen: list[str], options: Options) -> list[Outcome]:
    with workshop(options) as shop:
        for name in chosen or CASES:
            print(f"-- fill {name}", flush=True)
            CASES[name](shop)
        return shop.outcomes
