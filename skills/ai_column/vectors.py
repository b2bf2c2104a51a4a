"""Embedding columns: what a column of vectors is stored as on each engine, and a list of numbers in that form.

`vector(n)` of pgvector as its own text, to be cast to it; JSON and text as a JSON list; blobs as float32,
little-endian, one after the other. All keep float32, which is what models compute with. Nothing is cut or padded: a
vector of another length than the column's is a ContractBroken.
"""

import json
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from skills.ai_column.contract import Contract, ContractBroken, ValueKind
from skills.ai_column.task import ColumnSpec
from skills.errors import TaskInvalid
from tools.db.values import Value
from tools.sql.statement import Dialect

_PGVECTOR_MOST = 16_000  # dimensions that pgvector stores
_TYPE = re.compile(r"^\s*(?:\w+\.)?\"?(?P<name>\w+)\"?\s*(?:\(\s*(?P<size>\d+)\s*\))?\s*$")
_MYSQL_BYTES = {"tinyblob": 255, "blob": 65_535, "tinytext": 255, "text": 65_535}  # the larger ones hold every vector
_FLOAT32_MOST = 3.4028234663852886e38
_SHOWN = 4  # numbers of a vector that a person sees
_WANTED = "embedding"  # as a column's type, or as the words for what to generate


class VectorForm(StrEnum):
    PGVECTOR = "pgvector"
    JSON = "json"
    BLOB = "blob"


@dataclass(frozen=True, kw_only=True)
class VectorColumn:
    """A column of vectors."""

    column: str
    form: VectorForm
    dimensions: int | None = None  # None: any, but one run has one; fix it with `of`
    max_length: int | None = None  # characters of a VARCHAR, bytes of a blob

    def of(self, dimensions: int) -> "VectorColumn":
        """The same for vectors of this length. Raises TaskInvalid where the column has another."""
        if self.dimensions not in (None, dimensions):
            raise TaskInvalid(
                f"column {self.column} holds vectors of {self.dimensions} numbers, and the model gives {dimensions}",
                hint="choose another embedding model (models.embedding) or another column type",
            )
        return VectorColumn(column=self.column, form=self.form, dimensions=dimensions, max_length=self.max_length)

    def describe(self) -> str:
        """For people, and what the stored value depends on."""
        length = "a vector" if self.dimensions is None else f"a vector of {self.dimensions} numbers"
        return f"{length}, stored as {self.form.value}"

    def contract(self, dialect: Dialect) -> Contract:
        return Contract(column=self.column, kind=ValueKind.VECTOR, dialect=dialect, vector=self.describe())

    def shown(self, stored: Value) -> Value:
        """What a person sees of a stored vector: its length and how it begins."""
        if isinstance(stored, bytes):
            numbers: list[float] = list(struct.unpack(f"<{len(stored) // 4}f", stored))
        elif isinstance(stored, str):
            numbers = json.loads(stored)
        else:
            return stored
        first = ", ".join(f"{number:.4g}" for number in numbers[:_SHOWN])
        return f"{len(numbers)} numbers: {first}{', ...' if len(numbers) > _SHOWN else ''}"

    def encode(self, vector: Sequence[float]) -> Value:
        """The value to write. Raises ContractBroken."""
        self._check(vector)
        if self.form is VectorForm.BLOB:
            return self._fitting(struct.pack(f"<{len(vector)}f", *vector))
        # The text of pgvector is a JSON list, too.
        return self._fitting("[" + ",".join(map(_float32_text, vector)) + "]")

    def _check(self, vector: Sequence[float]) -> None:
        if not vector:
            raise ContractBroken("the vector is empty")
        if self.dimensions is not None and len(vector) != self.dimensions:
            raise ContractBroken(f"the vector has {len(vector)} numbers, the column holds {self.dimensions}")
        if not all(math.isfinite(number) and abs(number) <= _FLOAT32_MOST for number in vector):
            raise ContractBroken("the vector holds a number that does not fit")

    def _fitting(self, stored: str | bytes) -> str | bytes:
        if self.max_length is not None and len(stored) > self.max_length:
            unit = "characters" if isinstance(stored, str) else "bytes"
            raise ContractBroken(f"the vector takes {len(stored)} {unit}, at most {self.max_length} fit")
        return stored


@dataclass(frozen=True, kw_only=True)
class WantedVector:
    column: VectorColumn
    create_type: str | None  # of a column that must be created first


def _float32_text(number: float) -> str:
    """The shortest text that is the same float32, which is what the column keeps."""
    (stored,) = struct.unpack("<f", struct.pack("<f", number))
    for digits in range(6, 10):
        text = f"{stored:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", stored):
            break
    return "-0.0" if text == "-0" else text  # a JSON reader takes -0 for a whole number, which has no sign


