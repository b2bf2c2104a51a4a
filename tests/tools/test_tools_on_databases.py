"""The tools that look, on the three engines, through the real door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.app import App
from agent.events import Decision, DecisionKind, Question
from agent.settings import Settings
from memory.principal import LOCAL
from tools.context import ToolContext
from tools.data_profile import data_profile
from tools.errors import Refused, UnknownName
from tools.explain_plan import explain_plan
from tools.query_execute import query_execute
from tools.safety.caller import Caller
from tools.safety.pending import ApprovedBy, Write
from tools.schema_inspect import schema_inspect
from tools.settings import Mode
from tools.transaction import transaction

TABLES = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), total DECIMAL(8,2))",
    "INSERT INTO customers VALUES (1, 'Ada', 'Rome'), (2, 'Bob', 'Rome'), (3, '小明', NULL), (4, 'Eve', 'Paris')",
    "INSERT INTO orders VALUES (1, 1, 10.50), (2, 1, 20), (3, 2, 20)",
)


@pytest.fixture
def ctx(any_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolContext]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = Settings.load(env={"COLUMNIST_STATE_URL": f"sqlite:///{tmp_path}/state.db"}, folder=tmp_path)
    app = App.build(settings, url=any_url, project=tmp_path)
    conversation = app.conversation()
    for statement in TABLES:
        if isinstance(list(conversation.sql(statement))[-1], Question):
            list(conversation.answer(Decision(kind=DecisionKind.YES)))
    yield ToolContext(
        gate=app.gate(), caller=Caller(session_id="s", request_id="r", principal=LOCAL, mode=Mode.OPERATE)
    )
    app.close()


def test_the_list_names_every_table(ctx: ToolContext) -> None:
    lines = schema_inspect("list", ctx=ctx).splitlines()
    assert lines[0] == "2 tables and views"
    assert [line.split()[0] for line in lines[1:]] == ["customers", "orders"]


def test_a_described_table_shows_columns_keys_and_who_refers_to_it(ctx: ToolContext) -> None:
    text = schema_inspect("describe", "customers", ctx=ctx)
    assert "primary key: id" in text
    assert "not null" in next(line for line in text.splitlines() if line.strip().startswith("name"))
    assert "referenced by: orders(customer_id)" in text


def test_a_search_finds_by_column(ctx: ToolContext) -> None:
    assert "orders(" in schema_inspect("search", "total amount", ctx=ctx).splitlines()[1]


def test_an_unknown_table_is_answered_with_the_nearest(ctx: ToolContext) -> None:
    with pytest.raises(UnknownName) as error:
        schema_inspect("describe", "costumers", ctx=ctx)
    assert "customers" in str(error.value.hint)


def test_a_profile_tells_rows_nulls_distinct_range_and_top_values(ctx: ToolContext) -> None:
    lines = data_profile("customers", ctx=ctx).splitlines()
    assert lines[0] == "customers: 4 rows"
    city = next(line for line in lines if line.startswith("city "))
    assert "25 % NULL, 2 distinct, from Paris to Rome, top: Rome (2), Paris (1)" in city
    name = next(line for line in lines if line.startswith("name "))
    assert "0 % NULL, 4 distinct" in name
    assert "top:" not in name


def test_a_profile_of_chosen_columns(ctx: ToolContext) -> None:
    lines = data_profile("orders", ["total"], ctx=ctx).splitlines()
    assert len(lines) == 2
    assert "from 10.5" in lines[1]
    with pytest.raises(UnknownName):
        data_profile("orders", ["totl"], ctx=ctx)


def test_a_plan_names_the_full_scan(ctx: ToolContext) -> None:
    assert "orders" in explain_plan("SELECT * FROM orders WHERE total > 5", ctx=ctx)


def test_a_query_gives_rows_and_takes_no_writes(ctx: ToolContext) -> None:
    assert query_execute("SELECT name FROM customers WHERE name = '小明'", ctx=ctx).rows == (("小明",),)
    with pytest.raises(Refused):
        query_execute("DELETE FROM customers WHERE id = 4", ctx=ctx)


def test_a_transaction_tells_its_state(ctx: ToolContext) -> None:
    assert transaction("status", ctx=ctx) == "No transaction is open."
    transaction("begin", ctx=ctx)
    ctx.gate.run("UPDATE orders SET total = 1 WHERE id = 3", ctx.caller)
    assert "Statements: 1; changed tables: orders" in str(transaction("status", ctx=ctx))
    transaction("rollback", ctx=ctx)
    assert transaction("status", ctx=ctx) == "No transaction is open."


ODD = {
    "postgres": "CREATE TABLE odd (id INTEGER PRIMARY KEY, b boolean, u uuid, j json, jb jsonb, y bytea, a integer[], "
    '"Mixed Case" text, t timestamptz, i inet, p point)',
    "mysql": "CREATE TABLE odd (id INTEGER PRIMARY KEY, b boolean, j json, y blob, e enum('x','y'), s set('a','b'), "
    "f bit(3), `Mixed Case` text, t timestamp NULL)",
    "sqlite": 'CREATE TABLE odd (id INTEGER PRIMARY KEY, anything, y blob, "Mixed Case" text, j json)',
}


def test_a_profile_copes_with_every_type(ctx: ToolContext) -> None:
    dialect = ctx.gate.schema.get().dialect.value
    for statement in (ODD[dialect], "INSERT INTO odd (id) VALUES (1), (2)"):
        pending = ctx.gate.prepare([Write(sql=statement)], ctx.caller)
        ctx.gate.execute(pending, ctx.gate.approve(pending, ctx.caller, ApprovedBy.PERSON), ctx.caller)
    lines = data_profile("odd", ctx=ctx).splitlines()
    assert lines[0] == "odd: 2 rows"
    assert len(lines) == 1 + len(ctx.gate.schema.get().tables["odd"].columns)
    assert "100 % NULL" in next(line for line in lines if line.startswith("Mixed Case"))
