from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from skills.ai_column.contract import Contract, ContractBroken, ValueKind
from skills.ai_column.derive import default_type, derive
from skills.ai_column.task import ColumnSpec
from skills.errors import TaskInvalid
from tools.sql.statement import Dialect

SQLITE, POSTGRES, MYSQL = Dialect.SQLITE, Dialect.POSTGRES, Dialect.MYSQL


def spec(**values: Any) -> ColumnSpec:
    return ColumnSpec.model_validate({"as": "something", **values})


def contract(sql_type: str, dialect: Dialect = POSTGRES, **values: Any) -> Contract:
    return derive("c", sql_type, spec(**values), dialect)


@pytest.mark.parametrize(
    ("sql_type", "dialect", "kind"),
    [
        ("character varying(500)", POSTGRES, ValueKind.TEXT),
        ("text", POSTGRES, ValueKind.TEXT),
        ("longtext", MYSQL, ValueKind.TEXT),
        ("int(11) unsigned", MYSQL, ValueKind.INTEGER),
        ("tinyint(1)", MYSQL, ValueKind.BOOLEAN),
        ("tinyint(4)", MYSQL, ValueKind.INTEGER),
        ("boolean", POSTGRES, ValueKind.BOOLEAN),
        ("numeric(10,2)", POSTGRES, ValueKind.DECIMAL),
        ("double precision", POSTGRES, ValueKind.FLOAT),
        ("timestamp without time zone", POSTGRES, ValueKind.TIMESTAMP),
        ("timestamp with time zone", POSTGRES, ValueKind.TIMESTAMP_TZ),
        ("timestamp", MYSQL, ValueKind.TIMESTAMP),
        ("jsonb", POSTGRES, ValueKind.JSON),
        ("", SQLITE, ValueKind.TEXT),
        ("STRING", SQLITE, ValueKind.TEXT),
        ("WHATEVER INTEGRAL", SQLITE, ValueKind.INTEGER),
        ("NUMERIC", SQLITE, ValueKind.DECIMAL),
    ],
)
def test_the_kind_follows_the_type(sql_type: str, dialect: Dialect, kind: ValueKind) -> None:
    assert contract(sql_type, dialect).kind is kind


@pytest.mark.parametrize("sql_type", ["bytea", "uuid[]", "interval", "point"])
def test_types_that_a_model_cannot_fill_are_said(sql_type: str) -> None:
    with pytest.raises(TaskInvalid, match="cannot fill"):
        contract(sql_type)


GOOD = [
    (contract("varchar(5)"), " héllo ", "héllo"),
    (contract("text", labels="Yes,No"), "yes", "Yes"),
    (contract("integer"), "42", 42),
    (contract("integer"), 7.0, 7),
    (contract("numeric(4,1)"), 3.14, Decimal("3.1")),
    (contract("numeric(4,1)", SQLITE), 3, 3),
    (contract("boolean"), "TRUE", True),
    (contract("boolean", SQLITE), True, 1),
    (contract("date"), "2026-02-28", date(2026, 2, 28)),
    (contract("date", SQLITE), "2026-02-28", "2026-02-28"),
    (contract("timestamp"), "2026-02-28T10:00:00+02:00", datetime(2026, 2, 28, 8, 0)),  # noqa: DTZ001
    (contract("timestamptz"), "2026-02-28T10:00:00", datetime(2026, 2, 28, 10, 0, tzinfo=UTC)),
    (contract("jsonb"), {"a": ["é"]}, '{"a": ["é"]}'),
    (contract("text", nullable=True), None, None),
]


@pytest.mark.parametrize(("rules", "answer", "value"), GOOD)
def test_a_good_answer_becomes_the_value_to_write(rules: Contract, answer: object, value: object) -> None:
    checked = rules.check(answer)
    assert (checked, type(checked)) == (value, type(value))


BAD = [
    (contract("varchar(5)"), "longer", "at most 5"),
    (contract("text"), "", "empty"),
    (contract("text"), "a\0b", "cannot store"),
    (contract("text"), "\ud800", "cannot store"),
    (contract("text"), ["list"], "expected text"),
    (contract("text"), None, "null"),
    (contract("text", labels="a,b"), "c", "not one of the labels a, b"),
    (contract("text", pattern="[a-z]+"), "A1", "does not match"),
    (contract("smallint"), 40_000, "greater than 32767"),
    (contract("int unsigned", MYSQL), -1, "less than 0"),
    (contract("integer"), 1.5, "whole number"),
    (contract("integer"), True, "expected a number"),
    (contract("bigint"), "1e999999999", "whole number"),
    (contract("numeric(4,1)"), 1000, "digits before the point"),
    (contract("double precision"), "NaN", "not finite"),
    (contract("double precision"), "1e400", "does not fit"),
    (contract("integer", minimum=1, maximum=5), 6, "greater than 5"),
    (contract("boolean"), "maybe", "true or false"),
    (contract("date"), "2026-02-30", "YYYY-MM-DD"),
    (contract("jsonb"), "text", "JSON object"),
    (contract("jsonb"), {"a": "\0"}, "cannot store"),
]


@pytest.mark.parametrize(("rules", "answer", "reason"), BAD)
def test_a_bad_answer_breaks_the_contract_with_a_reason(rules: Contract, answer: object, reason: str) -> None:
    with pytest.raises(ContractBroken, match=reason):
        rules.check(answer)


def test_the_schema_names_the_labels_and_null() -> None:
    schema = contract("text", labels="a,b", nullable=True).json_schema()
    assert schema["enum"] == ["a", "b", None]
    assert schema["type"] == ["string", "null"]


def test_an_enum_type_gives_the_labels() -> None:
    assert contract("enum('a','b')", MYSQL).labels == ("a", "b")


def test_labels_must_fit_the_column() -> None:
    with pytest.raises(TaskInvalid, match="holds 3 characters"):
        contract("varchar(3)", labels="yes,never")
    with pytest.raises(TaskInvalid, match="labels need a text column"):
        contract("integer", labels="yes,no")


@pytest.mark.parametrize(
    ("values", "sql_type"),
    [
        ({}, "VARCHAR(500)"),
        ({"labels": "a,b"}, "VARCHAR(32)"),
        ({"max_length": 80}, "VARCHAR(80)"),
        ({"max_length": 8000}, "TEXT"),
        ({"minimum": 0, "maximum": 10}, "INTEGER"),
        ({"maximum": 0.5}, "DOUBLE PRECISION"),
    ],
)
def test_a_missing_column_gets_a_type_that_fits(values: dict[str, object], sql_type: str) -> None:
    assert default_type(spec(**values)) == sql_type
