"""`columnist sql check`: from the command line to the judgement, under the configured safety section."""

from typing import TextIO

from agent.interfaces.failures import UsageProblem
from agent.interfaces.opening import asked_mode, load_settings
from agent.interfaces.options import CheckOptions
from agent.interfaces.sql_check import check_files, check_lines
from tools.safety.policy import Policy
from tools.settings import Mode
from tools.sql.statement import Dialect


def run_check(options: CheckOptions, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Judge the lines of stdin or the files; returns the exit code."""
    if options.dialect is None:
        raise UsageProblem("say which SQL it is", hint="--dialect postgres, mysql or sqlite")
    if options.jsonl == bool(options.files):
        raise UsageProblem("name .sql files, or read lines with --jsonl")
    dialect = Dialect(options.dialect.value)
    mode = asked_mode(options.opening) or Mode.ASK
    policy = Policy.build(load_settings(options.opening).safety, mode, dialect)
    if options.jsonl:
        return check_lines(stdin, stdout, dialect, mode, policy=policy)
    return check_files(options.files, stdout, stderr, dialect, mode, policy=policy, as_json=options.json)
