"""The connection that belongs to one session until its transaction ends, and what has been done on it."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from tools.db.connection import Connection
from tools.errors import Refused
from tools.safety.caller import Caller
from tools.safety.measure import Measured
from tools.safety.pending import Effect, Measure, Step
from tools.safety.summary import summarize
from tools.settings import SafetySettings


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A savepoint of the session's own. The engine knows it by another name, which cannot meet one of ours."""

    name: str
    engine_name: str
    steps: int  # statements before it


@dataclass(kw_only=True)
class Pinned:
    """One session's transaction. `lock` is held while a statement runs on it."""

    id: str
    caller: Caller
    connection: Connection
    since: datetime
    touched_at: datetime
    lock: threading.RLock = field(default_factory=threading.RLock)
    steps: list[Step] = field(default_factory=list)
    results: list[Measured] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)  # the latest last
    marked: int = 0  # how many savepoints there have been
    over: bool = False

    def effect(self, settings: SafetySettings) -> Effect:
        return summarize(self.results, settings, measure=Measure.REHEARSED)

    def add(self, step: Step, measured: Measured) -> None:
        self.steps.append(step)
        self.results.append(measured)

    def mark(self, name: str) -> None:
        self.marked += 1
        mark = Mark(name=name, engine_name=f"columnist_mark_{self.marked}", steps=len(self.steps))
        self.connection.savepoint(mark.engine_name)
        self.marks.append(mark)

    def release(self, name: str) -> None:
        """Forget the savepoint and those after it."""
        mark = self._latest(name)
        self.connection.release(mark.engine_name)
        del self.marks[self.marks.index(mark) :]

    def back_to(self, name: str) -> None:
        """Take back what came after the savepoint, which stays."""
        mark = self._latest(name)
        self.connection.rollback_to(mark.engine_name)
        del self.marks[self.marks.index(mark) + 1 :], self.steps[mark.steps :], self.results[mark.steps :]

    def _latest(self, name: str) -> Mark:
        found = next((mark for mark in reversed(self.marks) if mark.name == name), None)
        if found is None:
            raise Refused(f"there is no savepoint {name} in this transaction")
        return found
