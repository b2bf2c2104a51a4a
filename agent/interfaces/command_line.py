"""Every command and option of `columnist`. Only declarations: each command imports its work when it is called."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.interfaces.options import ChatOptions, CheckOptions, Dialect, Opening, OutputFormat, SqlOptions
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
app.add_typer(sql, name="sql")
app.add_typer(audit, name="audit")
app.add_typer(skills, name="skills")

Url = Annotated[
    str | None,
    typer.Argument(
        metavar="[URL]",
        help="postgres://, mysql://, sqlite:///, a path to a file, or a name from config.yaml; "
        "unset: DATABASE_URL, then the default database.",
        show_default=False,
    ),
]
Config = Annotated[Path | None, typer.Option("--config", envvar="COLUMNIST_CONFIG", help="Configuration file.")]
Model = Annotated[str | None, typer.Option("--model", envvar="COLUMNIST_MODEL", help="Language model to use.")]
As = Annotated[str | None, typer.Option("--as", metavar="USER", help="Act as this user (not yet supported).")]
Mode = Annotated[str | None, typer.Option("--mode", metavar="ask|operate", help="ask reads only; operate may write.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer what policy would ask with yes, within safety.yes_max_rows.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object as the last line of stdout.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="The most rows to print.")]


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
    resume: Annotated[
        str | None, typer.Option("--resume", metavar="[SESSION]", help="Go on with a session; alone: the last one.")
    ] = None,
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
    yes: Yes = False,
    mode: Mode = None,
    model: Model = None,
    config: Config = None,
) -> None:
    """Open a chat on the demo shop; without a key it is answered by built-in rules."""
    from agent.interfaces.demo import run_demo

    opening = Opening(url=None, config=config, model=model, mode=mode, demo=True)
    options = ChatOptions(opening=opening, question=question, output=output_format, yes=yes)
    raise typer.Exit(run_demo(options, tour=tour, reset=reset))


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
