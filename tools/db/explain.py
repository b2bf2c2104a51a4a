"""What the planner would do with a statement. EXPLAIN only, never ANALYZE: ANALYZE executes.

A read is explained on a read-only connection, a write on a writing one: MariaDB and SQLite refuse to explain a
write elsewhere.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.db.connection import Connection
from tools.db.dialect import Params
from tools.db.results import Rows
from tools.sql.statement import Dialect

MANY = 10_000
# SQLite says "SCAN t" and "SCAN t USING INDEX i"; a scan of a constant row or a subquery reads no table.
SQLITE_SCAN = re.compile(r"^SCAN (?!CONSTANT|SUBQUERY|\(subquery|\d)(?:TABLE )?(\S+)(?! VIRTUAL)")


@dataclass(frozen=True)
class Plan:
    """`rows`: the most rows that one step is expected to read. None: the engine does not say."""

    text: str
    rows: int | None
    cost: float | None
    full_scans: tuple[str, ...]  # tables read from end to end


@dataclass(frozen=True)
class Step:
    """One node of PostgreSQL's or MySQL's plan."""

    name: str
    table: str | None
    rows: float
    cost: float


def explain(connection: Connection, sql: str, params: Params = None) -> Plan:
    match connection.strategy.dialect:
        case Dialect.SQLITE:
            return _sqlite(connection.read(f"EXPLAIN QUERY PLAN {sql}", params, max_rows=MANY))
        case Dialect.POSTGRES:
            return _postgres(connection.read(f"EXPLAIN (FORMAT JSON) {sql}", params, max_rows=MANY))
        case Dialect.MYSQL:
            return _mysql(connection.read(f"EXPLAIN {sql}", params, max_rows=MANY))


def _sqlite(rows: Rows) -> Plan:
    depth = {0: -1}
    lines, scans = [], []
    for step, parent, _, detail in rows.rows:
        level = depth[parent if isinstance(parent, int) and parent in depth else 0] + 1
        if isinstance(step, int):
            depth[step] = level
        lines.append("  " * level + str(detail))
        if scan := SQLITE_SCAN.match(str(detail)):
            scans.append(scan[1])
    return Plan("\n".join(lines), None, None, tuple(dict.fromkeys(scans)))


def _postgres(rows: Rows) -> Plan:
    document = json.loads(str(rows.rows[0][0]))
    lines: list[str] = []
    steps: list[Step] = []
    for depth, step in _walk(document[0]["Plan"], 0):
        place = f" on {step.table}" if step.table else ""
        lines.append(f"{'  ' * depth}{step.name}{place} (rows {step.rows:.0f}, cost {step.cost:.2f})")
        steps.append(step)
    scans = (step.table for step in steps if step.table and step.name == "Seq Scan")
    most = round(max(step.rows for step in steps))
    return Plan("\n".join(lines), most, steps[0].cost, tuple(dict.fromkeys(scans)))


def _walk(node: dict[str, object], depth: int) -> Iterator[tuple[int, Step]]:
    table = node.get("Relation Name")
    rows, cost = node.get("Plan Rows"), node.get("Total Cost")
    assert isinstance(rows, int | float)
    assert isinstance(cost, int | float)
    yield depth, Step(str(node["Node Type"]), str(table) if table else None, rows, cost)
    below = node.get("Plans")
    for child in below if isinstance(below, list) else ():
        yield from _walk(child, depth + 1)


def _mysql(rows: Rows) -> Plan:
    """The classic table: the same columns on MySQL and MariaDB, which differ in their JSON."""
    names = [name.lower() for name in rows.columns]
    steps = [dict(zip(names, row, strict=True)) for row in rows.rows]
    lines = [" | ".join(rows.columns)]
    lines += [" | ".join("NULL" if value is None else str(value) for value in row) for row in rows.rows]
    scans = [str(step["table"]) for step in steps if step.get("type") == "ALL" and step.get("table")]
    counts = [int(str(step["rows"])) for step in steps if str(step.get("rows") or "").isdigit()]
    tables = (scan for scan in scans if not scan.startswith("<"))  # <derived2>: a result, not a table
    return Plan("\n".join(lines), max(counts, default=None), None, tuple(dict.fromkeys(tables)))
