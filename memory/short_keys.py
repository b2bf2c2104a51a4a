"""Short values that stand for long ones in the answer journal's indexes, and its notation of time.

A row key is the whole key if that is short, else its beginning and its hash: unlike a bare hash it follows the
order of the rows, so what is written together lies together. An input key only leads to candidates.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

ROW_KEY_BYTES: Final = 40
INPUT_HASH_BYTES: Final = 32
GENERATION_ROWS: Final = 2**17  # see memory.jobs.origins
_HASH_BYTES: Final = 16
_INPUT_KEY_BYTES: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def row_key(key_json: str) -> bytes:
    """Different for different keys: a whole key is shorter than any that is cut."""
    key = key_json.encode("utf-8", "surrogatepass")
    if len(key) < ROW_KEY_BYTES:
        return key
    return key[: ROW_KEY_BYTES - _HASH_BYTES] + hashlib.sha256(key).digest()[:_HASH_BYTES]


def input_key(input_hash: bytes) -> int:
    return int.from_bytes(input_hash[:_INPUT_KEY_BYTES], "big", signed=True)


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(since_1970: int) -> datetime:
    return _EPOCH + since_1970 * _MICROSECOND
