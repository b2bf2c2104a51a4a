"""Undo puts back, byte for byte, every row that it said it could, and reports the others."""

from collections.abc import Iterator

import pytest
from doors import CHILD, Door, create, door, seed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.errors import ApprovalInvalid, Refused
from tools.safety.pending import Undoable
from tools.settings import SafetySettings


@pytest.fixture
def shop(any_url: str, state_url: str) -> Iterator[Door]:
    with door(any_url, state_url) as opened:
        seed(opened)
        yield opened


EVERYTHING = "SELECT * FROM t ORDER BY id"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE t SET amount = NULL, name = 'x' WHERE id < 6",
        "DELETE FROM t WHERE id > 3",
        "INSERT INTO t VALUES (50, 'fifty', 50), (51, NULL, NULL)",
        "INSERT INTO t (id, name) SELECT id + 100, name FROM t",
    ],
)
def test_undo_restores_the_rows(shop: Door, sql: str) -> None:
    before = shop.rows(EVERYTHING)
    assert shop.asked(sql).effect.undoable is Undoable.FULL
    outcome = shop.confirm(sql)
    assert shop.rows(EVERYTHING) != before
    shop.undo(outcome.undo_id)
    assert shop.rows(EVERYTHING) == before
    assert ("undo", "success") in shop.events()


def test_undo_leaves_rows_that_someone_changed_since_and_reports_them(shop: Door) -> None:
    shop.confirm("UPDATE t SET amount = 0 WHERE id <= 3")
    shop.sql("UPDATE t SET name = 'touched' WHERE id = 2")
    outcome = shop.undo()
    assert shop.rows("SELECT amount FROM t WHERE id <= 3 ORDER BY id") == [(10,), (0,), (30,)]
    assert outcome.notices == ("t id = 2: has been changed since",)


def test_undo_reports_a_deleted_and_a_recreated_row(shop: Door) -> None:
    shop.confirm("UPDATE t SET amount = 0 WHERE id <= 2")
    shop.sql("DELETE FROM t WHERE id = 1")
    assert shop.undo().notices == ("t id = 1: has been deleted since",)
    shop.confirm("DELETE FROM t WHERE id > 10")
    shop.sql("INSERT INTO t VALUES (11, 'mine', 1)")
    assert shop.undo().notices == ("t id = 11: exists again",)
    assert shop.rows("SELECT id, name FROM t WHERE id > 10 ORDER BY id") == [(11, "mine"), (12, "row 12")]


def test_undo_asks_again_when_the_conflicts_change_after_the_yes(shop: Door) -> None:
    shop.confirm("UPDATE t SET amount = 0 WHERE id <= 3")
    pending = shop.gate.prepare_undo(shop.caller)
    shop.sql("UPDATE t SET name = 'touched' WHERE id = 2")
    with pytest.raises(ApprovalInvalid):
        shop.yes(pending)
    assert shop.one("SELECT SUM(amount) FROM t WHERE id <= 3") == 0


def test_an_undo_can_be_undone_and_a_write_is_undone_once(shop: Door) -> None:
    write = shop.confirm("UPDATE t SET amount = 0 WHERE id <= 3")
    undo = shop.undo()
    with pytest.raises(Refused, match="undone already"):
        shop.undo(write.undo_id)
    with pytest.raises(Refused, match="no write that can be undone"):
        shop.undo()
    shop.undo(undo.undo_id)
    assert shop.one("SELECT SUM(amount) FROM t WHERE id <= 3") == 0


