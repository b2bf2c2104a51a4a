"""A door and an engine on a real database, for the tests of column filling."""

from collections.abc import Iterator

import column_kit
import pytest
from column_kit import Kit


@pytest.fixture
def kit(any_url: str, state_url: str) -> Iterator[Kit]:
    """On each engine in turn."""
    with column_kit.kit(any_url, state_url) as opened:
        yield opened


@pytest.fixture
def sqlite_kit(sqlite_url: str, state_url: str) -> Iterator[Kit]:
    with column_kit.kit(sqlite_url, state_url) as opened:
        yield opened
