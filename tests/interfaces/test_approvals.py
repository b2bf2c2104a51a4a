"""How a confirmation looks, and which answers are a yes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from agent.events import DecisionKind
from agent.interfaces.approvals import allows_always, decide, pendings_view, question_text
from agent.interfaces.samples import Screen
from tools.safety.pending import (
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
from tools.sql.statement import Kind

STEP = Step(
    sql="UPDATE products SET price = price * 0.9 WHERE category = :category",
    params={"category": "Toys"},
    kind=Kind.UPDATE,
    fingerprint="f",
    sha256="s",
    reasons=("changes data",),
    red=False,
)
PENDING = Pending(
    id="p1",
    kind=PendingKind.WRITE,
    database="sqlite:///shop.db",
    session_id="s1",
    principal="local",
    steps=(STEP,),
    effect=Effect(
        measure=Measure.REHEARSED,
        tables=(TableEffect(table="products", updated=150),),
        samples=(
            Sample(
                table="products",
                columns=("id", "name_cn", "price"),
                changes=(RowChange(before=(7, "经典毛毯", 100.0), after=(7, "经典毛毯", 90.0)),),
            ),
        ),
        notes=("trigger price_log runs too",),
        undoable=Undoable.FULL,
    ),
    schema_version="v",
    row_cap=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    plan_hash="h",
)
RED = replace(PENDING, steps=(replace(STEP, red=True, reasons=("DELETE without WHERE changes every row",)),))


def shown(pending: Pending) -> str:
    console = Console(width=100, height=60, color_system=None)
    with console.capture() as captured:
        console.print(pendings_view((pending,), Screen.of(console)))
    return captured.get()


def answered(text: str | type[BaseException], pending: Pending = PENDING, edited: str | None = None) -> DecisionKind:
    def read_line(_: str) -> str:
        if isinstance(text, str):
            return text
        raise text

    return decide((pending,), read_line, lambda _: edited).kind


def test_the_statement_its_effect_and_its_sample_are_shown() -> None:
    text = shown(PENDING)
    for part in (STEP.sql, ":category = Toys", "150 rows updated", "100.0 → 90.0", "trigger price_log", "/undo"):
        assert part in text


def test_of_many_columns_those_that_do_not_change_are_left_out_of_the_sample() -> None:
    changes = (RowChange(before=(1, "经典毛毯", 5, 6, 2.0), after=(1, "经典毛毯", 5, 6, 3.0)),)
    sample = replace(PENDING.effect.samples[0], columns=("id", "name", "stock", "size", "price"), changes=changes)
    text = shown(replace(PENDING, effect=replace(PENDING.effect, samples=(sample,))))
    assert "2.0 → 3.0" in text
    assert "经典毛毯" not in text
    assert "1 of 150 rows" in text


def test_a_sample_of_few_columns_is_shown_whole() -> None:
    assert "经典毛毯" in shown(PENDING)


def test_a_deleted_and_an_inserted_row_are_marked() -> None:
    changes = (RowChange(before=(1, "a", 2.0), after=None), RowChange(before=None, after=(2, "b", 3.0)))
    sample = replace(PENDING.effect.samples[0], changes=changes)
    text = shown(replace(PENDING, effect=replace(PENDING.effect, samples=(sample,))))
    assert "- a" in text
    assert "+ b" in text


def test_what_cannot_be_undone_is_said_before_the_yes() -> None:
    effect = replace(PENDING.effect, undoable=Undoable.NONE, undo_note="the table has no key")
    assert "cannot be taken back: the table has no key" in shown(replace(PENDING, effect=effect))
    effect = replace(PENDING.effect, undoable=Undoable.PARTIAL, undo_note="the trigger's rows stay")
    assert "only in part: the trigger's rows stay" in shown(replace(PENDING, effect=effect))


def test_a_bound_is_told_from_a_measured_count() -> None:
    effect = replace(PENDING.effect, measure=Measure.COUNTED, max_rows=20_200)
    text = shown(replace(PENDING, effect=effect))
    assert "up to 150 rows updated" in text
    assert "20,200" in text


def test_escape_sequences_of_a_statement_or_a_row_are_not_sent() -> None:
    step = replace(STEP, sql="UPDATE t SET a = '\x1b[2J'", params={"x": "\x1b[31m"})
    assert "\x1b" not in shown(replace(PENDING, steps=(step,)))


@pytest.mark.parametrize("text", ["", "n", "no", "N", "yep", "yy", "q", "ja", EOFError, KeyboardInterrupt])
def test_anything_but_yes_is_no(text: str | type[BaseException]) -> None:
    assert answered(text) is DecisionKind.NO


@pytest.mark.parametrize("text", ["y", "Y", "yes", " yes "])
def test_yes_is_yes(text: str) -> None:
    assert answered(text) is DecisionKind.YES


def test_always_is_offered_for_plain_writes_and_never_in_red() -> None:
    assert answered("a") is DecisionKind.ALWAYS
    assert answered("a", RED) is DecisionKind.NO
    assert not allows_always((RED,))
    assert "a(lways)" not in question_text((RED,))
    assert not allows_always((replace(PENDING, kind=PendingKind.COMMIT),))


def test_an_edited_statement_is_handed_back_and_an_empty_one_is_no() -> None:
    decision = decide((PENDING,), lambda _: "e", lambda sql: sql.replace("0.9", "0.8"))
    assert decision.kind is DecisionKind.EDIT
    assert decision.sql is not None
    assert "0.8" in decision.sql
    assert answered("e", edited="  ") is DecisionKind.NO
    assert answered("e", edited=None) is DecisionKind.NO


def test_the_question_names_the_rows() -> None:
    assert question_text((PENDING,)).startswith("Change 150 rows? [y/N/")


def test_the_question_says_what_a_yes_does() -> None:
    def asked(kind: PendingKind = PendingKind.WRITE, **effect: object) -> str:
        return question_text((replace(PENDING, kind=kind, effect=replace(PENDING.effect, **effect)),)).partition("[")[0]  # type: ignore[arg-type]

    assert asked() == "Change 150 rows? "
    assert asked(tables=(TableEffect(table="products", deleted=1),)) == "Delete 1 row? "
    assert asked(PendingKind.COMMIT) == "Commit 150 rows? "
    assert asked(PendingKind.BACKFILL) == "Fill 150 rows? "
    assert asked(measure=Measure.STATIC, tables=()) == "Run this? "


def test_a_change_of_nothing_promises_no_way_back() -> None:
    nothing = replace(PENDING, effect=replace(PENDING.effect, tables=(), samples=()))
    assert "no rows change" in shown(nothing)
    assert "/undo" not in shown(nothing)
    assert question_text((nothing,)).startswith("It would change nothing")


def test_a_narrow_screen_keeps_the_key_and_leaves_out_what_does_not_fit() -> None:
    row = (12345, *("x" * 26 for _ in range(5)))
    names = ("id", "a", "b", "c", "d", "e")
    sample = Sample(table="t", columns=names, changes=(RowChange(before=row, after=None),))
    view = pendings_view((replace(PENDING, effect=replace(PENDING.effect, samples=(sample,))),), Screen(width=80))
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(view)
    assert "- 12345" in captured.get()
    assert "…" not in captured.get()
