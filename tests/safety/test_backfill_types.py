"""Values of every type arrive in bulk as they would one by one, for keys of every type, and nothing else is touched."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from doors import Door, create, door

from tools.db.values import RawText, Value
from tools.errors import ConstraintViolated, DatabaseError
from tools.safety.backfill import Backfill
from tools.safety.batch import BackfillTemplate, BatchOutcome, CellWrite
from tools.safety.pending import ApprovedBy
from tools.settings import SafetySettings

TEXTS: list[Value] = ["plain", 'it\'s \\ "quoted" 100% %s :x ?', "é漢字🙂", "  spaces  ", "", "a\nb\t\r", "null", None]
BYTES: list[Value] = [b"\x00\xff'\\", b"", b"text", None]
JSON: list[Value] = ['{"b": 1, "a": [1.50, "é", null]}', '"text"', "[]", "3", {"a": [1, {"b": None}]}, None]
MOMENTS: list[Value] = ["2026-01-31 10:20:30", datetime(2026, 5, 6, 7, 8, 9), None]  # noqa: DTZ001
ENUM = "CREATE TYPE \"Odd mood\" AS ENUM ('sad', 'it''s ok')"
DOMAIN = "CREATE DOMAIN three AS VARCHAR(3)"

POSTGRES: dict[str, list[Value]] = {
    "TEXT": TEXTS,
    "VARCHAR(40)": TEXTS,
    "CHAR(40)": TEXTS,
    "SMALLINT": [1, -5, "7", 3.0, Decimal("4.00"), None],
    "BIGINT": [2**62, -(2**62), "12", None],
    "NUMERIC(12,3)": [Decimal("1.5"), 2, 1.25, "3.14159", Decimal("-0.0005"), None],
    "NUMERIC": [Decimal("1.500000000000000000000000001"), 10**30, 0.1, None],
    "DOUBLE PRECISION": [0.1, 1e300, float("inf"), float("nan"), 3, Decimal("2.5"), "1e-5", None],
    "REAL": [0.1, 1.23456789, 3, None],
    "BOOLEAN": [True, False, "true", "f", None],
    "DATE": ["2026-02-28", date(2024, 2, 29), "infinity", None],
    "TIME": ["10:20:30.5", time(1, 2, 3), None],
    "TIMESTAMP(3)": MOMENTS,
    "TIMESTAMPTZ": ["2026-01-31 10:20:30+02", datetime(2026, 5, 6, 7, 8, 9, 123456, UTC), None],
    "INTERVAL": ["1 mon 2 days", timedelta(days=-1, hours=3), None],
    "JSON": JSON,
    "JSONB": JSON,
    "UUID": [UUID(int=7), "00000000-0000-0000-0000-00000000000A", None],
    "BYTEA": BYTES,
    "INT[]": [[1, 2, None], "{3,4}", [], None],
    "TEXT[]": [["a,b", 'q"', None], None],
    "BIT(3)": ["101", None],
    '"Odd mood"': ["sad", "it's ok", None],
    "three": ["abc", "a", None],
    "INET": ["10.0.0.1/8", None],
    "XML": ["<a>b</a>", None],
}
MYSQL: dict[str, list[Value]] = {
    "TEXT": TEXTS,
    "VARCHAR(40)": TEXTS,
    "CHAR(40)": TEXTS,
    "VARCHAR(40) CHARACTER SET latin1": ["é", "plain", None],
    "INT": [1, -5, "7", 3.0, Decimal("4.00"), True, None],
    "BIGINT UNSIGNED": [2**64 - 1, 0, None],
    "DECIMAL(12,3)": [Decimal("1.5"), 2, 1.25, "3.14159", None],
    "DECIMAL(40,20)": [Decimal("1.00000000000000000001"), 10**19, Decimal("-0.5"), None],
    "DOUBLE": [0.1, 1e300, 3, Decimal("2.5"), None],
    "FLOAT": [0.1, 1.23456789, 3.0, None],
    "BOOLEAN": [True, False, None],
    "BIT(4)": [5, 0, None],
    "DATE": ["2026-02-28", date(2024, 2, 29), None],
    "TIME": ["10:20:30", time(1, 2, 3), timedelta(hours=-30), None],
    "DATETIME(3)": MOMENTS,
    "TIMESTAMP NULL": MOMENTS,
    "YEAR": [2026, "1999", None],
    "JSON": JSON,
    "BLOB": BYTES,
    "VARBINARY(20)": [*BYTES, "texté"],
    "ENUM('sad', 'it''s ok')": ["sad", "it's ok", None],
    "SET('a', 'b')": ["a,b", "", None],
    "UUID": ["00000000-0000-0000-0000-00000000000a", UUID(int=7), None],
}
SQLITE: dict[str, list[Value]] = {
    "TEXT": [*TEXTS, RawText(b"\xff\xfe"), 5, Decimal("1.50")],
    "INTEGER": [1, "7", 3.0, Decimal("4.00"), True, "text", 2**62, None],
    "REAL": [0.1, 3, "2.5", None],
    "NUMERIC": [Decimal("1.50"), "3.0", 10**15, None],
    "BLOB": [*BYTES, "text", 1],
    "DATE": ["2026-02-28", date(2024, 2, 29), datetime(2026, 1, 2, 3, 4, 5), time(1, 2, 3), None],  # noqa: DTZ001
    "JSON": JSON,
}
MATRIX = [
    pytest.param(engine, column_type, values, id=f"{engine}-{column_type}")
    for engine, types in (("postgres", POSTGRES), ("mysql", MYSQL), ("sqlite", SQLITE))
    for column_type, values in types.items()
]
INT, TEXT = [1, 2, 3], ["a", "B ", "it's %s"]
KEYS: dict[str, list[tuple[str, list[Value]]]] = {
    "postgres": [
        ("INT", [1, 2, 3]),
        ("TEXT", ["a", "A", "it's %s \\ é"]),
        ('TEXT COLLATE "de-x-icu"', ["a", "Ä", "ä"]),
        ("CHAR(5)", ["a", "b", "it's"]),
        ("UUID", [UUID(int=1), UUID(int=2), UUID(int=3)]),
        ("TIMESTAMPTZ", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, UTC), "infinity"]),
        ("NUMERIC(8,2)", [Decimal("1.00"), Decimal("1.10"), Decimal("-2.00")]),
        ("BYTEA", [b"", b"\x00", b"\xff"]),
        ('"Odd mood"', ["sad", "it's ok"]),
        ("BOOLEAN", [True, False]),
        ("DATE", [date(2026, 1, 1), "infinity"]),
    ],
    "mysql": [
        ("INT", [1, 2, 3]),
        ("VARCHAR(20)", ["a", "b", "it's %s \\ é"]),
        ("VARCHAR(20) COLLATE utf8mb4_bin", ["a", "A", "Ä"]),
        ("CHAR(5)", ["a", "b", "it's"]),
        ("VARBINARY(5)", [b"", b"\x00", b"\xff'"]),
        ("DECIMAL(8,2)", [Decimal("1.00"), Decimal("1.10"), Decimal("-2.00")]),
        ("DATETIME(6)", [datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 0, 1)]),  # noqa: DTZ001
        ("DOUBLE", [0.5, 1.1, 2.0]),
        ("UUID", ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"]),
    ],
    "sqlite": [
        ("INTEGER", [1, 2, 3]),
        ("TEXT", ["a", "A", "it's %s ? :x"]),
        ("TEXT COLLATE NOCASE", ["a", "b"]),
        ("BLOB", [b"", b"\x00", "text", 1, 1.5]),
        ("REAL", [0.1, 1.0, 2.5]),
        ("TEXT", ["a", RawText(b"\xff")]),
    ],
}
KEY_MATRIX = [
    pytest.param(engine, kind, values, id=f"{engine}-{kind}-{len(values)}")
    for engine, kinds in KEYS.items()
    for kind, values in kinds
]


@pytest.fixture
def shop(request: pytest.FixtureRequest, engine: str, state_url: str) -> Iterator[Door]:
    with door(str(request.getfixturevalue(f"{engine}_url")), state_url, SafetySettings()) as opened:
        if engine == "postgres":
            create(opened, ENUM, DOMAIN)
        yield opened


def backfill(shop: Door, template: BackfillTemplate) -> Backfill:
    pending = shop.gate.prepare_backfill(template, shop.caller)
    return shop.gate.open_backfill(pending, shop.gate.approve(pending, shop.caller, ApprovedBy.YES_FLAG), shop.caller)


def values_template(**changes: object) -> BackfillTemplate:
    plain = BackfillTemplate(
        source_table="t", key=("id",), source_columns=("name",), target_table="t", target_columns=("filled",),
        max_rows=1000, only_null=False,
    )  # fmt: skip
    return BackfillTemplate(**{**plain.__dict__, **changes})  # type: ignore[arg-type]


def fill(shop: Door, column_type: str, rows: list[tuple[int, Value]]) -> None:
    """Two columns of the type: `filled` for the batch, `plain` as one UPDATE per row leaves it."""
    create(shop, f"CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), filled {column_type}, plain {column_type})")
    strategy = shop.database.strategy
    for number, value in rows:
        shop.sql(f"INSERT INTO t (id, name) VALUES ({number}, 'n')")
        text = f"UPDATE t SET plain = {strategy.slot('v', value)} WHERE id = {number}"
        params = {"v": value}
        shop.sql(text, params)


def recognized(engine: str, value: Value) -> bool:
    """Two spellings that PostgreSQL gives back in a third one, which no model is asked for."""
    return engine != "postgres" or not (isinstance(value, timedelta) or value == "{3,4}")


def written(numbers: range | list[int]) -> tuple[tuple[int, ...], ...]:
    return tuple((number,) for number in numbers)


def both(shop: Door, engine: str) -> tuple[list[tuple[Value, ...]], list[tuple[Value, ...]]]:
    shown = {"postgres": "{}::text", "mysql": "HEX(CAST({} AS BINARY)), {}", "sqlite": "typeof({}), hex({}), {}"}[
        engine
    ]
    columns = [shown.replace("{}", name) for name in ("filled", "plain")]
    first, second = (shop.rows(f"SELECT {column} FROM t ORDER BY id") for column in columns)
    return first, second


@pytest.mark.parametrize(("engine", "column_type", "values"), MATRIX)
def test_values_arrive_in_bulk_as_one_by_one_and_are_known_again(
    shop: Door, engine: str, column_type: str, values: list[Value]
) -> None:
    rows = list(enumerate((value for value in values if recognized(engine, value)), 1))
    fill(shop, column_type, rows)
    door_open = backfill(shop, values_template())
    cells = [CellWrite(key=(n,), source=("n",), expected=(None,), values=(value,)) for n, value in rows]
    outcome = door_open.write(cells)
    filled, plain = both(shop, engine)
    assert filled == plain
    assert outcome.written == tuple(cell.key for cell in cells if cell.values != (None,))
    assert door_open.write(cells).already == tuple(cell.key for cell in cells)
    back = [CellWrite(key=cell.key, source=("n",), expected=cell.values, values=(None,)) for cell in cells]
    assert len(door_open.write(back).written) == len([value for _, value in rows if value is not None])
    assert shop.one("SELECT COUNT(filled) FROM t") == 0


@pytest.mark.parametrize(("engine", "column_type", "values"), MATRIX)
def test_values_of_one_kind_share_a_statement_and_arrive_the_same(
    shop: Door, engine: str, column_type: str, values: list[Value]
) -> None:
    for kind in {type(value) for value in values if value is not None}:
        rows = list(enumerate([value for value in values if value is None or type(value) is kind], 1))
        fill(shop, column_type, rows)
        cells = [CellWrite(key=(n,), source=("n",), expected=(None,), values=(value,)) for n, value in rows]
        backfill(shop, values_template()).write(cells)
        filled, plain = both(shop, engine)
        assert filled == plain
        shop.sql("DROP TABLE t")


@pytest.mark.parametrize(("engine", "kind", "keys"), KEY_MATRIX)
@pytest.mark.parametrize("composite", [False, True], ids=["alone", "composite"])
def test_rows_are_found_by_keys_of_every_type(
    shop: Door, engine: str, kind: str, keys: list[Value], composite: bool
) -> None:
    create(
        shop,
        f"CREATE TABLE t (k {kind} NOT NULL, n INT NOT NULL, name VARCHAR(9), filled VARCHAR(20), PRIMARY KEY (k, n))",
        *([] if composite else ["CREATE UNIQUE INDEX one ON t (k)"]),
    )
    slots = [shop.database.strategy.slot("k", key) for key in keys]
    for key, slot in zip(keys, slots, strict=True):
        shop.sql(f"INSERT INTO t (k, n, name) VALUES ({slot}, 1, 'n')", {"k": key})
        if composite:
            shop.sql(f"INSERT INTO t (k, n, name) VALUES ({slot}, 2, 'n')", {"k": key})
    named = ("k", "n") if composite else ("k",)
    present = shop.rows(f"SELECT {', '.join(named)} FROM t WHERE n = 1")
    outcome = backfill(shop, values_template(key=named)).write(
        [CellWrite(key=key, source=("n",), expected=(None,), values=(f"{key[0]!r}"[:20],)) for key in present]
    )
    assert set(outcome.written) == set(present)
    assert sorted(map(repr, shop.rows("SELECT k, filled FROM t WHERE n = 1"))) == sorted(
        repr((key[0], f"{key[0]!r}"[:20])) for key in present
    )
    assert shop.one("SELECT COUNT(filled) FROM t WHERE n = 2") == 0


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_odd_names_are_only_names(shop: Door, engine: str) -> None:
    table, key, source, target = (
        shop.database.strategy.quote(name) for name in ("o'dd %s t", "k %(v)s", "s;--", "t :x")
    )
    create(
        shop,
        f"CREATE TABLE {table} ({key} INTEGER PRIMARY KEY, {source} VARCHAR(9), {target} VARCHAR(9))",
        f"INSERT INTO {table} VALUES (1, 'n', NULL), (2, 'n', NULL)",
    )
    template = values_template(
        source_table="o'dd %s t", target_table="o'dd %s t", key=("k %(v)s",), source_columns=("s;--",),
        target_columns=("t :x",),
    )  # fmt: skip
    cells = [CellWrite(key=(n,), source=("n",), expected=(None,), values=(f"v{n}",)) for n in (1, 2)]
    assert backfill(shop, template).write(cells).written == written([1, 2])
    assert shop.rows(f"SELECT {target} FROM {table} ORDER BY {key}") == [("v1",), ("v2",)]


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_a_value_that_does_not_fit_fails_the_batch_and_is_not_cut(shop: Door, engine: str) -> None:
    create(shop, "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), filled VARCHAR(3), CHECK (filled <> 'bad'))")
    create(shop, "INSERT INTO t (id, name) VALUES (1, 'n'), (2, 'n')")
    door_open = backfill(shop, values_template())

    def batch(value: str) -> BatchOutcome:
        values = ("ok", value)
        return door_open.write(
            [CellWrite(key=(n,), source=("n",), expected=(None,), values=(values[n - 1],)) for n in (1, 2)]
        )

    with pytest.raises(DatabaseError):
        batch("four")
    with pytest.raises(ConstraintViolated):
        batch("bad")
    assert shop.one("SELECT COUNT(filled) FROM t") == 0
    assert batch("yes").written == written([1, 2])


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_large_batches_are_written_whole(shop: Door, engine: str) -> None:
    create(shop, "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), filled TEXT)")
    with shop.database.connect(readonly=False) as connection, connection.atomic():
        for start in range(0, 4000, 500):
            rows = ", ".join(f"({n}, 'n')" for n in range(start, start + 500))
            connection.write(f"INSERT INTO t (id, name) VALUES {rows}")
    door_open = backfill(shop, values_template(max_rows=5000))
    long = "x" * 700
    cells = [CellWrite(key=(n,), source=("n",), expected=(None,), values=(f"{n} {long}",)) for n in range(3999)]
    assert len(door_open.write(cells).written) == 3999
    assert shop.one(f"SELECT COUNT(*) FROM t WHERE filled LIKE '% {long}'") == 3999
    assert shop.rows("SELECT id FROM t WHERE filled IS NULL") == [(3999,)]
