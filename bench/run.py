"""Prints the numbers that Columnist promises, each beside a peer measured in the same run.

    make bench              everything
    make bench ARGS=start   start-up only

Ratios, not seconds: machines differ and are noisy. Nothing here is a test; tests are never timed.
"""

import sys
from collections.abc import Callable

import start

SECTIONS: dict[str, Callable[[], None]] = {"start": start.main}


def main() -> None:
    chosen = sys.argv[1:] or list(SECTIONS)
    for name in chosen:
        print(f"== {name}")
        SECTIONS[name]()


if __name__ == "__main__":
    main()
