"""Which tables a question is about, in English and Chinese, and among a thousand."""

from datetime import UTC, datetime

import pytest

from tools.db.schema import Column, ForeignKey, Schema, Table
from tools.relevance import SchemaIndex, terms
from tools.sql.statement import Dialect


def schema(*tables: Table) -> Schema:
    return Schema(
        dialect=Dialect.SQLITE,
        default_schema="main",
        tables={table.name: table for table in tables},
        read_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def table(name: str, *columns: str, comment: str | None = None, refers: str | None = None) -> Table:
    keys = (ForeignKey(name=None, columns=(f"{refers}_id",), table=refers, referred_columns=("id",)),) if refers else ()
    named = tuple(Column(name=column, type="text") for column in ("id", *columns))
    return Table(name=name, columns=named, comment=comment, foreign_keys=keys)


SHOP = schema(
    table("customers", "name", "city", comment="客户"),
    table("orders", "total", "customers_id", comment="订单", refers="customers"),
    table("order_items", "quantity", "orders_id", refers="orders"),
    table("products", "name", "price", comment="商品"),
    table("logEntries", "message"),
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many orders are there?", "orders"),
        ("which customer lives in which city", "customers"),
        ("show me the order items", "order_items"),
        ("订单有多少？", "orders"),
        ("有哪些商品", "products"),
        ("the price of each product", "products"),
        ("log entries with errors", "logEntries"),
    ],
)
def test_the_table_a_question_names_comes_first(question: str, first: str) -> None:
    assert SchemaIndex(SHOP).ranked(question)[0] == first


def test_neighbours_by_foreign_key_come_along() -> None:
    assert set(SchemaIndex(SHOP).ranked("total")) == {"orders", "customers", "order_items"}


def test_a_question_about_nothing_here_finds_nothing() -> None:
    assert SchemaIndex(SHOP).ranked("hello") == ()


def test_common_columns_do_not_decide_among_a_thousand_tables() -> None:
    many = schema(*(table(f"t{number}", "name") for number in range(1000)), table("invoices", "name", "amount"))
    assert SchemaIndex(many).ranked("the name on the largest invoice")[0] == "invoices"


def test_words_of_any_question_do_not_count() -> None:
    many = schema(table("flags", "is_active", comment="one row per flag"), table("claims", "amount"))
    assert SchemaIndex(many).ranked("how many claims are there per month, and what is their amount?") == ("claims",)


def test_many_neighbours_do_not_outweigh_the_table_asked_about() -> None:
    children = (table(f"invoice_{number}", refers="hub") for number in range(30))
    assert SchemaIndex(schema(table("hub"), *children)).ranked("invoice 7")[0] == "invoice_7"


def test_a_table_named_in_full_comes_before_those_that_share_its_words() -> None:
    many = schema(*(table(f"order_{word}", "order", "log") for word in ("a", "b")), table("order_log"))
    assert SchemaIndex(many).ranked("SELECT * FROM order_log")[0] == "order_log"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("order_items", {"order", "item"}),
        ("OrderItems2024", {"order", "item", "2024"}),
        ("HTTPRequests", {"http", "request"}),
        ("客户订单", {"客户", "户订", "订单"}),
        ("categories", {"category"}),
        ("addresses statuses boxes", {"address", "status", "box"}),
        ("address status box", {"address", "status", "box"}),
        ("Straße", {"straße"}),
    ],
)
def test_words_of_a_text(text: str, words: set[str]) -> None:
    assert terms(text) == words
