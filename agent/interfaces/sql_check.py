"""`columnist sql check`: verdicts on SQL without any database.

`check_lines` answers every line of JSON with exactly one line, in order, whatever the line holds. `check_files` reads
.sql files, splits them into statements and prints one finding per refused or confirmed statement.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from tools.errors import StatementError
from tools.safety.pending import Verdict
from tools.safety.policy import Policy
from tools.safety.review import Review, review_text
from tools.settings import Mode
from tools.sql.fingerprint import fingerprint
from tools.sql.lexer import tokens_of
from tools.sql.statement import Dialect, Kind

DONE, FAILED, REFUSED = 0, 1, 3


def check_lines(stdin: TextIO, stdout: TextIO, dialect: Dialect, mode: Mode, *, policy: Policy | None = None) -> int:
    """One answer per line of input; 0 once all are judged."""
    policy = policy or Policy(mode, dialect)
    for line in stdin:
        stdout.write(json.dumps(_answer(line, policy), ensure_ascii=False) + "\n")
        stdout.flush()
    return DONE


def check_files(
    paths: Sequence[Path],
    stdout: TextIO,
    stderr: TextIO,
    dialect: Dialect,
    mode: Mode,
    *,
    policy: Policy | None = None,
    as_json: bool = False,
) -> int:
    """Judge every statement of the files; 3 if any is denied, 1 if a file cannot be read."""
    policy = policy or Policy(mode, dialect)
    findings: list[dict[str, object]] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            stderr.write(f"{path}: cannot be read: {error}\n")
            return FAILED
        findings += [{"file": str(path), "line": line, **_judged(sql, policy)} for line, sql in split(text, dialect)]
    _print(findings, stdout, as_json=as_json)
    return REFUSED if any(finding["verdict"] == Verdict.DENY for finding in findings) else DONE


def split(text: str, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """The statements of a text with the line each starts on; a text that cannot be read is one statement."""
    try:
        tokens = tokens_of(text, dialect)
    except StatementError:
        yield 1, text
        return
    start: int | None = None
    for token in tokens:
        if token.text == ";":
            if start is not None:
                yield text.count("\n", 0, start) + 1, text[start : token.start].rstrip()
            start = None
        elif start is None:
            start = token.start
    if start is not None:
        yield text.count("\n", 0, start) + 1, text[start:].rstrip()


def _answer(line: str, policy: Policy) -> dict[str, object]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return _malformed(None, "the line is not JSON")
    if not isinstance(request, dict):
        return _malformed(None, 'the line is not an object with "id" and "sql"')
    if not isinstance(sql := request.get("sql"), str):
        return _malformed(request.get("id"), '"sql" is missing or no text')
    return {"id": request.get("id"), **_judged(sql, policy)}


def _judged(sql: str, policy: Policy) -> dict[str, object]:
    return _as_json(review_text(sql, policy, None), sql, policy.dialect)


def _as_json(review: Review, sql: str, dialect: Dialect) -> dict[str, object]:
    statement = review.statement
    return {
        "verdict": review.verdict,
        "kind": statement.kind if statement else Kind.OTHER,
        "reads": list(statement.reads) if statement else [],
        "writes": list(statement.writes) if statement else [],
        "has_where": statement.has_where if statement else False,
        "fingerprint": statement.fingerprint if statement else _fingerprint_or_none(sql, dialect),
        "reasons": list(review.reasons),
    }


def _fingerprint_or_none(sql: str, dialect: Dialect) -> str | None:
    try:
        return fingerprint(sql, dialect)
    except StatementError:
        return None


def _malformed(request_id: object, reason: str) -> dict[str, object]:
    return {
        "id": request_id,
        "verdict": Verdict.DENY,
        "kind": Kind.OTHER,
        "reads": [],
        "writes": [],
        "has_where": False,
        "fingerprint": None,
        "reasons": [reason],
    }


def _print(findings: list[dict[str, object]], stdout: TextIO, *, as_json: bool) -> None:
    if as_json:
        stdout.write(json.dumps({"statements": findings}, ensure_ascii=False) + "\n")
        return
    for finding in findings:
        reasons = finding["reasons"]
        text = "; ".join(str(reason) for reason in reasons) if isinstance(reasons, list) else ""
        stdout.write(f"{finding['file']}:{finding['line']}: {finding['verdict']}{': ' + text if text else ''}\n")
