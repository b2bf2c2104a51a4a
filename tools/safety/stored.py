"""Database values inside dataclasses that are kept as JSON: pydantic writes and reads them without loss."""

from typing import TYPE_CHECKING, Annotated

from pydantic import PlainSerializer, PlainValidator

from tools.db.values import decode, encode

if TYPE_CHECKING:
    from tools.db.values import Value as StoredValue
else:
    StoredValue = Annotated[object, PlainSerializer(encode, return_type=object), PlainValidator(decode)]

__all__ = ["StoredValue"]
