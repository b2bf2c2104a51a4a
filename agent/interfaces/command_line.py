"""Every command and option of `columnist`. Only declarations: each command imports its work when it is called."""

import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from agent.interfaces.flags import As, Config, FillModel, Gold, Json, Judge, Limit, Mode, Model, Resume, Url, Yes
from agent.interfaces.options import ChatOptions, CheckOptions, Dialect, Opening, OutputFormat, SqlOptions
from agent.interfaces.prompt_commands import prompts
from agent.interfaces.version import VERSION

app = typer.Typer(
    name="columnist",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
    subcommand_metavar="[URL] | COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
sql = typer.Typer(help="Check or run SQL through the same door as the chat, without a model.")
audit = typer.Typer(help="Read the audit log.")
skills = typer.Typer(help="The skills that can be used.")
app.add_typer(prompts, name="prompts")
app.add_typer(sql, name="sql")
app.add_typer(audit, name="audit")
app.add_typer(skills, name="skills")


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Talk to SQLite, PostgreSQL or MySQL/MariaDB in plain words; writes wait for your yes.

    `columnist [URL]` is short for `columnist chat [URL]`, and `columnist -p "question" [URL]` answers once and
    leaves. All options of both: `columnist chat --help`. Without a model: `columnist demo`.
    """
    if version:
        typer.echo(f"columnist {VERSION}")
        raise typer.Exit


@app.command()
def chat(
    url: Url = None,
    question: Annotated[
        str | None, typer.Option("-p", "--print", metavar="QUESTION", help="Answer once; stdin is added as context.")
    ] = None,
    output_format: Annotated[OutputFormat, typer.Option("--output-format", help="With -p.")] = OutputFormat.TEXT,
    resume: Resume = None,
    mode: Mode = None,
    yes: Yes = False,
    model: Model = None,
    config: Config = None,
    as_user: As = None,
) -> None:
    """Open a conversation with a database."""
    opening = Opening(url=url, config=config, model=model, mode=mode, as_user=as_user)
    options = ChatOptions(opening=opening, question=question, output=output_format, resume=resume, yes=yes)
    if question is not None:
        from agent.interfaces.batch import run_once

        raise typer.Exit(run_once(options, sys.stdin, sys.stdout, sys.stderr))
    from agent.interfaces.repl.start import run_chat

    raise typer.Exit(run_chat(options))


@app.command()
def demo(
    tour: Annotated[
        bool, typer.Option("--tour", help="Show what it does, without asking anything, and leave.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Build the demo database again first.")] = False,
    question: Annotated[str | None, typer.Option("-p", "--print", metavar="QUESTION", help="Answer once.")] = None,
    output_format: Annotated[OutputFormat, typer.Option("--output-format", help="With -p.")] = OutputFormat.TEXT,
    resume: Resume = None,
    yes: Yes = False,
    mode: Mode = None,
    model: Model = None,
    config: Config = None,
) -> None:
    """Open a chat on the demo shop; without a key it is answered by built-in rules."""
    from agent.interfaces.demo import run_demo

    opening = Opening(url=None, config=config, model=model, mode=mode, demo=True)
    options = ChatOptions(opening=opening, question=question, output=output_format, resume=resume, yes=yes)
    raise typer.Exit(run_demo(options, tour=tour, reset=reset))


@app.command()
def fill(
    url: Url = None,
    table: Annotated[str | None, typer.Option("--table", help="The table whose rows are read.")] = None,
    source: Annotated[str | None, typer.Option("--from", metavar="A,B", help="Columns that the model reads.")] = None,
    column: Annotated[str | None, typer.Option("--to", help="The column to fill; created if it is missing.")] = None,
    intent: Annotated[
        str | None, typer.Option("--as", metavar="WORDS", help="What to generate, or @NAME of a kept wording.")
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Type of the column; else derived.")] = None,
    labels: Annotated[str | None, typer.Option("--labels", metavar="A,B", help="The only values allowed.")] = None,
    where: Annotated[str | None, typer.Option("--where", help="Only the rows that satisfy this condition.")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="A,B", help="The columns that name a row.")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="TABLE", help="Fill a column of this table.")] = None,
    join: Annotated[str | None, typer.Option("--join", help="How --into's rows belong to --table's.")] = None,
    task: Annotated[Path | None, typer.Option("--task", help="All of this in a YAML file instead.")] = None,
    rows_per_call: Annotated[int | None, typer.Option("--rows-per-call", help="Rows for one model call.")] = None,
    concurrency: Annotated[int | None, typer.Option("--concurrency", help="Model calls in flight at first.")] = None,
    max_calls: Annotated[int | None, typer.Option("--max-calls", help="Stop after so many model calls.")] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", help="Stop after so many tokens.")] = None,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="Stop after so much money.")] = None,
    max_rows: Annotated[int | None, typer.Option("--max-rows", help="Fill at most so many rows.")] = None,
    quality: Annotated[int | None, typer.Option("--quality", metavar="N", help="Check N of the filled rows.")] = None,
    judge: Judge = None,
    gold: Gold = None,
    new: Annotated[bool, typer.Option("--new", help="Begin a new job instead of resuming one.")] = False,
    no_reuse: Annotated[bool, typer.Option("--no-reuse", help="Buy answers again that are there already.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Only say what it would do and cost.")] = False,
    preview: Annotated[int | None, typer.Option("--preview", metavar="N", help="Only answer and show N rows.")] = None,
    refresh: Annotated[
        str | None, typer.Option("--refresh", metavar="stale|failed|all", help="Compute such filled rows again.")
    ] = None,
    overwrite_edits: Annotated[
        bool, typer.Option("--overwrite-edits", help="With --refresh: cells that a person edited since, too.")
    ] = False,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="First keep the old values in table TABLE_COLUMN_before_JOB.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Approve the plan.")] = False,
    json: Json = False,
    model: FillModel = None,
    config: Config = None,
) -> None:
    """Fill a column with a language model: planned, previewed, resumable."""
    from agent.interfaces.fill import run_fill
    from agent.interfaces.fill_options import FillOptions
    from skills.ai_column.services import ModelChoice

    chosen = ModelChoice(model) if model in tuple(ModelChoice) else None
    options = FillOptions(
        opening=Opening(url=url, config=config, model=None if chosen else model), model=chosen or ModelChoice.FAST,
        task=task, table=table, source=source, column=column, intent=intent, type=type_, labels=labels, where=where,
        key=key, into=into, join=join, rows_per_call=rows_per_call, concurrency=concurrency, max_calls=max_calls,
        max_tokens=max_tokens, max_cost=_money(max_cost), max_rows=max_rows,
        quality=quality, judge=judge, gold=gold, new=new, no_reuse=no_reuse, plan=plan,
        preview=preview, refresh=refresh, overwrite_edits=overwrite_edits, snapshot=snapshot, yes=yes, json=json,
    )  # fmt: skip
    raise typer.Exit(run_fill(options))


@app.command()
def jobs(
    action: Annotated[
        str,
        typer.Argument(help="list, show, watch, pause, resume, cancel, slower, faster, retry-failed, check or undo."),
    ] = "list",
    job: Annotated[str | None, typer.Argument(metavar="[JOB]", show_default=False, help="Which one.")] = None,
    url: Url = None,
    limit: Limit = 20,
    yes: Annotated[bool, typer.Option("--yes", help="undo: approve it.")] = False,
    rows: Annotated[int | None, typer.Option("--rows", metavar="N", help="check: how many of the rows.")] = None,
    judge: Judge = None,
    gold: Gold = None,
    json: Json = False,
    model: Model = None,
    config: Config = None,
) -> None:
    """Look at column-filling jobs, stop them, go on with them, change their pace, check them, take them back."""
    from agent.interfaces.fill_options import check_of
    from agent.interfaces.jobs import run_jobs

    opening = Opening(url=url, config=config, model=model)
    check = check_of(rows, judge, gold)
    raise typer.Exit(run_jobs(action, job, opening, as_json=json, limit=limit, yes=yes, check=check))


@app.command()
def why(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[URL] TABLE.COLUMN KEY...", help="Which cell; a key of several columns: A,B or A B."),
    ],
    json: Json = False,
    config: Config = None,
) -> None:
    """Say which job wrote a cell, when, in which words, at what cost, and whether that still stands."""
    from agent.interfaces.why import run_why

    raise typer.Exit(run_why(words, Opening(config=config), as_json=json))


@app.command()
def watch(
    task: Annotated[Path, typer.Argument(metavar="TASK.yaml", help="What to keep filled.")],
    url: Url = None,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="How often: 30s, 5m, 1h.")] = "5m",
    once: Annotated[bool, typer.Option("--once", help="One round, and leave with its exit code.")] = False,
    max_rows: Annotated[int | None, typer.Option("--max-rows", help="Fill at most so many rows a round.")] = None,
    max_calls: Annotated[int | None, typer.Option("--max-calls", help="At most so many model calls a round.")] = None,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="At most so much money a round.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Approve the plan of every round.")] = False,
    json: Json = False,
    model: Model = None,
    config: Config = None,
) -> None:
    """Keep a column filled: the same fill again and again, quiet while nothing is pending."""
    from agent.interfaces.watch import WatchOptions, run_watch

    opening = Opening(url=url, config=config, model=model)
    options = WatchOptions(
        opening=opening, task=task, every=every, once=once, max_rows=max_rows, max_calls=max_calls,
        max_cost=_money(max_cost), yes=yes, json=json,
    )  # fmt: skip
    raise typer.Exit(run_watch(options))


def _money(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is not an amount", param_hint="--max-cost") from None


@sql.command("run")
def sql_run(
    url: Url = None,
    statement: Annotated[str | None, typer.Argument(metavar="[SQL]", show_default=False, help="One statement.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"id", "sql"} lines; one answer line each.')] = False,
    json: Json = False,
    mode: Mode = None,
    yes: Yes = False,
    config: Config = None,
    as_user: As = None,
) -> None:
    """Run SQL through the door: one statement, or lines from stdin that share one session (mode: ask)."""
    from agent.interfaces.sql_run import run_sql

    opening = Opening(url=url, config=config, mode=mode, as_user=as_user)
    options = SqlOptions(opening=opening, statement=statement, jsonl=jsonl, json=json, yes=yes)
    raise typer.Exit(run_sql(options, sys.stdin, sys.stdout, sys.stderr))


@sql.command("check")
def sql_check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE.sql]...", show_default=False)] = None,
    dialect: Annotated[Dialect | None, typer.Option("--dialect", help="The SQL that is spoken.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"id", "sql"} lines; one answer line each.')] = False,
    json: Json = False,
    mode: Mode = None,
    config: Config = None,
) -> None:
    """Judge SQL without a database: allow, confirm or deny (mode: ask)."""
    from agent.interfaces.sql_judge import run_check

    opening = Opening(config=config, mode=mode)
    options = CheckOptions(opening=opening, files=tuple(files or ()), dialect=dialect, jsonl=jsonl, json=json)
    raise typer.Exit(run_check(options, sys.stdin, sys.stdout, sys.stderr))


@audit.command("list")
def audit_list(limit: Limit = 50, json: Json = False, config: Config = None, as_user: As = None) -> None:
    """Print audit rows, newest first; reading them is audited."""
    from agent.interfaces.audit import list_audit

    opening = Opening(config=config, as_user=as_user)
    raise typer.Exit(list_audit(opening, sys.stdout, limit=limit, as_json=json))


@app.command()
def doctor(url: Url = None, json: Json = False, model: Model = None, config: Config = None) -> None:
    """Check Python, configuration, state store, database and model, and say what to do next."""
    from agent.interfaces.doctor import run_doctor

    raise typer.Exit(run_doctor(Opening(url=url, config=config, model=model), sys.stdout, as_json=json))


@skills.command("list")
def skills_list(json: Json = False) -> None:
    """List the skills found here and what they are for."""
    from agent.interfaces.skill_list import list_skills

    raise typer.Exit(list_skills(sys.stdout, as_json=json))


@skills.command("trust")
def skills_trust(path: Annotated[Path, typer.Argument(help="A skill's folder, or a folder of skills.")]) -> None:
    """Allow a project's skills, as they are now, to be used."""
    from agent.interfaces.skill_list import trust_skills

    raise typer.Exit(trust_skills(sys.stdout, path))
