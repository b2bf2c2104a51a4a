import pytest

from tools.sql.parse import parse
from tools.sql.statement import Dialect

DOES_NOT_NARROW = [
    "1=1",
    "1 = 1",
    "true",
    "TRUE",
    "1",
    "'a'='a'",
    "NOT FALSE",
    "id = id",
    "t.id = id",
    "id >= id",
    "id <= id",
    "id IS NOT NULL OR TRUE",
    "id = id AND 1=1",
    "x = 1 OR x <> 1",
    "x <> 1 OR x = 1",
    "x = 1 OR NOT x = 1",
    "x > 5 OR x <= 5",
    "x < 5 OR x >= 5",
    "x > 0 OR x <= 10",
    "x IS NULL OR x IS NOT NULL",
    "NOT (x IS NULL AND x IS NOT NULL)",
    "(1=1)",
    "((id = id))",
    "2 > 1",
    "1 + 1 = 2",
    "1 <> 2",
    "NOT 1 = 0",
    "NOT (1=2)",
    "NULL IS NULL",
    "1 IN (1, 2)",
    "1 BETWEEN 0 AND 2",
    "id BETWEEN id AND id",
    "id IN (id)",
    "id IN (5, id)",
    "name LIKE '%'",
    "name LIKE '%%'",
    "id = 5 OR 1=1",
    "1=1 OR id = 5",
    "id = 5 OR id = id",
    "EXISTS (SELECT 1)",
    "EXISTS (SELECT 1 FROM other WHERE x = 1)",
    "(SELECT 1) = 1",
    "id IN (SELECT id FROM t)",
    "CASE WHEN 1=1 THEN 1=1 ELSE TRUE END",
    "CASE WHEN id = 1 THEN TRUE ELSE TRUE END",
    "coalesce(NULL, 1) = 1",
    "lower('a') = 'a'",
    "id + 0 = id",
    "id * 1 = id",
    "NOT (id <> id)",
    "(id = id) = TRUE",
    "(id = id) IS TRUE",
    "x <> 1 OR x <> 2",
    "id = 3 OR (id = id AND 2 = 2)",
    "NOT NOT TRUE",
    "coalesce(id, 0) = coalesce(id, 0)",
    "'1'='1' AND 'x'<>'y'",
    "current_timestamp > '2020-01-01'",
    "NOT current_timestamp > '2020-01-01'",
    "current_timestamp IS NOT NULL",
    "NOT EXISTS (SELECT 1 FROM other WHERE 1 = 0)",
    "id - id = 0",
    "id * 0 = 0",
    "id % 1 = 0",
    "id + 1 > id",
    "id BETWEEN id - 1 AND id + 1",
    "id = (SELECT id)",
    "name = name COLLATE nocase",
    "name LIKE 'a%' OR name NOT LIKE 'a%'",
    "length(name) >= 0",
    "CASE WHEN true THEN true END",
    "CASE 1 WHEN 1 THEN true END",
    "CASE WHEN id = 1 THEN true WHEN 2 > 1 THEN true END",
    "id IN (SELECT x.id FROM t AS x)",
    "id IN (SELECT DISTINCT id FROM t ORDER BY id)",
    "id IN (SELECT id FROM t WHERE id IS NOT NULL)",
    "id IN (SELECT id FROM (SELECT id FROM t) q)",
    "id IN (SELECT id FROM (SELECT * FROM t) q)",
    "id IN (WITH q AS (SELECT id FROM t) SELECT id FROM q)",
    "id IN (SELECT id FROM u UNION SELECT id FROM t)",
    "(id, name) IN (SELECT id, name FROM t)",
    "id = ANY (SELECT id FROM t)",
    "id >= (SELECT min(id) FROM t)",
    "id <= (SELECT max(id) FROM t)",
    "EXISTS (SELECT 1 FROM t AS o WHERE o.id = t.id)",
]
NARROWS = [
    "id = 1",
    "id = 1 AND 1=1",
    "1=1 AND id = 1",
    "id > 5",
    "id <> 5",
    "name IS NULL",
    "name IS NOT NULL",
    "id IN (1, 2)",
    "name LIKE 'a%'",
    "id BETWEEN 1 AND 5",
    "id IN (SELECT user_id FROM orders)",
    "EXISTS (SELECT 1 FROM o WHERE o.user_id = t.id)",
    "false",
    "1 = 0",
    "NOT TRUE",
    "id = 1 OR id = 2",
    "x = y",
    "x <> 1 OR y = 2",
    "x > 5 OR x < 3",
    "coalesce(x, 1) = 1",
    "NOT id = 5",
    "id = id AND name = 'x'",
    "id IN (SELECT id FROM t WHERE x = 1)",
    "is_active",
    "NOT is_active",
    "length(name) > 3",
    "(id, x) IN ((1, 2))",
    "id <> id",
    "a.x = b.x",
    "CASE WHEN x = 1 THEN TRUE ELSE FALSE END",
    "id = id + 1",
    "id - 5 > 3",
    "id > id + 1",
    "id BETWEEN id + 1 AND id + 2",
    "id - x = 0",
    "id % 2 = 0",
    "length(name) >= 1",
    "name NOT LIKE 'a%'",
    "name LIKE 'a%' OR name NOT LIKE 'b%'",
    "CASE WHEN id = 1 THEN true END",
    "CASE id WHEN 1 THEN true ELSE false END",
    "x = 1 AND current_timestamp > '2020-01-01'",
    "id IN (SELECT x FROM t)",
    "id IN (SELECT id FROM t LIMIT 5)",
    "id IN (SELECT max(id) FROM t GROUP BY name)",
    "id IN (SELECT id FROM a.t) AND x = 1",
    "id IN (SELECT id FROM t WHERE x IS NOT NULL)",
    "id IN (WITH q AS (SELECT id FROM u) SELECT id FROM q)",
    "id IN (SELECT id FROM t INTERSECT SELECT id FROM u)",
    "id >= (SELECT max(id) FROM t)",
    "id >= (SELECT min(id) FROM u)",
    "EXISTS (SELECT 1 FROM t AS o WHERE o.id = t.x)",
    "EXISTS (SELECT 1 FROM t AS o WHERE o.id = t.id AND o.x = 1)",
]


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("condition", DOES_NOT_NARROW)
def test_a_condition_that_every_row_meets_does_not_narrow(dialect: Dialect, condition: str) -> None:
    assert not parse(f"DELETE FROM t WHERE {condition}", dialect).has_where
    assert not parse(f"UPDATE t SET x = 1 WHERE {condition}", dialect).has_where


