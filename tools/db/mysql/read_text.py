"""Whether a text can only be a read, by its words alone, for MySQL and MariaDB.

The server's read-only transaction has holes that a text can open by itself: `SET STATEMENT tx_read_only = 0 FOR`,
`BEGIN NOT ATOMIC COMMIT; ... END`, CALL of a procedure that commits, `SELECT ... INTO OUTFILE`. This closes them
beside the door and without its parser.
"""

import re

from tools.errors import AccessDenied

TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--(?=\s|$)[^\n]*|\#[^\n]*|/\*.*?(?:\*/|$)|[\w$@]+|[^\w\s]""",
    re.DOTALL,
)
EXPLAINS = frozenset({"desc", "describe", "explain"})  # an explained INSERT INTO writes nothing
FIRST_WORDS = EXPLAINS | {"select", "with", "values", "table", "show", "help", "("}


def require_read(sql: str) -> None:
    """Raises AccessDenied for anything that is not plainly a read."""
    tokens = [token[0].lower() for token in TOKEN.finditer(sql)]
    if any(token.startswith(("/*!", "/*m!")) for token in tokens):
        raise AccessDenied("a comment that the server executes cannot run on a read-only connection")
    words = [token for token in tokens if not token.startswith(("--", "#", "/*"))]
    writes_out = "into" in words and words[0] not in EXPLAINS
    if not words or words[0] not in FIRST_WORDS or writes_out:
        raise AccessDenied("only a statement that reads can run on this read-only connection")
