import sqlite3

import psycopg
import pytest
from sqlalchemy import make_url

from tools.errors import StatementError
from tools.sql.parameters import bind
from tools.sql.statement import Dialect

P, M, S = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE


@pytest.mark.parametrize(
    ("dialect", "text", "bound", "names"),
    [
        (S, "SELECT :a, ':b', :a -- :c", "SELECT :a, ':b', :a -- :c", {"a"}),
        (P, "SELECT :a::int, ':b' /* :c */, x::text", "SELECT %(a)s::int, ':b' /* :c */, x::text", {"a"}),
        (P, "SELECT 5 % :a, 'x%' -- 50%", "SELECT 5 %% %(a)s, 'x%%' -- 50%%", {"a"}),
        (P, 'SELECT tags[1:n], $$:a$$, ":a" FROM t', 'SELECT tags[1:n], $$:a$$, ":a" FROM t', set()),
        (M, 'SELECT @x, :a, ":b", `:c` # :d', 'SELECT @x, %(a)s, ":b", `:c` # :d', {"a"}),
    ],
)
def test_names_become_what_the_driver_takes(dialect: Dialect, text: str, bound: str, names: set[str]) -> None:
    result = bind(text, {"a": 1, "b": 2}, dialect)
    assert result.text == bound
    assert set(result.values) == names


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_name_without_a_value_is_refused(dialect: Dialect) -> None:
    with pytest.raises(StatementError, match=":b"):
        bind("SELECT :a, :b", {"a": 1}, dialect)


def test_the_bound_text_means_the_same_to_the_drivers(postgres_url: str) -> None:
    text = "SELECT :name AS n, 'a%b:name', 7 % :n"
    bound = bind(text, {"name": "x", "n": 4}, P)
    url = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        assert connection.execute(bound.text.encode(), dict(bound.values)).fetchone() == ("x", "a%b:name", 3)
    lite = bind(text, {"name": "x", "n": 4}, S)
    memory = sqlite3.connect(":memory:")
    try:
        assert memory.execute(lite.text, dict(lite.values)).fetchone() == ("x", "a%b:name", 3)
    finally:
        memory.close()
