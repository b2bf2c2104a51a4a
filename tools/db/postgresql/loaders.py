"""How PostgreSQL's values arrive: natively where Python has an exact equal, else as the server's own text.

JSON stays text (its exact spelling is data), so do intervals (a month is not 30 days), ranges, networks and
geometry. A date that Python cannot hold ('infinity', BC) arrives as text instead of failing the read.
"""

import psycopg
from psycopg.abc import Buffer, Loader
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import DateLoader, TimeLoader, TimestampLoader, TimestamptzLoader, TimetzLoader
from psycopg.types.json import JsonbDumper
from psycopg.types.string import TextLoader

AS_TEXT = (
    "json", "jsonb", "interval", "inet", "cidr", "hstore", "xml", "record",
    "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
    "int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange",
)  # fmt: skip
DATES: dict[str, type[Loader]] = {
    "date": DateLoader,
    "time": TimeLoader,
    "timetz": TimetzLoader,
    "timestamp": TimestampLoader,
    "timestamptz": TimestamptzLoader,
}


def _or_text(base: type[Loader]) -> type[Loader]:
    """`base`, but the server's text where the value does not fit Python's type."""

    class DateOrText(base):  # type: ignore[misc, valid-type]
        def load(self, data: Buffer) -> object:
            try:
                return super().load(data)
            except (psycopg.DataError, ValueError, OverflowError):
                return bytes(data).decode()

    return DateOrText


def adapters() -> AdaptersMap:
    """The map that every connection of ours uses."""
    adapters = AdaptersMap(psycopg.adapters)
    for name in AS_TEXT:
        if adapters.types.get(name):
            adapters.register_loader(name, TextLoader)
    for name, loader in DATES.items():
        adapters.register_loader(name, _or_text(loader))
    adapters.register_dumper(dict, JsonbDumper)
    return adapters
