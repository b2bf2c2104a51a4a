"""Text from a database cannot steer the terminal."""

import pytest

from agent.interfaces.plain_text import one_line, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title\\x07"),
        ("a\x9b31mb", "a\\x9b31mb"),
        ("back\bspace", "back\\x08space"),
        ("over\rwrite", "over\\x0dwrite"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("无线蓝牙耳机 🎧", "无线蓝牙耳机 🎧"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_control_characters_become_visible(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_one_line_keeps_a_newline_as_a_sign() -> None:
    assert one_line("a\r\nb\nc\td") == "a↵b↵c d"
