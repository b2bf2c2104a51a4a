"""What taking a run back would do, found out for free: how many rows, and what an undo leaves as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from memory.jobs import Answer, AnswerStatus, Job
from skills.ai_column.history import FilledBy, Made
from skills.ai_column.paging import Paging, keys_params, quote, quoted_table
from skills.ai_column.rows import key_json, key_of
from skills.ai_column.snapshot import snapshot_name
from skills.ai_column.target import Target
from tools.db.values import Value
from tools.safety.batch import KEEP, CellWrite
from tools.safety.caller import Caller
from tools.safety.gate import Gate
from tools.safety.kept import Kept

LOOK_UP = 100  # rows by their keys in one query


@dataclass(frozen=True, kw_only=True)
class UndoPlan:
    """What an undo would do. Nothing has happened."""

    by: FilledBy
    target: Target
    rows: int  # to be put back, at most
    changed: int | None  # left alone, for someone has changed them; None: too many rows to tell beforehand

    @property
    def job(self) -> Job:
        return self.by.job

    @property
    def notes(self) -> tuple[str, ...]:
        """What the undo leaves."""
        target = self.target
        table, notes = target.table.name, []
        if self.changed:
            notes.append(f"{self.changed:,} rows were changed by someone since: they are left alone")
        if self.changed is None:
            notes.append("rows that someone has changed since are left alone")
        created = self.by.created
        for name in created:
            drop = f"ALTER TABLE {quoted_table(target.table, target.dialect)} DROP COLUMN {quote(name, target.dialect)}"
            notes.append(f"column {name}, which the job added to {table}, stays, empty; drop it with: {drop}")
        if self.by.spec.choices.snapshot:
            notes.append(f"table {snapshot_name(target, self.job.id)} with the old values stays")
        if target.join:
            notes.append(f"rows that the job added to {table} stay, with these cells NULL")
        return tuple(notes)


class Survey:
    """Looks at the rows as they are now."""

    def __init__(self, gate: Gate, caller: Caller, by: FilledBy, target: Target) -> None:
        self._gate = gate
        self._caller = caller
        self._by = by
        self._parts = len(target.key)
        self._skipped = len(target.key) + len(target.source_columns)
        self._sql = Paging(target, ready=True).by_keys(LOOK_UP)
        columns = [target.table.column(name) for name in target.names]
        self._kept = [Kept(column, target.dialect) for column in columns if column is not None]
        self.rows = self.changed = 0

    def look(self, page: Sequence[Answer]) -> None:
        if not page:
            return
        keys = [key_of(answer.key_json) for answer in page]
        with self._gate.prepare_read(self._sql, self._caller) as read:
            found = read.fetch(keys_params(keys, LOOK_UP), max_rows=LOOK_UP).rows
        held = {key_json(row[: self._parts]): row[self._skipped :] for row in found}
        for answer in page:
            if answer.key_json in held:
                self._judge(answer, held[answer.key_json])

    def _judge(self, answer: Answer, held: Sequence[Value]) -> None:
        cells = cells_of(self._by, answer)
        todo = [
            kept.holds(now, expected)
            for kept, now, expected, value in zip(self._kept, held, cells.expected, cells.values, strict=True)
            if value is not KEEP and not kept.holds(now, value)
        ]
        written = answer.status is AnswerStatus.WRITTEN
        self.rows += int(any(todo) or (written and not todo))
        self.changed += int(written and not all(todo))


def cells_of(by: FilledBy, answer: Answer) -> CellWrite:
    """The row's old values where the job has written; each only in the place of what it wrote."""
    made = [Made(by=by, answer=answer, place=place) for place in range(len(by.columns))]
    return CellWrite(
        key=key_of(answer.key_json),
        source=(),
        expected=tuple(cell.value for cell in made),
        values=tuple(cell.before if cell.wrote else KEEP for cell in made),
    )
