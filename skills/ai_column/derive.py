"""From a column's SQL type and a task's words to the Contract of its answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from skills.ai_column.contract import Contract, ValueKind
from skills.ai_column.task import ColumnSpec
from skills.errors import TaskInvalid
from tools.sql.statement import Dialect

_T = exp.DataType.Type
# The range of each whole-number type: bits, signed.
_BITS: Mapping[exp.DType, tuple[int, bool]] = {
    _T.TINYINT: (8, True),
    _T.UTINYINT: (8, False),
    _T.SMALLINT: (16, True),
    _T.USMALLINT: (16, False),
    _T.MEDIUMINT: (24, True),
    _T.UMEDIUMINT: (24, False),
    _T.INT: (32, True),
    _T.UINT: (32, False),
    _T.BIGINT: (64, True),
    _T.UBIGINT: (64, False),
}
_KINDS: Mapping[exp.DType, ValueKind] = {
    _T.DECIMAL: ValueKind.DECIMAL,
    _T.UDECIMAL: ValueKind.DECIMAL,
    _T.FLOAT: ValueKind.FLOAT,
    _T.DOUBLE: ValueKind.FLOAT,
    _T.UDOUBLE: ValueKind.FLOAT,
    _T.BOOLEAN: ValueKind.BOOLEAN,
    _T.DATE: ValueKind.DATE,
    _T.DATETIME: ValueKind.TIMESTAMP,
    _T.TIMESTAMP: ValueKind.TIMESTAMP,
    _T.TIMESTAMPNTZ: ValueKind.TIMESTAMP,
    _T.TIMESTAMPTZ: ValueKind.TIMESTAMP_TZ,
    _T.TIMESTAMPLTZ: ValueKind.TIMESTAMP_TZ,
    _T.JSON: ValueKind.JSON,
    _T.JSONB: ValueKind.JSON,
}
_TEXTS = {_T.TEXT, _T.VARCHAR, _T.NVARCHAR, _T.CHAR, _T.NCHAR, _T.BPCHAR, _T.NAME, _T.ENUM}
# MySQL bounds these in bytes; a quarter of them always fits in utf8mb4.
_MYSQL_TEXT_CHARS: Mapping[exp.DType, int] = {_T.TINYTEXT: 63, _T.MEDIUMTEXT: 4_194_303, _T.LONGTEXT: 100_000_000}
_MYSQL_PLAIN_TEXT_CHARS = 16_383
_DEFAULT_TEXT = "VARCHAR(500)"  # seed 003: a column for a sentence


def default_type(spec: ColumnSpec) -> str:
    """The type of a column that must be created and was not given one."""
    if spec.labels:
        return f"VARCHAR({max(32, *(len(label) for label in spec.labels))})"
    if spec.max_length is not None:
        return f"VARCHAR({spec.max_length})" if spec.max_length <= 4000 else "TEXT"
    if spec.minimum is not None or spec.maximum is not None:
        whole = all(bound is None or bound == int(bound) for bound in (spec.minimum, spec.maximum))
        return "INTEGER" if whole else "DOUBLE PRECISION"
    return _DEFAULT_TEXT


def derive(column: str, sql_type: str, spec: ColumnSpec, dialect: Dialect, *, labels: tuple[str, ...] = ()) -> Contract:
    """The contract of a column of that type. `labels`: what an ENUM or a CHECK allows."""
    contract = _of_type(column, sql_type, dialect, labels)
    if spec.labels:
        contract = replace(contract, labels=_agreed_labels(contract, spec.labels))
    if spec.max_length is not None:
        fits = spec.max_length if contract.max_length is None else min(spec.max_length, contract.max_length)
        contract = replace(contract, max_length=fits)
    return replace(
        contract,
        minimum=_tighter(contract.minimum, spec.minimum, max),
        maximum=_tighter(contract.maximum, spec.maximum, min),
        pattern=spec.pattern,
        language=spec.language,
        nullable=spec.nullable,
    )


def _of_type(column: str, sql_type: str, dialect: Dialect, labels: tuple[str, ...]) -> Contract:
    contract = Contract(column=column, kind=ValueKind.TEXT, dialect=dialect, labels=labels)
    if labels:
        return contract
    parsed = _parsed(sql_type, dialect)
    if parsed is None or (dialect is Dialect.SQLITE and parsed.this not in {*_KINDS, *_BITS, *_TEXTS}):
        return _by_affinity(contract, sql_type)
    sizes = tuple(int(size.name) for size in parsed.expressions if size.name.isdigit())
    if parsed.this is _T.TINYINT and sizes == (1,) and dialect is Dialect.MYSQL:
        return replace(contract, kind=ValueKind.BOOLEAN)
    if parsed.this in _BITS:
        # SQLite stores 64 bits whatever the type is called.
        bits, signed = (64, True) if dialect is Dialect.SQLITE else _BITS[parsed.this]
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return replace(contract, kind=ValueKind.INTEGER, minimum=Decimal(low), maximum=Decimal(high))
    if parsed.this in _KINDS:
        kind = _KINDS[parsed.this]
        if kind is ValueKind.TIMESTAMP_TZ and dialect is not Dialect.POSTGRES:
            kind = ValueKind.TIMESTAMP  # MySQL's TIMESTAMP takes no offset; SQLite keeps text
        contract = replace(contract, kind=kind)
        return _with_digits(contract, sizes, dialect) if contract.kind is ValueKind.DECIMAL else contract
    if parsed.this is _T.ENUM:
        return replace(contract, labels=tuple(label.name for label in parsed.expressions))
    if parsed.this in _TEXTS:
        return replace(contract, max_length=_text_limit(parsed.this, sizes, sql_type, dialect))
    if parsed.this in _MYSQL_TEXT_CHARS:
        return replace(contract, max_length=_MYSQL_TEXT_CHARS[parsed.this])
    raise TaskInvalid(f"column {column} has the type {sql_type}, which a model cannot fill")


def _parsed(sql_type: str, dialect: Dialect) -> exp.DataType | None:
    try:
        return exp.DataType.build(sql_type, dialect=dialect.value)
    except SqlglotError:
        return None


def _by_affinity(contract: Contract, sql_type: str) -> Contract:
    """SQLite's own rules for a type it has no name for; other databases have none."""
    if contract.dialect is not Dialect.SQLITE or "BLOB" in sql_type.upper():
        raise TaskInvalid(f"column {contract.column} has the type {sql_type or 'none'}, which a model cannot fill")
    upper = sql_type.upper()
    if not upper or any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return contract
    if "INT" in upper:
        return replace(contract, kind=ValueKind.INTEGER)
    if any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return replace(contract, kind=ValueKind.FLOAT)
    return replace(contract, kind=ValueKind.DECIMAL)