def test_undo_of_a_cascade_restores_parents_before_children(shop: Door) -> None:
    create(
        shop,
        CHILD,
        "CREATE TABLE note (id INTEGER PRIMARY KEY, child_id INTEGER,"
        " FOREIGN KEY (child_id) REFERENCES child(id) ON DELETE SET NULL)",
        "INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)",
        "INSERT INTO note VALUES (1, 1), (2, 2), (3, 3)",
    )
    before = [shop.rows(f"SELECT * FROM {name} ORDER BY id") for name in ("t", "child", "note")]
    outcome = shop.confirm("DELETE FROM t WHERE id = 1")
    assert outcome.row_count == 1
    assert "in all: 1 row of t deleted, 2 rows of child deleted, 2 rows of note updated" in outcome.notices
    assert shop.rows("SELECT child_id FROM note ORDER BY id") == [(None,), (None,), (3,)]
    shop.undo()
    assert [shop.rows(f"SELECT * FROM {name} ORDER BY id") for name in ("t", "child", "note")] == before


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL"])
def test_children_without_a_key_are_counted_and_undo_says_before_that_they_stay_away(shop: Door, action: str) -> None:
    create(
        shop,
        f"CREATE TABLE line (t_id INTEGER, FOREIGN KEY (t_id) REFERENCES t(id) ON DELETE {action} ON UPDATE CASCADE)",
        "INSERT INTO line VALUES (1), (1), (2), (NULL)",
    )
    before = shop.rows(EVERYTHING)
    pending = shop.asked("DELETE FROM t WHERE id <= 3")
    line = next(table for table in pending.effect.tables if table.table == "line")
    assert (line.deleted, line.updated) == ((3, 0) if action == "CASCADE" else (0, 3))
    assert pending.effect.rows == 6
    assert any("rows of line follow by foreign key" in note for note in pending.effect.notes)
    assert pending.effect.undoable is Undoable.PARTIAL
    assert "line" in pending.effect.undo_note
    shop.sql("INSERT INTO line VALUES (3)")
    with pytest.raises(ApprovalInvalid):
        shop.yes(pending)
    shop.confirm("DELETE FROM t WHERE id <= 3")
    assert shop.one("SELECT COUNT(*) FROM line WHERE t_id IS NOT NULL") == 0
    shop.undo()
    assert shop.rows(EVERYTHING) == before


def test_undo_of_a_tree_that_refers_to_itself(shop: Door) -> None:
    create(
        shop,
        "CREATE TABLE node (id INTEGER PRIMARY KEY, up INTEGER,"
        " FOREIGN KEY (up) REFERENCES node(id) ON DELETE CASCADE)",
        "INSERT INTO node VALUES (5, NULL)",
        "INSERT INTO node VALUES (4, 5)",
        "INSERT INTO node VALUES (3, 4)",
        "INSERT INTO node VALUES (9, NULL)",
    )
    pending = shop.asked("DELETE FROM node WHERE id = 5")
    assert pending.effect.rows == 3
    shop.yes(pending)
    assert shop.rows("SELECT id FROM node") == [(9,)]
    shop.undo()
    assert shop.rows("SELECT id, up FROM node ORDER BY id") == [(3, 4), (4, 5), (5, None), (9, None)]


def test_undo_of_an_insert_keeps_a_row_that_others_refer_to_by_now(shop: Door) -> None:
    create(
        shop,
        CHILD,
    )
    shop.confirm("INSERT INTO t VALUES (20, 'a', 1), (21, 'b', 1)")
    shop.sql("INSERT INTO child VALUES (1, 20)")
    assert shop.undo().notices == ("t id = 20: rows of child refer to it now",)
    assert shop.rows("SELECT id FROM t WHERE id >= 20") == [(20,)]
    assert shop.rows("SELECT id FROM child") == [(1,)]


def test_undo_of_shifted_unique_values(shop: Door) -> None:
    create(shop, "CREATE UNIQUE INDEX amounts ON t (amount)")
    shop.run("BEGIN")
    shop.run("UPDATE t SET amount = -1 WHERE id = 1")
    shop.run("UPDATE t SET amount = 10 WHERE id = 2")
    shop.run("UPDATE t SET amount = 20 WHERE id = 3")
    shop.yes(shop.asked("COMMIT"))
    shop.undo()
    assert shop.rows("SELECT amount FROM t WHERE id <= 3 ORDER BY id") == [(10,), (20,), (30,)]


def test_what_undo_cannot_do_is_said_before_the_yes(shop: Door) -> None:
    create(shop, "CREATE TABLE keyless (a INTEGER)", "INSERT INTO keyless VALUES (1)")
    assert shop.asked("UPDATE keyless SET a = 2 WHERE a = 1").effect.undoable is Undoable.NONE
    assert shop.asked("CREATE TABLE other (id INTEGER PRIMARY KEY)").effect.undoable is Undoable.NONE
    create(shop, "CREATE TABLE child (t_id INTEGER, FOREIGN KEY (t_id) REFERENCES t(id) ON UPDATE CASCADE)")
    assert shop.asked("UPDATE t SET id = id + 100 WHERE id = 3").effect.undoable is Undoable.NONE


