"""A small shop and a conversation about it with the offline rules; the tools answer in the words of the real ones."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.llm.offline.model import OfflineRules
from agent.tool_text import outcome_text
from tools.safety.pending import Outcome
from tools.sql.statement import Kind

SCHEMA = """- Database: shop (sqlite). Write sqlite SQL, one statement per tool call.
Tables:
customers(id INTEGER pk, name VARCHAR(80), city VARCHAR(40), segment VARCHAR(20), created_at DATETIME)
products(id INTEGER pk, name_cn TEXT, name_en TEXT, description TEXT, category TEXT, price DECIMAL(10, 2),\
 stock INTEGER, summary VARCHAR(500), created_at DATETIME) -- what we sell
reviews(id INTEGER pk, product_id INTEGER -> products, rating INTEGER, content TEXT, sentiment VARCHAR(20))
orders(id INTEGER pk, customer_id INTEGER -> customers, status VARCHAR(20), total DECIMAL(12, 2), payment_method TEXT,\
 created_at DATETIME)
logs(id INTEGER pk, level VARCHAR(10), message TEXT, created_at DATETIME)
"""
ROWS = """
CREATE TABLE customers(id INTEGER PRIMARY KEY, name, city, segment, created_at);
CREATE TABLE products(id INTEGER PRIMARY KEY, name_cn, name_en, description, category, price, stock,
 summary, created_at);
CREATE TABLE reviews(id INTEGER PRIMARY KEY, product_id, rating, content, sentiment);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id, status, total, payment_method, created_at);
CREATE TABLE logs(id INTEGER PRIMARY KEY, level, message, created_at);
INSERT INTO customers VALUES (1,'Ann','Berlin','vip','2026-01-01'),(2,'Bo','上海','standard','2026-02-01'),
 (3,'Cy','Berlin','standard','2026-03-01'),(4,'Di','New York','vip','2026-04-01');
INSERT INTO products VALUES (1,'台灯','Lamp','d','Home',10.5,3,NULL,'2026-01-01'),
 (2,'鼠标','Mouse','d','Electronics',20,0,'s','2026-02-01'),(3,'锅','Pan','d','Kitchen',30,7,NULL,'2026-03-01'),(4,'地毯','Rug','d','Home',250,1,NULL,'2026-04-01');
INSERT INTO reviews VALUES (1,1,5,'good',NULL),(2,1,3,'meh','neutral'),(3,2,5,'nice',NULL),(4,3,1,'bad',NULL);
INSERT INTO orders VALUES (1,1,'shipped',100.5,'card','2026-01-05'),(2,1,'pending',50,'card','2026-01-20'),
 (3,2,'shipped',25,'cash','2026-02-05'),(4,1,'shipped',1000,'card','2026-03-01');
INSERT INTO logs VALUES (1,'INFO','a','2026-01-01'),(2,'ERROR','b','2026-01-02'),(3,'ERROR','c','2026-01-03');
"""
TOOLS = {
    "schema_inspect": ("action", "name", "page"),
    "query_execute": ("sql",),
    "data_modify": ("sql", "params"),
    "fill_column": ("table", "from_columns", "columns"),
    "fill_jobs": ("action", "job"),
}


@dataclass
class Shop:
    """A conversation with the rules; the tools are run on SQLite and answer in the words of the real ones."""

    connection: sqlite3.Connection
    calls: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # tool -> what it says instead
    system: str = SCHEMA
    offered: tuple[str, ...] = tuple(TOOLS)

    def ask(self, question: str) -> str:
        model = OfflineRules().bind_tools([_definition(name) for name in self.offered])
        messages: list[BaseMessage] = [SystemMessage(self.system), HumanMessage(question)]
        for _ in range(6):
            answer = model.invoke(messages)
            messages.append(answer)
            if not answer.tool_calls:
                return str(answer.content)
            messages += self._use(answer)
        raise AssertionError("the rules do not come to an end")

    def rows(self, question: str) -> list[tuple[object, ...]]:
        """What the one query of the question returns."""
        self.calls.clear()
        answer = self.ask(question)
        assert [name for name, _ in self.calls] == ["query_execute"], answer
        return self.connection.execute(str(self.calls[0][1]["sql"])).fetchall()

    def _use(self, answer: AIMessage) -> Iterator[ToolMessage]:
        for call in answer.tool_calls:
            self.calls.append((call["name"], call["args"]))
            text = self.answers.get(call["name"]) or self._run(call["name"], str(call["args"].get("sql")))
            yield ToolMessage(text, tool_call_id=call["id"], name=call["name"])

    def _run(self, tool: str, sql: str) -> str:
        cursor = self.connection.execute(sql)
        rows = cursor.fetchall()
        if tool == "data_modify":
            return outcome_text(Outcome(kind=Kind.UPDATE, sql=sql, row_count=cursor.rowcount, undo_id="u-7"), 1500)
        columns = tuple(part[0] for part in cursor.description)
        outcome = Outcome(kind=Kind.SELECT, sql=sql, columns=columns, rows=tuple(rows), row_count=len(rows))
        return outcome_text(outcome, 1500)


def _definition(name: str) -> dict[str, object]:
    properties = {argument: {} for argument in TOOLS[name]}
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": name, "description": "", "parameters": parameters}}


def open_shop(folder: Path) -> Iterator[Shop]:
    connection = sqlite3.connect(folder / "shop.db", isolation_level=None)
    connection.executescript(ROWS)
    yield Shop(connection)
    connection.close()
