"""What an answer must be to be written: derived from the target column and the task, checked on every answer.

`check` gives the exact value to write or raises ContractBroken with a reason that both the model (asked
once more) and the person (in the list of failures) can read. Nothing is cut or coerced silently beyond
blanks around a text and the letter case of a label.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from tools.db.values import Value
from tools.sql.statement import Dialect


class ValueKind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # exact, with precision and scale
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"  # without a time zone
    TIMESTAMP_TZ = "timestamp with time zone"
    JSON = "json"
    VECTOR = "vector"  # comes from an embedding model (skills.ai_column.vectors)


class ContractBroken(Exception):
    """The answer is not what the column can take; the text says why."""


_JSON_TYPES: dict[ValueKind, tuple[str, str]] = {
    ValueKind.TEXT: ("string", "text"),
    ValueKind.INTEGER: ("integer", "a whole number"),
    ValueKind.DECIMAL: ("number", "a number"),
    ValueKind.FLOAT: ("number", "a number"),
    ValueKind.BOOLEAN: ("boolean", "true or false"),
    ValueKind.DATE: ("string", "a date as YYYY-MM-DD"),
    ValueKind.TIMESTAMP: ("string", "a date and time as YYYY-MM-DDTHH:MM:SS"),
    ValueKind.TIMESTAMP_TZ: ("string", "a date and time with its offset, as YYYY-MM-DDTHH:MM:SS+00:00"),
    ValueKind.JSON: ("object", "a JSON object"),
    ValueKind.VECTOR: ("array", "a vector"),
}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The rules for one column."""

    column: str
    kind: ValueKind
    dialect: Dialect
    labels: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    precision: int | None = None
    scale: int | None = None
    pattern: str | None = None
    language: str | None = None
    nullable: bool = False
    vector: str | None = None  # of a vector: its length and form, in words

    def check(self, answer: object) -> Value:
        """The value to write."""
        if answer is None:
            if self.nullable:
                return None
            raise ContractBroken("the answer is null, and a value is required")
        return _CHECKS[self.kind](self, answer)

    def json_schema(self) -> Mapping[str, object]:
        """Of the value alone. Only keywords that every structured-output endpoint knows."""
        json_type = _JSON_TYPES[self.kind][0]
        schema: dict[str, object] = {"type": [json_type, "null"] if self.nullable else json_type}
        if self.labels:
            schema["enum"] = [*self.labels, None] if self.nullable else list(self.labels)
        schema["description"] = self.describe()
        return schema

    def describe(self) -> str:
        """The rules as one line of plain words."""
        if self.vector is not None:
            return self.vector
        rules = [f"one of: {json.dumps(list(self.labels), ensure_ascii=False)}"] if self.labels else []
        if not self.labels:
            rules.append(_JSON_TYPES[self.kind][1])
        if self.max_length is not None and not self.labels:
            rules.append(f"at most {self.max_length} characters")
        rules += [f"at least {self.minimum}"] if self.minimum is not None else []
        rules += [f"at most {self.maximum}"] if self.maximum is not None else []
        rules += [f"at most {self.scale} decimal places"] if self.scale is not None else []
        rules += [f"matching the regular expression {self.pattern}"] if self.pattern else []
        rules += [f"in {self.language}"] if self.language else []
        rules.append("or null if the row does not tell" if self.nullable else "never null")
        return ", ".join(rules)

    def as_json(self) -> dict[str, object]:
        return {
            "column": self.column,
            "kind": self.kind.value,
            "labels": list(self.labels),
            "max_length": self.max_length,
            "minimum": None if self.minimum is None else str(self.minimum),
            "maximum": None if self.maximum is None else str(self.maximum),
            "precision": self.precision,
            "scale": self.scale,
            "pattern": self.pattern,
            "language": self.language,
            "nullable": self.nullable,
            "rules": self.describe(),
        }

    def within(self, number: Decimal) -> None:
        if self.minimum is not None and number < self.minimum:
            raise ContractBroken(f"{number} is less than {self.minimum}")
        if self.maximum is not None and number > self.maximum:
            raise ContractBroken(f"{number} is greater than {self.maximum}")


def _text(contract: Contract, answer: object) -> Value:
    if not isinstance(answer, str):
        raise ContractBroken(f"expected text, got {_shown(answer)}")
    text = answer.strip()
    if contract.labels:
        return _label(contract, text)
    if not text:
        raise ContractBroken("the text is empty")
    # PostgreSQL stores no NUL, and a lone surrogate cannot be encoded anywhere.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ContractBroken("the text holds characters that a database cannot store")
    if contract.max_length is not None and len(text) > contract.max_length:
        raise ContractBroken(f"the text has {len(text)} characters, at most {contract.max_length} fit")
    if contract.pattern and not re.fullmatch(contract.pattern, text):
        raise ContractBroken(f"the text does not match {contract.pattern}")
    return text


