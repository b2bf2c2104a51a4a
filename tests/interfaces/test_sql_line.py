"""A person can predict whether a line is SQL or a question."""

import pytest

from agent.interfaces.sql_line import is_sql

SQL = [
    "select 1",
    "SELECT * FROM products",
    "select count(*) from orders",
    "  -- a comment\nselect 1",
    "/* c */ select 1",
    "(select 1)",
    "with a as (select 1) select * from a",
    "insert into t values (1)",
    "insert into t (a) select 1",
    "update products set price = 1",
    "update products p set price=1 where id = 2",
    "delete from orders",
    "delete from orders where id = 1",
    "create table t (a int)",
    "alter table t add column b int",
    "drop table t",
    "truncate t",
    "truncate table a, b restart identity cascade",
    "begin",
    "COMMIT;",
    "rollback",
    "start transaction",
    "savepoint a",
    "explain select 1",
    "show tables",
    "describe products",
    "pragma table_info(products)",
    "values (1)",
    "update every price;",
]
QUESTIONS = [
    "how many orders are there?",
    "有多少订单？",
    "show me the orders of last week",
    "select the best products",
    "update all prices by ten percent",
    "delete customer 5",
    "insert a new customer named Ann",
    "create a column for the summary",
    "drop the table of logs",
    "explain why revenue fell",
    "describe the products table",
    "begin with the oldest order",
    "set the price of product 3 to 10",
    "analyze the sentiment of the reviews",
    "fill column summary of products from description: one sentence",
    "values of the column status?",
    "with which city do we earn most?",
    "end of month numbers please",
]


@pytest.mark.parametrize("line", SQL)
def test_sql_is_recognised(line: str) -> None:
    assert is_sql(line)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_question_that_begins_with_a_verb_of_sql_stays_a_question(line: str) -> None:
    assert not is_sql(line)


OF_ENGINES = [
    ("describe orders", {"mysql"}),
    ("desc orders", {"mysql"}),
    ("show tables", {"mysql"}),
    ("show search_path", {"postgres"}),
    ("pragma table_info(orders)", {"sqlite"}),
    ("truncate orders", {"postgres", "mysql"}),
    ("table orders", {"postgres", "mysql"}),
    ("start transaction", {"postgres", "mysql"}),
    ("set session x = 1", {"postgres", "mysql"}),
    ("begin", {"sqlite", "postgres", "mysql"}),
    ("describe orders;", {"sqlite", "postgres", "mysql"}),
]


@pytest.mark.parametrize(("line", "engines"), OF_ENGINES)
def test_a_verb_that_an_engine_does_not_have_begins_a_question_there(line: str, engines: set[str]) -> None:
    assert {engine for engine in ("sqlite", "postgres", "mysql") if is_sql(line, engine)} == engines
