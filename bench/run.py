"""Prints the numbers that Columnist promises, each beside a peer or a floor measured in the same run.

    make bench                                  everything
    make bench ARGS=start                       start-up only
    make bench ARGS="fill calls wall"           some benches of column filling
    make bench ARGS="fill memory --rows 50000"  one of another size, or with --engines sqlite,postgres

Ratios, not seconds: machines differ and are noisy. Nothing here is a test; tests are never timed.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

# The private database servers and the environment of a fresh person are those of the tests.
sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

import start
from fill import cases
from outcome import Outcome, print_summary
from tables import ENGINES
from workshop import Options

Section = Callable[[list[str], Options], list[Outcome]]
SECTIONS: dict[str, Section] = {"start": start.main, "fill": cases.main}


def main() -> None:
    parser = argparse.ArgumentParser(description="The numbers that Columnist promises.")
    parser.add_argument("words", nargs="*", help=f"{' | '.join(SECTIONS)}; then cases: {' '.join(cases.CASES)}")
    parser.add_argument("--rows", type=int, help="the size of the tables, instead of each bench's own")
    parser.add_argument("--engines", default=",".join(ENGINES), help="which engines, where a bench runs on several")
    parser.add_argument("--under", default="", help="a profiler to run columnist under: 'py-spy record -o fill.svg --'")
    given = parser.parse_args()
    # Ended by a time limit, a bench takes its servers and fills with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = Options(rows=given.rows, engines=tuple(given.engines.split(",")), under=tuple(given.under.split()))
    outcomes = []
    began = time.monotonic()
    for name, chosen in _sections(given.words, parser):
        print(f"== {name}", flush=True)
        outcomes += SECTIONS[name](chosen, options)
    print_summary(outcomes)
    print(f"{time.monotonic() - began:.0f} s")


def _sections(words: list[str], parser: argparse.ArgumentParser) -> list[tuple[str, list[str]]]:
    """Each section with the cases named after it."""
    found: list[tuple[str, list[str]]] = []
    for word in words or SECTIONS:
        if word in SECTIONS:
            found.append((word, []))
        elif found and found[-1][0] == "fill" and word in cases.CASES:
            found[-1][1].append(word)
        else:
            parser.error(f"no such section or case: {word}")
    return found


if __name__ == "__main__":
    main()
