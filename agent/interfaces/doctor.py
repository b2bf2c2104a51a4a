"""`columnist doctor`: is everything there to work, and what to do next where it is not. Shows no secret."""

import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TextIO

from agent.app import App
from agent.interfaces.failures import FAILED, explain
from agent.interfaces.json_lines import write_line
from agent.interfaces.opening import load_settings, shown_database
from agent.interfaces.options import Opening
from agent.settings import Settings, start_mode
from agent.settings_sources import ConfigError
from tools.safety.caller import Caller
from tools.settings import Mode
from tools.sql.statement import Dialect

PYTHON = (3, 11)
VERSION_QUERIES = {
    Dialect.SQLITE: "SELECT sqlite_version()",
    Dialect.POSTGRES: "SELECT version()",
    Dialect.MYSQL: "SELECT version()",
}


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, with less
    FAIL = "fail"  # something will not work


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    health: Health
    found: str
    next_step: str = ""


def run_doctor(opening: Opening, stdout: TextIO, *, as_json: bool) -> int:
    """Look at everything; exit 1 if something fails."""
    checks = examine(opening)
    healthy = all(check.health is not Health.FAIL for check in checks)
    if as_json:
        write_line(stdout, {"ok": healthy, "checks": [asdict(check) for check in checks]})
    else:
        _print(checks, stdout)
    return 0 if healthy else FAILED


def examine(opening: Opening) -> list[Check]:
    """All checks; what depends on something broken is left out."""
    checks = [_python()]
    try:
        settings = load_settings(opening)
    except ConfigError as error:
        return [
            *checks,
            Check(
                name="config", health=Health.FAIL, found=str(error), next_step="correct that line" if error.line else ""
            ),
        ]
    checks.append(Check(name="config", health=Health.OK, found=_config_words(settings)))
    try:
        app = App.build(settings, url=opening.url)
    except Exception as error:  # noqa: BLE001  # whatever stands in the way is what this command reports
        return [*checks, _failed("state store", error), _model(settings)]
    try:
        checks += [_guarded("state store", lambda: _state(app)), _guarded("database", lambda: _database(app))]
    finally:
        app.close()
    return [*checks, _guarded("model", lambda: _model(settings))]


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  # whatever stands in the way is what this command reports
        return _failed(name, error)


def _failed(name: str, error: BaseException) -> Check:
    _, words = explain(error)
    hint = getattr(error, "hint", None) or ""
    found = getattr(error, "message", words)
    return Check(name=name, health=Health.FAIL, found=found, next_step=hint)


def _python() -> Check:
    found = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if sys.version_info[:2] < PYTHON:
        return Check(name="python", health=Health.FAIL, found=found, next_step="install Python 3.11 or later")
    return Check(name="python", health=Health.OK, found=found)


def _config_words(settings: Settings) -> str:
    names = ", ".join(database.name for database in settings.databases)
    return f"valid; databases: {names}" if names else "valid; no databases are named in it"


def _state(app: App) -> Check:
    app.store.prove_writable()
    where = str(app.store.path) if app.store.path else "on a server"
    return Check(name="state store", health=Health.OK, found=f"writable ({where})")


def _database(app: App) -> Check:
    if app.target is None:
        step = "pass a URL, set DATABASE_URL, or try columnist demo"
        return Check(name="database", health=Health.WARN, found="none is given", next_step=step)
    gate = app.gate()
    dialect = gate.schema.get().dialect
    caller = Caller(session_id=uuid.uuid4().hex, request_id=uuid.uuid4().hex, mode=Mode.ASK)
    version = gate.run(VERSION_QUERIES[dialect], caller).rows[0][0]
    mode = start_mode(app.settings.safety, app.target.environment, Mode.OPERATE, None)
    found = f"{shown_database(app)}: {dialect} {version!s}; environment {app.target.environment}, mode {mode}"
    return Check(name="database", health=Health.OK, found=found)


def _model(settings: Settings) -> Check:
    from agent.llm.detect import local_servers
    from agent.llm.errors import NoModel
    from agent.llm.models import Models, Role

    try:
        models = Models.build(settings.models, override=settings.model, detect=local_servers)
    except NoModel as missing:
        return Check(name="model", health=Health.WARN, found=missing.message, next_step=missing.hint or "")
    label, endpoint = models.label(Role.PRECISE), models.endpoint
    if endpoint is None:
        return Check(name="model", health=Health.OK, found=label)
    offered = endpoint.models()
    where = f"{label} at {endpoint.base_url} ({'with' if endpoint.has_key else 'without'} a key)"
    if not offered:
        step = "check the address, that the server runs, and the key"
        return Check(name="model", health=Health.FAIL, found=f"{where}: no list of models came back", next_step=step)
    if label not in offered:
        step = f"it has: {', '.join(offered[:8])}"
        return Check(name="model", health=Health.WARN, found=f"{where}: no such model is listed", next_step=step)
    return Check(name="model", health=Health.OK, found=where)


def _print(checks: list[Check], stdout: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    from agent.interfaces.plain_text import one_line

    console = Console(file=stdout, highlight=False)
    styles = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "red"}
    for check in checks:
        console.print(
            Text.assemble((f"{check.health:<5}", styles[check.health]), f"{check.name:<12} {one_line(check.found)}"),
            soft_wrap=True,
        )
        if check.next_step:
            console.print(Text(f"      next: {one_line(check.next_step)}"), soft_wrap=True)
