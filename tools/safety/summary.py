"""Measured statements as the Effect that a person is shown and approves."""

from collections.abc import Sequence

from tools.safety.consequences import Loss
from tools.safety.effect import merged
from tools.safety.images import TableImages, composed
from tools.safety.measure import Measured
from tools.safety.pending import Effect, Measure, RowChange, Sample, Undoable
from tools.settings import SafetySettings

SAMPLE_ROWS = 20
WORST_FIRST = (Undoable.NONE, Undoable.PARTIAL)


def summarize(
    results: Sequence[Measured], settings: SafetySettings, *, measure: Measure, max_rows: int | None = None
) -> Effect:
    images = composed(image for result in results for image in result.images)
    losses = [loss for result in results for loss in result.losses]
    kept = sum(len(table.rows) for table in images)
    if kept > settings.undo_max_rows:
        losses.append(Loss(undoable=Undoable.NONE, why=f"{kept} rows are more than undo_max_rows"))
    undoable = next((level for level in WORST_FIRST if any(loss.undoable is level for loss in losses)), Undoable.FULL)
    return Effect(
        measure=measure,
        tables=tuple(
            change.as_effect() for change in merged(change for result in results for change in result.changes)
        ),
        max_rows=max_rows,
        samples=samples(images, settings.blocked_columns),
        notes=tuple(dict.fromkeys(note for result in results for note in result.notes)),
        undoable=undoable,
        undo_note="; ".join(dict.fromkeys(loss.why for loss in losses)),
    )


def samples(images: Sequence[TableImages], blocked: Sequence[str]) -> tuple[Sample, ...]:
    """The first changed rows of each table, without blocked columns."""
    hidden = {name.lower() for name in blocked}
    return tuple(_sample(table, hidden) for table in images)


def _sample(images: TableImages, hidden: set[str]) -> Sample:
    table = images.table.lower()
    bare = table.rsplit(".", 1)[-1]
    shown = [
        index
        for index, column in enumerate(images.columns)
        if not hidden & {column.lower(), f"{table}.{column.lower()}", f"{bare}.{column.lower()}"}
    ]
    return Sample(
        table=images.table,
        columns=tuple(images.columns[index] for index in shown),
        changes=tuple(
            RowChange(
                before=None if row.before is None else tuple(row.before[index] for index in shown),
                after=None if row.after is None else tuple(row.after[index] for index in shown),
            )
            for row in images.rows[:SAMPLE_ROWS]
        ),
    )
