"""How a person is asked: what would run, what it was measured to do, and what happens after a yes.

Only an explicit y (or a, for the rest of the session) is a yes; Enter, Ctrl-C, the end of input and every
misspelling are No. Nothing here executes anything: the answer goes back to the conversation as a Decision.
"""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.events import Decision, DecisionKind
from agent.interfaces.plain_text import one_line, visible
from agent.interfaces.render import cell, sql_view
from tools.safety.pending import (
    ApprovedBy,
    Effect,
    Measure,
    Pending,
    PendingKind,
    RowChange,
    Sample,
    Step,
    TableEffect,
    Undoable,
)

FEW_COLUMNS = 4  # a sample of no more is shown whole
SAMPLE_CELLS = 28  # width of one cell in the before/after sample

_TITLES = {
    PendingKind.WRITE: "confirm the change",
    PendingKind.COMMIT: "confirm the commit of the open transaction",
    PendingKind.UNDO: "confirm taking back an earlier change",
    PendingKind.BACKFILL: "confirm filling a column",
}
_MEASURED = {
    Measure.REHEARSED: "measured by running it and rolling it back",
    Measure.COUNTED: "counted, not rehearsed; an upper bound that aborts when passed",
    Measure.STATIC: "known from the structure of the database",
}


def pending_view(pending: Pending, *, number: str = "") -> RenderableType:
    """One Pending in full, as it is shown before the question."""
    parts: list[RenderableType] = [*_steps(pending.steps), Text(), _effect(pending)]
    parts += [_sample(sample, pending.effect) for sample in pending.effect.samples if sample.changes]
    parts += [Text(f"• {visible(note)}", style="yellow") for note in pending.effect.notes]
    style = "red" if pending.red else "yellow"
    parts += [Text(f"! {visible(reason)}", style=f"bold {style}") for reason in pending.reasons]
    parts.append(_undo_line(pending))
    title = Text(f"{number}{_TITLES[pending.kind]}", style=f"bold {style}")
    return Panel(Group(*parts), title=title, title_align="left", border_style=style)


def pendings_view(pendings: tuple[Pending, ...]) -> RenderableType:
    """Everything that one question is about."""
    if len(pendings) == 1:
        return pending_view(pendings[0])
    shown = [pending_view(each, number=f"{at} of {len(pendings)}: ") for at, each in enumerate(pendings, start=1)]
    return Group(*shown)


def question_text(pendings: tuple[Pending, ...]) -> str:
    """The line that a person answers."""
    rows = sum(pending.effect.rows for pending in pendings)
    editable = _editable(pendings)
    choices = "/".join(
        ["y", "N", *(["e(dit)"] if editable else []), *(["a(lways)"] if allows_always(pendings) else [])]
    )
    about = f"{rows:,} row{'' if rows == 1 else 's'}" if rows else "this"
    verb = {PendingKind.COMMIT: "Commit", PendingKind.UNDO: "Take back"}.get(pendings[0].kind, "Change")
    return f"{verb} {about}? [{choices}] "


def allows_always(pendings: tuple[Pending, ...]) -> bool:
    """A standing yes is offered for plain writes only, never for what is shown in red."""
    return all(pending.kind is PendingKind.WRITE and not pending.red for pending in pendings)


def decide(
    pendings: tuple[Pending, ...], read_line: Callable[[str], str], edit: Callable[[str], str | None]
) -> Decision:
    """Ask; `read_line` shows a prompt and returns what was typed, `edit` returns a changed statement or None."""
    try:
        answer = read_line(question_text(pendings)).strip().lower()
    except (EOFError, KeyboardInterrupt):
        return Decision(kind=DecisionKind.NO)
    if answer in ("y", "yes", "是", "好"):
        return Decision(kind=DecisionKind.YES)
    if answer in ("a", "always") and allows_always(pendings):
        return Decision(kind=DecisionKind.ALWAYS, by=ApprovedBy.PERSON)
    if answer in ("e", "edit") and _editable(pendings):
        return _edited(pendings, edit)
    return Decision(kind=DecisionKind.NO)


def _edited(pendings: tuple[Pending, ...], edit: Callable[[str], str | None]) -> Decision:
    sql = edit(pendings[0].steps[0].sql)
    if sql is None or not sql.strip():
        return Decision(kind=DecisionKind.NO)
    return Decision(kind=DecisionKind.EDIT, sql=sql)