def test_undo_of_a_changed_key(shop: Door) -> None:
    before = shop.rows(EVERYTHING)
    pending = shop.asked("UPDATE t SET id = id + 100 WHERE id < 3")
    assert [(table.updated, table.inserted) for table in pending.effect.tables] == [(2, 0)]
    shop.yes(pending)
    shop.undo()
    assert shop.rows(EVERYTHING) == before


def test_above_undo_max_rows_nothing_is_kept_and_that_is_said(any_url: str, state_url: str) -> None:
    with door(any_url, state_url, SafetySettings(undo_max_rows=5)) as shop:
        seed(shop)
        pending = shop.asked("UPDATE t SET amount = 0 WHERE id <= 6")
        assert pending.effect.undoable is Undoable.NONE
        assert "undo_max_rows" in pending.effect.undo_note
        assert shop.yes(pending)[0].undo_id is None


POSTGRES_VALUES = """CREATE TABLE v (id INTEGER PRIMARY KEY, touched INTEGER DEFAULT 0,
 r REAL, d DOUBLE PRECISION, n NUMERIC, j JSON, jb JSONB, ts TIMESTAMPTZ, t0 TIMESTAMP, dt DATE, i INTERVAL, b BYTEA,
 a INTEGER[], u UUID, bits BIT(5), c CHAR(5), ip INET, m MONEY, span INT4RANGE,
 g INTEGER GENERATED ALWAYS AS (id * 2) STORED, s INTEGER GENERATED ALWAYS AS IDENTITY)"""
POSTGRES_ROWS = [
    """INSERT INTO v VALUES (1, 0, 1.1, 0.1 + 0.2::float8, 1.10, '{"b": 1,  "a": 1.50, "a": 2}', '{"x": 1.50}',
    'infinity', '2024-02-29 12:00:00.123456', '4713-01-01 BC', '1 mon 2 days 03:04:05.000006', '\\x00ff',
    '{1,NULL,3}', '00000000-0000-0000-0000-000000000001', B'10101', 'ab', '10.0.0.1/8', '12.34', '[1,5)')""",
    """INSERT INTO v VALUES (2, 0, 'NaN', '-Infinity', 'NaN', '[]', 'null', '-infinity', 'infinity', 'infinity',
    '-1 year', '', '{}', NULL, NULL, '', NULL, NULL, 'empty')""",
]
MYSQL_VALUES = """CREATE TABLE v (id INTEGER PRIMARY KEY AUTO_INCREMENT, touched INTEGER DEFAULT 0,
 f FLOAT, d DOUBLE, n DECIMAL(20,5), j JSON,
 ts TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
 t0 DATETIME(3), dt DATE, tm TIME(2), b BLOB, vb VARBINARY(10), bits BIT(5), e ENUM('a','b'), st SET('x','y'), y YEAR,
 c VARCHAR(20) COLLATE utf8mb4_bin, l VARCHAR(20) CHARACTER SET latin1, g INTEGER GENERATED ALWAYS AS (y * 2) STORED)"""
