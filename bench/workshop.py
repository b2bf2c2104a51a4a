"""What every bench is given: fresh databases and homes, the size asked for, and a place for its numbers."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loopback.handle import ModelServer
from outcome import Outcome
from program import Program, Run
from tables import ENGINES, Database, Databases


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line says."""

    rows: int | None = None  # instead of each bench's own size
    engines: tuple[str, ...] = ENGINES
    under: tuple[str, ...] = ()  # a profiler or the like to run the program under


@dataclass
class Workshop:
    """Everything made here is gone when it closes."""

    folder: Path
    databases: Databases
    options: Options
    outcomes: list[Outcome] = field(default_factory=list)
    _programs: list[Program] = field(default_factory=list)

    def rows(self, usual: int) -> int:
        return self.options.rows or usual

    def program(self, server: ModelServer) -> Program:
        """An installation that has never run: an empty state store."""
        home = self.folder / f"home{len(self._programs)}"
        self._programs.append(Program(home, server.base_url, self.options.under))
        return self._programs[-1]

    def close(self) -> None:
        for program in self._programs:
            program.close()
        self.databases.close()

    def add(self, *outcomes: Outcome) -> None:
        for outcome in outcomes:
            print(outcome.line(), flush=True)
        self.outcomes += outcomes

    def filled(self, name: str, run: Run, database: Database) -> bool:
        """Whether every cell is right; says so when not."""
        cells = database.check()
        if run.exit_code == 0 and cells.right:
            return True
        problem = f"{cells.empty} empty, {cells.wrong} wrong of {cells.count} cells; {run.problem}"
        self.add(Outcome(name=f"{name}: every cell right", measured=problem, target="all", met=False))
        return False


@contextlib.contextmanager
def workshop(options: Options) -> Iterator[Workshop]:
    with tempfile.TemporaryDirectory(prefix="columnist-bench-") as folder:
        shop = Workshop(Path(folder), Databases(Path(folder)), options)
        try:
            yield shop
        finally:
            shop.close()
