"""Values that leave as JSON, come back from storage, and compare."""

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tools.db.values import RawText, Value, canonical, canonical_row, decode, encode, to_json

ATOM = (
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text() | some.binary()
    | some.decimals(allow_nan=False) | some.dates() | some.datetimes() | some.times() | some.timedeltas() | some.uuids()
    | some.datetimes(timezones=some.just(UTC)) | some.binary().map(RawText)
)  # fmt: skip
ANY_VALUE = some.recursive(
    ATOM, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3), max_leaves=6
)


@given(ANY_VALUE)
def test_a_stored_value_comes_back_the_same(value: Value) -> None:
    stored = json.loads(json.dumps(encode(value)))
    assert canonical(decode(stored)) == canonical(value)
    assert type(decode(stored)) is type(value)


@given(ANY_VALUE)
def test_every_value_leaves_as_json(value: Value) -> None:
    json.dumps(to_json(value), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**63), "-9223372036854775808"),
        (1.5, 1.5),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (Decimal("10.50"), "10.50"),
        (Decimal("0E-10"), "0.0000000000"),
        (b"\x00\xff", "00ff"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
        (time(1, 2), "01:02:00"),
        (timedelta(days=1, seconds=5), "1 day, 0:00:05"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ([Decimal(1), [b"a"]], ["1", ["61"]]),
    ],
)
def test_json_holds_what_the_contract_says(value: Value, expected: object) -> None:
    assert to_json(value) == expected


def test_values_that_look_alike_do_not_compare_equal() -> None:
    alike: list[Value] = [None, "", 0, False, 0.0, -0.0, Decimal(0), Decimal("0.0"), "0", b"0", b"", [], {}]
    assert len({canonical(value) for value in alike}) == len(alike)
    assert canonical_row(["a", "bc"]) != canonical_row(["ab", "c"])
    assert canonical_row([[1], 2]) != canonical_row([1, [2]])


def test_one_moment_is_one_value_in_every_zone() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert canonical(datetime(2026, 1, 1, 8, tzinfo=shanghai)) == canonical(datetime(2026, 1, 1, tzinfo=UTC))