MYSQL_ROWS = [
    """INSERT INTO v (id, f, d, n, j, ts, t0, dt, tm, b, vb, bits, e, st, y, c, l) VALUES (1, 1.1, 0.1e0 + 0.2e0, 1.10,
    '{"b": 1,  "a": 1.50}', '2024-02-29 12:00:00.123456', '2024-02-29 12:00:00.123', '1000-01-01', '-800:00:00.25',
    X'00FF27', X'0000', b'10101', 'b', 'x,y', 1999, 'Bob  ', 'é')""",
    """INSERT INTO v (id, f, d, ts, c) VALUES (2, 16777217, 1e308, '2001-01-01 00:00:00', '😀')""",
]
SQLITE_VALUES = (
    "CREATE TABLE v (id INTEGER PRIMARY KEY, touched INTEGER DEFAULT 0, x, y TEXT, z NUMERIC, g AS (id * 2))"
)
SQLITE_ROWS = [
    "INSERT INTO v VALUES (1, 0, X'00FF', 'a' || char(0) || 'b', 9007199254740993)",
    "INSERT INTO v VALUES (2, 0, 9e999, 'Ünïcödé', '1.50')",
    "INSERT INTO v VALUES (3, 0, '5', 5, 0.1)",
    "INSERT INTO v VALUES (4, 0, CAST(X'FF00C3' AS TEXT), CAST(X'C328' AS TEXT), CAST(X'FE' AS TEXT))",
    "INSERT INTO v VALUES (5, 0, X'FF00C3', X'C328', X'FE')",
]
# A row as one text that shows every byte.
PICTURE = {
    "postgres": "SELECT v::text FROM v ORDER BY id",
    "mysql": "SELECT CONCAT_WS('|', id, touched, CAST(f AS DOUBLE), d, n, j, ts, t0, dt, tm, HEX(b), HEX(vb),"
    " HEX(bits), e, st, y, HEX(c), HEX(l), g) FROM v ORDER BY id",
    "sqlite": "SELECT id, touched, typeof(x), hex(x), typeof(y), hex(y), typeof(z), z, g FROM v ORDER BY id",
}
VALUES = {
    "postgres": (POSTGRES_VALUES, POSTGRES_ROWS),
    "mysql": (MYSQL_VALUES, MYSQL_ROWS),
    "sqlite": (SQLITE_VALUES, SQLITE_ROWS),
}


@pytest.mark.parametrize("engine", VALUES)
@pytest.mark.parametrize("sql", ["UPDATE v SET touched = 1 WHERE id > 0", "DELETE FROM v WHERE id > 0"])
def test_every_type_comes_back_byte_for_byte(
    engine: str, sql: str, request: pytest.FixtureRequest, state_url: str
) -> None:
    table, rows = VALUES[engine]
    with door(request.getfixturevalue(f"{engine}_url"), state_url) as shop:
        create(shop, table, *rows)
        before = shop.rows(PICTURE[engine])
        shop.confirm(sql)
        assert shop.rows(PICTURE[engine]) != before
        assert shop.undo().notices == ()
        assert shop.rows(PICTURE[engine]) == before


def test_a_key_of_text_that_is_not_utf8_is_found_again(sqlite_url: str, state_url: str) -> None:
    with door(sqlite_url, state_url) as shop:
        create(
            shop,
            "CREATE TABLE k (a TEXT NOT NULL, b NOT NULL, v INTEGER, PRIMARY KEY (a, b))",
            "INSERT INTO k VALUES (CAST(X'FF' AS TEXT), CAST(X'FE' AS TEXT), 1), (X'FF', X'FE', 2), ('a', 'b', 3)",
        )
        picture = "SELECT typeof(a), hex(a), typeof(b), hex(b), v FROM k ORDER BY v"
        before = shop.rows(picture)
        for sql in ("UPDATE k SET v = v + 10 WHERE v > 0", "DELETE FROM k WHERE v > 0"):
            pending = shop.asked(sql)
            assert (pending.effect.rows, pending.effect.undoable) == (3, Undoable.FULL)
            shop.yes(pending)
            assert shop.undo().notices == ()
            assert shop.rows(picture) == before


CELLS = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8")),
    st.binary(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), data=st.data())
def test_any_sqlite_rows_survive_changes_and_their_undo(
    rows: list[tuple[object, object]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("undo")
    (folder / "data.db").touch()
    with door(f"sqlite:///{folder}/data.db", f"sqlite:///{folder}/state.db") as shop:
        create(shop, "CREATE TABLE r (id INTEGER PRIMARY KEY, a, b TEXT)")
        for a, b in rows:
            shop.sql("INSERT INTO r (a, b) VALUES (:a, :b)", {"a": a, "b": b})  # type: ignore[dict-item]
        picture = "SELECT id, typeof(a), quote(a), typeof(b), hex(b) FROM r ORDER BY id"
        before = shop.rows(picture)
        chosen = data.draw(st.integers(1, len(rows)))
        sql = data.draw(st.sampled_from(["UPDATE r SET a = :v, b = :v WHERE id <= :n", "DELETE FROM r WHERE id <= :n"]))
        shop.confirm(sql, {"v": data.draw(CELLS), "n": chosen})  # type: ignore[dict-item]
        if shop.rows(picture) != before:
            assert shop.undo().notices == ()
        assert shop.rows(picture) == before
