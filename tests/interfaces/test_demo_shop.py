"""The demo shop is the same on every machine and covers what the demo shows."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent.demo.build import build
from agent.demo.shop import shop

CONTENT = "7d15260105bf021c271d1ceddf234d7107db951d4900013d54ddbf8626dd3a1e"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("demo") / "demo.db"
    build(built)
    return built


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_the_same_seed_gives_the_same_rows_on_every_machine() -> None:
    digest = hashlib.sha256()
    for table in shop():
        digest.update(repr((table.table, table.columns, table.rows)).encode())
    assert digest.hexdigest() == CONTENT


def test_another_seed_gives_other_rows() -> None:
    assert list(shop(1)) != list(shop(2))


def test_the_tables_have_their_promised_sizes(path: Path) -> None:
    sizes = {
        table: rows(path, f"SELECT count(*) FROM {table}")[0][0]
        for table in ("products", "reviews", "customers", "orders", "customer_tags")
    }
    assert sizes == {"products": 1200, "reviews": 1500, "customers": 400, "orders": 2000, "customer_tags": 200}


@pytest.mark.parametrize(
    ("table", "source", "target"),
    [
        ("products", "description", "summary"),
        ("reviews", "content", "sentiment"),
        ("articles", "body", "category"),
        ("products", "name_cn", "name_en"),
        ("tickets", "description", "priority"),
        ("orders", "total", "risk_level"),
        ("customer_tags", "customer_id", "tag"),
        ("logs", "message", "error_type"),
    ],
)
def test_each_use_case_has_rows_to_fill(path: Path, table: str, source: str, target: str) -> None:
    todo = rows(path, f"SELECT count(*) FROM {table} WHERE {target} IS NULL AND {source} IS NOT NULL")[0][0]
    assert isinstance(todo, int)
    assert todo >= 100


def test_product_names_and_descriptions_are_distinct_and_in_both_languages(path: Path) -> None:
    assert rows(path, "SELECT count(DISTINCT name_cn), count(DISTINCT description) FROM products") == [(1200, 1200)]
    chinese = rows(path, "SELECT count(*) FROM products WHERE description LIKE '这款%'")[0][0]
    assert isinstance(chinese, int)
    assert 300 < chinese < 700


def test_most_reviews_differ_and_follow_their_stars(path: Path) -> None:
    distinct = rows(path, "SELECT count(DISTINCT content) FROM reviews")[0][0]
    assert isinstance(distinct, int)
    assert distinct > 1200
    bad = rows(path, "SELECT avg(rating) FROM reviews WHERE content LIKE '%refund%' OR content LIKE '%退款%'")[0][0]
    good = rows(
        path, "SELECT avg(rating) FROM reviews WHERE content LIKE '%recommended.' OR content LIKE '%强烈推荐%'"
    )[0][0]
    assert isinstance(bad, float)
    assert isinstance(good, float)
    assert bad < 2.5 < 4 < good


def test_every_reference_holds_and_totals_add_up(path: Path) -> None:
    assert rows(path, "PRAGMA foreign_key_check") == []
    wrong = (
        "SELECT count(*) FROM orders o WHERE abs(total - "
        "(SELECT sum(quantity * unit_price) FROM order_items WHERE order_id = o.id)) > 0.005"
    )
    assert rows(path, wrong) == [(0,)]


def test_building_again_replaces_the_file_and_leaves_nothing_beside_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM logs")
        connection.commit()
    build(path)
    assert rows(path, "SELECT count(*) FROM logs") == [(600,)]
    assert [each.name for each in path.parent.iterdir()] == ["demo.db"]