@pytest.mark.parametrize(
    ("condition", "dialect"),
    [
        ("id = ANY (ARRAY[id])", Dialect.POSTGRES),
        ("name ~ '.*'", Dialect.POSTGRES),
        ("id IN (TABLE t)", Dialect.POSTGRES),
        ("id IN (VALUES (id))", Dialect.SQLITE),
        ("name REGEXP ''", Dialect.MYSQL),
        ("if(1, 1, 0)", Dialect.MYSQL),
        ("id & 0 = 0", Dialect.MYSQL),
    ],
)
def test_nor_does_one_in_the_words_of_its_engine(condition: str, dialect: Dialect) -> None:
    assert not parse(f"DELETE FROM t WHERE {condition}", dialect).has_where


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("condition", NARROWS)
def test_a_condition_on_the_row_narrows(dialect: Dialect, condition: str) -> None:
    assert parse(f"DELETE FROM t WHERE {condition}", dialect).has_where


@pytest.mark.parametrize(
    ("sql", "narrow"),
    [
        ("SELECT * FROM t WHERE id = 1", True),
        ("SELECT * FROM t", False),
        ("SELECT * FROM t WHERE 1 = 1", False),
        ("SELECT * FROM (SELECT * FROM t WHERE id = 1) s", False),
        ("SELECT 1 FROM t WHERE id = 1 UNION SELECT 2 FROM t", False),
        ("SELECT 1 FROM t WHERE id = 1 UNION SELECT 2 FROM t WHERE id = 2", True),
        ("WITH c AS (SELECT * FROM t WHERE id = 1) SELECT * FROM c", False),
        ("INSERT INTO t SELECT * FROM u WHERE id = 1", False),
        ("DELETE FROM t", False),
        ("UPDATE t SET a = 1", False),
    ],
)
def test_the_where_of_the_statement_itself_counts(sql: str, narrow: bool) -> None:
    assert parse(sql, Dialect.POSTGRES).has_where is narrow


def test_every_change_hidden_in_a_query_must_narrow() -> None:
    both = "WITH a AS (DELETE FROM t WHERE id = 1 RETURNING id), b AS (DELETE FROM u{} RETURNING id) SELECT 1"
    assert parse(both.format(" WHERE id = 2"), Dialect.POSTGRES).has_where
    assert not parse(both.format(""), Dialect.POSTGRES).has_where