def is_vector_type(sql_type: str) -> bool:
    """Whether a column of this type can hold nothing but vectors, so that filling it means embedding."""
    match = _TYPE.match(sql_type)
    return match is not None and match["name"].lower() == "vector"


def wants_vector(spec: ColumnSpec) -> bool:
    """Whether the person asks for an embedding, whatever the column is."""
    asked = spec.type or ""
    return is_vector_type(asked) or _WANTED in (asked.strip().casefold(), spec.intent.casefold())


def wanted_column(
    column: str, existing: str | None, spec: ColumnSpec, dialect: Dialect, *, has_pgvector: bool
) -> "WantedVector":
    """The column as it is, or as it must be created. `existing`: its SQL type; None: there is none yet."""
    asked = spec.type if spec.type and is_vector_type(spec.type) else None
    size = _TYPE.match(asked) if asked else None
    dimensions = int(size["size"]) if size and size["size"] else None
    create_type = None
    if existing is None:
        named = spec.type if spec.type and spec.type.strip().casefold() != _WANTED and asked is None else None
        on_postgres = asked if dialect is Dialect.POSTGRES else None
        create_type = on_postgres or named or default_vector_type(dialect, dimensions, has_pgvector=has_pgvector)
    found = vector_column(column, existing or create_type or "", dialect)
    if dimensions is not None:
        found = found.of(dimensions)
    return WantedVector(column=found, create_type=create_type)


def default_vector_type(dialect: Dialect, dimensions: int | None, *, has_pgvector: bool) -> str:
    """The type of a column that must be created and was not given one."""
    if dialect is Dialect.POSTGRES:
        if has_pgvector:
            return f"vector({dimensions})" if dimensions else "vector"
        return "JSONB"
    return "BLOB" if dialect is Dialect.SQLITE else "MEDIUMBLOB"


def vector_column(column: str, sql_type: str, dialect: Dialect) -> VectorColumn:
    """How a column of that SQL type holds vectors. Raises TaskInvalid where it cannot."""
    match = _TYPE.match(re.sub("character varying", "varchar", sql_type, flags=re.IGNORECASE))
    name = match["name"].lower() if match else ""
    size = int(match["size"]) if match and match["size"] else None
    if name == "vector" and dialect is Dialect.POSTGRES:
        if size is not None and not 1 <= size <= _PGVECTOR_MOST:
            raise TaskInvalid(f"column {column}: a vector cannot have {size} numbers")
        return VectorColumn(column=column, form=VectorForm.PGVECTOR, dimensions=size)
    form = VectorForm.BLOB if name in _BLOBS[dialect] else VectorForm.JSON if name in _TEXTS else None
    if form is None:
        offered = _OFFERED[dialect]
        raise TaskInvalid(f"column {column} is {sql_type or 'untyped'} and holds no vectors", hint=f"use {offered}")
    return VectorColumn(column=column, form=form, max_length=_limit(name, size, dialect))


def _limit(name: str, size: int | None, dialect: Dialect) -> int | None:
    if dialect is Dialect.SQLITE:
        return None  # it keeps what it is given, whatever the type says
    if dialect is Dialect.MYSQL and name in _MYSQL_BYTES:
        return _MYSQL_BYTES[name]
    return size if name in _SIZED else None


_SIZED = frozenset({"varchar", "char", "nvarchar", "varbinary"})
_TEXTS = frozenset(
    {"json", "jsonb", "varchar", "char", "nvarchar", "tinytext", "text", "mediumtext", "longtext", "clob"}
)
_BLOBS = {
    Dialect.POSTGRES: frozenset({"bytea"}),
    Dialect.MYSQL: frozenset({"tinyblob", "blob", "mediumblob", "longblob", "varbinary"}),
    Dialect.SQLITE: frozenset({"blob"}),
}
_OFFERED = {
    Dialect.POSTGRES: "vector(n) of pgvector, JSONB, TEXT or BYTEA",
    Dialect.MYSQL: "JSON, LONGTEXT or MEDIUMBLOB",
    Dialect.SQLITE: "BLOB, JSON or TEXT",
}


def embedded_text(row_text: str) -> str:
    """What is embedded of a row as the reader gives it: of one column its text alone, of several a line for each."""
    row = json.loads(row_text)
    if len(row) == 1:
        return _plain(next(iter(row.values())))
    return "\n".join(f"{name}: {_plain(value)}" for name, value in row.items() if value is not None)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
