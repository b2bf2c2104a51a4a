"""Vectors in columns: what each type takes, and the bytes that real databases give back."""

import json
import struct

import doors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.ai_column.contract import ContractBroken
from skills.ai_column.vectors import VectorColumn, VectorForm, default_vector_type, is_vector_type, vector_column
from skills.errors import TaskInvalid
from tools.db.values import Value
from tools.sql.statement import Dialect

PG, MY, LITE = Dialect.POSTGRES, Dialect.MYSQL, Dialect.SQLITE
VECTOR = [0.25, -1.0, 3.4e38, 0.1]


@pytest.mark.parametrize(
    ("sql_type", "dialect", "form", "dimensions", "max_length"),
    [
        ("vector(384)", PG, VectorForm.PGVECTOR, 384, None),
        ("VECTOR", PG, VectorForm.PGVECTOR, None, None),
        ("public.vector(3)", PG, VectorForm.PGVECTOR, 3, None),
        ('public."vector"(3)', PG, VectorForm.PGVECTOR, 3, None),
        ("jsonb", PG, VectorForm.JSON, None, None),
        ("json", PG, VectorForm.JSON, None, None),
        ("text", PG, VectorForm.JSON, None, None),
        ("character varying(900)", PG, VectorForm.JSON, None, 900),
        ("character varying", PG, VectorForm.JSON, None, None),
        ("bytea", PG, VectorForm.BLOB, None, None),
        ("JSON", MY, VectorForm.JSON, None, None),
        ("TEXT", MY, VectorForm.JSON, None, 65_535),
        ("longtext", MY, VectorForm.JSON, None, None),
        ("blob", MY, VectorForm.BLOB, None, 65_535),
        ("MEDIUMBLOB", MY, VectorForm.BLOB, None, None),
        ("varbinary(16)", MY, VectorForm.BLOB, None, 16),
        ("BLOB", LITE, VectorForm.BLOB, None, None),
        ("TEXT", LITE, VectorForm.JSON, None, None),
        ("VARCHAR(5)", LITE, VectorForm.JSON, None, None),
    ],
)
def test_the_form_follows_from_the_type(
    sql_type: str, dialect: Dialect, form: VectorForm, dimensions: int | None, max_length: int | None
) -> None:
    assert vector_column("v", sql_type, dialect) == VectorColumn(
        column="v", form=form, dimensions=dimensions, max_length=max_length
    )


@pytest.mark.parametrize(
    ("sql_type", "dialect"),
    [
        ("integer", PG),
        ("bytea", MY),
        ("blob", PG),
        ("vector(3)", LITE),
        ("vector(3)", MY),
        ("", LITE),
        ("vector(0)", PG),
        ("vector(16001)", PG),
        ("tsvector", PG),
    ],
)
def test_a_type_that_holds_no_vectors_is_refused(sql_type: str, dialect: Dialect) -> None:
    with pytest.raises(TaskInvalid):
        vector_column("v", sql_type, dialect)


def test_only_pgvectors_type_means_embedding_by_itself() -> None:
    assert is_vector_type("vector(3)")
    assert is_vector_type("Vector")
    assert not is_vector_type("tsvector")
    assert not is_vector_type("jsonb")


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("has_pgvector", [True, False])
def test_the_default_type_holds_vectors(dialect: Dialect, has_pgvector: bool) -> None:
    created = default_vector_type(dialect, 3, has_pgvector=has_pgvector)
    vector_column("v", created, dialect).of(3).encode([1.0, 2.0, 3.0])
    assert is_vector_type(created) is (dialect is PG and has_pgvector)


def test_each_form_is_written_as_its_column_takes_it() -> None:
    assert VectorColumn(column="v", form=VectorForm.PGVECTOR).encode(VECTOR) == "[0.25,-1,3.4e+38,0.1]"
    assert VectorColumn(column="v", form=VectorForm.JSON).encode(VECTOR) == "[0.25,-1,3.4e+38,0.1]"
    assert VectorColumn(column="v", form=VectorForm.BLOB).encode(VECTOR) == struct.pack("<4f", *VECTOR)


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_text_and_bytes_keep_every_float32(vector: list[float]) -> None:
    text = VectorColumn(column="v", form=VectorForm.JSON).encode(vector)
    raw = VectorColumn(column="v", form=VectorForm.BLOB).encode(vector)
    assert isinstance(text, str)
    assert isinstance(raw, bytes)
    assert struct.pack(f"<{len(vector)}f", *json.loads(text)) == raw
    assert list(struct.unpack(f"<{len(vector)}f", raw)) == vector


@pytest.mark.parametrize(
    ("vector", "reason"),
    [
        ([], "empty"),
        ([1.0, 2.0], "has 2 numbers, the column holds 3"),
        ([1.0, 2.0, float("nan")], "does not fit"),
        ([1.0, 2.0, float("inf")], "does not fit"),
        ([1.0, 2.0, 1e39], "does not fit"),
    ],
)
@pytest.mark.parametrize("form", list(VectorForm))
def test_a_vector_that_does_not_fit_is_never_written(form: VectorForm, vector: list[float], reason: str) -> None:
    with pytest.raises(ContractBroken, match=reason):
        VectorColumn(column="v", form=form, dimensions=3).encode(vector)


def test_a_column_that_is_too_short_refuses() -> None:
    with pytest.raises(ContractBroken, match="takes 10 characters, at most 8 fit"):
        vector_column("v", "varchar(8)", PG).encode([1.25, 2.5])
    with pytest.raises(ContractBroken, match="takes 12 bytes, at most 8 fit"):
        vector_column("v", "varbinary(8)", MY).encode([1.0, 2.0, 3.0])


def test_another_dimension_than_the_columns_is_refused_before_a_run() -> None:
    assert vector_column("v", "vector(3)", PG).of(3).dimensions == 3
    assert vector_column("v", "text", PG).of(7).dimensions == 7
    with pytest.raises(TaskInvalid, match="holds vectors of 3 numbers, and the model gives 5"):
        vector_column("v", "vector(3)", PG).of(5)


TYPES = {
    PG: ("JSONB", "JSON", "TEXT", "VARCHAR(90)", "BYTEA"),
    MY: ("JSON", "LONGTEXT", "MEDIUMBLOB"),
    LITE: ("BLOB", "TEXT"),
}


def read_back(stored: Value) -> list[float]:
    if isinstance(stored, bytes):
        return list(struct.unpack("<4f", stored))
    values: object = json.loads(stored) if isinstance(stored, str) else stored
    assert isinstance(values, list)
    return list(struct.unpack("<4f", struct.pack("<4f", *values)))


def test_every_engine_gives_back_the_vectors_that_were_written(any_url: str, state_url: str) -> None:
    with doors.door(any_url, state_url) as door:
        for number, sql_type in enumerate(TYPES[door.database.dialect]):
            doors.create(door, f"CREATE TABLE v{number} (id INTEGER PRIMARY KEY, v {sql_type})")
            table = door.gate.schema.get().table(f"v{number}")
            column = table.column("v") if table else None
            assert column is not None
            doors.insert(
                door, f"v{number}", [(1, vector_column("v", column.type, door.database.dialect).encode(VECTOR))]
            )
            wanted = list(struct.unpack("<4f", struct.pack("<4f", *VECTOR)))
            assert read_back(door.one(f"SELECT v FROM v{number}")) == wanted, sql_type
