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
from agent.interfaces.samples import Screen, sample_view
from tools.safety.pending import (
    ApprovedBy,
    Measure,
    Pending,
    PendingKind,
    Step,
    TableEffect,
    Undoable,
)

_UNDO = "UNDO "  # before the statement that an undo takes back

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


def pending_view(pending: Pending, screen: Screen, *, number: str = "") -> RenderableType:
    """One Pending in full, as it is shown before the question."""
    parts: list[RenderableType] = [*_steps(pending), Text(), *_effect(pending)]
    parts += [sample_view(sample, pending.effect, screen) for sample in pending.effect.samples if sample.changes]
    parts += [Text(f"• {visible(note)}", style="yellow") for note in pending.effect.notes]
    style = "red" if pending.red else "yellow"
    parts += [Text(f"! {visible(reason)}", style=f"bold {style}") for reason in pending.reasons]
    parts += _undo_line(pending)
    title = Text(f"{number}{_TITLES[pending.kind]}", style=f"bold {style}")
    return Panel(Group(*parts), title=title, title_align="left", border_style=style)


def pendings_view(pendings: tuple[Pending, ...], screen: Screen) -> RenderableType:
    """Everything that one question is about."""
    if len(pendings) == 1:
        return pending_view(pendings[0], screen)
    numbered = enumerate(pendings, start=1)
    return Group(*(pending_view(each, screen, number=f"{at} of {len(pendings)}: ") for at, each in numbered))


def question_text(pendings: tuple[Pending, ...]) -> str:
    """The line that a person answers."""
    rows = sum(pending.effect.rows for pending in pendings)
    editable = _editable(pendings)
    choices = "/".join(
        ["y", "N", *(["e(dit)"] if editable else []), *(["a(lways)"] if allows_always(pendings) else [])]
    )
    about = f"{rows:,} row{'' if rows == 1 else 's'}"
    first = pendings[0]
    if first.kind is PendingKind.COMMIT:
        asked = f"Commit {about}?" if rows else "Commit?"
    elif first.kind is PendingKind.BACKFILL:
        asked = f"Fill {about}?"
    elif first.kind is PendingKind.UNDO:
        asked = f"Take back {about}?"
    elif all(pending.effect.measure is Measure.STATIC for pending in pendings):
        asked = f"Run this? {about} will be gone." if rows else "Run this?"
    else:
        asked = f"{_verb(pendings)} {about}?" if rows else "It would change nothing now. Run it all the same?"
    return f"{asked} [{choices}] "


def _verb(pendings: tuple[Pending, ...]) -> str:
    """What happens to the rows, in a word."""
    tables = [table for pending in pendings for table in pending.effect.tables]
    if all(table.rows == table.deleted for table in tables):
        return "Delete"
    return "Insert" if all(table.rows == table.inserted for table in tables) else "Change"


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


def _steps(pending: Pending) -> list[RenderableType]:
    steps = pending.steps
    if pending.kind is PendingKind.UNDO:
        taken_back = [sql_view(step.sql.removeprefix(_UNDO)) for step in steps]
        return [Text("takes back what this did:", style="dim"), *taken_back]
    return _numbered(steps)


def _numbered(steps: tuple[Step, ...]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for number, step in enumerate(steps, start=1):
        if len(steps) > 1:
            parts.append(Text(f"{number}.", style="bold"))
        parts.append(sql_view(step.sql))
        for name, value in (step.params or {}).items():
            parts.append(Text.assemble((f"  :{one_line(name)} = ", "dim"), cell(value, cells=80)))
    return parts


def _effect(pending: Pending) -> list[RenderableType]:
    effect = pending.effect
    if effect.measure is Measure.STATIC and not effect.rows:
        return []
    if not effect.tables:
        return [Text("no rows change", style="bold")] if effect.measure is Measure.REHEARSED else []
    table = Table.grid(padding=(0, 2))
    for each in effect.tables:
        table.add_row(Text(one_line(each.table), style="bold"), _counts(each, bound=effect.measure is Measure.COUNTED))
    words = _MEASURED[effect.measure]
    if pending.kind is PendingKind.COMMIT:
        words = "measured in the open transaction"
    if effect.measure is Measure.COUNTED and effect.max_rows is not None:
        words = f"{words} ({effect.max_rows:,} rows)"
    return [table, Text(words, style="dim")]


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


def _undo_line(pending: Pending) -> list[RenderableType]:
    effect = pending.effect
    if effect.measure is Measure.REHEARSED and not effect.rows:
        return []  # nothing changes, so there is nothing to take back
    if pending.kind is PendingKind.UNDO or effect.undoable is Undoable.FULL:
        how = "in turn" if pending.kind is PendingKind.UNDO else "with /undo"
        return [Text(visible(effect.undo_note) or f"can be taken back {how}", style="green")]
    if effect.undoable is Undoable.PARTIAL:
        return [Text(f"can be taken back only in part: {visible(effect.undo_note)}", style="yellow")]
    note = f": {visible(effect.undo_note)}" if effect.undo_note else ""
    return [Text(f"cannot be taken back{note}", style="bold red" if pending.red else "yellow")]
