"""Before-images come back exactly and in order, however many and however long."""

import pytest
import sqlalchemy as sa
from fixed_clock import FixedClock

from memory.errors import UnknownRecord
from memory.store import StateStore
from memory.tables import undo_images
from memory.undo_log import UndoLog, UndoState


def add(log: UndoLog, undo_id: str, images: list[str], *, database: str = "d", session_id: str = "s") -> None:
    log.add(
        undo_id,
        database=database,
        session_id=session_id,
        principal="local",
        statement="DELETE FROM t",
        header_json='{"table": "t"}',
        images=images,
    )


@pytest.mark.parametrize(
    "images",
    [
        [],
        [""],
        ["", ""],
        ['{"a": 1}', '{"a": "你好\\n🎉"}'],
        [f'[{n}, "before"]' for n in range(10_000)],
        ["x" * 2_500_000, "short", "y" * 1_000_000, "z"],
        ["x" * 999_999, "y"],
    ],
    ids=["none", "one empty", "two empty", "text", "10,000 rows", "rows of megabytes", "exactly one piece"],
)
def test_images_come_back_exactly(store: StateStore, images: list[str]) -> None:
    log = UndoLog(store)
    add(log, "u1", images)
    record = log.load("u1")
    assert record.images == tuple(images)
    assert record.row.image_count == len(images)
    assert (record.row.statement, record.row.header_json) == ("DELETE FROM t", '{"table": "t"}')


def test_no_piece_is_larger_than_a_server_takes(store: StateStore) -> None:
    add(UndoLog(store), "u1", ["你" * 2_500_000])
    with store.read() as connection:
        lengths = connection.scalars(sa.select(sa.func.length(undo_images.c.text))).all()
    assert len(lengths) == 3
    assert max(lengths) <= 3_000_000  # bytes on MySQL, characters elsewhere


def test_images_that_are_not_complete_are_not_given(store: StateStore) -> None:
    log = UndoLog(store)
    add(log, "u1", ["x" * 1_500_000, "y"])
    with store.atomic() as connection:
        connection.execute(undo_images.delete().where(undo_images.c.piece == 1))
    with pytest.raises(UnknownRecord, match="not complete"):
        log.load("u1")


def test_an_image_of_two_lines_is_refused_and_nothing_is_kept(store: StateStore) -> None:
    log = UndoLog(store)
    with pytest.raises(ValueError, match="one line"):
        add(log, "u1", ["fine", "two\nlines"])
    with pytest.raises(UnknownRecord):
        log.load("u1")


def test_writes_come_newest_first_of_their_database_and_session(fixed_store: StateStore, clock: FixedClock) -> None:
    log = UndoLog(fixed_store)
    add(log, "u1", ["a"])
    add(log, "u2", ["b"], session_id="t")
    clock.advance(-3600)  # the order is that of adding, whatever a clock says
    add(log, "u3", ["c"])
    add(log, "u4", ["d"], database="other")
    assert [row.id for row in log.recent("d")] == ["u3", "u2", "u1"]
    assert [row.id for row in log.recent("d", "s")] == ["u3", "u1"]
    assert [row.id for row in log.recent("d", limit=1)] == ["u3"]


def test_a_write_is_marked_undone(store: StateStore) -> None:
    log = UndoLog(store)
    add(log, "u1", ["a"])
    assert log.load("u1").row.state is UndoState.READY
    log.mark("u1", UndoState.PARTIAL)
    assert log.recent("d")[0].state is UndoState.PARTIAL
    with pytest.raises(UnknownRecord):
        log.mark("u9", UndoState.UNDONE)


def test_a_write_that_was_rolled_back_leaves_nothing(store: StateStore) -> None:
    log = UndoLog(store)
    add(log, "u1", ["a"])
    add(log, "u2", ["b"])
    log.discard("u1")
    assert [row.id for row in log.recent("d")] == ["u2"]
    with store.read() as connection:
        assert connection.scalars(sa.select(undo_images.c.undo_id)).all() == ["u2"]
