"""Arguments and options that several commands of `columnist` share. Only declarations."""

from pathlib import Path
from typing import Annotated

import typer

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
Judge = Annotated[
    str | None,
    typer.Option("--judge", metavar="precise|MODEL", help="Who gives the second opinion in a check (precise)."),
]
Gold = Annotated[
    Path | None, typer.Option("--gold", metavar="FILE", help="Labels of a CSV or JSONL file as the second opinion.")
]
FillModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        envvar="COLUMNIST_MODEL",
        metavar="fast|precise|cascade|NAME",
        help="Which configured model answers (cascade: fast, then precise where unsure), or one by its name.",
    ),
]
As = Annotated[str | None, typer.Option("--as", metavar="USER", help="Act as this user (not yet supported).")]
Mode = Annotated[str | None, typer.Option("--mode", metavar="ask|operate", help="ask reads only; operate may write.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer what policy would ask with yes, within safety.yes_max_rows.")]
Resume = Annotated[
    str | None, typer.Option("--resume", metavar="[SESSION]", help="Go on with a session; alone: the last one.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object as the last line of stdout.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="The most rows to print.")]