def _label(contract: Contract, text: str) -> str:
    for label in contract.labels:
        if label.strip().casefold() == text.casefold():
            return label
    raise ContractBroken(f"{_shown(text)} is not one of the labels {', '.join(contract.labels)}")


def _number(answer: object) -> Decimal:
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise ContractBroken(f"expected a number, got {_shown(answer)}")
    try:
        number = Decimal(str(answer).strip())
    except InvalidOperation as error:
        raise ContractBroken(f"expected a number, got {_shown(answer)}") from error
    if not number.is_finite():
        raise ContractBroken("the number is not finite")
    return number


def _integer(contract: Contract, answer: object) -> Value:
    number = _number(answer)
    # The exponent is looked at first: int() of 1e999999999 would never end.
    if number.adjusted() > 30 or number != number.to_integral_value():
        raise ContractBroken(f"{_shown(answer)} is not a whole number that fits")
    contract.within(number)
    return int(number)


def _decimal(contract: Contract, answer: object) -> Value:
    number = _number(answer)
    contract.within(number)
    if number.adjusted() > 60:
        raise ContractBroken(f"{_shown(answer)} is too large")
    if contract.scale is not None:
        step = Decimal(1).scaleb(-contract.scale)
        if contract.precision is not None and number.adjusted() + 1 > contract.precision - contract.scale:
            raise ContractBroken(
                f"{number} has more than {contract.precision - contract.scale} digits before the point"
            )
        number = number.quantize(step)
    if contract.dialect is Dialect.SQLITE:
        return int(number) if number == number.to_integral_value() else float(number)
    return number


def _float(contract: Contract, answer: object) -> Value:
    number = _number(answer)
    contract.within(number)
    value = float(number)
    if not math.isfinite(value):
        raise ContractBroken("the number does not fit")
    return value


def _boolean(contract: Contract, answer: object) -> Value:
    words = {"true": True, "false": False}
    value = words.get(answer.strip().casefold()) if isinstance(answer, str) else answer
    if not isinstance(value, bool):
        raise ContractBroken(f"expected true or false, got {_shown(answer)}")
    return value if contract.dialect is Dialect.POSTGRES else int(value)


def _date(contract: Contract, answer: object) -> Value:
    try:
        day = date.fromisoformat(str(answer).strip())
    except ValueError as error:
        raise ContractBroken(f"expected a date as YYYY-MM-DD, got {_shown(answer)}") from error
    return day.isoformat() if contract.dialect is Dialect.SQLITE else day


def _timestamp(contract: Contract, answer: object) -> Value:
    try:
        moment = datetime.fromisoformat(str(answer).strip()).replace(microsecond=0)
    except ValueError as error:
        raise ContractBroken(f"expected a date and time, got {_shown(answer)}") from error
    if contract.kind is ValueKind.TIMESTAMP_TZ:
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(sep=" ") if contract.dialect is Dialect.SQLITE else moment


def _json(contract: Contract, answer: object) -> Value:
    if not isinstance(answer, dict | list):
        raise ContractBroken(f"expected a JSON object, got {_shown(answer)}")
    try:
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError as error:
        raise ContractBroken("the JSON holds numbers or characters that cannot be stored") from error
    if "\\u0000" in text:
        raise ContractBroken("the JSON holds characters that a database cannot store")
    if contract.max_length is not None and len(text) > contract.max_length:
        raise ContractBroken(f"the JSON has {len(text)} characters, at most {contract.max_length} fit")
    return text


def _vector(contract: Contract, answer: object) -> Value:
    raise ContractBroken(f"column {contract.column} holds vectors, not {_shown(answer)}")


_CHECKS: dict[ValueKind, Callable[[Contract, object], Value]] = {
    ValueKind.TEXT: _text,
    ValueKind.INTEGER: _integer,
    ValueKind.DECIMAL: _decimal,
    ValueKind.FLOAT: _float,
    ValueKind.BOOLEAN: _boolean,
    ValueKind.DATE: _date,
    ValueKind.TIMESTAMP: _timestamp,
    ValueKind.TIMESTAMP_TZ: _timestamp,
    ValueKind.JSON: _json,
    ValueKind.VECTOR: _vector,
}


def _shown(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 60 else f"{text[:57]}..."
