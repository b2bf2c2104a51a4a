"""Tables of other shapes, on each engine: keys of several parts, texts as keys, other types, other tables."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import doors
import pytest
from column_kit import Kit, task

from memory.jobs import JobState
from skills.errors import TaskInvalid, TaskRefused
from tools.db.values import to_json
from tools.sql.statement import Dialect


def test_a_key_of_several_parts_is_paged_and_written_by(kit: Kit) -> None:
    doors.create(
        kit.door,
        "CREATE TABLE reviews (shop VARCHAR(20) NOT NULL, nr INTEGER NOT NULL, content VARCHAR(80),"
        " sentiment VARCHAR(20), PRIMARY KEY (shop, nr))",
    )
    rows = ", ".join(
        f"('shop {shop}', {number}, 'text {shop}-{number}')" for shop in range(7) for number in range(1, 91)
    )
    kit.door.sql(f"INSERT INTO reviews (shop, nr, content) VALUES {rows}")
    report = kit.run(task())
    assert (report.state, report.filled, report.calls) == (JobState.DONE, 630, 630)
    assert kit.door.one("SELECT COUNT(*) FROM reviews WHERE sentiment = 'positive'") == 630


def test_texts_in_any_script_are_keys(kit: Kit) -> None:
    doors.create(
        kit.door,
        "CREATE TABLE reviews (name VARCHAR(40) NOT NULL PRIMARY KEY, content VARCHAR(80), sentiment VARCHAR(20))",
    )
    names = ["a", "Zürich", "東京", "中文 名", "emoji 🎉", "it''s", "tab\there", "100%", ":k0", "\\"]
    place = kit.door.database.strategy.placeholder("name")
    for name in names:
        kit.door.sql(f"INSERT INTO reviews (name, content) VALUES ({place}, {place})", {"name": name})
    report = kit.run(task())
    assert (report.filled, report.failed) == (len(names), 0)
    assert kit.door.one("SELECT COUNT(*) FROM reviews WHERE sentiment IS NULL") == 0


def test_a_column_of_another_table_is_inserted_or_updated(kit: Kit) -> None:
    doors.create(
        kit.door,
        "CREATE TABLE products (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40))",
        "CREATE TABLE translations (product_id INTEGER NOT NULL PRIMARY KEY, content VARCHAR(40),"
        " FOREIGN KEY (product_id) REFERENCES products (id))",
    )
    kit.door.sql("INSERT INTO products VALUES (1, 'eins'), (2, 'zwei'), (3, 'drei'), (4, 'vier')")
    kit.door.sql("INSERT INTO translations VALUES (1, NULL), (2, 'mine')")
    kit.model.judge = lambda row: f"<{row['name']}>"
    into = task(table="products", **{"from": "name"}, into="translations", column="content", spec={"labels": ()})
    assert kit.plan(into).pending == 3
    report = kit.run(into)
    assert (report.state, report.filled) == (JobState.DONE, 3)
    assert kit.door.rows("SELECT product_id, content FROM translations ORDER BY product_id") == [
        (1, "<eins>"),
        (2, "mine"),
        (3, "<drei>"),
        (4, "<vier>"),
    ]


def test_a_written_join_may_stand_in_either_order(kit: Kit) -> None:
    doors.create(
        kit.door,
        "CREATE TABLE products (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40))",
        "CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, tag VARCHAR(40))",
    )
    kit.door.sql("INSERT INTO products VALUES (1, 'one')")
    kit.model.judge = lambda row: "tag"
    common: dict[str, Any] = {"table": "products", "from": "name", "into": "tags", "column": "tag"}
    with pytest.raises(TaskInvalid, match="how do rows of products find theirs"):
        kit.plan(task(**common, spec={"labels": ()}))
    report = kit.run(task(**common, spec={"labels": ()}, join="tags.id = products.id"))
    assert report.filled == 1
    assert kit.door.rows("SELECT id, tag FROM tags") == [(1, "tag")]


@pytest.mark.parametrize(
    ("sql_type", "answer", "stored"),
    [
        ("INTEGER", 7, 7),
        ("SMALLINT", "12", 12),
        ("DECIMAL(6,2)", 3.14159, Decimal("3.14")),
        ("DOUBLE PRECISION", 2.5, 2.5),
        ("BOOLEAN", True, True),
        ("DATE", "2026-02-28", date(2026, 2, 28)),
        ("VARCHAR(10)", " text ", "text"),
        ("TEXT", "长文本 🎉", "长文本 🎉"),
    ],
)
def test_every_type_is_checked_and_written(kit: Kit, sql_type: str, answer: object, stored: Any) -> None:
    kit.reviews(3, column=f"score {sql_type}")
    kit.model.judge = lambda row: answer
    report = kit.run(task(column="score", spec={"labels": ()}))
    assert (report.filled, report.failed) == (3, 0), report.failures
    written = kit.door.one("SELECT score FROM reviews WHERE id = 1")
    if kit.door.database.dialect is Dialect.POSTGRES:
        assert written == stored
    assert str(to_json(written)).casefold() in {
        str(to_json(stored)).casefold(),
        str(int(stored)) if stored is True else "",
    }
    again = kit.run(task(column="score", spec={"labels": ()}), new=True)
    assert (again.job_id, again.filled) == (None, 0) or again.filled == 0


def test_an_answer_that_does_not_fit_the_type_is_quarantined(kit: Kit) -> None:
    kit.reviews(3, column="score SMALLINT")
    kit.model.judge = lambda row: 99_999 if "review 2" in row["content"] else 5
    report = kit.run(task(column="score", spec={"labels": (), "maximum": 10}))
    assert (report.filled, report.failed) == (2, 1)
    assert "greater than 10" in report.failures[0].reason


def test_a_json_column_takes_objects(kit: Kit) -> None:
    kit.reviews(3, column="facts JSON")
    kit.model.judge = lambda row: {"good": True, "words": ["好", row["content"]]}
    report = kit.run(task(column="facts", spec={"labels": ()}))
    assert (report.filled, report.failed) == (3, 0), report.failures
    held = kit.door.one("SELECT facts FROM reviews WHERE id = 2")
    facts = json.loads(held) if isinstance(held, str) else held
    assert facts == {"good": True, "words": ["好", "review 2 is good"]}


def test_labels_come_from_a_check_or_an_enum(kit: Kit) -> None:
    kit.reviews(2, column="sentiment VARCHAR(20) CHECK (sentiment IN ('positive', 'negative'))")
    assert kit.plan(task(spec={"labels": ()})).target.contracts[0].labels == ("positive", "negative")
    with pytest.raises(TaskInvalid, match="cannot hold neutral"):
        kit.plan(task(spec={"labels": ("positive", "neutral")}))


def test_every_column_can_be_a_source(kit: Kit) -> None:
    kit.reviews(2)
    plan = kit.plan(task(**{"from": "*"}))
    assert plan.target.source_columns == ("id", "content")
    assert kit.run(task(**{"from": "*"})).filled == 2


def test_a_filter_keeps_other_rows_out(kit: Kit) -> None:
    kit.reviews(20)
    report = kit.run(task(where="content LIKE '%bad%' OR id = 3"))
    assert report.filled == 3
    assert [key for key, value in kit.sentiments().items() if value] == [3, 10, 20]


@pytest.mark.parametrize(
    "where",
    [
        "1=1) OR (1=1",
        "id = 1; DELETE FROM reviews",
        "id = 1 -- x",
        "id = 1 LIMIT 1",
        "id = 1 UNION SELECT 1",
        "id =",
        "id > :k0",
    ],
)
def test_a_filter_that_is_more_than_a_condition_is_refused(kit: Kit, where: str) -> None:
    kit.reviews(2)
    with pytest.raises(TaskInvalid, match="filter"):
        kit.plan(task(where=where))


REFUSED: Mapping[str, tuple[str, str]] = {
    "no key": ("CREATE TABLE reviews (id INTEGER, content VARCHAR(9), sentiment VARCHAR(9))", "no usable key"),
    "nullable unique": (
        "CREATE TABLE reviews (id INTEGER UNIQUE, content VARCHAR(9), sentiment VARCHAR(9))",
        "may hold NULL",
    ),
    "not null target": (
        "CREATE TABLE reviews (id INTEGER NOT NULL PRIMARY KEY, content VARCHAR(9), sentiment VARCHAR(9) NOT NULL)",
        "is NOT NULL",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_tables_that_cannot_be_filled_are_refused_with_the_reason(kit: Kit, name: str) -> None:
    create, reason = REFUSED[name]
    doors.create(kit.door, create)
    with pytest.raises(TaskRefused, match=reason) as caught:
        kit.plan(task())
    assert caught.value.hint


def test_a_text_key_of_sqlite_may_hold_nulls_and_is_refused(sqlite_kit: Kit) -> None:
    doors.create(sqlite_kit.door, "CREATE TABLE reviews (id TEXT PRIMARY KEY, content TEXT, sentiment TEXT)")
    with pytest.raises(TaskRefused, match="may hold NULL"):
        sqlite_kit.plan(task())
    doors.create(
        sqlite_kit.door,
        "DROP TABLE reviews",
        "CREATE TABLE reviews (id TEXT PRIMARY KEY, content TEXT, sentiment TEXT) WITHOUT ROWID",
    )
    assert sqlite_kit.plan(task()).target.key == ("id",)


def test_another_unique_key_can_be_chosen(kit: Kit) -> None:
    doors.create(
        kit.door,
        "CREATE TABLE reviews (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(9) NOT NULL UNIQUE,"
        " content VARCHAR(9), sentiment VARCHAR(9))",
    )
    kit.door.sql("INSERT INTO reviews VALUES (1, 'x', 'y', NULL)")
    assert kit.run(task(key="code")).filled == 1
    with pytest.raises(TaskInvalid, match="is not a key"):
        kit.plan(task(key="content"))