def _with_digits(contract: Contract, sizes: tuple[int, ...], dialect: Dialect) -> Contract:
    if not sizes:
        # A bare DECIMAL is DECIMAL(10,0) on MySQL and has no limit elsewhere.
        return replace(contract, precision=10, scale=0) if dialect is Dialect.MYSQL else contract
    return replace(contract, precision=sizes[0], scale=sizes[1] if len(sizes) > 1 else 0)


def _text_limit(this: exp.DType, sizes: tuple[int, ...], sql_type: str, dialect: Dialect) -> int | None:
    if sizes:
        return sizes[0]
    if this is _T.CHAR and not re.search(r"varying", sql_type, re.IGNORECASE):
        return 1 if dialect is not Dialect.SQLITE else None
    return _MYSQL_PLAIN_TEXT_CHARS if dialect is Dialect.MYSQL else None


def _agreed_labels(contract: Contract, wanted: tuple[str, ...]) -> tuple[str, ...]:
    if contract.kind is not ValueKind.TEXT:
        raise TaskInvalid(f"column {contract.column} is {contract.kind.value}; labels need a text column")
    foreign = [label for label in wanted if contract.labels and label not in contract.labels]
    if foreign:
        raise TaskInvalid(
            f"column {contract.column} cannot hold {', '.join(foreign)}", hint=f"it allows {', '.join(contract.labels)}"
        )
    too_long = [label for label in wanted if contract.max_length is not None and len(label) > contract.max_length]
    if too_long:
        raise TaskInvalid(f"column {contract.column} holds {contract.max_length} characters: {too_long[0]} is longer")
    return wanted


def _tighter(
    own: Decimal | None, wanted: float | None, choose: Callable[[Decimal, Decimal], Decimal]
) -> Decimal | None:
    if wanted is None:
        return own
    bound = Decimal(str(wanted))
    return bound if own is None else choose(own, bound)
