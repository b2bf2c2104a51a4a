"""Column types that hold the same value on SQLite, PostgreSQL and MySQL/MariaDB.

Times are aware UTC at the border, texts come back exactly as given (NUL and lone surrogates included), money is
exact to 10^-12.
"""

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # only INTEGER numbers itself on SQLite

# Opens a text that no engine stores as it is and that is kept as JSON instead (a private-use character).
_ESCAPED = "\ue0ff"
_PICO = Decimal(10) ** 12


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime with microseconds. SQLite keeps fixed-width text, so order by time is order by text."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class ExactText(sa.types.TypeDecorator[str]):
    """Text of any length and content. What an engine cannot hold is kept as JSON behind a marker."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        # TEXT ends at 64 KB on MySQL; a prompt, a plan or a row of images does not.
        return dialect.type_descriptor(mysql.LONGTEXT() if dialect.name in ("mysql", "mariadb") else sa.Text())

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return stored_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        return original_text(value)


def stored_text(value: str | None) -> str | None:
    """A text as an ExactText column holds it, for statements that are written by hand."""
    if value is None or not (value.startswith(_ESCAPED) or "\x00" in value or _has_surrogates(value)):
        return value
    return _ESCAPED + json.dumps(value)


def original_text(value: str | None) -> str | None:
    """What `stored_text` was given."""
    if value is None or not value.startswith(_ESCAPED):
        return value
    return str(json.loads(value[1:]))


def short_bytes(length: int) -> TypeEngine[bytes]:
    """Up to so many bytes, compared byte by byte and fit for an index."""
    return sa.LargeBinary(length).with_variant(mysql.VARBINARY(length), "mysql", "mariadb")


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class Money(sa.types.TypeDecorator[Decimal]):
    """An exact amount, kept as a whole number of 10^-12 so that every engine can add it up without rounding."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        return None if value is None else int((value * _PICO).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: int | Decimal | None, _dialect: Dialect) -> Decimal | None:
        # SUM of whole numbers is a Decimal on PostgreSQL and MySQL.
        return None if value is None else Decimal(value) / _PICO
