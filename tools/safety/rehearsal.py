"""What writes would do: performed, measured and rolled back, or foreseen where they must not be performed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tools.db.connection import Connection
from tools.errors import Refused, about_step
from tools.safety.measure import Measured
from tools.safety.pending import Effect, Measure, Step
from tools.safety.perform import Performer, commits_by_itself, most_rows
from tools.safety.reviewed import Reviewed
from tools.safety.summary import summarize
from tools.settings import SafetySettings
from tools.sql.statement import Kind


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """The effect of all writes together, and each of them with its own rows."""

    effect: Effect
    steps: tuple[Step, ...]


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """A transaction of which nothing stays."""
    connection.begin()
    try:
        yield
    finally:
        connection.rollback()


def rehearse(performer: Performer, writes: Sequence[Reviewed], settings: SafetySettings) -> Rehearsed:
    """Inside an open transaction that the caller rolls back."""
    if len(writes) == 1:
        foreseen = performer.foresee(writes[0])
        if foreseen is not None:
            return _foreseen(writes[0], foreseen, settings)
    _refuse_what_must_be_alone(performer, writes)
    results: list[Measured] = []
    for at, write in enumerate(writes):
        with about_step(at):
            results.append(performer.perform(write))
    if any(result.rows > settings.rehearse_max_rows for result in results):
        steps = tuple(write.step(most_rows(result.rows)) for write, result in zip(writes, results, strict=True))
        most = sum(step.rows for step in steps)
        return Rehearsed(effect=summarize(results, settings, measure=Measure.COUNTED, max_rows=most), steps=steps)
    return Rehearsed(
        effect=summarize(results, settings, measure=Measure.REHEARSED),
        steps=tuple(write.step(result.rows) for write, result in zip(writes, results, strict=True)),
    )


def _foreseen(write: Reviewed, foreseen: Measured, settings: SafetySettings) -> Rehearsed:
    if write.statement.kind is Kind.DDL:
        effect = summarize([foreseen], settings, measure=Measure.STATIC)
        return Rehearsed(effect=effect, steps=(write.step(foreseen.rows),))
    most = most_rows(foreseen.rows)
    max_rows = most if foreseen.bounded else None
    effect = summarize([foreseen], settings, measure=Measure.COUNTED, max_rows=max_rows)
    return Rehearsed(effect=effect, steps=(write.step(most),))


def _refuse_what_must_be_alone(performer: Performer, writes: Sequence[Reviewed]) -> None:
    for at, write in enumerate(writes if len(writes) > 1 else ()):
        with about_step(at):
            if commits_by_itself(write) or performer.outlasts_rollback(write):
                raise Refused(
                    f"{write.statement.action} of {', '.join(write.statement.writes)} cannot be rolled back, so it"
                    " cannot be one of several statements that all happen or none",
                    hint="send it by itself",
                )
