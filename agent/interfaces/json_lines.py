"""JSON as scripts read it: one value per line, written out at once."""

import json
from collections.abc import Mapping
from typing import TextIO


def write_line(stream: TextIO, value: Mapping[str, object]) -> None:
    """One object on one line, flushed, whatever text it holds."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate from a database that holds invalid text
        line = json.dumps(value)
    stream.write(line + "\n")
    stream.flush()