def _editable(pendings: tuple[Pending, ...]) -> bool:
    return len(pendings) == 1 and pendings[0].kind is PendingKind.WRITE and len(pendings[0].steps) == 1


def _steps(steps: tuple[Step, ...]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for number, step in enumerate(steps, start=1):
        if len(steps) > 1:
            parts.append(Text(f"{number}.", style="bold"))
        parts.append(sql_view(step.sql))
        for name, value in (step.params or {}).items():
            parts.append(Text.assemble((f"  :{one_line(name)} = ", "dim"), cell(value, cells=80)))
    return parts


def _effect(pending: Pending) -> RenderableType:
    effect = pending.effect
    if not effect.tables:
        return Text("no rows change" if effect.measure is Measure.REHEARSED else "", style="bold")
    table = Table.grid(padding=(0, 2))
    for each in effect.tables:
        table.add_row(Text(one_line(each.table), style="bold"), _counts(each, bound=effect.measure is Measure.COUNTED))
    words = _MEASURED[effect.measure]
    if effect.measure is Measure.COUNTED and effect.max_rows is not None:
        words = f"{words} ({effect.max_rows:,} rows)"
    return Group(table, Text(words, style="dim"))


def _counts(effect: TableEffect, *, bound: bool) -> Text:
    words = [
        Text(f"{'up to ' if bound else ''}{count:,} row{'' if count == 1 else 's'} {what}", style=style)
        for count, what, style in (
            (effect.inserted, "inserted", "green"),
            (effect.updated, "updated", "yellow"),
            (effect.deleted, "deleted", "red"),
        )
        if count
    ]
    return Text(", ").join(words) if words else Text("no rows change", style="dim")


def _sample(sample: Sample, effect: Effect) -> RenderableType:
    """The rows as they are and as they would be; of many columns, those that change nowhere are left out."""
    keep = _telling_columns(sample)
    rows = sum(each.rows for each in effect.tables if each.table == sample.table)
    shown = len(sample.changes)
    title = one_line(sample.table) + (f", {shown} of {rows:,} rows" if shown < rows else "")
    table = Table(border_style="dim", header_style="bold")
    for at in keep:
        table.add_column(Text(one_line(sample.columns[at])), no_wrap=True, overflow="ellipsis")
    for change in sample.changes:
        table.add_row(*(_changed(change, at) for at in keep))
    return Group(Text(title, style="italic"), table)  # a table's own title is cut to its width


def _telling_columns(sample: Sample) -> list[int]:
    def differs(at: int) -> bool:
        return any(
            change.before is None or change.after is None or change.before[at] != change.after[at]
            for change in sample.changes
        )

    whole = any(change.before is None or change.after is None for change in sample.changes)
    few = len(sample.columns) <= FEW_COLUMNS
    chosen = [at for at in range(len(sample.columns)) if few or at == 0 or differs(at)]
    return chosen[:6] if whole else chosen[:8]


def _changed(change: RowChange, at: int) -> Text:
    if change.before is None:
        after = change.after or ()
        return Text.assemble(("+ ", "green"), cell(after[at], cells=SAMPLE_CELLS))
    if change.after is None:
        return Text.assemble(("- ", "red"), cell(change.before[at], cells=SAMPLE_CELLS))
    before, after_value = change.before[at], change.after[at]
    if before == after_value:
        return cell(before, cells=SAMPLE_CELLS)
    return Text.assemble(
        _styled(cell(before, cells=SAMPLE_CELLS), "red"),
        (" → ", "dim"),
        _styled(cell(after_value, cells=SAMPLE_CELLS), "green"),
    )


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text


def _undo_line(pending: Pending) -> Text:
    effect = pending.effect
    if pending.kind is PendingKind.UNDO or effect.undoable is Undoable.FULL:
        return Text(visible(effect.undo_note) or "can be taken back with /undo", style="green")
    if effect.undoable is Undoable.PARTIAL:
        return Text(f"can be taken back only in part: {visible(effect.undo_note)}", style="yellow")
    note = f": {visible(effect.undo_note)}" if effect.undo_note else ""
    return Text(f"cannot be taken back{note}", style="bold red" if pending.red else "yellow")
