"""Makes text from a database or a model safe to show on a terminal.

A cell can hold escape sequences that move the cursor, retitle the window or answer back as typed input. What
comes from outside passes through here before it is printed: control characters become visible, nothing is lost.
"""

import re

# C0 and C1 controls and DEL; bidirectional overrides and isolates; line and paragraph separators; zero-width marks.
# Tab and newline are decided by the caller.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def visible(text: str) -> str:
    """The text with every control character spelt out; newlines and tabs stay."""
    return _UNSAFE.sub(_spelt, text)


def one_line(text: str) -> str:
    """The same on one line: a newline shows as ↵, a tab as a space."""
    return visible(text.replace("\r\n", "\n")).replace("\n", "↵").replace("\t", " ")


def _spelt(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code == 0x1B:
        return "␛"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
