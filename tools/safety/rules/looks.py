"""SHOW, DESCRIBE and PRAGMA: only the forms that tell structure or harmless values."""

import re
from collections.abc import Iterator

from tools.errors import StatementError
from tools.safety.rules.functions import is_harmless_setting
from tools.sql.functions.sqlite import STRUCTURE_PRAGMAS, VALUE_PRAGMAS
from tools.sql.parse import parse
from tools.sql.statement import Dialect, Kind, Statement
from tools.sql.token import TokenKind

_NAME = r"(?:§n|[\w$\u0080-\uffff]+)(?: \. (?:§n|[\w$\u0080-\uffff]+))?"
_IN = rf"(?: (?:FROM|IN) {_NAME})"
_LIKE = r"(?: LIKE §s| WHERE .+)?"
_MYSQL_SHOWS = re.compile(
    "|".join(
        (
            rf"(EXTENDED )?(FULL )?TABLES{_IN}?{_LIKE}",
            rf"(TABLE STATUS|OPEN TABLES|TRIGGERS|EVENTS){_IN}?{_LIKE}",
            rf"(EXTENDED )?(FULL )?(COLUMNS|FIELDS){_IN}{_IN}?{_LIKE}",
            rf"(EXTENDED )?(INDEX|INDEXES|KEYS){_IN}{_IN}?{_LIKE}",
            rf"CREATE (TABLE|VIEW|DATABASE|SCHEMA|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE)( IF NOT EXISTS)? {_NAME}",
            rf"(DATABASES|SCHEMAS|CHARACTER SET|CHARSET|COLLATION|(GLOBAL |SESSION |LOCAL )?(VARIABLES|STATUS)){_LIKE}",
            rf"(FUNCTION|PROCEDURE) STATUS{_LIKE}",
            r"(STORAGE )?ENGINES|PLUGINS|PRIVILEGES|(FULL )?PROCESSLIST",
            r"(COUNT \( \* \) )?(WARNINGS|ERRORS)( LIMIT \d+( , \d+)?)?",
        )
    )
)
_DESCRIBE = re.compile(rf"(DESCRIBE|DESC|EXPLAIN) {_NAME}( (§s|{_NAME}))?")
_PRAGMA = re.compile(r"PRAGMA (?:(?:§n|\w+) \. )?(?P<name>\w+)(?P<argument> \( \S+ \)| = \S+)?")


def refused_looks(statement: Statement) -> Iterator[str]:
    """Reasons against a SHOW, DESCRIBE or PRAGMA."""
    form = _form(statement)
    match (statement.action, statement.dialect):
        case ("show", Dialect.MYSQL):
            allowed = _MYSQL_SHOWS.fullmatch(form.removeprefix("SHOW ")) is not None and _filters_only(statement)
        case ("show", Dialect.POSTGRES):
            allowed = _is_harmless_setting(form)
        case ("describe", Dialect.MYSQL):
            allowed = _DESCRIBE.fullmatch(form) is not None
        case ("pragma", Dialect.SQLITE):
            allowed = _is_harmless_pragma(form)
        case _:
            allowed = False
    if not allowed:
        verb = statement.tokens[0].text.upper()
        yield f"this form of {verb} may tell secrets or change settings; read the catalogue with SELECT"


def _form(statement: Statement) -> str:
    kinds = {TokenKind.STRING: "§s", TokenKind.QUOTED: "§n"}
    return " ".join(kinds.get(token.kind, token.text.upper()) for token in statement.tokens)


def _filters_only(statement: Statement) -> bool:
    """Whether the WHERE of a SHOW, if there is one, is a plain condition without a query in it."""
    where = next((token for token in statement.tokens if token.word == "WHERE"), None)
    if where is None:
        return True
    condition = statement.text[where.end :].rstrip("; \n\t")
    try:
        asked = parse(f"SELECT 1 FROM shown WHERE {condition}", statement.dialect)
    except StatementError:
        return False
    words = {token.word or token.text for token in asked.tokens[4:]}
    return (
        asked.kind is Kind.SELECT
        and asked.reads == ("shown",)
        and words.isdisjoint({"SELECT", "INTO", "FOR", "UNION", ":="})
    )


def _is_harmless_setting(form: str) -> bool:
    name = form.removeprefix("SHOW ").lower()
    return is_harmless_setting(name) or name in ("time zone", "transaction isolation level", "session authorization")


def _is_harmless_pragma(form: str) -> bool:
    found = _PRAGMA.fullmatch(form)
    if found is None:
        return False
    name = found["name"].lower()
    if name in STRUCTURE_PRAGMAS or name in ("integrity_check", "quick_check"):
        return True
    return name in VALUE_PRAGMAS and found["argument"] is None
